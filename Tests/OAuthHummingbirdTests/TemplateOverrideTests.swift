import Foundation
import Testing

@testable import OAuthHummingbird

@Suite("Templates of one's own")
struct TemplateOverrideTests {
    private let layout = PageSample.layout

    private func rendered(_ template: PageTemplate, _ overrides: [String: String]) throws -> String {
        try PageRenderer(overrides: overrides).render(PageSample.page(template), in: layout)
    }

    @Test("a page may extend the base template")
    func extendsBase() throws {
        let html = try rendered(.login, ["login": "{{<base}}{{$content}}<h1>Hello</h1>{{/content}}{{/base}}"])
        #expect(html.contains("<h1>Hello</h1>") && html.contains("sallyport.css") && !html.contains("sign-in"))
    }

    @Test("a page may change one block of the page that comes with the product")
    func extendsOriginal() throws {
        let override = "{{<sallyport.consent}}{{$intro}}<h1>Hello {{application}}</h1>{{/intro}}{{/sallyport.consent}}"
        let html = try rendered(.consent, ["consent": override])
        #expect(html.contains("<h1>Hello Photo Printer</h1>") && html.contains("id=\"allow\""))
        #expect(PageRenderer.audit(overrides: ["consent": override]) == [])
    }

    @Test("the base may be extended for all pages at once")
    func extendsOriginalBase() throws {
        let override = "{{<sallyport.base}}{{$footer}}<footer>Imprint</footer>{{/footer}}{{/sallyport.base}}"
        for template in PageTemplate.allCases {
            let html = try rendered(template, ["base": override])
            #expect(html.contains("<footer>Imprint</footer>") && html.contains("<h1"))
        }
        #expect(PageRenderer.audit(overrides: ["base": override]) == [])
    }

    @Test("a part of one's own may be included")
    func includesPart() throws {
        let overrides = ["footer": "<p>Ours</p>", "account": "{{<base}}{{$content}}{{>footer}}{{/content}}{{/base}}"]
        #expect(try rendered(.account, overrides).contains("<p>Ours</p>"))
        #expect(PageRenderer.audit(overrides: overrides) == [])
    }

    @Test(
        "what cannot be used is an error with file and line, before anything is rendered",
        arguments: [
            ("a\n{{#owner}}\nb", 2), ("a\nb\n{{/owner}}", 3), ("{{#a}}\n{{#b}}\n{{/a}}", 2), ("a\n{{name", 2),
            ("a\n{{na me}}", 2), ("\n\n{{>consent}}", 3),
            ("{{<base}}\n{{$content}}\n{{>consent}}{{/content}}{{/base}}", 3),
            ("\n{{>*application}}", 2), ("\n{{=<% %>=}}", 2), ("\n{{% CONTENT_TYPE: TEXT}}", 2), ("{{", 1),
        ] as [(String, Int)])
    func refuses(_ source: String, _ line: Int) throws {
        let error = #expect(throws: TemplateError.self) { try PageRenderer(overrides: ["consent": source]) }
        #expect(error?.file == "consent.mustache")
        #expect(error?.line == line)
        let finding = try #require(PageRenderer.audit(overrides: ["consent": source]).first)
        #expect(finding.severity == .error)
        #expect(finding.description.hasPrefix("consent.mustache:\(line): "))
    }

    @Test("templates that include each other are found")
    func findsCircles() {
        let error = #expect(throws: TemplateError.self) {
            try PageRenderer(overrides: ["one": "{{>two}}", "two": "{{>one}}"])
        }
        #expect(error?.reason == .includesItself(path: ["one", "two", "one"]))
    }

    @Test("a consent page without its fields and buttons is an error for each of them")
    func findsMissingElements() {
        let findings = PageRenderer.audit(overrides: [
            "consent": """
            {{<base}}{{$content}}<form method="post" action="{{action}}">
            <input type="hidden" name="request" value="{{request}}"><input type="hidden" name="csrf" value="">
            <button name="decision" value="allow" id="allow">Yes</button></form>{{/content}}{{/base}}
            """
        ])
        let missing = findings.map(\.description)
        #expect(findings.allSatisfy { $0.severity == .error && $0.template == "consent" })
        for name in ["“scope”", "“subject”", "“csrf”", "“deny”"] {
            #expect(missing.contains { $0.contains(name) }, "\(name)")
        }
        #expect(!missing.contains { $0.contains("“request”") || $0.contains("“allow”") })
    }

    @Test("content in a block that the base does not have is missing from the page")
    func findsLostBlock() {
        let findings = PageRenderer.audit(overrides: ["login": "{{<base}}{{$contents}}x{{/contents}}{{/base}}"])
        #expect(findings.contains { $0.kind == .missingElement("an element with the id “sign-in”") })
    }

    @Test("a name that is no page is an error that names the nearest")
    func findsUnknownName() {
        let findings = PageRenderer.audit(overrides: ["concent": "<p>Hello</p>"])
        #expect(findings.map(\.kind) == [.unknownTemplate(nearest: "consent")])
        #expect(findings.first?.description.contains("did you mean “consent”?") == true)
    }

    @Test("unknown variables, texts and partials are found with their line")
    func findsUnknownVariables() {
        let source =
            "{{<sallyport.login}}{{$intro}}\n{{aplication}}\n{{t.login.titel}}\n{{>bass}}{{/intro}}{{/sallyport.login}}"
        let findings = PageRenderer.audit(overrides: ["login": source])
        #expect(
            findings.map(\.kind) == [
                .unknownVariable("aplication", nearest: "application"),
                .unknownVariable("t.login.titel", nearest: "t.login.title"), .unknownPartial("bass", nearest: "base"),
            ])
        #expect(findings.map(\.line) == [2, 3, 4])
    }

    @Test(
        "what the Content-Security-Policy blocks is a warning",
        arguments: [
            "<p style=\"color:red\">x</p>", "<p onclick=\"x()\">x</p>", "<script>x()</script>", "<style>p{}</style>",
            "<img src=\"https://cdn.example/x.png\" alt=\"\">",
        ])
    func findsBlocked(_ markup: String) {
        let source = "{{<sallyport.login}}{{$intro}}<h1>x</h1>\(markup){{/intro}}{{/sallyport.login}}"
        let findings = PageRenderer.audit(overrides: ["login": source])
        #expect(findings.count == 1 && findings.first?.severity == .warning)
    }

    @Test("the templates that come with the product have nothing to find")
    func originalsAreClean() {
        #expect(PageRenderer.audit(overrides: TemplateSet.originals) == [])
        #expect(PageRenderer.audit(overrides: [:]) == [])
    }
}

@Suite("Documentation of the templates")
struct TemplateDocumentationTests {
    @Test("every page and every variable is described", arguments: PageTemplate.allCases)
    func describesVariables(_ template: PageTemplate) throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Docs/Templates.md").standardizedFileURL
        let text = try String(contentsOf: file, encoding: .utf8)
        #expect(text.contains("### `\(template.rawValue)`"))
        let fields = try PageRenderer().fields(of: PageSample.page(template), in: PageSample.layout)
        for name in fields.keys.sorted() { #expect(text.contains("`\(name)`"), "\(name)") }
    }
}
