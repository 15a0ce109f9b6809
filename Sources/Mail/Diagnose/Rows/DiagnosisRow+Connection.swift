extension DiagnosisRow {
    /// Before and beside the login itself.
    static let connectionRows = [noTLS, localMechanism, hiddenChallenge, certificate, unreachable, anotherProtocol]

    private static let noTLS = DiagnosisRow(
        23, "tls-at-wrong-port", "TLS from the first byte and STARTTLS are mixed up, or something in between breaks TLS"
    ) { evidence in
        guard let reason = tlsReason(evidence) else { return nil }
        let (place, probe) =
            switch evidence.service {
            case .smtp: ("port 587 and STARTTLS, or port 465 and TLS from the first byte", "587 -starttls smtp")
            case .pop: ("port 995 and TLS from the first byte", "995")
            case .imap, nil: ("port 993 and TLS from the first byte", "993")
            }
        return Match(
            evidence.signals.contains(.tlsMismatch) || isTLSFailure(evidence) ? .likely : .possible, because: [reason],
            fix: Fix(
                "Use \(place), and see whether a proxy or a virus scanner sits in between.",
                commands: ["openssl s_client -connect \(.host, evidence.server?.host, or: "HOST"):\(probe)"]))
    }

    private static func isTLSFailure(_ evidence: Evidence) -> Bool {
        if case .tls = evidence.failure { return true }
        return false
    }

    private static func tlsReason(_ evidence: Evidence) -> ReportText? {
        if evidence.signals.contains(.tlsMismatch) { return "what came was not TLS" }
        switch (evidence.reached, evidence.failure) {
        case (_, .tls(let reason)): return "the TLS handshake failed: \(quote: reason)"
        case (.tls, .timedOut), (.tls, .closed): return "no TLS handshake took place"
        case (.greeting, .timedOut), (.greeting, .closed):
            return evidence.server?.security == .implicitTLS
                ? "TLS works, and no greeting came" : "the connection stands, and no greeting came"
        case (_, .notOffered("STARTTLS")): return "the server does not offer STARTTLS"
        default: return nil
        }
    }

    private static let localMechanism = DiagnosisRow(
        24, "mechanism-not-installed", "the program has no code for the mechanism: a plugin is missing or does not fit"
    ) { evidence in
        guard evidence.signals.contains(.noLocalMechanism) else { return nil }
        return Match(
            .certain, because: ["the message comes from the program's own SASL library, not from the server"],
            fix: Fix(
                """
                Install a XOAUTH2 plugin for Cyrus SASL that this program can use (mbsync: AuthMechs XOAUTH2 and \
                PassCmd), and see that SASL_PATH, where it is set, holds it.
                """,
                commands: ["apt-get install libsasl2-modules-kdexoauth2", "pluginviewer -c | grep -i oauth"]))
    }

    private static let hiddenChallenge = DiagnosisRow(
        25, "challenge-hidden", "the server refused the token with a challenge, and the program hides what it says"
    ) { evidence in
        guard evidence.signals.contains(.unexpectedChallenge) else { return nil }
        return Match(
            .certain,
            because: ["\"more steps\" is the error challenge: the server refused the token and says why in it"],
            fix: Fix(
                """
                Have the challenge decoded: run our own login with the same token, or hand over what stands behind \
                the + in the program's debug output.
                """,
                commands: [
                    """
                    sallyport mail diagnose --token-stdin --host \(.host, evidence.server?.host, or: "HOST") \
                    --mailbox \(.address, evidence.mailbox, or: "MAILBOX")
                    """,
                    "sallyport mail diagnose --explain-response TEXT",
                ]))
    }

    private static let certificate = DiagnosisRow(
        26, "certificate-not-trusted", "the server's certificate is not trusted, or is of another name"
    ) { evidence in
        var reason: ReportText = "the program says so"
        if case .certificate(let text) = evidence.failure {
            reason = "the TLS library says: \(quote: text)"
        } else if !evidence.signals.contains(.certificateRefused) {
            return nil
        }
        return Match(
            .certain, because: [reason],
            fix: Fix(
                """
                Do not switch the check off: whoever is in between would read the token. Use the name that the \
                certificate carries; where an organisation inspects TLS, name its authority (--ca-file).
                """
            ))
    }

    private static let unreachable = DiagnosisRow(
        27, "server-unreachable", "the server cannot be reached"
    ) { evidence in
        var reason: ReportText
        switch (evidence.reached, evidence.failure) {
        case (_, .unreachable(let text)): reason = "the system says: \(quote: text)"
        case (.connect, .timedOut): reason = "nobody answered in time"
        case (.connect, .closed): reason = "the connection was ended at once"
        default:
            guard !evidence.signals.isDisjoint(with: [.noConnection, .unknownHost, .timedOut]) else { return nil }
            reason = "the program says so"
        }
        if evidence.signals.contains(.unknownHost) { reason = "the host's name is unknown" }
        let isSure = evidence.failure != nil || evidence.signals.contains(.unknownHost)
        return Match(
            isSure ? .certain : .likely, because: [reason],
            fix: Fix(
                """
                Check host and port, and whether a firewall lets them through: outlook.office365.com 993, \
                smtp.office365.com 587, imap.gmail.com 993.
                """
            ))
    }

    private static let anotherProtocol = DiagnosisRow(
        36, "another-protocol-there", "what answers at this port does not speak the protocol"
    ) { evidence in
        guard evidence.reached == .greeting, case .malformed = evidence.failure, let service = evidence.service else {
            return nil
        }
        let name = service.rawValue.uppercased()
        return Match(
            .likely, because: ["the first thing that it says is no greeting of \(name)"],
            fix: Fix(
                """
                Check host and port: IMAP is at 993, POP at 995, both with TLS from the first byte; SMTP is at 587 with \
                STARTTLS. Where another service than \(name) was meant, say so by --service imap, smtp or pop.
                """
            ))
    }
}
