import OAuthCore
import Testing

@Suite("Basic credentials and the Authorization field, RFC 6749 §2.3.1, RFC 6750 §2.1")
struct BasicCredentialsTests {
    private static let awkward =
        "Basic MVBwRyUyRlErMTp6JTJGdFo5VndGWnFBcG1JUSUyQlpIMUk1cExrJTJGdUI0dWQlM0FYMiUyRjhiTCUyQndmRlR0MXJGdyUzRA=="

    @Test("each half is form-encoded before base64, as in AppAuth's hard case")
    func vectors() throws {
        let credentials = BasicCredentials(
            clientID: "1PpG/Q 1", clientSecret: Secret("z/tZ9VwFZqApmIQ+ZH1I5pLk/uB4ud:X2/8bL+wfFTt1rFw="))
        #expect(credentials.headerValue() == Self.awkward)
        #expect(BasicCredentials.parse(headerValue: Self.awkward) == credentials)
        // RFC 6749 §2.3.1's own.
        let example = BasicCredentials(clientID: "s6BhdRkqt3", clientSecret: Secret("gX1fBat3bV"))
        #expect(BasicCredentials.parse(headerValue: "Basic czZCaGRSa3F0MzpnWDFmQmF0M2JW") == example)
    }

    @Test(
        "what is malformed is nothing",
        arguments: [
            "", "Basic", "Basic ", "Basic !!", "Basic YQ==", "Basic OmE=", "Bearer YTpi", "Basic  YTpi", "Basic /zp4",
        ])
    func malformed(header: String) { #expect(BasicCredentials.parse(headerValue: header) == nil) }

    @Test("GHSA-gv94-wp4h-vv8p: a bearer token is b64token behind one space and nothing else")
    func bearer() {
        for good in ["Bearer a", "bearer a-._~+/b==", "BEARER 0"] {
            #expect(AuthorizationHeader.bearerToken(in: good) != nil)
        }
        for bad in [
            "Bearer", "Bearer ", "Bearer  a", "Bearer\ta", "BearerX a", "Bearer a b", "Bearer a=b", "Bearer ==",
            "Bearer é",
        ] {
            #expect(AuthorizationHeader.bearerToken(in: bad) == nil)
        }
    }
}
