import ArgumentParser
import OAuthClient
import OAuthCore
import OAuthHTTPClient

/// A valid access token, for other programs.
struct Token: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print a valid access token of an account, refreshed if needed.")

    @Argument(help: "The account's name.") var account: String
    @Option(help: ArgumentHelp("How long the token must hold at least.", valueName: "seconds"))
    var minTTL: Int?
    @Option(help: ArgumentHelp("The API that the token is for.", valueName: "uri"))
    var resource: String?
    @Option(help: "What the token may do, separated by spaces; what was granted when not given.")
    var scope: String?
    @OptionGroup var accounts: AccountOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if let minTTL, !(0...86_400).contains(minTTL) {
            throw ValidationError("--min-ttl is 0 to 86400 seconds.")
        }
        if let scope, Scope.parse(scope) == nil { throw ValidationError("\(scope) is no scope.") }
        if let resource, URI(resource)?.fragment != nil || URI(resource) == nil {
            throw ValidationError("\(resource) is no resource: it must be a URI without fragment (RFC 8707 §2).")
        }
    }

    func run() async throws {
        let accounts = try await accounts.open()
        let connection = try AccountConnection(try await accounts.require(account), in: accounts)
        let need = TokenNeed(
            resource: resource, scope: scope.flatMap(Scope.parse), minimumLifetime: minTTL.map { Seconds(Int64($0)) })
        let tokens = try await connection.tokens(need)
        let token = tokens.accessToken.revealed()
        let now = UnixTime.systemNow()
        if let minimum = need.minimumLifetime, !tokens.isValid(at: now, margin: minimum) {
            Terminal.error("sallyport: the server makes no token that holds \(minimum.count) seconds.")
        }
        var json: JSONObject = [
            "access_token": .string(token), "token_type": "Bearer", "scope": .string(tokens.scope.description),
        ]
        json["expires_at"] = tokens.expiresAt.map { .integer($0.seconds) }
        output.print(.object(json)) { [token] }
    }
}
