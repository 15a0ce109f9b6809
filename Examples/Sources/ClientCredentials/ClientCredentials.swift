import Foundation
import OAuthClient
import OAuthCore
import OAuthHTTPClient

/// A token in the client's own name, in two statements.
@main
struct ClientCredentials {
    static func main() async {
        do {
            try await run()
        } catch {
            FileHandle.standardError.write(Data("ClientCredentials: \(error)\n".utf8))
            exit(1)
        }
    }

    private static func run() async throws {
        let settings = ProcessInfo.processInfo.environment
        let (issuer, id) = (settings["ISSUER"] ?? "", settings["CLIENT_ID"] ?? "")
        let secret = Secret(settings["CLIENT_SECRET"] ?? "")

        let provider = try await Provider.discover(
            issuer: issuer, clientID: id, authentication: .secret(secret), environment: .system())
        let token = try await provider.token(.clientCredentials())

        let lifetime = token.expiresAt.map { "\($0.since(token.issuedAt).count) s" } ?? "an unknown time"
        print("Got a token for \(id) that holds for \(lifetime); its scope: \(token.scope)")
    }
}
