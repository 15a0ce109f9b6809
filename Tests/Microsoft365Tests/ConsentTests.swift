import Foundation
import OAuthCore
import OAuthTesting
import Testing

@testable import Microsoft365

@Suite("An administrator's consent")
struct ConsentTests {
    let tenants: Tenants
    let app: Microsoft365App

    init() throws {
        tenants = try Tenants()
        app = tenants.app()
    }

    private func begin(_ authority: Authority = .organizations) -> ConsentAttempt {
        app.consent(authority: authority, resource: Tenants.graph, redirectURI: Tenants.redirectURI).attempt
    }

    private func finish(
        _ query: FormFields, _ attempt: ConsentAttempt, path: String = Tenants.redirectURI
    ) async -> Microsoft365Error? {
        var query = query
        if query["state"] == nil { query.append("state", attempt.state.revealed()) }
        return await microsoftError { () async throws(Microsoft365Error) in
            try app.finish(consentCallback: "\(path)?\(query.encoded())", for: attempt)
        }
    }

    @Test("asks at the tenant's endpoint for everything the registration lists at the resource")
    func url() throws {
        let request = app.consent(
            authority: .tenant(tenants.contoso), resource: Tenants.graph, redirectURI: Tenants.redirectURI)
        let query = try FormFields.parse(query: try #require(URI(request.url)).query ?? "")
        #expect(request.url.hasPrefix("https://login.microsoftonline.com/\(tenants.contoso)/v2.0/adminconsent?"))
        #expect(query["scope"] == "https://graph.microsoft.com/.default")
        #expect(query["state"].map { Secret($0) } == request.attempt.state)
    }

    @Test("the answer's tenant is a hint, no more", arguments: ["/connected", Tenants.redirectURI])
    func success(path: String) throws {
        let attempt = begin()
        let url = "\(path)?admin_consent=True&tenant=\(tenants.fabrikam)&state=\(attempt.state.revealed())&scope=x"
        let answer = try app.finish(consentCallback: url, for: attempt)
        #expect(answer == ConsentAnswer(tenantHint: tenants.fabrikam, scopeHint: "x"))
    }

    @Test(
        "an error is looked at before admin_consent, which stands beside it",
        arguments: [
            ("consent_required", "AADSTS65004: User declined to consent to access the app.", "AADSTS65004"),
            ("permission_denied", "The admin canceled the request", nil),
            ("access_denied", "The user has denied access", nil),
        ] as [(String, String, String?)])
    func declined(error: String, text: String, code: String?) async {
        let attempt = begin()
        let answer: FormFields = [
            "admin_consent": "True", "tenant": tenants.contoso.description, "error": error, "error_description": text,
        ]
        let failure = await finish(answer, attempt)
        #expect(failure?.kind == .declined)
        #expect(failure?.code == code)
    }

    @Test("an answer without success, to another address or to another attempt is refused")
    func refused() async {
        let attempt = begin()
        #expect(await finish(["tenant": "x"], attempt)?.kind == .malformedAnswer("admin_consent"))
        #expect(await finish(["admin_consent": "False"], attempt)?.kind == .malformedAnswer("admin_consent"))
        #expect(await finish(["admin_consent": "True", "state": "forged"], attempt)?.kind == .state)
        #expect(
            await finish(["admin_consent": "True"], attempt, path: "https://evil.example/connected")?.kind
                == .malformedAnswer("url"))
        tenants.clock.advance(by: .hours(1))
        #expect(await finish(["admin_consent": "True"], attempt)?.kind == .attemptExpired)
    }

    @Test("a tenant that contradicts the one that was asked for is told at once")
    func contradiction() async {
        let attempt = begin(.tenant(tenants.contoso))
        let answer: FormFields = ["admin_consent": "True", "tenant": tenants.fabrikam.description]
        #expect(
            await finish(answer, attempt)?.kind == .wrongTenant(expected: tenants.contoso, found: tenants.fabrikam))
    }

    @Test("an attempt survives being stored, and prints no state")
    func coding() throws {
        let attempt = begin(.tenant(tenants.contoso))
        #expect(try JSONDecoder().decode(ConsentAttempt.self, from: JSONEncoder().encode(attempt)) == attempt)
        #expect(!String(reflecting: attempt).contains(attempt.state.revealed()))
    }
}
