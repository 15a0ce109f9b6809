import Foundation
import MailProtocol
import OAuthCore
import Testing

@testable import Mail

/// Values of which none belongs to anybody.
enum Sample {
    static let now = UnixTime(1_800_000_000)
    static let mailbox = "megan@contoso.example"
    static let appID = "5b0c1d6e-7a54-4c0e-9f5a-1d3f2e8a0b11"
    static let objectID = "d4e5f6a7-0000-4000-8000-000000000001"
    static let tenant = "3f1e8b52-6c0d-4a97-8f24-b1a5d07c9e10"
    static let graph = "https://graph.microsoft.com"
    static let outlook = "https://outlook.office365.com"

    /// A JWT whose signature holds a word that must never be shown.
    static func jwt(_ claims: JSONObject) -> Secret {
        let header = Base64URL.encode(#"{"alg":"RS256","typ":"JWT"}"#.utf8)
        return Secret("\(header).\(Base64URL.encode(claims.encoded())).c2lnbmF0dXJlLWNhbmFyeS1zaWduYXR1cmU")
    }

    /// A token by which a person reads mail.
    static func person(_ name: String = mailbox, scope: String = "IMAP.AccessAsUser.All", aud: String = outlook)
        -> JSONObject
    {
        [
            "aud": .string(aud), "iss": .string("https://sts.windows.net/\(tenant)/"), "tid": .string(tenant),
            "scp": .string(scope), "upn": .string(name), "appid": .string(appID), "ver": "1.0",
            "exp": .integer(now.seconds + 3_600), "nbf": .integer(now.seconds - 60),
        ]
    }

    /// A token by which an app reads mail.
    static func app(roles: [String] = ["IMAP.AccessAsApp"], aud: String = outlook) -> JSONObject {
        var claims: JSONObject = [
            "aud": .string(aud), "iss": .string("https://sts.windows.net/\(tenant)/"), "tid": .string(tenant),
            "appid": .string(appID), "oid": .string(objectID), "idtyp": "app", "ver": "1.0",
            "exp": .integer(now.seconds + 3_600),
        ]
        if !roles.isEmpty { claims["roles"] = .strings(roles) }
        return claims
    }

    static func context(_ claims: JSONObject? = nil, mailbox: String? = Sample.mailbox) -> LoginContext {
        LoginContext(mailbox: mailbox, token: claims.map(jwt), now: now)
    }

    /// An attempt that came as far as this, where it failed in this way; without a failure it succeeded.
    static func attempt(
        _ stage: LoginStage = .authenticate, _ failure: LoginFailure? = .refused,
        answer: String? = "NO AUTHENTICATE failed.", host: String = "outlook.office365.com",
        service: MailService = .imap
    ) -> LoginTranscript {
        var transcript = LoginTranscript(service: service, server: MailServer(host: host, port: 993))
        for earlier in LoginStage.allCases where earlier < stage { transcript.steps.append(LoginStep(earlier)) }
        transcript.steps.append(LoginStep(stage, failure: failure, answer: answer, duration: .milliseconds(12)))
        return transcript
    }

    static let halfAuthenticated = attempt(.select, answer: "BAD User is authenticated but not connected.")

    static func gmail(_ token: String, scopes: [String]? = nil, email: String? = nil) -> DiagnosisReport {
        var transcript = attempt(
            answer: "NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)", host: "imap.gmail.com")
        transcript.challenge = SASLFailure.parse(
            decoded: Array(#"{"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}"#.utf8)[...])
        var context = LoginContext(mailbox: "megan@gmail.com", token: Secret(token), now: now)
        context.tokenInformation = scopes.map { TokenInformation(scopes: $0, email: email) }
        return Diagnosis.run(transcript, context: context)
    }

    static func encoded(_ text: String) -> String { Data(text.utf8).base64EncodedString() }
}

extension DiagnosisReport {
    /// The confidence of a row, where it is a candidate.
    func confidence(_ row: Int) -> Confidence? { candidates.first { $0.number == row }?.confidence }

    /// Every rendering.
    var renderings: [String] {
        ReportFormat.allCases.flatMap { format in
            [Disclosure.masked, .full].map { rendered(as: format, disclosure: $0) }
        }
    }
}
