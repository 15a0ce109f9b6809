import OAuthCore
import Testing

@testable import OAuthHummingbird

@Suite("Pages as they come")
struct PageRenderingTests {
    private let renderer: PageRenderer

    init() throws { renderer = try PageRenderer() }

    private func elements(_ template: PageTemplate) -> [HTMLElement] {
        HTMLElement.scan(renderer.render(PageSample.page(template), in: PageSample.layout))
    }

    @Test("every page has what its forms and its users need", arguments: PageTemplate.allCases)
    func meetsRequirements(_ template: PageTemplate) {
        let elements = elements(template)
        let missing = PageSample.requirements(of: template).filter { !$0.isMet(by: elements) }
        #expect(missing == [])
    }

    @Test(
        "every page has a language, one main landmark, one first heading and no id twice",
        arguments: PageTemplate.allCases)
    func isWellFormed(_ template: PageTemplate) {
        let elements = elements(template)
        #expect(elements.first { $0.name == "html" }?["lang"] == "en")
        #expect(elements.count { $0.name == "main" } == 1)
        #expect(elements.count { $0.name == "h1" } == 1)
        let ids = elements.compactMap { $0["id"] }
        #expect(ids.count == Set(ids).count)
    }

    @Test("every field has a label and every description is there", arguments: PageTemplate.allCases)
    func isLabelled(_ template: PageTemplate) {
        let elements = elements(template)
        let labelled = Set(elements.filter { $0.name == "label" }.compactMap { $0["for"] })
        let ids = Set(elements.compactMap { $0["id"] })
        for field in elements where ["input", "textarea"].contains(field.name) && field["type"] != "hidden" {
            #expect(labelled.contains(field["id"] ?? "no id"))
        }
        let described = elements.flatMap { ($0["aria-describedby"] ?? "").split(separator: " ") }
        #expect(described.allSatisfy { ids.contains(String($0)) })
    }

    @Test("no page needs what the Content-Security-Policy forbids", arguments: PageTemplate.allCases)
    func obeysPolicy(_ template: PageTemplate) {
        for element in elements(template) {
            #expect(element["style"] == nil && element.name != "style")
            #expect(!element.attributes.contains { $0.name.hasPrefix("on") })
            #expect(element.name != "script" || element["nonce"] == "sample-nonce")
        }
    }

    @Test("only the page with the secret has a script")
    func scripts() {
        let withScript = PageTemplate.allCases.filter { elements($0).contains { $0.name == "script" } }
        #expect(withScript == [.applicationSecret])
    }

    @Test("the same values give the same bytes", arguments: PageTemplate.allCases)
    func isDeterministic(_ template: PageTemplate) throws {
        let first = renderer.render(PageSample.page(template), in: PageSample.layout)
        #expect(try PageRenderer().render(PageSample.page(template), in: PageSample.layout) == first)
    }

    @Test("no text is missing and no parameter is left open", arguments: PageTemplate.allCases)
    func isFilled(_ template: PageTemplate) {
        let html = renderer.render(PageSample.page(template), in: PageSample.layout)
        let withoutScript = html.prefix(upTo: html.firstRange(of: "<script")?.lowerBound ?? html.endIndex)
        #expect(!withoutScript.contains("{") && !withoutScript.contains("&#123;"))
        #expect(!withoutScript.contains("<h1></h1>") && !withoutScript.contains("<h2></h2>"))
    }

    @Test("every text that a template names is in the catalogue")
    func namesKnownTexts() {
        for (name, source) in TemplateSet.originals {
            let texts = TemplateTag.scan(source).map(\.name).filter { $0.hasPrefix("t.") }
            for text in texts { #expect(renderer.catalog.contains(String(text.dropFirst(2))), "\(text) in \(name)") }
        }
    }

    @Test("a title takes no parameters, since the window's title has no place for markup")
    func titlesArePlain() {
        for key in renderer.catalog.keys where key.hasSuffix(".title") {
            #expect(renderer.catalog.parameters(of: key) == [])
        }
    }

    @Test("no value has a name that the template engine gives another meaning to")
    func namesAreFree() {
        for template in PageTemplate.allCases {
            let fields = renderer.fields(of: PageSample.page(template), in: PageSample.layout)
            #expect(["text", "tokens", "filename", "t"].allSatisfy { fields[$0] == nil })
        }
    }

    @Test("a wrong password and an unknown name are told the same; waiting is told in seconds")
    func loginProblems() {
        func problem(_ problem: LoginPage.Problem) -> String {
            let page = LoginPage(action: "/login", continuation: "/", csrf: "c", username: "ada", problem: problem)
            return renderer.render(.login(page), in: Layout(assets: "/assets", nonce: "n"))
        }
        #expect(problem(.wrongCredentials).contains("do not belong together"))
        #expect(problem(.throttled(seconds: 30)).contains("Wait <bdi>30</bdi> s"))
        #expect(problem(.throttled(seconds: 0)).contains("Wait <bdi>1</bdi> s"))
    }

    @Test("pages that ask a question show no way past it")
    func gatesHaveNoNavigation() {
        for template: PageTemplate in [.login, .consent, .logout, .signedOut] {
            #expect(!elements(template).contains { $0.name == "nav" })
        }
        #expect(elements(.applications).contains { $0.name == "nav" })
    }

    @Test("an error without texts of its own gets the general ones and keeps its id")
    func unknownError() {
        let page = ErrorPage(status: 400, id: "nobody.knows")
        let html = renderer.render(.error(page), in: Layout(assets: "/assets", nonce: "n"))
        #expect(html.contains("That did not work") && html.contains("nobody.knows"))
    }

    @Test(
        "a link leads only where a link may",
        arguments: [
            "javascript:alert(1)", "JaVaScRiPt:x", "data:text/html,x", "java\nscript:x", " javascript:x", "vbscript:x",
        ])
    func refusesScriptLinks(_ address: String) {
        let page = SignedOutPage(backURL: address)
        let html = renderer.render(.signedOut(page), in: Layout(assets: "/assets", nonce: "n"))
        #expect(!html.contains("id=\"back\""))
    }

    @Test(
        "a link may lead to a site, a path or an app",
        arguments: ["https://a.example/", "/path", "com.example.app:/done", "http://127.0.0.1:8000/a?b=c:d"])
    func acceptsLinks(_ address: String) {
        let page = SignedOutPage(backURL: address)
        let html = renderer.render(.signedOut(page), in: Layout(assets: "/assets", nonce: "n"))
        #expect(HTMLElement.scan(html).contains { $0["id"] == "back" && $0["href"] == address })
    }
}
