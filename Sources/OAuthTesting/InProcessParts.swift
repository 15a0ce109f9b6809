public import OAuthCore
public import OAuthServer

extension InProcessAuthorizationServer {
    /// An application and its secret.
    public struct Client: Sendable {
        /// What an operator would write down about it.
        public var registration: ClientRegistration
        /// Its secret, of any length; `nil` for a public client.
        public var secret: Secret?

        /// An application.
        ///
        /// - Parameters:
        ///   - id: its client id, and its name.
        ///   - secret: its secret; `nil` for a public client.
        ///   - grants: default: every grant that it can use with these redirect URIs and this secret.
        ///   - scope: the most it may ask for, space-separated; empty for every scope of the server.
        public init(
            id: String, secret: String? = nil, redirectURIs: [String] = [], grants: [GrantType]? = nil,
            scope: String = ""
        ) {
            registration = ClientRegistration()
            registration.id = id
            registration.name = id
            registration.isPublic = secret == nil
            registration.redirectURIs = redirectURIs
            registration.scope = scope
            let usable =
                (redirectURIs.isEmpty ? [] : [.authorizationCode, .refreshToken])
                + (secret == nil ? [] : [GrantType.clientCredentials])
            registration.grantTypes = (grants ?? usable).map(\.rawValue)
            self.secret = secret.map { Secret($0) }
        }

        /// An API that introspects tokens.
        public static func resourceServer(id: String, secret: String) -> Self {
            var client = Self(id: id, secret: secret, grants: [])
            client.registration.isResourceServer = true
            return client
        }
    }

    /// A person who can sign in.
    public struct User: Sendable {
        /// What they type.
        public var username: String
        /// Their password, 8...1,024 bytes.
        public var password: Secret
        /// Their full name.
        public var name: String?
        /// Their mail address.
        public var email: String?

        /// A person.
        public init(_ username: String, password: String, name: String? = nil, email: String? = nil) {
            self.username = username
            self.password = Secret(password)
            self.name = name
            self.email = email
        }
    }

    /// What a person says on the consent page.
    public enum Consent: Sendable, Hashable {
        /// Everything that is asked for.
        case allow
        /// Nothing.
        case refuse
    }
}

/// Why a server in the process could not be made, or did not get as far as the callback.
public enum InProcessError: Error, Sendable, Hashable {
    /// The issuer is none.
    case notAnIssuer
    /// A client's description has mistakes.
    case registration(RegistrationError)
    /// A person's description has a mistake.
    case userRegistration(UserRegistrationError)
    /// Another client has this id, or another person this name.
    case taken(String)
    /// No key can be made for this algorithm.
    case unsupportedAlgorithm(JWSAlgorithm)
    /// The URL is not this server's `/authorize` with a query.
    case notAnAuthorizationRequest
    /// Nobody of this name was given to the server, or their password was changed since.
    case unknownUser(String)
    /// The person is shown an error, and the application hears nothing of it.
    case refused(OAuthError)
    /// Page upon page, and no end.
    case tooManyPages
    /// The store does not answer.
    case unavailable(StoreError)
}

/// The people of a store. It checks passwords where it is called: good for tests, whose hashes are cheap.
struct StoredUsers: UserDirectory {
    let store: InMemoryStore

    func user(subject: String) async throws(StoreError) -> UserRecord? { try await store.user(subject: subject) }

    func user(username: String, password: Secret) async throws(StoreError) -> UserRecord? {
        guard let credential = try await store.credential(username: username),
            credential.passwordHash.matches(password)
        else { return nil }
        return credential.user
    }
}
