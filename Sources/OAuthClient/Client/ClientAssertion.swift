public import OAuthCore

/// A signed statement by which a client proves who it is, made afresh for each request (RFC 7523 §2.2, OpenID Connect
/// Core §9 `private_key_jwt`). What it is made of; the key never prints.
public struct ClientAssertion: Sendable {
    /// The key whose public half the server knows.
    public let key: SigningKey
    /// Whom the assertion is for. Default: the token endpoint.
    public var audience: Audience
    /// How long an assertion holds, in seconds, 1...600; values outside become the nearest end. Default 300.
    public var lifetime: Seconds {
        didSet { lifetime = Self.clamped(lifetime) }
    }
    /// Header members besides `alg` and `kid`, such as `x5t#S256`. Default: `typ` is `JWT`.
    public var header: JSONObject
    /// Whether the header names the key. Default `.included`.
    public var keyID: KeyIDPolicy
    /// When the certificate of the key begins to hold, where it has one: no assertion is made before.
    public var notBefore: UnixTime?
    /// The last moment at which the certificate of the key holds, where it has one: no assertion is made after.
    public var notAfter: UnixTime?

    /// Assertions that this key signs.
    public init(
        key: SigningKey, audience: Audience = .tokenEndpoint, lifetime: Seconds = 300,
        header: JSONObject = ["typ": "JWT"],
        keyID: KeyIDPolicy = .included
    ) {
        self.key = key
        self.audience = audience
        self.lifetime = Self.clamped(lifetime)
        self.header = header
        self.keyID = keyID
    }

    private static func clamped(_ lifetime: Seconds) -> Seconds { min(max(lifetime, 1), .minutes(10)) }

    /// Whom an assertion is for (RFC 7523 §3, item 3).
    public enum Audience: Sendable, Hashable {
        /// The URL of the token endpoint as the metadata has it, whatever endpoint the request goes to.
        case tokenEndpoint
        /// The issuer.
        case issuer
    }

    /// Whether the header names the key.
    public enum KeyIDPolicy: Sendable, Hashable {
        /// `kid` is the key's id.
        case included
        /// No `kid`: the server finds the key by another member, such as a certificate's thumbprint.
        case omitted
    }
}

extension ClientAssertion: Hashable {
    /// Two are equal when their assertions could not be told apart; keys are compared by their public halves.
    public static func == (left: Self, right: Self) -> Bool {
        left.key.publicKey == right.key.publicKey && left.audience == right.audience
            && left.lifetime == right.lifetime && left.header == right.header && left.keyID == right.keyID
            && left.notBefore == right.notBefore && left.notAfter == right.notAfter
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(key.publicKey)
        hasher.combine(audience)
    }
}

extension ClientAssertion: CustomStringConvertible, CustomReflectable {
    public var description: String { "ClientAssertion(\(key))" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// Why no assertion can be made.
public enum ClientAssertionError: Error, Hashable, Sendable {
    /// The certificate of the key does not hold yet.
    case certificateNotYetValid(notBefore: UnixTime, now: UnixTime)
    /// The certificate of the key holds no more.
    case certificateExpired(notAfter: UnixTime, now: UnixTime)
    /// The header has a member that cannot be, or the key does not sign.
    case signing(JOSEError)
}

/// The fresh values of one request, used where the client signs it: the time, and random bytes for the assertion's id.
public struct RequestSeeds: Sendable {
    let random: RandomSource
    let now: UnixTime

    /// Fresh values, made at `now`.
    public init(random: RandomSource, now: UnixTime) {
        self.random = random
        self.now = now
    }
}

extension ClientAssertion {
    /// `client_assertion_type` of a JSON Web Token (RFC 7523 §2.2).
    static let type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

    /// Signs an assertion of this client: `iss` and `sub` are its id (RFC 7523 §3).
    ///
    /// - Throws: `ClientError.assertion`; `.missingEndpoint` where the audience would be a token endpoint that the
    ///   metadata does not name.
    func signed(for client: ClientConfiguration, seeds: RequestSeeds) throws(ClientError) -> Secret {
        do throws(ClientAssertionError) { try checkCertificate(now: seeds.now) } catch { throw .assertion(error) }
        let claims: JSONObject = [
            "aud": .string(try audience(of: client)), "iss": .string(client.clientID), "sub": .string(client.clientID),
            "jti": .string(seeds.random.token(byteCount: 16)), "iat": .integer(seeds.now.seconds),
            "nbf": .integer(seeds.now.seconds), "exp": .integer((seeds.now + lifetime).seconds),
        ]
        var header = header
        if keyID == .omitted { header["kid"] = .null }
        do throws(JOSEError) {
            return Secret(try CompactJWS.sign(payload: claims.encoded(), header: header, with: key))
        } catch {
            throw .assertion(.signing(error))
        }
    }

    private func audience(of client: ClientConfiguration) throws(ClientError) -> String {
        switch audience {
        case .tokenEndpoint: try client.endpoint(\.tokenEndpoint, "token_endpoint").text
        case .issuer: client.metadata.issuer
        }
    }

    private func checkCertificate(now: UnixTime) throws(ClientAssertionError) {
        if let notBefore, now < notBefore { throw .certificateNotYetValid(notBefore: notBefore, now: now) }
        if let notAfter, now > notAfter { throw .certificateExpired(notAfter: notAfter, now: now) }
    }
}
