import OAuthCore

extension IDTokenError: CustomStringConvertible {
    /// What is wrong with the token, expected beside found; it says nothing that the token keeps secret.
    public var description: String {
        switch self {
        case .missing: "none came although openid was asked for"
        case .signature(let error): "its signature cannot be accepted (\(error))"
        case .ambiguousKey: "it names no key, and several could have signed it"
        case .claims(let error): Self.describe(error)
        case .authorizedParty(let expected, let found): "azp is \(found ?? "missing"), expected \(expected)"
        case .nonceMismatch: "nonce is not the one that was sent; begin again"
        case .accessTokenHashMismatch: "at_hash belongs to another access token"
        case .codeHashMismatch: "c_hash belongs to another code"
        case .tenant: "tid is not the GUID of the issuer's tenant"
        case .keyIssuer(let found): "the key that signed it is for tokens of \(found ?? "an issuer it does not name")"
        case .authenticationTooOld(let time, let oldest):
            "the person signed in at \(time.seconds), which is before \(oldest.seconds)"
        case .subjectMismatch: "it is about another person than before"
        }
    }

    private static func describe(_ error: JWTValidationError) -> String {
        switch error {
        case .missingClaim(let name): "\(name) is missing"
        case .type(let expected, let found):
            "typ is \(found ?? "missing"), expected \(expected.joined(separator: ", "))"
        case .issuer(let expected, let found): "iss is \(found), expected \(expected)"
        case .audience(let expected, let found):
            "aud is \(found.joined(separator: ", ")), expected \(expected.joined(separator: ", "))"
        case .expired(let expiresAt, let now): "it expired at \(expiresAt.seconds), now is \(now.seconds)"
        case .notYetValid(let notBefore, let now):
            "it is valid from \(notBefore.seconds), now is \(now.seconds); check the clocks"
        case .issuedInFuture(let issuedAt, let now):
            "it was issued at \(issuedAt.seconds), now is \(now.seconds); check the clocks"
        }
    }
}
