import OAuthCore
import Testing

@Suite("URIs, issuers and redirect URIs are text and are compared as text")
struct URITests {
    @Test("the parts of a URI")
    func parts() throws {
        let uri = try #require(URI("HTTPS://User@App.Example:8443/a/b?c=d#e"))
        #expect(uri.scheme == "https")
        #expect(uri.userInfo == "User")
        #expect(uri.host == "app.example")
        #expect(uri.port == 8_443)
        #expect(uri.path == "/a/b")
        #expect(uri.query == "c=d")
        #expect(uri.fragment == "e")
        #expect(uri.text == "HTTPS://User@App.Example:8443/a/b?c=d#e")
        #expect(URI("http://[::1]:80/x")?.host == "[::1]")
        #expect(URI("com.example:/cb")?.path == "/cb")
        #expect(URI("https://a.example#")?.fragment == "")
    }

    @Test(
        "what two programs could read differently is no URI",
        arguments: [
            "", "/a", "//a.example", "https:\\\\a.example", "https://a.example\\@b.example", "https://a b.example",
            "https://a.example/\t", "https://а.example", "https://", "https://:80", "https://a.example:", "1a://x",
            "https://a.example:99999", "https://a.example:0", "https://a.example:8a", "https://[::1", "https://a%2eb",
            "https://" + String(repeating: "a", count: 2_048),
        ])
    func refused(text: String) { #expect(URI(text) == nil) }

    @Test("CVE-2022-36087: a crafted IPv6 address costs no time")
    func craftedIPv6() {
        for text in [
            "https://[" + String(repeating: ":", count: 2_000), "https://[" + String(repeating: "1:", count: 900),
        ] {
            #expect(URI(text) == nil)
        }
    }

    @Test("parameters go behind the query that is there and in front of the fragment")
    func appending() throws {
        for (text, expected) in [
            ("https://a.example", "https://a.example?x=1"), ("https://a.example/?", "https://a.example/?x=1"),
            ("https://a.example/?b=c", "https://a.example/?b=c&x=1"),
            ("https://a.example/#f", "https://a.example/?x=1#f"),
        ] {
            #expect(try #require(URI(text)).appending(query: ["x": "1"]) == expected)
        }
    }

    @Test(
        "issuers, RFC 8414 §2",
        arguments: [
            ("https://as.example", nil), ("https://as.example/o/", nil), ("http://127.0.0.1:8000/o", nil),
            ("http://localhost", nil), ("http://as.example", .notHTTPS),
            ("https://as.example?a", .hasQueryFragmentOrUser),
            ("https://as.example#", .hasQueryFragmentOrUser), ("https://u@as.example", .hasQueryFragmentOrUser),
            ("as.example", .notAURL), ("mailto:x", .notAURL), ("http://127.0.0.1.evil.example", .notHTTPS),
        ] as [(String, IssuerError?)])
    func issuers(text: String, error: IssuerError?) throws {
        if let error {
            #expect(throws: error) { try Issuer.parse(text) }
        } else {
            #expect(try Issuer.parse(text).description == text)
        }
    }

    @Test("the well-known places, below the issuer and between host and path")
    func wellKnown() throws {
        let issuer = try Issuer.parse("https://as.example/tenant/")
        #expect(issuer.openIDConfigurationURL == "https://as.example/tenant/.well-known/openid-configuration")
        #expect(
            issuer.authorizationServerMetadataURL == "https://as.example/.well-known/oauth-authorization-server/tenant")
        #expect(issuer.url("/token") == "https://as.example/tenant/token")
    }

    @Test("the first difference of a redirect URI is named, for whoever looks for it")
    func difference() throws {
        let uri = try RedirectURI.parse("https://app.example/cb")
        for (requested, expected) in [
            ("http://app.example/cb", "scheme"), ("https://u@app.example/cb", "user"), ("https://b.example/cb", "host"),
            ("https://app.example:1/cb", "port"), ("https://app.example/cb/", "path"),
            ("https://app.example/cb?a", "query"), ("https://app.example/cb#", "fragment"),
            ("https://App.example/cb", "case"), ("x", "syntax"),
        ] {
            #expect(uri.firstDifference(from: requested) == expected)
        }
    }
}
