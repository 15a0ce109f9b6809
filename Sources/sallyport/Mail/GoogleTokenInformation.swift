import HTTPTypes
import Mail
import OAuthClient
import OAuthCore

/// What Google itself says of a token, which nobody else can read.
enum GoogleTokenInformation {
    private static let endpoint = "https://oauth2.googleapis.com/tokeninfo"

    /// Asks for a token that looks like one of Google's and is for its servers; `nil` where there is no answer.
    static func ask(_ token: Secret, at host: String, _ environment: ClientEnvironment) async -> TokenInformation? {
        let host = host.lowercased()
        let isGoogle = [".gmail.com", ".googlemail.com"].contains { host.hasSuffix($0) }
        guard isGoogle, TokenLook.examine(token).kind == .google, let url = URI(endpoint) else { return nil }
        var fields = FormFields()
        // In the body: addresses are written into logs.
        fields.append("access_token", token.revealed())
        let request = HTTPRequest(
            .post, url, headerFields: [.contentType: "application/x-www-form-urlencoded", .accept: "application/json"])
        guard let response = try? await environment.transport.send(request, body: Array(fields.encoded().utf8)),
            response.head.status == .ok, let answer = try? JSONObject.parse(response.body)
        else { return nil }
        let scopes = answer["scope"]?.string?.split(separator: " ").map(String.init) ?? []
        return TokenInformation(scopes: scopes, email: answer["email"]?.string)
    }
}
