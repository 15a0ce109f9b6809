public import OAuthCore

/// An application as someone describes it, in a form or on a command line: text that nobody has checked.
public struct ClientRegistration: Sendable, Hashable {
    /// The client id; `nil` for a generated one.
    public var id: String?
    /// What people are shown, 1...200 characters.
    public var name = ""
    /// Whether it cannot keep a secret.
    public var isPublic = false
    /// How it may authenticate; empty for both ways of sending a secret, or none for a public client.
    public var authenticationMethods: [String] = []
    /// Where authorization responses may go.
    public var redirectURIs: [String] = []
    /// Where people may be sent after signing out.
    public var postLogoutRedirectURIs: [String] = []
    /// Browser origins of its scripts.
    public var origins: [String] = []
    /// The grants it may use.
    public var grantTypes: [String] = []
    /// The most it may ask for, space-separated; empty for every scope of the server.
    public var scope = ""
    /// `compatible` or `oauth21`.
    public var profile = SecurityProfile.oauth21.rawValue
    /// `opaque` or `jwt`.
    public var accessTokenFormat = AccessTokenFormat.opaque.rawValue
    /// `ES256` or `RS256`.
    public var idTokenAlgorithm = JWSAlgorithm.es256.rawValue
    /// Whether it stands for an API that may introspect every token.
    public var isResourceServer = false

    /// A description without content.
    public init() {}
}

/// What is wrong with a registration.
public struct RegistrationError: Error, Sendable, Hashable {
    /// A field with a sentence about it for a person.
    public struct Problem: Sendable, Hashable {
        /// Which field.
        public var field: Field
        /// What was expected, and what came.
        public var message: String

        /// A problem.
        public init(field: Field, message: String) {
            self.field = field
            self.message = message
        }
    }

    /// The fields of a registration.
    public enum Field: String, Sendable, Hashable {
        /// The client id.
        case id
        /// What people are shown.
        case name
        /// Where authorization responses may go.
        case redirectURIs
        /// Where people may be sent after signing out.
        case postLogoutRedirectURIs
        /// Browser origins of its scripts.
        case origins
        /// The grants it may use.
        case grantTypes
        /// The most it may ask for.
        case scope
        /// The rules it lives under.
        case profile
        /// What its access tokens look like.
        case accessTokenFormat
        /// What its ID tokens are signed with.
        case idTokenAlgorithm
        /// How it may authenticate.
        case authenticationMethods
        /// A secret that someone brings.
        case secret
    }

    /// All problems, in the order of the fields.
    public var problems: [Problem]

    /// An error of these problems.
    public init(problems: [Problem]) { self.problems = problems }
}

extension ClientRegistration {
    /// A fresh client id: 128 random bits behind a word. Without it, a command line would take one id in 64 for an option.
    public static func freshID(random: RandomSource) -> String { "app_" + random.token(byteCount: 16) }

    /// Checks the description and makes a client of it, without its secret.
    ///
    /// - Parameters:
    ///   - id: the id to use where the description has none.
    ///   - scopes: the scopes of the server.
    /// - Throws: every problem at once.
    public func decide(
        id generatedID: String, owner: String?, scopes: ScopeCatalogue, now: UnixTime
    ) throws(RegistrationError) -> ClientRecord {
        var checked = Checked()
        let id = checked.id(self.id ?? generatedID)
        var client = ClientRecord(id: id, name: checked.name(name), createdAt: now)
        client.owner = owner
        client.grantTypes = checked.grantTypes(grantTypes, isPublic: isPublic, isResourceServer: isResourceServer)
        client.redirectURIs = checked.redirectURIs(redirectURIs, .redirectURIs)
        client.postLogoutRedirectURIs = checked.redirectURIs(postLogoutRedirectURIs, .postLogoutRedirectURIs)
        client.origins = checked.origins(origins)
        client.scope = checked.scope(scope, known: scopes.scope)
        client.authenticationMethods = checked.methods(authenticationMethods, isPublic: isPublic)
        client.profile = checked.choice(profile, .profile) ?? .oauth21
        client.accessTokenFormat = checked.choice(accessTokenFormat, .accessTokenFormat) ?? .opaque
        client.idTokenAlgorithm = checked.algorithm(idTokenAlgorithm)
        client.isResourceServer = isResourceServer && !isPublic
        checked.requireRedirectURI(client)
        guard checked.problems.isEmpty else { throw RegistrationError(problems: checked.problems) }
        return client
    }

    /// The description of a client that exists, to be edited.
    public init(of client: ClientRecord) {
        id = client.id
        name = client.name
        isPublic = client.isPublic
        authenticationMethods = client.authenticationMethods.map(\.rawValue).sorted()
        redirectURIs = client.redirectURIs.map(\.description)
        postLogoutRedirectURIs = client.postLogoutRedirectURIs.map(\.description)
        origins = client.origins
        grantTypes = GrantType.all.filter(client.grantTypes.contains).map(\.rawValue)
        scope = client.scope.description
        profile = client.profile.rawValue
        accessTokenFormat = client.accessTokenFormat.rawValue
        idTokenAlgorithm = client.idTokenAlgorithm.rawValue
        isResourceServer = client.isResourceServer
    }
}

/// Collects what is wrong while it reads.
private struct Checked {
    var problems: [RegistrationError.Problem] = []

    mutating func fail(_ field: RegistrationError.Field, _ message: String) {
        problems.append(.init(field: field, message: message))
    }

    mutating func id(_ id: String) -> String {
        // VSCHAR of RFC 6749 appendix A.1; a space at an end would be lost on the way.
        let isSafe = id.utf8.allSatisfy { (0x20...0x7E).contains($0) } && !id.hasPrefix(" ") && !id.hasSuffix(" ")
        if id.isEmpty || id.utf8.count > 100 || !isSafe {
            fail(.id, "A client id has 1 to 100 printable ASCII characters, and no space at its ends.")
        } else if id.hasPrefix(UserRecord.subjectPrefix) {
            fail(.id, "A client id does not begin with \(UserRecord.subjectPrefix): a person's does (RFC 9700 §4.15).")
        }
        return id
    }

    mutating func name(_ name: String) -> String {
        let name = name.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        let hasControl = name.unicodeScalars.contains { $0.properties.generalCategory == .control }
        if name.isEmpty || name.count > 200 || hasControl { fail(.name, "A name has 1 to 200 characters.") }
        return name
    }

    mutating func grantTypes(_ texts: [String], isPublic: Bool, isResourceServer: Bool) -> Set<GrantType> {
        let types = Set(texts.map(GrantType.init(rawValue:)))
        let unknown = types.subtracting(GrantType.all)
        if !unknown.isEmpty {
            let known = GrantType.all.map(\.rawValue).joined(separator: ", ")
            fail(
                .grantTypes,
                "Unknown grant \(unknown.map(\.rawValue).sorted().joined(separator: ", ")); there are \(known).")
        }
        if types.isEmpty, !isResourceServer { fail(.grantTypes, "Choose at least one grant.") }
        if types == [.refreshToken] {
            fail(.grantTypes, "A refresh token needs a grant that issues one: add authorization_code.")
        }
        if isPublic, types.contains(.clientCredentials) {
            fail(.grantTypes, "A public client has no secret, so client_credentials is not for it (RFC 6749 §4.4).")
        }
        return types.intersection(GrantType.all)
    }

    mutating func redirectURIs(_ texts: [String], _ field: RegistrationError.Field) -> [RedirectURI] {
        var uris: [RedirectURI] = []
        for text in texts.prefix(21) {
            do {
                let uri = try RedirectURI.parse(text)
                if !uris.contains(uri) { uris.append(uri) }
            } catch {
                fail(field, "\(text.prefix(100)): \(error.advice)")
            }
        }
        if texts.count > 20 { fail(field, "At most 20 addresses.") }
        return uris
    }

    mutating func requireRedirectURI(_ client: ClientRecord) {
        let isGiven = !client.redirectURIs.isEmpty || problems.contains { $0.field == .redirectURIs }
        if client.grantTypes.contains(.authorizationCode), !isGiven {
            fail(.redirectURIs, "The authorization code needs an address to return to.")
        }
    }

    mutating func origins(_ texts: [String]) -> [String] {
        var origins: [String] = []
        for text in texts.prefix(20) {
            guard let uri = URI(text), ["http", "https"].contains(uri.scheme), uri.origin == text else {
                fail(
                    .origins,
                    "\(text.prefix(100)): an origin is scheme, host and port and nothing behind, as in https://app.example."
                )
                continue
            }
            if !origins.contains(text) { origins.append(text) }
        }
        return origins
    }

    mutating func scope(_ text: String, known: Scope) -> Scope {
        guard let scope = Scope.parse(text) else {
            fail(.scope, "Scopes are separated by spaces and have no quotes or backslashes.")
            return Scope()
        }
        let unknown = scope.subtracting(known)
        if !unknown.isEmpty { fail(.scope, "Unknown scope \(unknown); this server has \(known).") }
        return scope.isEmpty ? known : scope
    }

    mutating func methods(_ texts: [String], isPublic: Bool) -> Set<ClientAuthenticationMethod> {
        let secretMethods: Set<ClientAuthenticationMethod> = [.clientSecretBasic, .clientSecretPost]
        let methods = Set(texts.map(ClientAuthenticationMethod.init(rawValue:)))
        if isPublic {
            if !methods.isSubset(of: [.none]) { fail(.authenticationMethods, "A public client authenticates by none.") }
            return [.none]
        }
        if methods.isEmpty { return secretMethods }
        if !methods.isSubset(of: secretMethods) {
            fail(
                .authenticationMethods,
                "A confidential client authenticates by client_secret_basic or client_secret_post.")
        }
        return methods.intersection(secretMethods)
    }

    mutating func choice<Choice: RawRepresentable & CaseIterable>(
        _ text: String, _ field: RegistrationError.Field
    ) -> Choice? where Choice.RawValue == String {
        if let choice = Choice(rawValue: text) { return choice }
        let known = Choice.allCases.map(\.rawValue).joined(separator: " or ")
        fail(field, "Not one of \(known): \(text.prefix(50)).")
        return nil
    }

    mutating func algorithm(_ text: String) -> JWSAlgorithm {
        let algorithm = JWSAlgorithm(rawValue: text)
        if ![.es256, .rs256].contains(algorithm) {
            fail(.idTokenAlgorithm, "ID tokens are signed with ES256 or RS256.")
        }
        return algorithm
    }
}

extension RedirectURIError {
    /// What to do about it, for a person.
    var advice: String {
        switch self {
        case .notAbsolute: "not a whole address such as https://app.example/callback."
        case .fragment: "an address to return to has no # in it (RFC 6749 §3.1.2)."
        case .userInfo: "an address to return to has no user name in it."
        case .dotSegment: "an address to return to has no . or .. segments."
        case .plainHTTP: "plain http only returns to this computer (127.0.0.1); use https."
        case .scheme(let scheme):
            "\(scheme): is no scheme of one application; use one like com.example.app (RFC 8252 §7.1)."
        }
    }
}
