import HTTPTypes
import MailProtocol
import OAuthClient
import OAuthCore

/// What a request was about, which decides what an absent thing is.
enum MailSubject: Hashable, Sendable {
    case mailbox
    case page
    case message
    case attachment
}

/// Turns a service's refusals into errors for a person. The service's own sentences, which may quote anything, are left
/// behind; its codes are kept.
struct MailFailure {
    var dialect: MailDialect
    var isOwnMailbox: Bool
    var subject: MailSubject
    var clock: (@Sendable () -> UnixTime)?

    /// The error that an answer with any status but 2xx stands for.
    func error(of response: TransportResponse) -> MailboxError {
        let status = response.head.status.code
        let code = Self.code(in: response.body)
        let retryAfter = retryAfter(of: response)
        switch status {
        case 401: return notAuthorized(code)
        case 429, 509: return throttled(retryAfter, code)
        case 503 where retryAfter != nil: return throttled(retryAfter, code)
        case 408, 500...599:
            return MailboxError(
                .unavailable, code: code, reason: "\(dialect.name) is not working now (\(status))",
                remedy: "try again in a few minutes")
        default: break
        }
        if let entry = code.flatMap({ Self.entries[$0] }) { return entry.error(code, subject) }
        switch status {
        case 403: return MailErrorEntry.denied.error(code, subject)
        case 404, 410:
            let isItem = subject == .message || subject == .attachment
            return (isItem ? MailErrorEntry.noItem : .noUser).error(code, subject)
        case 300..<400:
            return MailboxError(.malformedAnswer, code: code, reason: "\(dialect.name) answered with a redirection")
        default: return refused(status, code)
        }
    }

    private func refused(_ status: Int, _ code: String?) -> MailboxError {
        if subject == .page {
            return MailboxError(
                .badCursor, code: code, reason: "the service does not know this position in the mailbox any more",
                remedy: "begin again with the newest messages")
        }
        let remedy = isOwnMailbox ? "an app without a person has no mailbox of its own: name the mailbox" : nil
        return MailboxError(
            .malformedAnswer, code: code, reason: "\(dialect.name) refused the request (\(status))", remedy: remedy)
    }

    private func notAuthorized(_ code: String?) -> MailboxError {
        MailboxError(
            .notAuthorized, code: code, reason: "\(dialect.name) refused the token",
            remedy: "sign in or consent again; the token must be for \(dialect.name)")
    }

    func throttled(_ retryAfter: Seconds?, _ code: String?) -> MailboxError {
        let remedy = retryAfter.map { "try again in \($0.count) s" } ?? "try again in a few minutes"
        return MailboxError(
            .throttled(retryAfter: retryAfter), code: code, reason: "too many requests to this mailbox", remedy: remedy)
    }

    /// `Retry-After` in seconds or as a date (RFC 9110 §10.2.3), at most a day.
    private func retryAfter(of response: TransportResponse) -> Seconds? {
        guard let text = response.head.headerFields[.retryAfter] else { return nil }
        if let count = Int64(text) { return count < 0 ? nil : Seconds(min(count, 86_400)) }
        guard let date = MailDate.parse(text), let clock else { return nil }
        return Seconds(min(max(0, date.since(clock()).count), 86_400))
    }

    /// `error.code` of the body, where it is a name.
    private static func code(in body: [UInt8]) -> String? {
        guard let error = try? JSONObject.parse(body, limit: 65_536)["error"]?.object,
            let code = error["code"]?.string, 1...80 ~= code.utf8.count, code.utf8.allSatisfy(isNameCharacter)
        else { return nil }
        return code
    }

    private static func isNameCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-_.".utf8.contains(byte)
        }
    }
}

/// What a code of the services means.
struct MailErrorEntry: Hashable, Sendable {
    var kind: MailboxError.Kind
    var reason: String
    var remedy: String?

    func error(_ code: String?, _ subject: MailSubject) -> MailboxError {
        // Without a message in question it is the inbox that is not there.
        let isInbox = kind == .messageNotFound && (subject == .mailbox || subject == .page)
        return isInbox
            ? MailboxError(.mailboxNotFound, code: code, reason: "the mailbox has no inbox", remedy: Self.noUser.remedy)
            : MailboxError(kind, code: code, reason: reason, remedy: remedy)
    }

    static let noUser = Self(
        kind: .mailboxNotFound, reason: "there is no such mailbox in this organisation",
        remedy: "check the address; it may belong to another organisation")
    static let noService = Self(
        kind: .mailboxNotFound, reason: "the mailbox is inactive, deleted, or on a server of the organisation's own",
        remedy: "check that the person has a licence for Exchange Online")
    static let noItem = Self(
        kind: .messageNotFound, reason: "the message or attachment is not there any more",
        remedy: "look at the newest messages again")
    static let denied = Self(
        kind: .accessDenied, reason: "the token does not reach this mailbox",
        remedy: "let an administrator consent to Mail.Read; a policy of Exchange may also limit the app's mailboxes")
    static let busy = Self(
        kind: .unavailable, reason: "the mailbox is not available now", remedy: "try again in a few minutes")
}

extension MailFailure {
    static let entries: [String: MailErrorEntry] = [
        "MailboxNotEnabledForRESTAPI": .noService, "MailboxNotSupportedForRESTAPI": .noService,
        "MailboxNotHostedInExchangeOnline": .noService,
        "ErrorInvalidUser": .noUser, "ErrorNonExistentMailbox": .noUser, "ErrorMailboxNotFound": .noUser,
        "ErrorUserNotFound": .noUser, "ErrorIncorrectRoutingHint": .noUser, "Request_ResourceNotFound": .noUser,
        "ErrorItemNotFound": .noItem, "ErrorMessageNotFound": .noItem, "ErrorFolderNotFound": .noItem,
        "ErrorInvalidId": .noItem, "ErrorInvalidIdMalformed": .noItem, "ErrorInvalidMailboxItemId": .noItem,
        "ErrorInvalidAttachmentId": .noItem, "ErrorCannotOpenFileAttachment": .noItem,
        "ErrorAccessDenied": .denied, "Authorization_RequestDenied": .denied, "AccessDenied": .denied,
        "ErrorMailboxStoreUnavailable": .busy, "ErrorMailboxMoveInProgress": .busy, "ErrorServerBusy": .busy,
        "ErrorTimeoutExpired": .busy,
    ]
}
