import OAuthCore
import Testing

@testable import OAuthHummingbird

@Suite("Pages with hostile values")
struct HostileValueTests {
    static let values = [
        "\"><script>alert(1)</script>", "' onfocus='alert(1)", "</textarea></title></script><h1>", "{{csrf}}",
        "{{{csrf}}}", "{{#session}}", "{{=<% %>=}}", "{csrf}", "a\u{0}b", "\u{202E}gnp.exe", "\u{2066}x", "<!--",
        "&quot;&#34;",
        "\"\u{301} onfocus=alert(1) x=\u{301}", "<\u{200D}script>", ">\u{FE0F}", "line\nbreak\r\nthere", "\u{7F}\u{85}",
    ]

    @Test("values change no element and no attribute of a page", arguments: PageTemplate.allCases)
    func keepsStructure(_ template: PageTemplate) throws {
        let renderer = try PageRenderer()
        func structure(_ word: String) -> [String] {
            HTMLElement.scan(renderer.render(Fixture.page(template, word), in: Fixture.layout(word)))
                .filter { $0.name != "li" && $0.name != "code" && $0.name != "bdi" }
                .map { "\($0.name) \($0.attributes.map(\.name))" }
        }
        let plain = structure("plain")
        for value in Self.values { #expect(structure(value) == plain, "\(value.debugDescription)") }
    }

    @Test("a value is not a template", arguments: PageTemplate.allCases)
    func isInert(_ template: PageTemplate) throws {
        let html = try PageRenderer().render(
            Fixture.page(template, "{{csrf}}{{t.signed-out.lead}}"), in: Fixture.layout("{{nonce}}"))
        #expect(!html.contains("{{") && (!html.contains("Both doors") || template == .signedOut))
    }

    @Test("control characters are shown as what they are not", arguments: PageTemplate.allCases)
    func hasNoControls(_ template: PageTemplate) throws {
        let word = "a\u{0}b\u{1B}c\u{85}"
        let html = try PageRenderer().render(Fixture.page(template, word), in: Fixture.layout(word))
        #expect(!html.unicodeScalars.contains { $0.properties.generalCategory == .control && $0 != "\n" })
    }

    @Test("a name keeps its writing direction to itself")
    func isolatesNames() throws {
        let name = "\u{202E}yrtnuoc"
        let html = try PageRenderer().render(Fixture.page(.consent, name), in: Fixture.layout("x"))
        #expect(html.contains("<h1>Allow <bdi>\(name)</bdi> to use your account?</h1>"))
        #expect(html.contains("Registered by <bdi>\(name)</bdi>."))
        #expect(html.contains("<strong class=\"host\"><bdi>\(name)</bdi></strong>"))
    }

    @Test("a template cannot ask for a raw value")
    func hasNoRawValues() throws {
        let renderer = try PageRenderer(overrides: ["consent": "{{{application}}}{{&application}}"])
        let html = renderer.render(Fixture.page(.consent, "<b>"), in: Fixture.layout("x"))
        #expect(html == "&lt;b&gt;&lt;b&gt;")
    }

    @Test("what was entered comes back as it was, line breaks included")
    func keepsEnteredValues() throws {
        let values = ApplicationFormPage.Values(redirectURIs: "https://a.example/\nhttps://b.example/  x")
        let page = ApplicationFormPage(purpose: .register, action: "/a", csrf: "c", cancelURL: "/", values: values)
        let html = try PageRenderer().render(.applicationForm(page), in: Fixture.layout("x"))
        #expect(html.contains(">https://a.example/&#10;https://b.example/  x</textarea>"))
    }
}
