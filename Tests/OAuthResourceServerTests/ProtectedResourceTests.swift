import HTTPTypes
import OAuthCore
import OAuthResourceServer
import Testing

@Suite("What an API answers, RFC 6750 §3")
struct ProtectedResourceTests {
    private struct Verifier: AccessTokenVerifier {
        var scope: Scope = ["messages.read"]
        var failure: AccessTokenFailure?

        func verify(_ token: Secret) async throws(AccessTokenFailure) -> AccessTokenInformation {
            if let failure { throw failure }
            guard token.revealed() == "good" else { throw .invalid(Diagnostic("token.unknown")) }
            return AccessTokenInformation(issuer: "https://as.example", subject: "u", clientID: "c", scope: scope)
        }
    }

    private let resource = ProtectedResource(realm: "messages", requiredScope: ["messages.read"])

    private func refusal(
        _ authorization: [String], query: String = "", verifier: Verifier = Verifier()
    ) async -> (status: Int, challenge: String?)? {
        var headers = HTTPFields()
        headers[values: .authorization] = authorization
        switch await resource.check(headers, query: query, with: verifier) {
        case .allow: return nil
        case .refuse(let refusal): return (refusal.status.code, refusal.headers[.wwwAuthenticate])
        }
    }

    @Test("a good token with the scope is let in", arguments: ["Bearer good", "bearer good", "BEARER good"])
    func allows(header: String) async {
        #expect(await refusal([header]) == nil)
        #expect(await refusal([header], query: "a[]=1&b=%zz&x_access_token=1") == nil)
    }

    @Test("no token: 401 without an error", arguments: [[], ["Basic YTpi"], ["Digest x"]])
    func absent(authorization: [String]) async throws {
        let refusal = try #require(await refusal(authorization))
        #expect(refusal == (401, #"Bearer realm="messages""#))
    }

    @Test(
        "GHSA-gv94-wp4h-vv8p: a token behind two spaces, with another space or with foreign characters is malformed",
        arguments: ["Bearer  good", "Bearer", "Bearer go od", "Bearer good,x", "Bearer =good", "Bearer gööd"])
    func malformed(header: String) async throws {
        let challenge =
            #"Bearer realm="messages", error="invalid_request", error_description="the Authorization header is not a well-formed Bearer token""#
        #expect(try #require(await refusal([header])) == (400, challenge))
    }

    @Test(
        "GHSA-gv94-wp4h-vv8p: a tab does not end a scheme's name, nor does BearerX begin with one",
        arguments: ["Bearer\tgood", "BearerX good", "XBearer good", "Bearergood"])
    func otherScheme(header: String) async throws {
        #expect(try #require(await refusal([header])) == (401, #"Bearer realm="messages""#))
    }

    @Test("two Authorization fields are refused")
    func twice() async throws {
        #expect(try #require(await refusal(["Bearer good", "Bearer good"])).status == 400)
    }

    @Test(
        "RFC 9700 §4.3.2: a token in the query is refused, even beside a good one",
        arguments: ["access_token=good", "a=1&access_token=good", "access%5Ftoken=good", "access_token"])
    func query(query: String) async throws {
        for authorization in [[], ["Bearer good"]] {
            let refusal = try #require(await refusal(authorization, query: query))
            #expect(refusal.status == 400)
            #expect(refusal.challenge?.contains(#"error="invalid_request""#) == true)
        }
    }

    @Test("a token that is not good: 401 invalid_token, and not why")
    func invalid() async throws {
        #expect(
            try #require(await refusal(["Bearer bad"]))
                == (
                    401,
                    #"Bearer realm="messages", error="invalid_token", error_description="the access token is not valid here""#
                ))
    }

    @Test("too little scope: 403 with the scope that would do", arguments: [[], ["messages.write"]] as [Scope])
    func scope(granted: Scope) async throws {
        #expect(
            try #require(await refusal(["Bearer good"], verifier: Verifier(scope: granted)))
                == (
                    403,
                    #"Bearer realm="messages", error="insufficient_scope", error_description="the access token allows too little", scope="messages.read""#
                ))
    }

    @Test("a token that cannot be checked now: 503 and no challenge, so that nobody throws it away")
    func unavailable() async throws {
        let diagnostic = Diagnostic("resource.keys-unreachable")
        let decision = resource.decide(.failure(.unavailable(diagnostic)))
        guard case .refuse(let refusal) = decision else { return #expect(Bool(false), "let in") }
        #expect(refusal.status == .serviceUnavailable)
        #expect(refusal.headers[.wwwAuthenticate] == nil)
        #expect(refusal.headers[.retryAfter] == "5")
        #expect(refusal.diagnostic == diagnostic)
    }

    @Test("every scope that is required must be there")
    func allScopes() {
        let both = ProtectedResource(realm: "r", requiredScope: ["a", "b"])
        for (granted, isAllowed) in [(["a", "b", "c"], true), (["a"], false), (["b"], false)] as [(Scope, Bool)] {
            let token = AccessTokenInformation(issuer: "i", subject: "s", clientID: "c", scope: granted)
            #expect((both.decide(.success(token)) == .allow(token)) == isAllowed)
        }
    }

    @Test("a realm cannot break out of its quotes")
    func realm() {
        let resource = ProtectedResource(realm: #"a", error="x"#)
        guard case .refuse(let refusal) = resource.decide(.failure(.invalid(Diagnostic("x")))) else { return }
        #expect(refusal.headers[.wwwAuthenticate]?.hasPrefix(#"Bearer realm="a?, error=?x", error="#) == true)
    }
}
