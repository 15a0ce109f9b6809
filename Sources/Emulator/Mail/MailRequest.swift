import Foundation
import OAuthCore

/// Which of the two mail APIs is spoken: they differ in names and in little else.
enum MailAPI: Sendable {
    /// Microsoft Graph v1.0.
    case graph
    /// Outlook REST v1.0.
    case outlook

    var resource: Resource { self == .graph ? .graph : .exchange }
}

/// What a path of a mail API names.
struct MailPath: Sendable, Hashable {
    enum Item: Sendable, Hashable {
        case messages(inbox: Bool)
        case message(String)
        case content(String)
        case attachments(String)
        case attachment(String, String)
        case attachmentContent(String, String)
    }

    /// The mailbox's owner by address or id; `nil` for `me`.
    var user: String?
    var item: Item

    /// Reads the path behind the API's version, in either spelling: `users/a@b/mailFolders/inbox/messages` and
    /// `Users('a@b')/Folders('inbox')/Messages`.
    static func parse(_ path: some StringProtocol) -> MailPath? {
        var parts: [String] = []
        for component in path.split(separator: "/") {
            guard let text = component.removingPercentEncoding else { return nil }
            if text.hasSuffix("')"), let quote = text.range(of: "('") {
                parts.append(String(text[..<quote.lowerBound]))
                parts.append(String(text[quote.upperBound...].dropLast(2)).replacing("''", with: "'"))
            } else {
                parts.append(text)
            }
        }
        var rest = parts[...]
        var user: String?
        switch rest.popFirst()?.lowercased() {
        case "me": break
        case "users":
            guard let name = rest.popFirst() else { return nil }
            user = name
        default: return nil
        }
        return item(&rest).map { MailPath(user: user, item: $0) }
    }

    private static func item(_ rest: inout ArraySlice<String>) -> Item? {
        var isInbox = false
        if let name = rest.first?.lowercased(), ["mailfolders", "folders"].contains(name) {
            rest = rest.dropFirst()
            // The inbox is the one folder that there is.
            guard rest.popFirst()?.lowercased() == "inbox" else { return nil }
            isInbox = true
        }
        guard rest.popFirst()?.lowercased() == "messages" else { return nil }
        guard let message = rest.popFirst() else { return .messages(inbox: isInbox) }
        switch (rest.popFirst()?.lowercased(), rest.count) {
        case (nil, _): return .message(message)
        case ("$value", 0): return .content(message)
        case ("attachments", 0): return .attachments(message)
        case ("attachments", 1): return rest.popFirst().map { .attachment(message, $0) }
        case ("attachments", 2):
            guard let attachment = rest.popFirst(), rest.first == "$value" else { return nil }
            return .attachmentContent(message, attachment)
        default: return nil
        }
    }
}

/// An error of a mail API.
struct MailError: Error, Hashable {
    var status: Int
    var code: String
    var message: String

    static func badRequest(_ code: String, _ message: String) -> MailError {
        .init(status: 400, code: code, message: message)
    }
    static let accessDenied = MailError(
        status: 403, code: "ErrorAccessDenied", message: "Access is denied. Check credentials and try again.")
    static let notFound = MailError(
        status: 404, code: "ErrorItemNotFound", message: "The specified object was not found in the store.")
    static func unauthorized(_ message: String) -> MailError {
        .init(status: 401, code: "InvalidAuthenticationToken", message: message)
    }

    /// The body; Graph says more than Outlook does.
    func json(_ api: MailAPI, requestID: String, clientRequestID: String?, date: UnixTime) -> JSONObject {
        var error: JSONObject = ["code": .string(code), "message": .string(message)]
        if api == .graph {
            let text = Date(timeIntervalSince1970: TimeInterval(date.seconds)).formatted(.iso8601).dropLast()
            error["innerError"] = .object([
                "date": .string(String(text)), "request-id": .string(requestID),
                "client-request-id": .string(clientRequestID ?? requestID),
            ])
        }
        return ["error": .object(error)]
    }
}

/// What a valid access token for a mail API says.
struct MailBearer: Sendable, Hashable {
    var clientID: String
    var tenantID: String
    /// `nil` for an application without a user.
    var userID: String?
    /// Roles of an application, or scopes of a person.
    var permissions: [String]
}

extension Cloud {
    /// Verifies an access token for a mail API.
    func bearer(_ authorization: String?, _ api: MailAPI, now: UnixTime) throws(MailError) -> MailBearer {
        guard let authorization, let token = AuthorizationHeader.bearerToken(in: authorization) else {
            throw .unauthorized("Access token is empty.")
        }
        let set = JSONWebKeySet(keys.map(\.publicKey))
        guard let parsed = try? CompactJWS.parse(GraphToken.inner(token.revealed())),
            let verified = try? parsed.verify(with: set, algorithms: [.rs256]), let claims = try? JWTClaims(verified)
        else { throw .unauthorized("IDX10503: Signature validation failed, or the token is malformed.") }
        guard let end = claims.expiresAt, now < end, let start = claims.notBefore, start <= now else {
            throw .unauthorized("Lifetime validation failed, the token is expired.")
        }
        guard claims.audiences.contains(where: { Resource.known($0) == api.resource }) else {
            throw .unauthorized("Access token validation failure. Invalid audience.")
        }
        guard let tenantID = claims["tid"]?.string, let clientID = claims["appid"]?.string,
            directory.tenant(tenantID) != nil
        else { throw .unauthorized("Access token validation failure.") }
        let isApp = claims["idtyp"]?.string == "app"
        // Consent that was withdrawn ends what a live token can do.
        let permissions: [String]
        if isApp {
            let granted = roles(of: clientID, in: tenantID, at: api.resource)
            permissions = (claims["roles"]?.strings ?? []).filter(granted.contains)
            return MailBearer(clientID: clientID, tenantID: tenantID, userID: nil, permissions: permissions)
        }
        guard let userID = claims["oid"]?.string else { throw .unauthorized("Access token validation failure.") }
        let granted = scopes(of: clientID, in: tenantID, userID: userID, at: api.resource.appID)
        let scp = claims["scp"]?.string?.split(separator: " ").map(String.init) ?? []
        return MailBearer(
            clientID: clientID, tenantID: tenantID, userID: userID, permissions: scp.filter(granted.contains))
    }

    /// The owner of the mailbox that a path names, where the token may read it.
    func mailbox(_ path: MailPath, for bearer: MailBearer) throws(MailError) -> User {
        guard let name = path.user ?? bearer.userID else {
            throw .badRequest("BadRequest", "/me request is only valid with delegated authentication flow.")
        }
        guard bearer.permissions.contains(where: ["Mail.Read", "Mail.ReadWrite"].contains) else {
            throw .accessDenied
        }
        guard let user = directory.tenant(bearer.tenantID)?.user(name) else {
            throw MailError(
                status: 404, code: "ErrorInvalidUser", message: "The requested user '\(name.prefix(200))' is invalid.")
        }
        guard bearer.userID == nil || bearer.userID == user.id else { throw .accessDenied }
        guard user.hasMailbox else {
            throw MailError(
                status: 404, code: "MailboxNotEnabledForRESTAPI",
                message: "The mailbox is either inactive, soft-deleted, or is hosted on-premise.")
        }
        return user
    }
}
