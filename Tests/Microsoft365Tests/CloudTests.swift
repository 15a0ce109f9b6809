import Foundation
import Microsoft365
import OAuthCore
import Testing

@Suite("Clouds as data")
struct CloudTests {
    private let emulated = """
        {"name": "emulator", "login_hosts": ["localhost:8443"], "authority_base": "https://localhost:8443",
         "issuer_templates": {
           "v1": "https://localhost:8443/{tenantid}/", "v2": "https://localhost:8443/{tenantid}/v2.0"
         },
         "resources": {"graph": "https://graph.microsoft.com", "outlook": "https://outlook.office365.com"},
         "graph_base": "https://localhost:8443/graph", "outlook_base": "https://localhost:8443/outlook",
         "address_map": {"https://graph.microsoft.com": "https://localhost:8443/graph"},
         "imap": {"host": "localhost", "port": 8993}, "ca": "-----BEGIN CERTIFICATE-----"}
        """

    @Test("an emulator's description is read, and a certificate authority in it is passed over")
    func emulator() throws {
        let cloud = try Cloud.parse(Array(emulated.utf8))
        #expect(cloud.name == "emulator")
        #expect(cloud.loginHosts == ["localhost:8443"])
        #expect(cloud.issuerTemplates.v1 == "https://localhost:8443/{tenantid}/")
        #expect(cloud.graphResource == "https://graph.microsoft.com")
        #expect(cloud.graphBase == "https://localhost:8443/graph")
        #expect(cloud.outlookBase == "https://localhost:8443/outlook")
        #expect(cloud.imap == Cloud.MailHost(host: "localhost", port: 8_993))
        #expect(cloud.smtp == nil)
        #expect(!String(decoding: cloud.document().encoded(), as: UTF8.self).contains("CERTIFICATE"))
    }

    @Test("what a person writes may be short, with slashes at the ends")
    func byHand() throws {
        let text = """
            {"name": "mine", "authority_base": "https://login.mine.example/",
             "issuer_templates": {
               "v1": "https://sts.mine.example/{tenantid}/", "v2": "https://login.mine.example/{tenantid}/v2.0"
             },
             "resources": {"graph": "https://graph.mine.example/", "outlook": "https://mail.mine.example"}}
            """
        let cloud = try Cloud.parse(Array(text.utf8))
        #expect(cloud.authorityBase == "https://login.mine.example")
        #expect(cloud.loginHosts == ["login.mine.example"])
        #expect(cloud.graphBase == "https://graph.mine.example")
    }

    @Test("Microsoft's clouds are read from their own descriptions as they are", arguments: Cloud.all)
    func roundTrip(cloud: Cloud) throws {
        #expect(try Cloud.parse(cloud.document().encoded()) == cloud)
        let coded = try JSONDecoder().decode([Cloud].self, from: JSONEncoder().encode([cloud]))
        #expect(coded == [cloud])
        #expect(Cloud.named(cloud.name.uppercased()) == cloud)
    }

    struct Fact: Sendable {
        let cloud: Cloud
        let login: String
        let v1: String
        let graph: String
        let imap: String
    }

    @Test(
        "Microsoft's clouds have their addresses",
        arguments: [
            Fact(
                cloud: .worldwide, login: "https://login.microsoftonline.com",
                v1: "https://sts.windows.net/{tenantid}/",
                graph: "https://graph.microsoft.com", imap: "outlook.office365.com"),
            Fact(
                cloud: .usGovernment, login: "https://login.microsoftonline.us",
                v1: "https://sts.windows.net/{tenantid}/", graph: "https://graph.microsoft.us",
                imap: "outlook.office365.us"),
            Fact(
                cloud: .usGovernmentDoD, login: "https://login.microsoftonline.us",
                v1: "https://sts.windows.net/{tenantid}/", graph: "https://dod-graph.microsoft.us",
                imap: "outlook-dod.office365.us"),
            Fact(
                cloud: .china, login: "https://login.partner.microsoftonline.cn",
                v1: "https://sts.chinacloudapi.cn/{tenantid}/", graph: "https://microsoftgraph.chinacloudapi.cn",
                imap: "partner.outlook.cn"),
        ])
    func facts(_ fact: Fact) {
        #expect(fact.cloud.authorityBase == fact.login)
        #expect(fact.cloud.issuerTemplates.v1 == fact.v1)
        #expect(fact.cloud.issuerTemplates.v2 == fact.login + "/{tenantid}/v2.0")
        #expect(fact.cloud.graphBase == fact.graph)
        #expect(fact.cloud.graphResource == fact.graph)
        #expect(fact.cloud.imap == Cloud.MailHost(host: fact.imap, port: 993))
        #expect(fact.cloud.smtp?.port == 587)
    }

    @Test(
        "a description that could mislead is refused",
        arguments: [
            ("name", JSONValue.null, CloudError.missing("name")),
            ("authority_base", "login.mine.example", .notAnAddress("authority_base")),
            ("authority_base", "http://login.mine.example", .notHTTPS("authority_base")),
            ("authority_base", "https://u@login.mine.example", .notAnAddress("authority_base")),
            ("authority_base", "https://other.example", .foreignAuthority),
            ("login_hosts", .array([]), .missing("login_hosts")),
            ("login_hosts", .strings(["https://a.example"]), .host("login_hosts")),
            ("graph_base", "http://graph.example", .notHTTPS("graph_base")),
            ("graph_base", "https://graph.example?a=b", .notAnAddress("graph_base")),
            ("resources", .object(["graph": "https://graph.example"]), .missing("resources.outlook")),
            ("issuer_templates", .object(["v1": "https://a.example/x/"]), .template("issuer_templates.v1")),
            ("issuer_templates", .object(["v1": "http://a.example/{tenantid}"]), .notHTTPS("issuer_templates.v1")),
            ("imap", .object(["host": "mail.example", "port": 0]), .host("imap")),
            ("imap", .object(["host": "mail.example/x", "port": 993]), .host("imap")),
        ])
    func refused(member: String, value: JSONValue, expected: CloudError) throws {
        var object = try JSONObject.parse(Array(emulated.utf8))
        object[member] = value
        #expect(throws: expected) { try Cloud.parse(object.encoded()) }
    }

    @Test("what is no JSON object is refused")
    func notJSON() {
        #expect(throws: CloudError.notJSON(.notAnObject)) { try Cloud.parse(Array("[]".utf8)) }
    }
}

@Suite("Authorities")
struct AuthorityTests {
    @Test(
        "are a tenant, a domain, or one of three names",
        arguments: [
            ("common", "common"), ("Organizations", "organizations"), ("consumers", "consumers"),
            ("3F1E8B52-6C0D-4A97-8F24-B1A5D07C9E10", "3f1e8b52-6c0d-4a97-8f24-b1a5d07c9e10"),
            ("Contoso.Example", "contoso.example"), ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ])
    func parses(text: String, segment: String) throws {
        #expect(try Authority.parse(text).pathSegment == segment)
    }

    @Test(
        "are nothing that could leave its place in a path",
        arguments: [
            "", "contoso", ".", "..", "a..b", "contoso.example/x", "contoso.example?x", "a b.example", "-a.example",
            "../common", "%2e%2e", "contoso.example.", "bücher.example", "a@b.example",
        ])
    func refuses(text: String) {
        #expect(throws: AuthorityError.self) { try Authority.parse(text) }
    }
}
