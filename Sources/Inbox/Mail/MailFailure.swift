import HTTPTypes
import MailProtocol
import OAuthCore

extension InboxFailure {
    /// What a mailbox said, as a page.
    ///
    /// - Parameters:
    ///   - place: the organisation's name and the address that was asked for.
    ///   - route: how its mail is read.
    ///   - way: where to go on.
    init(_ error: MailboxError, place: [String: String], route: MailRoute, way: WayOn) {
        var (status, id) = Self.kind(of: error)
        // A mail server does not say why it refuses, and has reasons besides the organisation's consent.
        if route == .imap, status == .forbidden { id = "inbox.login-refused" }
        let found = [error.code, error.reason].compactMap(\.self).joined(separator: ": ")
        var parameters = place
        parameters["reason"] = error.code.map { "\(error.reason) (\($0))" } ?? Self.unended(error.reason)
        parameters["remedy"] = Self.advice(error.remedy)
        // The service's words may repeat the address, which is nobody's business who reads the log.
        let told = place["address"].map { found.replacing($0, with: "…") } ?? found
        self.init(status, Diagnostic(id, found: told), parameters, way: way)
        if case .throttled(let seconds) = error.kind { setRetry(after: seconds) }
    }

    private static func kind(of error: MailboxError) -> (HTTPResponse.Status, String) {
        switch error.kind {
        case .notAuthorized: (.forbidden, "inbox.consent-withdrawn")
        case .accessDenied: (.forbidden, "inbox.mail-refused")
        case .mailboxNotFound: (.notFound, "inbox.mailbox-not-found")
        case .messageNotFound: (.notFound, "inbox.message-not-found")
        case .badCursor: (.badRequest, "inbox.cursor-unknown")
        case .throttled: (.serviceUnavailable, "inbox.throttled")
        case .unavailable, .cancelled: (.badGateway, "inbox.cloud-unavailable")
        case .tooLarge: (.badGateway, "inbox.too-large")
        case .malformedAnswer: (.badGateway, "inbox.answer-malformed")
        }
    }

    /// Somebody's sentence as part of one of ours.
    private static func unended(_ sentence: String) -> String {
        sentence.hasSuffix(".") ? String(sentence.dropLast()) : sentence
    }

    /// Says when to come back, on the page and in `Retry-After`.
    mutating func setRetry(after seconds: Seconds?) {
        let wait = min(max(seconds ?? 60, 1), .hours(1))
        retryAfter = wait
        parameters["seconds"] = String(wait.count)
    }
}
