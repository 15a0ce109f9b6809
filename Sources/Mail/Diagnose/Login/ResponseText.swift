import MailProtocol
import OAuthCore

/// Reads what another program printed into evidence.
enum ResponseText {
    /// Lines that are quoted in the report.
    private static let quotedLines = 12

    static func read(_ text: String, into evidence: inout Evidence, clean: CleanText) {
        let searchable = SearchableText(text, limit: Diagnosis.longestResponse)
        evidence.answers = text.split(whereSeparator: \.isNewline).prefix(quotedLines).map { clean.line(String($0)) }
            .filter { !$0.isEmpty }
        evidence.program = programs.first { searchable.contains($0.text) }?.name
        evidence.signals = Signal.all(in: searchable)
        if ProgramFault.repeatsCredentials(text) { evidence.signals.insert(.credentialsSentTwice) }
        evidence.service = evidence.service ?? service(searchable)
        evidence.challenge = challenge(in: text).map { Diagnosis.cleaned($0, clean) }
        evidence.persona = persona(text, searchable, evidence)
        evidence.signInCodes += SignInCode.codes(in: text).filter { !evidence.signInCodes.contains($0) }
        evidence.programFaults = ProgramFault.find(in: text)
        readBlob(text, into: &evidence)
    }

    /// What a program calls itself, or is known by, in its messages.
    private static let programs: [(text: String, name: String)] = [
        ("mbsync", "mbsync"), ("wants more steps despite", "mbsync"), ("msmtp:", "msmtp"), ("mpop:", "mpop"),
        ("fetchmail", "fetchmail"), ("offlineimap", "OfflineIMAP"), ("getmail", "getmail"), ("imapsync", "imapsync"),
        ("imaplib", "Python's imaplib"), ("smtplib", "Python's smtplib"), ("poplib", "Python's poplib"),
        ("mailkit", "MailKit"), ("javax.mail", "JavaMail"), ("jakarta.mail", "Jakarta Mail"), ("davmail", "DavMail"),
        ("curl:", "curl"), ("postfix/", "Postfix"), ("sasl authentication failed; server", "Postfix"),
        ("nodemailer", "Nodemailer"), ("phpmailer", "PHPMailer"), ("exim", "Exim"), ("neomutt", "NeoMutt"),
        ("mutt", "Mutt"), ("thunderbird", "Thunderbird"), ("swaks", "swaks"), ("dovecot", "Dovecot"),
        ("sasl(-", "Cyrus SASL"), ("msal", "MSAL"),
    ]

    private static func service(_ text: SearchableText) -> MailService? {
        let words: [(text: String, service: MailService)] = [
            ("-err", .pop), ("poplib", .pop), ("pop3", .pop), ("535 ", .smtp), ("535-", .smtp), ("(535", .smtp),
            ("smtp", .smtp), ("501 5.", .smtp),
            ("imap", .imap), ("authenticate", .imap), ("login failed", .imap), ("select", .imap),
        ]
        return words.first { text.contains($0.text) }?.service
    }

    private static func persona(
        _ text: String, _ searchable: SearchableText, _ evidence: Evidence
    ) -> ServerPersona {
        let guess = ServerPersona.guess(texts: [text, evidence.challenge?.scope ?? ""], host: nil)
        guard guess == .unknown else { return guess }
        // Exchange sends no challenge, and no response code.
        return evidence.challenge == nil && searchable.contains("authenticate failed") ? .exchange : .unknown
    }

    /// The first base64 in the text that is an error challenge: JSON with a status.
    private static func challenge(in text: String) -> SASLFailure? {
        for match in text.matches(of: /eyJ[A-Za-z0-9+\/]{12,}={0,2}/) {
            let failure = SASLFailure.parse(challenge: Array(match.0.utf8)[...])
            if failure.status != nil { return failure }
        }
        // Or a program decoded it already.
        for match in text.matches(of: /\{[^{}]{0,600}"status"[^{}]{0,600}\}/) {
            let failure = SASLFailure.parse(decoded: Array(match.0.utf8)[...])
            if failure.status != nil { return failure }
        }
        return nil
    }

    /// The first encoded credentials in the text.
    private static func readBlob(_ text: String, into evidence: inout Evidence) {
        guard let match = text.firstMatch(of: /(?:dXNlcj|bixhPX|ZFhObGNq|Yml4aFBY)[A-Za-z0-9+\/_\-]{12,}={0,2}/) else {
            return
        }
        let findings = SASLBlob.explain(String(match.0))
        guard findings.mechanism != nil else { return }
        evidence.blob = findings
        if evidence.token == nil { evidence.token = findings.token }
    }
}
