public import OAuthClient
public import OAuthCore

/// How an application proves who it is.
public enum AppCredential: Sendable, Hashable {
    /// A secret: its value, not its id.
    case secret(Secret)
    /// A certificate, in assertions of this style.
    case certificate(CertificateCredential, AssertionStyle = .ps256)
}

/// How an assertion is signed, and how it names the certificate.
public enum AssertionStyle: String, Sendable, Hashable, Codable, CaseIterable {
    /// PS256 and `x5t#S256`.
    case ps256 = "PS256"
    /// RS256 and `x5t`, for servers that know no other.
    case rs256 = "RS256"
}

/// An application as it is registered at a cloud.
public struct RegisteredApp: Sendable, Hashable {
    /// Its id, a GUID.
    public var clientID: String
    /// How it proves who it is; `nil` for a public client.
    public var credential: AppCredential?
    /// Where it is registered.
    public var cloud: Cloud

    /// An application.
    public init(clientID: String, credential: AppCredential?, cloud: Cloud) {
        self.clientID = clientID
        self.credential = credential
        self.cloud = cloud
    }
}

extension AppCredential {
    /// The same for requests. The platform takes an assertion for ten minutes at most; a secret goes in the body, as
    /// its metadata says first.
    public var authentication: ClientAuthentication {
        switch self {
        case .secret(let secret): return .post(secret)
        case .certificate(let certificate, let style):
            // The certificate names the key; an id that the registration does not have would only be in the way.
            var assertion = ClientAssertion(
                key: certificate.signingKey(style), lifetime: .minutes(5), header: certificate.header(style),
                keyID: .omitted)
            assertion.notBefore = certificate.notBefore
            assertion.notAfter = certificate.notAfter
            return .privateKeyJWT(assertion)
        }
    }
}

extension CertificateCredential {
    fileprivate func header(_ style: AssertionStyle) -> JSONObject {
        switch style {
        case .ps256: ["typ": "JWT", "x5t#S256": .string(Base64URL.encode(thumbprintSHA256))]
        case .rs256: ["typ": "JWT", "x5t": .string(Base64URL.encode(thumbprintSHA1))]
        }
    }
}
