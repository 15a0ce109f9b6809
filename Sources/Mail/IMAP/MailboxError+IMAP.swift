import MailProtocol
import OAuthCore

extension MailboxError {
    /// What an IMAP session's end means for whoever reads a mailbox.
    init(_ error: IMAPClientError, host: String) {
        switch error {
        case .stream(let error): self.init(error, host: host)
        case .unwelcome(let status):
            self.init(.unavailable, reason: "the mail server \(host) turned this client away: \(status.text)")
        case .startTLSRefused:
            self.init(
                .unavailable, reason: "the mail server \(host) does not begin TLS, so nothing was sent",
                remedy: "use implicit TLS on port 993")
        case .noMechanism:
            self.init(
                .notAuthorized,
                reason: "the mail server \(host) takes no access tokens: it offers neither XOAUTH2 nor OAUTHBEARER",
                remedy: "check the host; some servers offer them only under TLS")
        case .credentials(let error):
            self.init(
                .notAuthorized, reason: "\(error)",
                remedy: error.isAboutUser ? "check the mailbox's address" : "give the token alone, in one line")
        case .loginRefused(let status, _):
            self.init(
                .notAuthorized, code: status.code?.name,
                reason: "the mail server \(host) refused the login: \(status.text)",
                remedy: "find out why by sallyport mail diagnose")
        case .refused(let status): self.init(refused: status, host: host)
        case .command, .ended: self.init(.unavailable, reason: "the mail server \(host) ended the session")
        case .violation(let error):
            self.init(
                .malformedAnswer, reason: "the mail server \(host): \(error)",
                remedy: "check the host and the port; sallyport mail diagnose shows each step")
        case .compression:
            self.init(.malformedAnswer, reason: "the mail server \(host) sent compressed bytes that cannot be read")
        case .local(let reason): self.init(.unavailable, reason: reason)
        case .bye(let status):
            self.init(.unavailable, reason: "the mail server \(host) ended the session: \(status.text)")
        }
    }

    private init(_ error: MailStreamError, host: String) {
        switch error {
        case .cancelled: self.init(.cancelled, reason: "it was cancelled")
        case .certificate(let why):
            self.init(
                .unavailable, reason: "the certificate of \(host) is not accepted: \(why)",
                remedy: "check the host, or name its authority with --ca-file")
        case .tls:
            self.init(
                .unavailable, reason: "the mail server \(host) does not speak TLS here",
                remedy: "check the port: 993 is IMAP with TLS")
        case .trustedAuthorities: self.init(.unavailable, reason: "the file of authorities holds no certificate")
        case .timedOut(let limit):
            self.init(
                .unavailable, reason: "the mail server \(host) said nothing for \(limit.count) seconds",
                remedy: "check the port: 993 is IMAP with TLS")
        case .unreachable(let why):
            self.init(
                .unavailable, reason: "the mail server \(host) cannot be reached: \(why)",
                remedy: "check the host, the port and the network")
        case .closed, .broken:
            self.init(
                .unavailable, reason: "the mail server \(host) closed the connection",
                remedy: "try again; sallyport mail diagnose shows each step")
        }
    }

    /// Exchange lets a token in whose owner may not open the mailbox, and says so to whatever is asked next.
    private init(refused status: IMAPStatus, host: String) {
        if status.text.contains("authenticated but not connected") {
            self.init(
                .accessDenied,
                reason: "the mail server \(host) accepts the token, and does not open this mailbox with it",
                remedy: "find out why by sallyport mail diagnose")
        } else {
            let kind: Kind = status.code == .other("NONEXISTENT", nil) ? .mailboxNotFound : .unavailable
            self.init(kind, code: status.code?.name, reason: "the mail server \(host) answered: \(status.text)")
        }
    }
}

extension SASLError {
    fileprivate var isAboutUser: Bool { self == .emptyUser || self == .controlCharacterInUser }
}
