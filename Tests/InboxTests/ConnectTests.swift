import Emulator
import Foundation
import HTTPTypes
import HummingbirdTesting
import Microsoft365
import OAuthCore
import Testing

@testable import Inbox

@Suite("Connecting an organisation")
struct ConnectTests {
    static let admin = "admin@contoso.example"

    @Test("an administrator connects, and reads any mailbox of the organisation")
    func connects() async throws {
        try await World.run { world in
            let browser = world.browser()
            let done = try await browser.connect(as: Self.admin)
            #expect(done.status == .seeOther && done.location == "/mail/\(World.contoso)")
            #expect(try await browser.get("/").text.contains("contoso.example"))
            for user in world.cloud.directory.tenants.first(where: { $0.id == World.contoso })?.users ?? [] {
                guard user.hasMailbox else { continue }
                let list = try await browser.get("/mail/\(World.contoso)/\(user.userPrincipalName)")
                #expect(list.status == .ok)
            }
            let tenants = try await world.store.tenants()
            #expect(tenants.map(\.id.description) == [World.contoso] && tenants.first?.name == "contoso.example")
        }
    }

    @Test("an administrator who returns signs in without being asked for consent, and only where it is connected")
    func returns() async throws {
        try await World.run { world in
            let browser = world.browser()
            let early = try await browser.connect(as: Self.admin, at: "/connect/sign-in")
            #expect(early.location == "/")
            let refused = try await browser.get("/mail/\(World.contoso)")
            #expect(refused.status == .notFound && refused.errorID == "inbox.not-connected")
            try await browser.connect(as: Self.admin)
            let later = world.browser()
            let done = try await later.connect(as: Self.admin, at: "/connect/sign-in")
            #expect(done.location == "/mail/\(World.contoso)")
            #expect(try await later.get("/mail/\(World.contoso)/\(World.megan)").status == .ok)
        }
    }

    @Test("who declines connects nothing")
    func declined() async throws {
        try await World.run { world in
            let browser = world.browser()
            let page = try await browser.connect(as: "admin@fabrikam.example", answering: .deny)
            #expect(page.status == .forbidden && page.errorID == "inbox.consent-declined")
            #expect(try await world.store.tenants().isEmpty)
            #expect(browser.cookies[InboxCookies.Name.administrator.rawValue] == nil)
        }
    }

    @Test("an ordinary member is told so, and gets no session", arguments: ["/connect", "/connect/sign-in"])
    func member(start: String) async throws {
        try await World.run { world in
            try await world.browser().connect(as: Self.admin)
            let browser = world.browser()
            let page = try await browser.connect(as: World.megan, at: start)
            #expect(page.status == .forbidden && page.errorID == "inbox.not-administrator")
            let mail = try await browser.get("/mail/\(World.contoso)/\(World.megan)")
            #expect(mail.status == .forbidden && mail.errorID == "inbox.signed-out")
        }
    }

    @Test("a tenant parameter that someone else connected opens nothing")
    func tenantParameter() async throws {
        try await World.run { world in
            try await world.browser().connect(as: "admin@fabrikam.example")
            let browser = world.browser()
            var answer = try await browser.ask(as: Self.admin)
            answer.fields.append("tenant", World.fabrikam)
            let done = try await browser.finish(answer)
            #expect(done.location == "/mail/\(World.contoso)")
            let other = try await browser.get("/mail/\(World.fabrikam)/mei@fabrikam.example")
            #expect(other.status == .forbidden && other.errorID == "inbox.not-allowed")
        }
    }

    @Test("consent and a tenant without an ID token are nobody's")
    func withoutIdentity() async throws {
        try await World.run { world in
            try await world.browser().connect(as: "admin@fabrikam.example")
            let browser = world.browser()
            let state = try await browser.ask(as: Self.admin).fields["state"] ?? ""
            let forged: FormFields = [
                "state": state, "admin_consent": "True", "tenant": World.fabrikam, "code": "anything",
            ]
            let page = try await browser.finish(.init(action: World.base + "/connect/callback", fields: forged))
            #expect(page.status == .badRequest && page.errorID == "inbox.identity-rejected")
            #expect(browser.cookies[InboxCookies.Name.administrator.rawValue] == nil)
        }
    }

    /// What an attacker may do to an ID token.
    enum Forgery: CaseIterable { case otherTenant, unsigned, otherSignature, otherCode, ofAnotherAttempt }

    @Test("a forged ID token is refused", arguments: Forgery.allCases)
    func forged(_ forgery: Forgery) async throws {
        try await World.run { world in
            let browser = world.browser()
            if forgery == .unsigned {
                try await world.control("faults", ["at": "authorize", "kind": "unsigned_id_token", "count": 1])
            }
            var answer = try await browser.ask(as: Self.admin)
            var token = answer.fields["id_token"] ?? ""
            var code = answer.fields["code"] ?? ""
            switch forgery {
            case .otherTenant: token = try Self.replacing(World.contoso, with: World.fabrikam, in: token)
            case .unsigned: break
            case .otherSignature: token = String(token.dropLast(8)) + "AAAAAAAA"
            case .otherCode: code += "x"
            case .ofAnotherAttempt: token = try await browser.ask(as: Self.admin).fields["id_token"] ?? ""
            }
            answer.fields = [
                "state": answer.fields["state"] ?? "", "id_token": token, "code": code, "admin_consent": "True",
            ]
            let page = try await browser.finish(answer)
            #expect(page.status == .badRequest && page.errorID == "inbox.identity-rejected", "\(page.text)")
            #expect(try await world.store.tenants().isEmpty)
            #expect(browser.cookies[InboxCookies.Name.administrator.rawValue] == nil)
        }
    }

    /// The token with another word in its claims, under the old signature.
    private static func replacing(_ word: String, with other: String, in token: String) throws -> String {
        var parts = token.split(separator: ".").map(String.init)
        let claims = String(decoding: try #require(Base64URL.decode(parts[1])), as: UTF8.self)
        #expect(claims.contains(word))
        parts[1] = Base64URL.encode(Array(claims.replacing(word, with: other).utf8))
        return parts.joined(separator: ".")
    }

    @Test("the probe for consent decides, whatever the answer says")
    func probe() async throws {
        try await World.run { world in
            let browser = world.browser()
            let answer = try await browser.ask(as: Self.admin)
            try await world.control(
                "consents/withdraw",
                ["tenant": "contoso.example", "client_id": .string(world.site.parts.microsoft.app.clientID)])
            let page = try await browser.finish(answer)
            #expect(page.status == .forbidden && page.errorID == "inbox.not-consented", "\(page.text)")
            #expect(try await world.store.tenants().isEmpty)
        }
    }

    @Test("an app whose credential is refused says that it is not the organisation's fault")
    func credential() async throws {
        try await World.run { world in
            let browser = world.browser()
            let answer = try await browser.ask(as: Self.admin)
            try await world.control("faults", ["at": "token", "kind": "error", "code": 700_027, "count": 1])
            let page = try await browser.finish(answer)
            #expect(page.status == .badGateway && page.errorID == "inbox.credential-refused")
            #expect(page.text.contains("AADSTS700027"))
        }
    }

    @Test("a throttled platform and one that does not answer are told apart")
    func cloudTrouble() async throws {
        try await World.run { world in
            let browser = world.browser()
            let answer = try await browser.ask(as: Self.admin)
            try await world.control("faults", ["at": "token", "kind": "throttle", "retry_after": 9, "count": 1])
            let throttled = try await browser.finish(answer)
            #expect(throttled.status == .serviceUnavailable && throttled.errorID == "inbox.throttled")
            #expect(throttled.headers[.retryAfter] == "9")
            let second = world.browser()
            let next = try await second.ask(as: "admin@fabrikam.example")
            world.network.cut("localhost:8443")
            let silent = try await second.finish(next)
            #expect(silent.status == .badGateway && silent.errorID == "inbox.cloud-unavailable", "\(silent.text)")
        }
    }
}
