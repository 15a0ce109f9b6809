import OAuthCore
import Testing

@Suite("Scopes, challenges and errors, RFC 6749 §3.3, §5.2, RFC 6750 §3")
struct MessagesTests {
    @Test("a scope is a set of tokens in the order they came")
    func scope() throws {
        let scope = try #require(Scope.parse("b a  b c"))
        #expect(scope.tokens == ["b", "a", "c"])
        #expect(scope.description == "b a c")
        #expect(scope == ["c", "b", "a"])
        #expect(scope != ["a", "b"])
        #expect(!scope.contains("A"))
        #expect(scope.subtracting(["a"]) == ["b", "c"])
        #expect(scope.intersection(["a", "z"]) == ["a"])
        #expect(scope.union(["z"]).tokens == ["b", "a", "c", "z"])
        #expect(Scope.parse("") == Scope())
        #expect(Scope().isSubset(of: scope))
    }

    @Test("characters that no scope has", arguments: ["a\"", "a\\b", "é", "a\tb", "a\u{0}", "a\u{7f}"])
    func scopeCharacters(text: String) { #expect(Scope.parse(text) == nil) }

    @Test("a challenge quotes each parameter and can be left without any")
    func challenge() {
        #expect(BearerChallenge().headerValue() == "Bearer")
        #expect(
            BearerChallenge(realm: "r", error: .insufficientScope, errorDescription: "no", scope: ["a", "b"])
                .headerValue()
                == #"Bearer realm="r", error="insufficient_scope", error_description="no", scope="a b""#)
        #expect(BearerChallenge(realm: "a\"\r\nSet-Cookie: x").headerValue() == #"Bearer realm="a???Set-Cookie: x""#)
    }

    @Test("an error's description holds only what the RFC allows")
    func sanitised() {
        let error = OAuthError(.invalidRequest, "a\"b\\c\n☃é~", diagnostic: Diagnostic("x"))
        #expect(error.description == "a?b?c???~")
    }

    @Test("metadata says again what it read, and a member of the wrong type is an error")
    func metadata() throws {
        let body = Array(#"{"issuer":"https://as.example","token_endpoint":"https://as.example/t","x":1}"#.utf8)
        let metadata = try AuthorizationServerMetadata.parse(body)
        #expect(metadata.tokenEndpoint == "https://as.example/t")
        #expect(metadata.raw["x"] == 1)
        #expect(metadata.document() == ["issuer": "https://as.example", "token_endpoint": "https://as.example/t"])
        #expect(throws: MetadataError.missing("issuer")) { try AuthorizationServerMetadata.parse(Array("{}".utf8)) }
        #expect(throws: MetadataError.wrongType("token_endpoint")) {
            try AuthorizationServerMetadata.parse(Array(#"{"issuer":"x","token_endpoint":1}"#.utf8))
        }
        #expect(throws: MetadataError.wrongType("scopes_supported")) {
            try AuthorizationServerMetadata.parse(Array(#"{"issuer":"x","scopes_supported":["a",1]}"#.utf8))
        }
    }

    @Test("time saturates rather than overflows")
    func time() {
        #expect(UnixTime(.max) + 1 == UnixTime(.max))
        #expect(UnixTime(.min) - 1 == UnixTime(.min))
        #expect(UnixTime(10).since(UnixTime(15)) == Seconds(-5))
    }
}
