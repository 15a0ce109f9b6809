import OAuthCore

/// The tenants that are there when nobody described others: contoso.example and fabrikam.example.
enum SampleTenants {
    /// The app that contoso alone uses, and has consented to.
    static let reportsClientID = "5b0c1d6e-7a54-4c0e-9f5a-1d3f2e8a0b11"
    /// The app that any organisation may connect, and none has yet.
    static let inboxClientID = "9d2f7c34-0e6b-4f6d-8a39-52c1f0d7e422"
    /// A program on somebody's own computer.
    static let publicClientID = "c7a1f2d8-3b5e-49c6-b0d4-6e9f8a7b5c33"

    /// The sample applications that have a certificate: `NAME.pem` and `NAME.key.pem`.
    static let certificateNames = ["reports", "inbox"]

    /// A fresh certificate for a sample application, good for two years.
    static func certificate(_ name: String, now: UnixTime) throws -> CertifiedKey {
        try CertificateMaker.app(
            name: "Sallyport emulator: \(name)", notBefore: now - .days(1), notAfter: now + .days(730))
    }

    /// The file in the format of ``TenantsFile``, with fresh passwords and secrets.
    static func document(random: RandomSource) -> JSONObject {
        [
            "tenants": .array([contoso(random), fabrikam(random)]),
            "apps": .array([reports(random), inbox(random), desktop]),
            "consents": .array([
                .object(["tenant": "contoso.example", "client_id": .string(reportsClientID)])
            ]),
        ]
    }

    private static func contoso(_ random: RandomSource) -> JSONValue {
        tenant(
            id: "3f1e8b52-6c0d-4a97-8f24-b1a5d07c9e10", domain: "contoso.example", name: "Contoso",
            users: [
                user(1, "admin@contoso.example", "Ada Administrator", random, administrator: true),
                user(2, "megan@contoso.example", "Megan Bowen", random),
                user(3, "lidia@contoso.example", "Lidia Holloway", random),
                user(4, "taras@contoso.example", "Тарас Коваль", random),
            ],
            // Who may use IMAP without a user: a step of its own in Exchange, after the consent.
            exchange: ["service_principals": .array([.object(["client_id": .string(reportsClientID)])])])
    }

    private static func fabrikam(_ random: RandomSource) -> JSONValue {
        tenant(
            id: "a86d4c17-92be-4d33-9c5b-0e7f61d8b220", domain: "fabrikam.example", name: "Fabrikam",
            users: [
                user(5, "admin@fabrikam.example", "Farid Administrator", random, administrator: true),
                user(6, "mei@fabrikam.example", "李梅", random),
                user(7, "jonas@fabrikam.example", "Jonas Weiß", random),
            ])
    }

    private static func tenant(
        id: String, domain: String, name: String, users: [JSONValue], exchange: JSONObject? = nil
    ) -> JSONValue {
        var tenant: JSONObject = [
            "id": .string(id), "domain": .string(domain), "name": .string(name), "users": .array(users),
        ]
        tenant["exchange"] = exchange.map(JSONValue.object)
        return .object(tenant)
    }

    private static func user(
        _ number: Int, _ upn: String, _ name: String, _ random: RandomSource, administrator: Bool = false
    ) -> JSONValue {
        .object([
            "id": .string("d4e5f6a7-0000-4000-8000-00000000000\(number)"), "upn": .string(upn),
            "name": .string(name), "password": .string(random.token(byteCount: 9)),
            "administrator": .bool(administrator),
        ])
    }

    private static func reports(_ random: RandomSource) -> JSONValue {
        .object([
            "client_id": .string(reportsClientID), "name": "Contoso mail reports", "tenant": "contoso.example",
            "redirect_uris": .strings(["http://127.0.0.1:8400/callback", "http://localhost:8400/callback"]),
            "client_secrets": .array([.object(["value": .string(random.token())])]),
            "certificates": .strings(["reports.pem"]), "permissions": mailPermissions,
        ])
    }

    private static func inbox(_ random: RandomSource) -> JSONValue {
        .object([
            "client_id": .string(inboxClientID), "name": "Sallyport Inbox", "multi_tenant": true,
            "redirect_uris": .strings([
                "http://127.0.0.1:8082/connect/callback", "http://127.0.0.1:8400/callback",
                "http://localhost:8400/callback",
            ]),
            "client_secrets": .array([.object(["value": .string(random.token())])]),
            "certificates": .strings(["inbox.pem"]), "permissions": mailPermissions,
            "group_membership_claims": "DirectoryRole",
        ])
    }

    private static let desktop: JSONValue = .object([
        "client_id": .string(publicClientID), "name": "Mail on the desktop", "multi_tenant": true,
        "public": true,
        "redirect_uris": .strings(["http://127.0.0.1:8400/callback", "http://localhost:8400/callback"]),
        "permissions": mailPermissions,
    ])

    private static let mailPermissions: JSONValue = .array([
        .object([
            "resource": "https://graph.microsoft.com", "application": .strings(["Mail.Read"]),
            "delegated": .strings(["User.Read", "Mail.Read"]),
        ]),
        .object([
            "resource": "https://outlook.office365.com",
            "application": .strings(["Mail.Read", "IMAP.AccessAsApp", "POP.AccessAsApp", "SMTP.SendAsApp"]),
            "delegated": .strings(["Mail.Read", "IMAP.AccessAsUser.All", "POP.AccessAsUser.All", "SMTP.Send"]),
        ]),
    ])
}
