import OAuthCore
import Testing

@testable import Emulator

@Suite("Application tokens of the emulated platform")
struct ClientCredentialsTests {
    private func token(_ fields: FormFields, authority: String = Fixture.contoso, _ version: Cloud.Version = .v2) throws
        -> TokenAnswer
    {
        var cloud = try Fixture.cloud()
        return try cloud.token(
            Fixture.request(fields, authority: authority, version), now: Fixture.now, random: Fixture.random())
    }

    private func secretFields(_ change: (inout FormFields) -> Void = { _ in }) throws -> FormFields {
        var fields: FormFields = [
            "grant_type": "client_credentials", "client_id": Fixture.reports, "scope": Fixture.graph,
            "client_secret": try Fixture.secret(),
        ]
        change(&fields)
        return fields
    }

    @Test("a secret gets a token whose claims say that it is an application's")
    func secret() throws {
        let claims = try token(try secretFields()).accessToken.claims
        #expect(claims["aud"] == "https://graph.microsoft.com")
        #expect(claims["iss"]?.string == "\(Fixture.base)/\(Fixture.contoso)/")
        #expect(claims["idtyp"] == "app")
        #expect(claims["appid"]?.string == Fixture.reports)
        #expect(claims["appidacr"] == "1")
        #expect(claims["roles"] == .strings(["Mail.Read"]))
        #expect(claims["ver"] == "1.0")
        #expect(claims["tid"]?.string == Fixture.contoso)
        #expect(claims["scp"] == nil && claims["upn"] == nil)
    }

    @Test(
        "a certificate proves an application", arguments: [JWSAlgorithm.ps256, .rs256],
        [Fixture.contoso, "contoso.example"])
    func certificate(algorithm: JWSAlgorithm, authority: String) throws {
        let assertion = try Fixture.Assertion(
            audience: "\(Fixture.base)/\(authority)/oauth2/v2.0/token", algorithm: algorithm
        ).text(try Fixture.certificate())
        let answer = try token(Fixture.fields(assertion: assertion), authority: authority)
        #expect(answer.accessToken.claims["appidacr"] == "2")
    }

    @Test("an application as a resource gets a token of the second version")
    func versionTwo() throws {
        let claims = try token(try with("scope", "api://\(Fixture.reports)/.default")).accessToken.claims
        #expect(claims["ver"] == "2.0" && claims["aud"]?.string == Fixture.reports)
        #expect(claims["azp"]?.string == Fixture.reports && claims["azpacr"] == "1")
        #expect(claims["iss"]?.string == "\(Fixture.base)/\(Fixture.contoso)/v2.0")
        #expect(claims["appid"] == nil && claims["roles"] == nil)
    }

    @Test("a public application sends no secret, and one that is switched off gets nothing")
    func publicAndDisabled() throws {
        for (code, isDisabled, isPublic) in [(700_025, false, true), (7_000_112, true, false)] {
            var cloud = try Fixture.cloud { directory in
                for index in directory.apps.indices {
                    directory.apps[index].isPublic = isPublic
                    directory.apps[index].isDisabled = isDisabled
                }
            }
            let request = Fixture.request(try secretFields())
            let error = #expect(throws: AADSTSError.self) {
                try cloud.token(request, now: Fixture.now, random: Fixture.random())
            }
            #expect(error?.code == code)
        }
    }

    @Test("thumbprints are read in every spelling that clients send")
    func thumbprintSpellings() throws {
        let certificate = try AppCertificate(pem: try Fixture.certificate().certificatePEM)
        let plain = Base64URL.encode(certificate.thumbprintSHA256)
        let standard = plain.replacing("-", with: "+").replacing("_", with: "/")
        for text in [plain, plain + "=", standard + "="] {
            let assertion = try Fixture.Assertion(thumbprint: text).text(try Fixture.certificate())
            #expect(throws: Never.self) { try token(Fixture.fields(assertion: assertion)) }
        }
    }

    @Test("v1 writes every number as a string, and keeps the slash of the resource")
    func versionOne() throws {
        var fields = try secretFields()
        fields = [
            "grant_type": "client_credentials", "client_id": Fixture.reports,
            "client_secret": fields["client_secret"] ?? "", "resource": "https://outlook.office365.com/",
        ]
        let answer = try token(fields, .v1)
        let cloud = try Fixture.cloud()
        let json = try answer.json(key: cloud.keys[0], unsignedIDToken: false)
        for name in ["expires_in", "ext_expires_in", "expires_on", "not_before"] {
            #expect(json[name]?.string.flatMap { Int($0) } != nil, "\(name)")
        }
        #expect(json["resource"] == "https://outlook.office365.com/")
        #expect(answer.accessToken.claims["aud"] == "https://outlook.office365.com/")
        #expect(
            try token(try secretFields()).json(key: cloud.keys[0], unsignedIDToken: false)["expires_in"]?.integer != nil
        )
    }

    @Test("wrong credentials and parameters are refused with their numbers")
    func refusals() throws {
        let wrong: [(Int, FormFields)] = [
            (7_000_215, try with("client_secret", "not the secret")),
            (7_000_218, try with("client_secret", nil)),
            (7_000_222, try with("client_secret", "too-old")),
            (700_016, try with("client_id", "00000000-0000-0000-0000-000000000001")),
            (900_144, try with("client_id", nil)),
            (900_144, try with("grant_type", nil)),
            (900_144, try with("scope", nil)),
            (70_003, try with("grant_type", "password")),
            (70_011, try with("scope", "https://graph.microsoft.com/Mail.Read")),
            (70_011, try with("scope", "\"")),
            (28_000, try with("scope", "https://graph.microsoft.com/.default https://outlook.office365.com/.default")),
            (500_011, try with("scope", "https://nothing.example/.default")),
            (901_002, try with("resource", "https://graph.microsoft.com")),
        ]
        for (code, fields) in wrong {
            let error = #expect(throws: AADSTSError.self, "\(code)") { try token(fields) }
            #expect(error?.code == code)
        }
    }

    private func with(_ name: String, _ value: String?) throws -> FormFields {
        let all = try secretFields()
        var fields = FormFields()
        for known in all.names where known != name { fields.append(known, all[known] ?? "") }
        if let value { fields.append(name, value) }
        return fields
    }

    @Test(
        "an authority that is no tenant, or not this application's, is refused",
        arguments: [
            (50_059, "common"), (50_059, "organizations"), (90_002, "nowhere.example"), (700_016, Fixture.fabrikam),
        ])
    func authorities(code: Int, authority: String) throws {
        let error = #expect(throws: AADSTSError.self) { try token(try secretFields(), authority: authority) }
        #expect(error?.code == code)
    }

    @Test("assertions that are wrong are refused with their numbers")
    func assertions() throws {
        let good = try Fixture.certificate()
        let later = UnixTime(Fixture.now.seconds + 3_600)
        var wrong: [(Int, Int?, String)] = [
            (700_027, nil, try Fixture.Assertion(thumbprint: String(repeating: "A", count: 43)).text(good)),
            (700_027, nil, try Fixture.Assertion().text(try Fixture.expiredCertificate())),
            (700_027, 700_023, try Fixture.Assertion(audience: "https://elsewhere.example/token").text(good)),
            (700_027, 700_024, try Fixture.Assertion(expiresAt: Fixture.now - .hours(1)).text(good)),
            (700_027, 700_024, try Fixture.Assertion(notBefore: later, expiresAt: later).text(good)),
            (700_027, 700_021, try Fixture.Assertion(clientID: Fixture.inbox).text(good)),
            (50_013, nil, "no.token"),
        ]
        // Another key under the right thumbprint.
        let certificate = try AppCertificate(pem: good.certificatePEM)
        let thumbprint = Base64URL.encode(certificate.thumbprintSHA256)
        wrong.append(
            (700_027, nil, try Fixture.Assertion(thumbprint: thumbprint).text(try Fixture.expiredCertificate())))
        for (code, further, assertion) in wrong {
            let error = #expect(throws: AADSTSError.self) { try token(Fixture.fields(assertion: assertion)) }
            #expect(error?.code == code)
            #expect(error?.furtherCodes == further.map { [$0] } ?? [])
            #expect(error?.error == "invalid_client" && error?.status == 401)
        }
    }

    @Test("an application for everybody is unknown until a tenant consents, and again after it withdraws")
    func consent() throws {
        var cloud = try Fixture.cloud()
        let fields: FormFields = [
            "grant_type": "client_credentials", "client_id": Fixture.inbox, "scope": Fixture.graph,
            "client_secret": try Fixture.secret(Fixture.inbox),
        ]
        func ask() throws(AADSTSError) -> TokenAnswer {
            try cloud.token(Fixture.request(fields), now: Fixture.now, random: Fixture.random())
        }
        #expect(throws: AADSTSError.self) { try ask() }
        let app = try #require(cloud.directory.app(Fixture.inbox))
        cloud.grantEverything(of: app, tenantID: Fixture.contoso)
        #expect(try ask().accessToken.claims["roles"] == .strings(["Mail.Read"]))
        cloud.withdrawConsent(tenantID: Fixture.contoso, clientID: Fixture.inbox)
        let error = #expect(throws: AADSTSError.self) { try ask() }
        #expect(error?.code == 700_016)
    }

    @Test("an assertion is taken again, as clients expect, unless single use was asked for")
    func replay() throws {
        var cloud = try Fixture.cloud()
        let assertion = try Fixture.Assertion().text(try Fixture.certificate())
        func ask() throws(AADSTSError) -> TokenAnswer {
            try cloud.token(
                Fixture.request(Fixture.fields(assertion: assertion)), now: Fixture.now, random: Fixture.random())
        }
        _ = try ask()
        _ = try ask()
        cloud.usedAssertions = [:]
        _ = try ask()
        let error = #expect(throws: AADSTSError.self) { try ask() }
        #expect(error?.code == 700_027)
    }

    @Test("an application of its own tenant gets a token without roles when nobody consented")
    func withoutRoles() throws {
        var cloud = try Fixture.cloud()
        cloud.withdrawConsent(tenantID: Fixture.contoso, clientID: Fixture.reports)
        let answer = try cloud.token(
            Fixture.request(try secretFields()), now: Fixture.now, random: Fixture.random())
        #expect(answer.accessToken.claims["roles"] == nil)
    }
}

@Suite("Errors of the emulated platform")
struct AADSTSErrorTests {
    private static let occasion = AADSTSError.Occasion(
        traceID: "3939d04c-d7ba-42bf-9cb7-1e5854cdce9e", correlationID: "a8125194-2dc8-4078-90ba-7b6592a7f231",
        time: UnixTime(1_452_304_932))

    @Test("every known number has the shape that clients read", arguments: AADSTSError.knownCodes)
    func shape(code: Int) throws {
        let error = try #require(AADSTSError.known(code))
        let json = error.json(Self.occasion, base: Fixture.base)
        #expect(json["error"]?.string?.isEmpty == false)
        #expect(json["error_codes"] == .array([.integer(Int64(code))]))
        #expect(json["timestamp"] == "2016-01-09 02:02:12Z")
        #expect(json["trace_id"]?.string == Self.occasion.traceID)
        #expect(json["correlation_id"]?.string == Self.occasion.correlationID)
        #expect(json["error_uri"]?.string == "\(Fixture.base)/error?code=\(code)")
        let text = try #require(json["error_description"]?.string)
        #expect(text.hasPrefix("AADSTS\(code): "))
        #expect(text.hasSuffix("\r\nTimestamp: 2016-01-09 02:02:12Z"))
        #expect((json["claims"]?.string).map { (try? JSONObject.parse(Array($0.utf8))) != nil } ?? true)
    }

    @Test("numbers come once")
    func unique() { #expect(Set(AADSTSError.knownCodes).count == AADSTSError.knownCodes.count) }
}
