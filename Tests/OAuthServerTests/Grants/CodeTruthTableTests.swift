import HTTPTypes
import OAuthCore
@testable import OAuthServer
import OAuthTesting
import Testing

/// Every combination of who, when and how, decided without a store.
@Suite("Who may redeem a code, when and how, RFC 6749 §4.1.3, RFC 7636 §4.6")
struct CodeTruthTableTests {
    struct Row: CustomTestStringConvertible {
        var isOwnClient: Bool
        var isUnexpired: Bool
        var redirectURI: URIChoice
        var verifier: VerifierChoice
        var isUnused: Bool

        var isGood: Bool {
            isOwnClient && isUnexpired && isUnused && redirectURI.isGood && verifier.isGood
        }
        var testDescription: String {
            "own \(isOwnClient), unexpired \(isUnexpired), \(redirectURI), \(verifier), unused \(isUnused)"
        }

        static let all: [Row] = [true, false].flatMap { own in
            [true, false].flatMap { unexpired in
                URIChoice.allCases.flatMap { uri in
                    VerifierChoice.allCases.flatMap { verifier in
                        [true, false].map { unused in
                            Row(
                                isOwnClient: own, isUnexpired: unexpired, redirectURI: uri, verifier: verifier,
                                isUnused: unused)
                        }
                    }
                }
            }
        }
    }

    /// What the authorization request said, and what the token request says.
    enum URIChoice: CaseIterable {
        case same, neither, other, onlyBefore, onlyNow
        var before: String? { self == .neither || self == .onlyNow ? nil : Fixture.callback }
        var now: String? {
            switch self {
            case .same, .onlyNow: Fixture.callback
            case .other: Fixture.callback + "/"
            case .neither, .onlyBefore: nil
            }
        }
        var isGood: Bool { self == .same || self == .neither }
    }

    enum VerifierChoice: CaseIterable {
        case right, neither, wrong, leftOut, unexpected
        var challenge: String? { self == .neither || self == .unexpected ? nil : Fixture.challenge }
        var verifier: String? {
            switch self {
            case .right, .unexpected: Fixture.verifier
            case .wrong: String(Fixture.verifier.reversed())
            case .neither, .leftOut: nil
            }
        }
        var isGood: Bool { self == .right || self == .neither }
    }

    private static let now = UnixTime(10_000)

    private func decide(_ row: Row) throws -> TokenDecision {
        var client = ClientRecord(id: "app", name: "App", createdAt: UnixTime(0))
        client.grantTypes = [.authorizationCode]
        let code = CodeRecord(
            digest: TokenDigest(of: Secret("code")),
            grant: GrantContext(
                familyID: "family", clientID: row.isOwnClient ? "app" : "other", subject: "usr_1", scope: ["a"]),
            redirectURI: row.redirectURI.before, challenge: row.verifier.challenge, nonce: nil,
            expiresAt: row.isUnexpired ? Self.now + 1 : Self.now, consumedAt: row.isUnused ? nil : Self.now - 1)
        let facts = TokenFacts(
            client: try AuthenticatedClient.verify(.identified("app"), client),
            user: UserRecord(subject: "usr_1", username: "ann", createdAt: UnixTime(0)), lifetimes: Lifetimes(),
            scopes: .openID, now: Self.now)
        return try AuthorizationCodeGrant.decide(
            .init(redirectURI: row.redirectURI.now, verifier: try row.verifier.verifier.map(CodeVerifier.parse)),
            code: code, facts: facts)
    }

    @Test("CVE-2026-28513: tokens exactly when everything is right, else invalid_grant", arguments: Row.all)
    func table(row: Row) throws {
        do {
            guard case .issue(let issue) = try decide(row) else { return #expect(Bool(false), "no tokens") }
            #expect(row.isGood)
            #expect(issue.consumption == .code(TokenDigest(of: Secret("code"))))
            #expect(issue.grant.subject == "usr_1")
        } catch let refusal as Refusal {
            #expect(!row.isGood)
            #expect(refusal.error.code == .invalidGrant)
            #expect(refusal.status == .badRequest)
            // Only its own client, bringing it again, ends what the code gave: nobody else can.
            let isReplay = row.isOwnClient && !row.isUnused
            #expect(refusal.changes == (isReplay ? [.revokeFamily("family")] : []))
        }
    }
}
