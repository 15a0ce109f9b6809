import Foundation
import OAuthCore
import Testing

@testable import OAuthHummingbird

@Suite("Texts of the pages")
struct StringCatalogTests {
    @Test(
        "days are written in UTC",
        arguments: [
            (0, "1 Jan 1970"), (-1, "31 Dec 1969"), (1_795_219_199, "20 Nov 2026"), (1_795_219_200, "21 Nov 2026"),
            (951_782_400, "29 Feb 2000"), (4_107_542_400, "1 Mar 2100"), (-2_203_891_200, "1 Mar 1900"),
        ] as [(Int64, String)])
    func writesDays(_ seconds: Int64, _ expected: String) throws {
        #expect(try StringCatalog.english().date(UnixTime(seconds)) == expected)
    }

    @Test("days at the ends of time do not trap", arguments: [Int64.min, Int64.max])
    func writesAnyDay(_ seconds: Int64) throws {
        #expect(try !StringCatalog.english().date(UnixTime(seconds)).isEmpty)
    }

    @Test("another language takes over text by text, and the rest stays English")
    func translates() throws {
        let json = Data(#"{"login.title": "Увійти", "consent.heading": "Дозволити {application}?"}"#.utf8)
        let catalog = try StringCatalog(language: "uk", json: json, fallback: .english())
        let renderer = try PageRenderer(catalog: catalog)
        let html = renderer.render(PageSample.page(.login), in: PageSample.layout)
        #expect(html.contains("<html lang=\"uk\" dir=\"ltr\">") && html.contains("<h1>Увійти</h1>"))
        #expect(html.contains(">Password</label>"))
        let consent = renderer.render(PageSample.page(.consent), in: PageSample.layout)
        #expect(consent.contains("Дозволити <bdi>Photo Printer</bdi>?"))
    }

    @Test("a language that is written from right to left turns the page")
    func turns() throws {
        let catalog = try StringCatalog(language: "he-IL", json: Data("{}".utf8), fallback: .english())
        let html = try PageRenderer(catalog: catalog).render(PageSample.page(.login), in: PageSample.layout)
        #expect(html.contains("<html lang=\"he-IL\" dir=\"rtl\">"))
    }

    @Test("a text is escaped like any value")
    func escapesTexts() throws {
        let json = Data(#"{"login.title": "<b>{application}</b> & {nobody}"}"#.utf8)
        let catalog = try StringCatalog(language: "en", json: json)
        let text = catalog.text("login.title") { $0 == "application" ? HTMLText(escaping: "<i>") : nil }
        #expect(text?.html == "&lt;b&gt;<bdi>&lt;i&gt;</bdi>&lt;/b&gt; &amp; &#123;nobody&#125;")
    }

    @Test("what is no object of strings is refused", arguments: ["", "[]", #"{"a": 1}"#, #"{"a": {"b": "c"}}"#])
    func refuses(_ json: String) {
        #expect(throws: CatalogError(language: "xx")) {
            try StringCatalog(language: "xx", json: Data(json.utf8))
        }
    }
}

@Suite("The request to paste")
struct TokenRequestExampleTests {
    @Test("credentials are form-encoded and quoted for the shell, RFC 6749 §2.3.1")
    func quotes() {
        let example = TokenRequestExample(
            tokenEndpoint: "http://127.0.0.1:8000/o/token", grant: .clientCredentials(scope: "messages.read"))
        let expected = #"""
            curl 'http://127.0.0.1:8000/o/token' \
              -u 'it%27s:a%2Bb%3Ac' \
              -d grant_type=client_credentials \
              --data-urlencode 'scope=messages.read'
            """#
        #expect(example.curl(clientID: "it's", clientSecret: Secret("a+b:c")) == expected)
    }

    @Test("a public application identifies itself in the body")
    func publicClient() {
        let grant = TokenRequestExample.Grant.authorizationCode(redirectURI: "https://a.example/it's")
        let curl = TokenRequestExample(tokenEndpoint: "https://a.example/token", grant: grant)
            .curl(clientID: "app", clientSecret: nil)
        #expect(curl.contains("--data-urlencode 'client_id=app'") && !curl.contains("-u "))
        #expect(curl.contains(#"'redirect_uri=https://a.example/it'\''s'"#))
    }

    @Test("credentials on their way to a page do not print")
    func keepsSecret() {
        let page = ApplicationSecretPage(
            occasion: .registered, name: "a", clientID: "b", clientSecret: Secret("canary"),
            example: TokenRequestExample(tokenEndpoint: "c", grant: .clientCredentials(scope: "")), doneURL: "/")
        var dumped = ""
        dump(page, to: &dumped)
        #expect(!"\(page)".contains("canary") && !dumped.contains("canary"))
    }
}
