import MailProtocol
import OAuthCore
import Testing

@testable import Mail

@Suite("Reports that can be shown to strangers")
struct ReportTests {
    /// A transcript in which the server repeats whatever it was told.
    static func hostile(_ words: String) -> LoginTranscript {
        var transcript = Sample.attempt(answer: "NO \(words)", host: "mail.contoso.example")
        transcript.steps[2].answer = "* OK \(words)"
        transcript.steps[0].failure = nil
        transcript.notices = Array(repeating: "* BYE \(words)", count: 100)
        transcript.capabilities = Array(repeating: "AUTH=\(words)", count: 500)
        transcript.challenge = SASLFailure(
            status: words, schemes: words, scope: words, openIDConfiguration: words, text: words)
        return transcript
    }

    static let canary = "canary-Kx7Qw2ZpLm9RtYv3Bn5Hd8Gs"

    static let canaries: [Secret] = [
        Secret("ya29.\(canary)"), Secret(canary), Secret("EwB\(canary)"), Secret("1//\(canary)"),
        Secret("\(Sample.jwt(Sample.person()).revealed())\(canary)"),
    ]

    @Test("a token occurs in no rendering, even where the server repeats it", arguments: canaries)
    func hidesToken(_ token: Secret) {
        let text = token.revealed()
        let blob = Sample.encoded("user=\(Sample.mailbox)\u{1}auth=Bearer \(text)\u{1}\u{1}")
        let context = LoginContext(mailbox: Sample.mailbox, token: token, now: Sample.now)
        let echoes = [
            text, "auth=Bearer \(text)", blob, "token:\(text.dropLast(4))", "(\(text.dropFirst(5)))",
            Sample.encoded(text),
            Sample.encoded("x" + text), "{\"access_token\":\"\(text)\"}", Sample.encoded(blob),
            text.map { "\($0) " }.joined(),
        ]
        var reports = echoes.map { Diagnosis.run(Self.hostile($0), context: context) }
        reports += echoes.map { Diagnosis.explain(response: "NO AUTHENTICATE failed. \($0)", context: context) }
        reports += [Diagnosis.explain(blob: blob, context: context), Diagnosis.explain(blob: text, context: context)]
        reports.append(
            Diagnosis.explain(refresh: RefreshFailure(code: text, text: text, provider: .other), context: context))
        var told = context
        told.refresh = RefreshFailure(code: text, text: text, provider: .google)
        told.tokenInformation = TokenInformation(scopes: [text], email: nil)
        reports.append(Diagnosis.run(Self.hostile(text), context: told))
        for rendering in reports.flatMap(\.renderings) + reports.map({ "\($0)" }) {
            #expect(!rendering.contains("Kx7Qw2ZpLm9R"))
            #expect(!rendering.contains("K x 7 Q w 2 Z p"))
            #expect(!rendering.contains(Sample.encoded(Self.canary).prefix(20)))
            #expect(!rendering.contains("signature-canary"))
        }
    }

    @Test(
        "tokens that nobody told us of are cut out of other programs' text",
        arguments: [
            "ya29.\(canary)", "sp_at_\(canary)", "EwB\(canary)", "0.A\(canary)", "Bearer \(canary)",
            "eyJhbGciOiJIUzI1NiJ9.\(canary).\(canary)",
            Sample.encoded("user=a@b.example\u{1}auth=Bearer \(canary)\u{1}\u{1}"),
        ]) func cutsUnknownTokens(_ text: String)
    {
        for rendering in Diagnosis.explain(response: "sent: \(text) NO AUTHENTICATE failed.").renderings {
            #expect(!rendering.contains(Self.canary))
        }
    }

    @Test("identifiers are masked, the same one by the same word, and stand in full when asked for") func masks() {
        var claims = Sample.person("lee@contoso.example")
        claims["iss"] = .string("https://sts.windows.net/\(Sample.tenant)/")
        var transcript = Sample.attempt(
            answer: "NO [b'lee'] \(Sample.mailbox) 203.0.113.7 2001:db8::1:2:3 mail.fabrikam.example \(Sample.appID)")
        transcript.notices = ["contoso.onmicrosoft.com https://contoso.sharepoint.com/x"]
        let report = Diagnosis.run(transcript, context: Sample.context(claims))
        let secrets = [
            "megan", "lee", "contoso", "fabrikam", "203.0.113.7", "2001:db8", Sample.tenant, Sample.appID,
        ]
        for format in ReportFormat.allCases {
            let masked = report.rendered(as: format)
            for secret in secrets { #expect(!masked.contains(secret), "\(secret) in \(format)") }
            #expect(masked.contains("outlook.office365.com"))
            let full = report.rendered(as: format, disclosure: .full)
            for secret in secrets.dropFirst(2).prefix(1) + [Sample.tenant, Sample.mailbox] {
                #expect(full.contains(secret), "\(secret) in \(format)")
            }
        }
        #expect(report.confidence(7) == .likely)
        #expect(report.text().contains("person-1@host-1"))
        #expect(report.text().contains("person-2@host-1"))
    }

    @Test("codes, versions, scopes and providers' hosts are no identifiers") func leavesAlone() {
        var masker = Masker(.masked)
        let text =
            """
            535 5.7.139 IMAP.AccessAsUser.All at 12:30:45 Mail.Read https://aka.ms/smtp_auth_disabled \
            imap.gmail.com:993
            """
        #expect(masker.mask(quote: text) == text)
    }

    @Test(
        "hostile answers come out short, printable and on one line",
        arguments: [
            String(repeating: "A b ", count: 262_144), String(repeating: "x", count: 1 << 20),
            "\u{1B}[31mred\u{1B}[0m \u{7}\u{0}\u{8}\r\n.\r\n", "\u{202E}backwards\u{2066}\u{200B}",
            "```\n# heading\n<script>alert(1)</script>\n[link](javascript:x)", "\u{E0041}\u{FFFF}\u{F0000}",
        ]) func isHarmless(_ words: String)
    {
        for report in [
            Diagnosis.run(Self.hostile(words), context: Sample.context(Sample.person())),
            Diagnosis.explain(response: words), Diagnosis.explain(blob: words),
        ] {
            for rendering in report.renderings {
                #expect(rendering.count <= DiagnosisReport.longestRendering + 20)
                let bad = rendering.unicodeScalars.filter { scalar in
                    scalar != "\n"
                        && [.control, .format, .privateUse, .unassigned].contains(scalar.properties.generalCategory)
                }
                #expect(bad.isEmpty)
            }
            let markdown = report.markdown()
            #expect(!markdown.contains("\n# heading"))
            #expect(markdown.components(of: "```") % 2 == 0)
        }
    }

    @Test("a hostile token's claims are as harmless") func cleansClaims() {
        var claims = Sample.person("x\u{1B}[2J`\n# y@contoso.example")
        claims["scp"] = .string("\u{7}Mail.Read\n```\n" + String(repeating: "s", count: 100_000))
        claims["aud"] = .strings(Array(repeating: "a\u{0}b", count: 5_000))
        claims["tid"] = .string("\u{202E}t")
        let report = RowCase.refused(claims)
        for rendering in report.renderings {
            #expect(rendering.count < 20_000)
            #expect(!rendering.unicodeScalars.contains { $0 != "\n" && $0.properties.generalCategory == .control })
        }
    }

    @Test("JSON is JSON, with the members that scripts read") func encodes() throws {
        let report = RowCase.refused(Sample.app())
        let object = try JSONObject.parse(Array(report.rendered(as: .json).utf8))
        #expect(object["verdict"] == "cause")
        #expect(object["masked"] == true)
        let first = try #require(object["candidates"]?.array?.first?.object)
        #expect(first["row"] == 5)
        #expect(first["confidence"] == "likely")
        #expect(first["fix"]?.object?["commands"]?.array?.count == 3)
        let step = try #require(object["steps"]?.array?.last?.object)
        #expect(step["step"] == "authenticate")
        #expect(step["succeeded"] == false)
        #expect(step["milliseconds"] == 12)
    }

    @Test("text says what was tried, why, and the fix") func writes() {
        let text = RowCase.refused(Sample.person(scope: "Mail.Read")).text()
        for part in [
            "Most likely cause (certain): the token lacks the permission", "Why:", "Fix:", "What was tried:",
            "authenticate: refused (12 ms), server: \"NO AUTHENTICATE failed.\"", "Evidence:",
            "token.scp: \"Mail.Read\"",
            "Row 3, scope-missing.", "challenge: none: refused at once", "token.exp: in 60 min",
        ] { #expect(text.contains(part), "\(part)\n\(text)") }
    }
}

extension String {
    /// How often a text occurs.
    func components(of text: String) -> Int { ranges(of: text).count }
}
