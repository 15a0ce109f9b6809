import ArgumentParser
import OAuthCore
import OAuthHTTPClient
import OAuthServer
import OAuthStorage

/// Applications that may ask for tokens.
struct Client: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Add, list, show and remove applications.",
        subcommands: [Add.self, List.self, Show.self, Remove.self, Secret.self])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Register an application; its secret is printed once and never again.")

        @Option(help: "The client id; generated when it is not given.") var id: String?
        @Flag(help: "Read the secret from standard input instead of generating one.") var secretStdin = false
        @Option(help: "What people are shown.") var name: String
        @Option(
            help:
                "A grant it may use: authorization_code, refresh_token, client_credentials. Repeat for more; at least one."
        )
        var grant: [String] = []
        @Option(help: "Where authorization responses may go. Repeat for more.") var redirectURI: [String] = []
        @Option(help: "Where people may be sent after signing out. Repeat for more.")
        var postLogoutRedirectURI: [String] = []
        @Option(help: "The scopes it may ask for, separated by spaces; OpenID Connect's when not given.")
        var scope: String?
        @Option(help: "How it may authenticate: client_secret_basic, client_secret_post or none. Repeat for more.")
        var authMethod: [String] = []
        @Option(help: "The rules it lives under: oauth21 or compatible.") var profile = SecurityProfile.oauth21.rawValue
        @Option(help: "What its access tokens look like: opaque or jwt.")
        var accessToken = AccessTokenFormat.opaque.rawValue
        @Option(help: "What its ID tokens are signed with: ES256 or RS256.")
        var idTokenAlgorithm = JWSAlgorithm.es256.rawValue
        @Option(help: "A browser origin whose scripts may call the token endpoint. Repeat for more.")
        var origin: [String] = []
        @Flag(name: .customLong("public"), help: "It cannot keep a secret.") var isPublic = false
        @Flag(help: "It stands for an API, and may introspect every token.") var resourceServer = false
        @OptionGroup var database: DatabaseOptions
        @OptionGroup var output: OutputOptions

        func validate() throws {
            if secretStdin, isPublic || authMethod == ["none"] {
                throw ValidationError("A public client has no secret: leave out --secret-stdin.")
            }
        }

        func run() async throws {
            var client = try record()
            var secret: OAuthCore.Secret?
            do throws(RegistrationError) {
                if secretStdin, !client.isPublic {
                    let brought: OAuthCore.Secret
                    do { brought = try Secrets.readLine("secret") } catch {
                        throw .init(about: .secret, error.description)
                    }
                    try client.setSecret(brought, now: .systemNow())
                } else if !client.isPublic {
                    secret = client.replaceSecret(random: .system, now: .systemNow())
                }
            } catch {
                throw CommandFailure(error.sentence)
            }
            let store = try await database.open().store
            guard try await store.insert(client) == .committed else {
                throw CommandFailure("There is a client \(client.id) already.", next: "Choose another --id.")
            }
            client.print(secret: secret, output)
        }

        private func record() throws -> ClientRecord {
            var registration = ClientRegistration()
            registration.id = id
            registration.name = name
            registration.isPublic = isPublic || authMethod == ["none"]
            registration.authenticationMethods = authMethod
            registration.redirectURIs = redirectURI
            registration.postLogoutRedirectURIs = postLogoutRedirectURI
            registration.origins = origin
            registration.grantTypes = grant
            registration.scope = scope ?? ""
            registration.profile = profile
            registration.accessTokenFormat = accessToken
            registration.idTokenAlgorithm = idTokenAlgorithm
            registration.isResourceServer = resourceServer
            // An operator may name scopes of an API before the server is told their words.
            let named = ScopeCatalogue(
                ScopeCatalogue.openID.entries + (Scope.parse(scope ?? "") ?? Scope()).tokens.map { .init($0, $0) })
            do throws(RegistrationError) {
                return try registration.decide(
                    id: ClientRegistration.freshID(random: .system), owner: nil,
                    scopes: scope == nil ? .openID : named, now: .systemNow())
            } catch {
                throw CommandFailure(error.sentence)
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the applications.")

        @OptionGroup var database: DatabaseOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let clients = try await database.open(create: false).store.clients(owner: nil)
            output.print(.array(clients.map(\.json))) {
                clients.map { "\($0.id)\t\($0.isPublic ? "public" : "confidential")\t\($0.name)" }
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show one application, without its secret.")

        @Argument(help: "The client id.") var id: String
        @OptionGroup var database: DatabaseOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let client = try await database.open(create: false).store.registered(id)
            output.print(client.json) { client.details }
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Remove an application, with every consent and token of it.")

        @Argument(help: "The client id.") var id: String
        @OptionGroup var database: DatabaseOptions

        func run() async throws {
            guard try await database.open(create: false).store.removeClient(id) == .committed else {
                throw CommandFailure("There is no client \(id).", next: "sallyport client list shows which there are.")
            }
            Terminal.output("\(id) is removed, with every consent and token of it.")
        }
    }

    struct Secret: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Replace an application's secret; the new one is printed once and never again.")

        @Argument(help: "The client id.") var id: String
        @OptionGroup var database: DatabaseOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let store = try await database.open(create: false).store
            let client = try await store.registered(id)
            guard !client.isPublic else { throw CommandFailure("\(id) is a public client and has no secret.") }
            var rotated = client
            let secret = rotated.replaceSecret(random: .system, now: .systemNow())
            guard try await store.replace(client, with: rotated) == .committed else {
                throw CommandFailure("\(id) was changed at the same time.", next: "Try again.")
            }
            rotated.print(secret: secret, output)
        }
    }
}

extension ClientStore {
    fileprivate func registered(_ id: String) async throws -> ClientRecord {
        guard let client = try await client(id) else {
            throw CommandFailure("There is no client \(id).", next: "sallyport client list shows which there are.")
        }
        return client
    }
}

extension RegistrationError {
    /// One problem of one field.
    init(about field: Field, _ message: String) {
        self.init(problems: [Problem(field: field, message: message)])
    }

    /// All problems, each with the option that it is about.
    var sentence: String { problems.map { "\($0.field.option): \($0.message)" }.joined(separator: " ") }
}

extension RegistrationError.Field {
    /// The option of `client add` that sets the field.
    fileprivate var option: String {
        switch self {
        case .id: "--id"
        case .name: "--name"
        case .redirectURIs: "--redirect-uri"
        case .postLogoutRedirectURIs: "--post-logout-redirect-uri"
        case .origins: "--origin"
        case .grantTypes: "--grant"
        case .scope: "--scope"
        case .profile: "--profile"
        case .accessTokenFormat: "--access-token"
        case .idTokenAlgorithm: "--id-token-algorithm"
        case .authenticationMethods: "--auth-method"
        case .secret: "--secret-stdin"
        }
    }
}

extension ClientRecord {
    /// Everything but the secret.
    fileprivate var json: JSONValue { .object(members) }

    private var members: JSONObject {
        [
            "client_id": .string(id), "name": .string(name), "public": .bool(isPublic),
            "grant_types": .strings(GrantType.all.filter(grantTypes.contains).map(\.rawValue)),
            "redirect_uris": .strings(redirectURIs.map(\.description)),
            "post_logout_redirect_uris": .strings(postLogoutRedirectURIs.map(\.description)),
            "origins": .strings(origins), "scope": .string(scope.description),
            "token_endpoint_auth_methods": .strings(authenticationMethods.map(\.rawValue).sorted()),
            "profile": .string(profile.rawValue), "access_token": .string(accessTokenFormat.rawValue),
            "id_token_algorithm": .string(idTokenAlgorithm.rawValue), "resource_server": .bool(isResourceServer),
            "created_at": .integer(createdAt.seconds),
        ]
    }

    /// The only time that a generated secret is printed.
    fileprivate func print(secret: OAuthCore.Secret?, _ output: OutputOptions) {
        var object = members
        object["client_secret"] = secret.map { .string($0.revealed()) }
        output.print(.object(object)) {
            ["client id      \(id)"]
                + (secret.map { ["client secret  \($0.revealed())", "The secret is not shown again."] } ?? [])
        }
    }

    fileprivate var details: [String] {
        let words = { (words: [String]) in words.isEmpty ? "-" : words.joined(separator: " ") }
        return [
            "client id       \(id)", "name            \(name)",
            "type            \(isPublic ? "public" : "confidential")\(isResourceServer ? ", resource server" : "")",
            "authenticates   \(words(authenticationMethods.map(\.rawValue).sorted()))",
            "grants          \(words(GrantType.all.filter(grantTypes.contains).map(\.rawValue)))",
            "redirect URIs   \(words(redirectURIs.map(\.description)))",
            "after sign-out  \(words(postLogoutRedirectURIs.map(\.description)))",
            "origins         \(words(origins))", "scope           \(scope)",
            "profile         \(profile.rawValue)", "access tokens   \(accessTokenFormat.rawValue)",
            "ID tokens       \(idTokenAlgorithm)",
        ]
    }
}
