import Foundation
import OAuthClient
import OAuthCore
import OAuthHTTPClient

/// A person's sign-in, in six statements: the browser is opened by hand, and the address it ends at is pasted.
@main
struct LoginExample {
    static func main() async {
        do {
            try await run()
        } catch {
            FileHandle.standardError.write(Data("Login: \(error)\n".utf8))
            exit(1)
        }
    }

    private static func run() async throws {
        let settings = ProcessInfo.processInfo.environment
        let (issuer, id) = (settings["ISSUER"] ?? "", settings["CLIENT_ID"] ?? "")
        let secret = Secret(settings["CLIENT_SECRET"] ?? "")
        let redirectURI = settings["REDIRECT_URI"] ?? "http://127.0.0.1:8765/callback"

        let provider = try await Provider.discover(
            issuer: issuer, clientID: id, authentication: .secret(secret), environment: .system())
        let request = try provider.authorizationRequest(redirectURI: redirectURI, scope: ["openid", "profile"])
        show("Open \(request.url)\nand paste the address you are sent to:")
        let address = readLine() ?? ""
        let callback = try provider.validate(callbackURL: address, for: request.attempt)
        let login = try await provider.login(callback)

        print("Signed in: \(login.idToken?.name ?? login.idToken?.subject ?? "nobody"); scope: \(login.tokens.scope)")
    }

    /// Prints at once, also into a pipe, whose reader would otherwise wait for the address.
    private static func show(_ text: String) {
        print(text)
        fflush(nil)
    }
}
