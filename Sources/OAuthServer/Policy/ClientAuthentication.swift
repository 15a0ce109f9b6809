import HTTPTypes
import OAuthCore

/// Who a client says it is, before anybody has checked (RFC 6749 §2.3).
enum PresentedClient: Sendable, Hashable {
    /// An id and nothing to prove it.
    case identified(String)
    /// An id and a secret in the `Authorization` header.
    case basic(BasicCredentials)
    /// An id and a secret in the body.
    case post(BasicCredentials)

    var clientID: String {
        switch self {
        case .identified(let id): id
        case .basic(let credentials), .post(let credentials): credentials.clientID
        }
    }

    var method: ClientAuthenticationMethod {
        switch self {
        case .identified: .none
        case .basic: .clientSecretBasic
        case .post: .clientSecretPost
        }
    }

    /// Reads the client's part of a request; more than one way at once is an error (RFC 6749 §2.3).
    static func parse(_ headers: HTTPFields, _ fields: FormFields) throws(Refusal) -> PresentedClient {
        let authorization = headers[values: .authorization]
        guard authorization.count <= 1 else {
            throw Refusal(
                .invalidRequest, "more than one Authorization header",
                Diagnostic("client.authentication-repeated", expected: "1 header", found: "\(authorization.count)"))
        }
        guard let header = authorization.first else { return try parse(fields) }
        guard let credentials = BasicCredentials.parse(headerValue: header) else {
            throw Refusal(
                .invalidClient, "the Authorization header is not well-formed Basic credentials",
                Diagnostic("client.authorization-malformed", expected: "Basic", found: "another scheme or malformed"))
        }
        guard fields["client_secret"] == nil else {
            throw Refusal(
                .invalidRequest, "client authenticated in the header and in the body",
                Diagnostic("client.authenticated-twice", expected: "one method", found: "basic and post"))
        }
        if let id = fields["client_id"], id != credentials.clientID {
            throw Refusal(
                .invalidRequest, "client_id differs from the Authorization header's",
                Diagnostic("client.two-identifiers", expected: credentials.clientID, found: id))
        }
        return .basic(credentials)
    }

    private static func parse(_ fields: FormFields) throws(Refusal) -> PresentedClient {
        guard let id = fields["client_id"] else {
            throw Refusal(
                .invalidClient, "no client authentication and no client_id",
                Diagnostic("client.missing", expected: "client authentication", found: "none"))
        }
        guard let secret = fields["client_secret"] else { return .identified(id) }
        return .post(BasicCredentials(clientID: id, clientSecret: Secret(secret)))
    }
}

/// The fact that a client is who it says. Only `verify` makes one.
struct AuthenticatedClient: Sendable {
    let record: ClientRecord

    private init(record: ClientRecord) { self.record = record }

    /// Checks a client's proof against its registration.
    static func verify(_ presented: PresentedClient, _ record: ClientRecord?) throws(Refusal) -> AuthenticatedClient {
        guard let record else {
            throw refusal("client.unknown", expected: "a registered client", found: presented.clientID)
        }
        guard record.authenticationMethods.contains(presented.method) else {
            let registered = record.authenticationMethods.map(\.rawValue).sorted().joined(separator: " ")
            throw refusal("client.method-not-registered", expected: registered, found: presented.method.rawValue)
        }
        switch presented {
        case .identified: break
        case .basic(let credentials), .post(let credentials):
            let matches = record.secrets.map { $0.matches(credentials.clientSecret) }
            guard matches.contains(true) else {
                throw refusal("client.wrong-secret", expected: "the registered secret", found: "another")
            }
        }
        return AuthenticatedClient(record: record)
    }

    private static func refusal(_ id: String, expected: String, found: String) -> Refusal {
        Refusal(.invalidClient, "client authentication failed", Diagnostic(id, expected: expected, found: found))
    }
}
