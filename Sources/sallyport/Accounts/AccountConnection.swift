import Foundation
import Microsoft365
import OAuthClient
import OAuthCore
import OAuthHTTPClient

/// What a command needs of an account's tokens.
struct TokenNeed: Sendable {
    /// The API it is for (RFC 8707), or the account's own.
    var resource: String?
    /// What it may do; the account's own scope when not given.
    var scope: Scope?
    /// How long it must hold at least, in seconds.
    var minimumLifetime: Seconds?
}

/// An account at work: its way out, its server and its tokens.
struct AccountConnection {
    let account: Account
    let environment: ClientEnvironment
    let store: any TokenStore

    init(_ account: Account, in accounts: Accounts, bodyLimit: Int? = nil) throws {
        try self.init(account, store: accounts.tokens(of: account), bodyLimit: bodyLimit)
    }

    /// - Parameter bodyLimit: the longest answer that is read, in bytes. Default: the transport's.
    init(_ account: Account, store: any TokenStore, bodyLimit: Int? = nil) throws {
        self.account = account
        self.store = store
        environment = try Outbound.environment(authorities: account.authorities, bodyLimit: bodyLimit)
    }

    /// The server, with this client at it.
    func provider() async throws -> Provider {
        switch account.service {
        case .issuer(let issuer):
            try await Self.discover(
                issuer: issuer, clientID: account.clientID, credential: account.credential, environment)
        case .microsoft365: try await microsoft365Provider()
        }
    }

    static func discover(
        issuer: String, clientID: String, credential: Account.Credential, _ environment: ClientEnvironment
    ) async throws -> Provider {
        let authentication: ClientAuthentication =
            switch credential {
            case .none: .none
            case .secret(let secret): .secret(secret)
            case .certificate:
                throw CommandFailure(
                    "A certificate is for microsoft365.", next: "Give other servers --secret-stdin.")
            }
        do throws(ClientError) {
            return try await Provider.discover(
                issuer: issuer, clientID: clientID, authentication: authentication, environment: environment)
        } catch {
            throw CommandFailure(error)
        }
    }

    /// Where a person's own tokens are kept.
    func personKey(_ subject: String?) -> TokenKey {
        TokenKey(issuer: account.serviceKey, clientID: account.clientID, subject: subject ?? "person")
    }

    /// Tokens that hold: those that are kept, or fresh ones.
    func tokens(_ need: TokenNeed = TokenNeed()) async throws -> TokenSet {
        do {
            return try await heldOrFresh(account.simplified(need))
        } catch let error as ClientError {
            if case .reauthenticationRequired(let server) = error {
                let reason = server.map { ": " + account.failure(.server($0)).reason } ?? "."
                throw CommandFailure(
                    "The sign-in of \(account.name) has ended\(reason)", next: "Run: \(account.loginCommand)")
            }
            throw account.failure(error)
        }
    }

    private func heldOrFresh(_ need: TokenNeed) async throws -> TokenSet {
        switch account.holder {
        case .person(let subject, _):
            let key = personKey(subject)
            guard need.resource == nil, need.scope == nil else {
                return try await PartialTokens(connection: self, main: key).tokens(need)
            }
            if let held = try await held(key, need) { return held }
            return try await provider().session(resuming: key, store: store).tokens(
                minimumLifetime: need.minimumLifetime)
        case .program:
            if case .issuer(let issuer) = account.service {
                let key = TokenKey(
                    issuer: issuer, clientID: account.clientID, resource: need.resource,
                    scope: need.scope ?? account.scope)
                if let held = try await held(key, need) { return held }
            }
            return try await programSession(need).tokens(minimumLifetime: need.minimumLifetime)
        }
    }

    /// A session whose tokens are for one API; they are there when it returns.
    func session(resource: String) async throws -> TokenSession {
        let need = TokenNeed(resource: resource)
        guard case .person(let subject, _) = account.holder else { return try await programSession(need) }
        _ = try await tokens(need)
        var key = personKey(subject)
        key.resource = account.simplified(need).resource
        return try await provider().session(resuming: key, store: store)
    }

    /// Tokens in the store that hold long enough, for which no server need be asked.
    func held(_ key: TokenKey, _ need: TokenNeed) async throws -> TokenSet? {
        let stored: StoredTokens?
        do { stored = try await store.load(key) } catch { throw ClientError.store(error) }
        guard let tokens = stored?.tokens,
            tokens.isValid(at: environment.clock(), margin: need.minimumLifetime ?? 60)
        else { return nil }
        return tokens
    }

    private func programSession(_ need: TokenNeed) async throws -> TokenSession {
        guard case .issuer = account.service else { return try microsoft365Session(need) }
        var parameters = FormFields()
        if let resource = need.resource { parameters.append("resource", resource) }
        return try await provider().session(
            clientCredentials: need.scope ?? account.scope, additionalParameters: parameters, store: store)
    }

    /// Revokes the tokens where the server can. Microsoft cannot.
    func end() async throws {
        guard case .issuer = account.service else { return }
        switch account.holder {
        case .person(let subject, _):
            try await provider().session(resuming: personKey(subject), store: store).end()
        case .program: try await programSession(TokenNeed()).end()
        }
    }
}

/// The way out for commands.
enum Outbound {
    /// - Parameter authorities: the PEM text of authorities that are trusted besides the system's.
    static func environment(authorities: String?, bodyLimit: Int? = nil) throws(CommandFailure) -> ClientEnvironment {
        var configuration = TransportConfiguration()
        if let authorities { configuration.trustedAuthorities = .systemAnd(pem: Array(authorities.utf8)) }
        if let bodyLimit { configuration.bodyLimit = bodyLimit }
        do {
            return try .system(configuration)
        } catch {
            throw CommandFailure(
                "The authorities cannot be read.", next: "Give --ca-file a PEM file with certificates.")
        }
    }
}

extension Cloud {
    /// What `--cloud` finds it by: its name where it is Microsoft's, else its address.
    fileprivate var reference: String { Cloud.named(name) == self ? name : authorityBase }
}

extension Account {
    /// What stands for the service in keys of tokens.
    var serviceKey: String {
        switch service {
        case .issuer(let issuer): issuer
        case .microsoft365(let cloud, let tenant): "\(cloud.authorityBase)/\(tenant)"
        }
    }

    /// The command that signs this account in again.
    var loginCommand: String {
        let target =
            switch service {
            case .issuer(let issuer): PlainText.shellWord(issuer)
            case .microsoft365(let cloud, let tenant):
                "microsoft365 --cloud \(PlainText.shellWord(cloud.reference)) --tenant \(PlainText.shellWord(tenant))"
            }
        let authorities = authorities == nil ? "" : " --ca-file FILE"
        let proof =
            switch credential {
            case .none: ""
            case .secret: " --secret-stdin"
            case .certificate(let path, _, _): " --certificate \(PlainText.shellWord(path))"
            }
        let client = PlainText.shellWord(clientID) + proof
        return "sallyport login \(target)\(authorities) --client-id \(client) --account \(PlainText.shellWord(name))"
    }
}
