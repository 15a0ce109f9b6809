public import OAuthCore

/// An application's credentials, right after they were made; the secret is not kept and not shown again.
///
/// `#client-id` and `#client-secret` hold the texts, `#copy-secret` copies, and `#curl` is a request to paste.
public struct ApplicationSecretPage: Sendable {
    /// What made the credentials.
    public enum Occasion: Sendable { case registered, rotated }

    /// Registered just now, or a new secret.
    public var occasion: Occasion
    /// The application's name.
    public var name: String
    /// Its client identifier.
    public var clientID: String
    /// Its secret; nil for a public application, which has none.
    public var clientSecret: Secret?
    /// The first request to try.
    public var example: TokenRequestExample
    /// The application's own page.
    public var doneURL: String

    /// Describes the credentials.
    public init(
        occasion: Occasion, name: String, clientID: String, clientSecret: Secret?, example: TokenRequestExample,
        doneURL: String
    ) {
        self.occasion = occasion
        self.name = name
        self.clientID = clientID
        self.clientSecret = clientSecret
        self.example = example
        self.doneURL = doneURL
    }

    func fields(_ catalog: StringCatalog) -> TemplateFields {
        [
            "application": .text(name), "clientID": .text(clientID),
            "clientSecret": .optional(clientSecret?.revealed()), "isRotated": .flag(occasion == .rotated),
            "curl": .text(example.curl(clientID: clientID, clientSecret: clientSecret)), "doneURL": .text(doneURL),
            "hasPlaceholders": .flag(example.hasPlaceholders),
        ]
    }
}

/// A token request to paste into a shell.
public struct TokenRequestExample: Hashable, Sendable {
    /// The grant that the request uses.
    public enum Grant: Hashable, Sendable {
        /// A token for the application itself.
        case clientCredentials(scope: String)
        /// The exchange of a code, with words in capitals where the code and its verifier belong.
        case authorizationCode(redirectURI: String)
    }

    /// The token endpoint.
    public var tokenEndpoint: String
    /// What is asked.
    public var grant: Grant

    /// Describes a request.
    public init(tokenEndpoint: String, grant: Grant) {
        self.tokenEndpoint = tokenEndpoint
        self.grant = grant
    }

    var hasPlaceholders: Bool {
        if case .authorizationCode = grant { true } else { false }
    }

    /// The command. Credentials are form-encoded before they are joined, as RFC 6749 §2.3.1 asks.
    func curl(clientID: String, clientSecret: Secret?) -> String {
        let credentials = [clientID, clientSecret?.revealed() ?? ""].map(Self.formEncoded).joined(separator: ":")
        let identification =
            clientSecret == nil
            ? "--data-urlencode \(Self.quoted("client_id=\(clientID)"))" : "-u \(Self.quoted(credentials))"
        let parts = ["curl \(Self.quoted(tokenEndpoint))", identification] + parameters
        return parts.joined(separator: " \\\n  ")
    }

    private var parameters: [String] {
        switch grant {
        case .clientCredentials(let scope):
            let asked = scope.isEmpty ? [] : ["--data-urlencode \(Self.quoted("scope=\(scope)"))"]
            return ["-d grant_type=client_credentials"] + asked
        case .authorizationCode(let redirectURI):
            return [
                "-d grant_type=authorization_code", "-d code=CODE", "-d code_verifier=VERIFIER",
                "--data-urlencode \(Self.quoted("redirect_uri=\(redirectURI)"))",
            ]
        }
    }

    /// Quoted for a POSIX shell, where nothing is special between single quotes.
    private static func quoted(_ text: String) -> String { "'\(text.replacing("'", with: "'\\''"))'" }

    private static func formEncoded(_ text: String) -> String {
        text.utf8.reduce(into: "") { encoded, byte in
            let scalar = Unicode.Scalar(byte)
            let isPlain =
                ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
                || scalar == "-" || scalar == "." || scalar == "_" || scalar == "*"
            let hex = String(byte, radix: 16, uppercase: true)
            encoded += isPlain ? String(scalar) : "%" + (hex.count == 1 ? "0" : "") + hex
        }
    }
}
