import OAuthCore
import Testing

@testable import Emulator

@Suite("Files of tenants")
struct TenantsFileTests {
    private static let id = "3f1e8b52-6c0d-4a97-8f24-b1a5d07c9e10"
    private static let user =
        #"{"id":"d4e5f6a7-0000-4000-8000-000000000001","upn":"Ann@One.example","name":"Ann","password":"p"}"#

    private func file(
        tenant: String = "", user: String = user, apps: String = "[]", consents: String = "[]", rest: String = ""
    ) -> String {
        #"{"tenants":[{"id":"\#(Self.id)","domain":"one.example","name":"One","users":[\#(user)]\#(tenant)}],"#
            + #""apps":\#(apps),"consents":\#(consents)\#(rest)}"#
    }

    private func parse(_ text: String) throws(TenantsFileError) -> Directory {
        try TenantsFile.parse(Array(text.utf8)) { _ in nil }
    }

    @Test("a small file is read, names in lower case")
    func small() throws {
        let directory = try parse(file())
        #expect(directory.tenant("ONE.example")?.users.first?.userPrincipalName == "ann@one.example")
    }

    @Test("the samples are read, with the consent of contoso and the inbox's roles in ID tokens")
    func samples() throws {
        let directory = try Fixture.directory()
        #expect(directory.tenants.map(\.domain) == ["contoso.example", "fabrikam.example"])
        #expect(directory.tenants.allSatisfy { $0.users.contains { $0.isAdministrator } && $0.users.count >= 3 })
        #expect(directory.consents == [.init(tenantID: Fixture.contoso, clientID: Fixture.reports)])
        #expect(directory.app(Fixture.inbox)?.groupMembershipClaims == .directoryRole)
    }

    @Test("what is wrong is named with its place")
    func errors() {
        let app = #"{"client_id":"\#(Self.id)","name":"A","tenant":"one.example"#
        let wrong: [(String, String)] = [
            ("[]", ""), ("{}", "tenants"), (file(rest: #","more":1"#), "more"),
            (file(tenant: #","colour":"red""#), "tenants[0].colour"),
            (file(user: Self.user.replacing("Ann@One.example", with: "ann@two.example")), "tenants[0].users[0].upn"),
            (file(user: Self.user.replacing("d4e5", with: "x4e5")), "tenants[0].users[0].id"),
            (file(user: Self.user.replacing("\"p\"", with: "5")), "tenants[0].users[0].password"),
            (file(user: Self.user + "," + Self.user), "id"),
            (file(apps: "[\(app)x\"}]"), "apps[0].tenant"),
            (file(apps: "[\(app)\",\"redirect_uris\":[\"/path\"]}]"), "apps[0].redirect_uris"),
            (file(apps: "[\(app)\",\"certificates\":[\"gone.pem\"]}]"), "apps[0].certificates"),
            (
                file(apps: "[\(app)\",\"permissions\":[{\"resource\":\"https://x.example\"}]}]"),
                "apps[0].permissions[0].resource"
            ),
            (file(apps: "[\(app)\",\"group_membership_claims\":\"Some\"}]"), "apps[0].group_membership_claims"),
            (
                file(apps: "[\(app)\",\"client_secrets\":[{\"value\":\"s\",\"expires_at\":\"soon\"}]}]"),
                "apps[0].client_secrets[0].expires_at"
            ),
            (file(consents: "[{\"tenant\":\"one.example\",\"client_id\":\"\(Self.id)\"}]"), "consents[0].client_id"),
        ]
        for (text, path) in wrong {
            let error = #expect(throws: TenantsFileError.self, "\(path)") { try parse(text) }
            #expect(error?.path == path)
        }
    }
}
