import HTTPTypes
import OAuthClient
import OAuthCore
import OAuthTesting
import Testing

@Suite("Token responses, RFC 6749 §5")
struct TokenResponseTests {
    struct Lifetime: Sendable, CustomTestStringConvertible {
        var json: String
        var lenient: Int64?
        var strict: Int64?
        var isStrictError = false
        var testDescription: String { json }
    }

    @Test(
        "C1: reads expires_in of any type",
        arguments: [
            Lifetime(json: "3599", lenient: 3_599, strict: 3_599),
            Lifetime(json: "\"3599\"", lenient: 3_599, isStrictError: true),
            Lifetime(json: "\"-30\"", lenient: -30, isStrictError: true),
            Lifetime(json: "3600.0", lenient: 3_600, strict: 3_600),
            Lifetime(json: "1e12", lenient: 315_360_000, strict: 315_360_000),
            Lifetime(json: "1e300", lenient: 315_360_000, strict: 315_360_000),
            Lifetime(json: "null", lenient: nil, strict: nil),
            Lifetime(json: "\"abc\"", lenient: nil, isStrictError: true),
            Lifetime(json: "\"nan\"", lenient: nil, isStrictError: true),
            Lifetime(json: "true", lenient: nil, isStrictError: true),
        ])
    func lifetimes(_ vector: Lifetime) throws {
        let body = #"{"access_token":"at","token_type":"Bearer","expires_in":\#(vector.json)}"#
        let lenient = try TokenResponse.parse(.text(body))
        #expect(lenient.lifetime == vector.lenient.map { Seconds($0) })
        var quirks = ProviderQuirks()
        quirks.typeReading = .strict
        if vector.isStrictError {
            #expect(throws: ClientError.malformed("expires_in")) {
                try TokenResponse.parse(.text(body), quirks: quirks)
            }
        } else {
            #expect(try TokenResponse.parse(.text(body), quirks: quirks).lifetime == vector.strict.map { Seconds($0) })
        }
    }

    @Test("C2: expires_in 0 means expired, and never only by a quirk")
    func zeroLifetime() throws {
        let answer = TransportResponse.json(tokenAnswer(["expires_in": 0]))
        #expect(try TokenResponse.parse(answer).lifetime == 0)
        var quirks = ProviderQuirks()
        quirks.zeroLifetime = .never
        #expect(try TokenResponse.parse(answer, quirks: quirks).lifetime == nil)
    }

    @Test("C3: an absent expires_in leaves the end unknown, whatever the access token holds")
    func absentLifetime() throws {
        #expect(try TokenResponse.parse(.json(tokenAnswer(["expires_in": .null]))).lifetime == nil)
    }

    @Test("C4: token_type is Bearer in any case, by alias, or by absence with a warning")
    func tokenType() throws {
        #expect(try TokenResponse.parse(.json(tokenAnswer(["token_type": "BEARER"]))).warnings.isEmpty)
        let absent = TransportResponse.json(tokenAnswer(["token_type": .null]))
        #expect(try TokenResponse.parse(absent).warnings.map(\.id) == ["token.type-absent"])
        var quirks = ProviderQuirks()
        quirks.typeReading = .strict
        #expect(throws: ClientError.malformed("token_type")) { try TokenResponse.parse(absent, quirks: quirks) }
        let ebay = TransportResponse.json(tokenAnswer(["token_type": "User Access Token"]))
        #expect(throws: ClientError.unsupportedTokenType("User Access Token")) { try TokenResponse.parse(ebay) }
        quirks.bearerAliases = ["user access token"]
        #expect(try TokenResponse.parse(ebay, quirks: quirks).tokenType == "Bearer")
    }

    @Test("C5: other spellings are read by a quirk, and two that differ are an error")
    func spellings() throws {
        let hyphens: JSONObject = ["access-token": "at", "tokenType": "bearer", "refresh-token": "rt"]
        #expect(throws: ClientError.malformed("access_token")) { try TokenResponse.parse(.json(hyphens)) }
        var quirks = ProviderQuirks()
        quirks.memberSpelling = .anyCase
        let response = try TokenResponse.parse(.json(hyphens), quirks: quirks)
        #expect(response.refreshToken == Secret("rt"))
        #expect(response["access-token"] == "at")
        let both: JSONObject = ["access-token": "a", "access_token": "b", "token_type": "bearer"]
        #expect(throws: ClientError.malformed("access_token")) { try TokenResponse.parse(.json(both), quirks: quirks) }
    }

    @Test(
        "C6: the body tells what it is, whatever the content type says",
        arguments: ["access_token=a&expires=5", #"{"access_token":"a","expires_in":5}"#], ["text/plain", nil])
    func sniffing(body: String, type: String?) throws {
        let response = try TokenResponse.parse(.text(body, type: type))
        #expect(response.accessToken == Secret("a"))
        #expect(response.lifetime == 5)
    }

    @Test("C7: an error under status 200 is the server's error, never a missing token")
    func errorUnderSuccess() {
        let github: JSONObject = ["error": "bad_verification_code", "error_description": "The code is incorrect."]
        #expect(
            throws: ClientError.server(
                ServerError(
                    ErrorCode(rawValue: "bad_verification_code"), errorDescription: "The code is incorrect.",
                    status: 200))
        ) { try TokenResponse.parse(.json(github)) }
        let slack: JSONObject = ["ok": false, "error": "invalid_code"]
        #expect(throws: ClientError.server(ServerError(ErrorCode(rawValue: "invalid_code"), status: 200))) {
            try TokenResponse.parse(.json(slack))
        }
    }

    @Test("C8: error answers of every form become typed errors without the body")
    func errorForms() throws {
        let fitbit = #"{"errors":[{"errorType":"invalid_grant","message":"Refresh token invalid"}]}"#
        #expect(
            throws: ClientError.server(
                ServerError(.invalidGrant, errorDescription: "Refresh token invalid", status: 400))
        ) { try TokenResponse.parse(.text(fitbit, status: .badRequest)) }
        let page = "<html><head><title>502 Bad Gateway</title></head><body>at-SECRET</body></html>"
        #expect(throws: ClientError.http(HTTPFailure(status: 502, excerpt: "502 Bad Gateway"))) {
            try TokenResponse.parse(.text(page, type: "text/html", status: .badGateway))
        }
        #expect(throws: ClientError.http(HTTPFailure(status: 500))) {
            try TokenResponse.parse(.text("", status: .internalServerError))
        }
        #expect(throws: ClientError.malformed("body")) { try TokenResponse.parse(.text("")) }
        #expect(throws: ClientError.malformed("body")) { try TokenResponse.parse(.text(page, type: "text/html")) }
        let marked = "\u{FEFF}" + #"{"access_token":"at","token_type":"bearer"}"#
        #expect(try TokenResponse.parse(.text(marked)).accessToken == Secret("at"))
        let long = #"{"access_token":"at","x":""# + String(repeating: "x", count: 2 << 20) + "\"}"
        #expect(throws: ClientError.malformed("body")) { try TokenResponse.parse(.text(long)) }
    }

    @Test("C8: words that look like tokens are cut out of a server's description")
    func redaction() {
        let token = String(repeating: "aB3", count: 14)
        let body: JSONObject = ["error": "invalid_grant", "error_description": .string("token \(token)\r\nis unknown")]
        #expect(
            throws: ClientError.server(
                ServerError(.invalidGrant, errorDescription: "token [...] is unknown", status: 400))
        ) { try TokenResponse.parse(.json(body, status: .badRequest)) }
    }

    @Test("C9: scope is read from text, list and other separators, and absent when it is null or empty")
    func scopes() throws {
        func scope(_ value: JSONValue, _ separators: Set<Character> = [" "]) throws -> Scope? {
            var quirks = ProviderQuirks()
            quirks.scopeSeparators = separators
            return try TokenResponse.parse(.json(tokenAnswer(["scope": value])), quirks: quirks).scope
        }
        #expect(try scope("a b") == ["a", "b"])
        #expect(try scope("a,b", [","]) == ["a", "b"])
        #expect(try scope(["a", "b"].json) == ["a", "b"])
        #expect(try scope(.null) == nil)
        #expect(try scope("") == nil)
        #expect(throws: ClientError.malformed("scope")) { try scope(7) }
    }

    @Test("C10: fewer, more and reordered scopes are success; what is missing is told, and refused only on request")
    func grantedScopes() async throws {
        let fixture = Fixture()
        fixture.transport.on("/token", json: tokenAnswer(["scope": "openid b"]))
        let tokens = try await fixture.provider().token(.clientCredentials(scope: ["b", "offline_access"]))
        #expect(tokens.scope == ["openid", "b"])
        #expect(tokens.missingScope == ["offline_access"])
        var strict = Fixture.configuration
        strict.options.scopePolicy = .requireAll
        let error = await clientError { () async throws(ClientError) in
            try await fixture.provider(strict).token(.clientCredentials(scope: ["b", "c"]))
        }
        #expect(error == .missingScope(["c"]))
    }

    @Test("C11: a nested token is found by its path")
    func nestedToken() throws {
        let body = #"{"ok":true,"authed_user":{"access_token":"xoxp","token_type":"user"}}"#
        var quirks = ProviderQuirks()
        quirks.tokenPath = ["authed_user"]
        quirks.bearerAliases = ["user"]
        #expect(try TokenResponse.parse(.text(body), quirks: quirks).accessToken == Secret("xoxp"))
        #expect(throws: ClientError.malformed("authed_user")) {
            try TokenResponse.parse(.json(tokenAnswer()), quirks: quirks)
        }
    }

    @Test("a token with a line break or an empty one is refused")
    func malformedTokens() {
        for value in ["a\r\nX: y", "", "a b"] {
            #expect(throws: ClientError.malformed("access_token")) {
                try TokenResponse.parse(.json(tokenAnswer(["access_token": .string(value)])))
            }
        }
    }

    @Test("nothing that is printed shows a token")
    func redactedPrinting() throws {
        let response = try TokenResponse.parse(
            .json(tokenAnswer(["access_token": "canary", "refresh_token": "canary"])))
        let tokens = TokenSet(response, requestedScope: [], now: UnixTime(0))
        var text = "\(response) \(tokens) " + String(reflecting: response) + String(reflecting: tokens)
        dump(tokens, to: &text)
        dump(response, to: &text)
        #expect(!text.contains("canary"))
    }
}

extension [String] {
    fileprivate var json: JSONValue { .strings(self) }
}
