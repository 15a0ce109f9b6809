public import OAuthCore

/// How this client proves who it is (RFC 6749 §2.3).
public enum ClientAuthentication: Sendable, Hashable {
    /// A public client: only `client_id` is sent.
    case none
    /// A secret, sent in the way that the metadata asks for: Basic where it is offered or nothing is said (RFC 8414
    /// §2), else in the body.
    case secret(Secret)
    /// A secret in the `Authorization` header, id and secret form-encoded (RFC 6749 §2.3.1).
    case basic(Secret)
    /// A secret in the body (RFC 6749 §2.3.1).
    case post(Secret)
    /// A signed assertion (RFC 7523 §2.2, OpenID Connect Core §9).
    case privateKeyJWT(ClientAssertion)
}

extension ClientAuthentication {
    /// The way and the secret for an endpoint that offers these methods; it is chosen, never tried out, so that no code
    /// is sent twice.
    func resolved(offered: [String]?) throws(ClientError) -> ClientAuthentication {
        if case .privateKeyJWT = self, let offered, !offered.isEmpty,
            !offered.contains(ClientAuthenticationMethod.privateKeyJWT.rawValue)
        {
            throw .unsupportedAuthentication(offered: offered)
        }
        guard case .secret(let secret) = self else { return self }
        guard let offered, !offered.isEmpty else { return .basic(secret) }
        if offered.contains(ClientAuthenticationMethod.clientSecretBasic.rawValue) { return .basic(secret) }
        if offered.contains(ClientAuthenticationMethod.clientSecretPost.rawValue) { return .post(secret) }
        throw .unsupportedAuthentication(offered: offered)
    }
}
