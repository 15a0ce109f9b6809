import Crypto
import Foundation
import HTTPTypes
import OAuthCore

/// What is new about a token response: made before anything is decided, so that deciding stays a function.
struct FreshValues: Sendable {
    var familyID: String
    var accessToken: String
    var refreshToken: String
    var tokenID: String
    var sealNonce: [UInt8]

    init(random: RandomSource) {
        familyID = random.token(byteCount: 16)
        accessToken = random.token(prefix: TokenPrefix.accessToken)
        refreshToken = random.token(prefix: TokenPrefix.refreshToken)
        tokenID = random.token(byteCount: 16)
        sealNonce = random.bytes(12)
    }
}

/// What the server's secrets begin with, so that a scanner of repositories and logs can find a leaked one.
public enum TokenPrefix {
    /// Opaque access tokens.
    public static let accessToken = "sp_at_"
    /// Refresh tokens.
    public static let refreshToken = "sp_rt_"
    /// Authorization codes.
    public static let authorizationCode = "sp_ac_"
    /// Generated client secrets.
    public static let clientSecret = "sp_cs_"

    /// All of them.
    public static let all = [accessToken, refreshToken, authorizationCode, clientSecret]
}

/// A decision with its tokens signed: what is stored, and what is answered once it is.
struct SignedIssue: Sendable {
    var changes: [GrantChange]
    var response: JSONObject
}

extension TokenIssue {
    /// Makes the tokens, the records of them and the answer.
    func sign(
        fresh: FreshValues, keys: SigningKeys, configuration: ServerConfiguration
    ) throws(JOSEError) -> SignedIssue {
        let accessToken = try accessToken(fresh: fresh, keys: keys, configuration: configuration)
        var response: JSONObject = [
            "access_token": .string(accessToken), "token_type": "Bearer",
            "expires_in": .integer(accessTokenExpiresAt.since(issuedAt).count),
        ]
        if refreshToken != nil { response["refresh_token"] = .string(fresh.refreshToken) }
        response["scope"] = .string(grant.scope.description)
        if let idToken {
            let claims = try idToken.claims(issuer: configuration.issuer, accessToken: Secret(accessToken))
            let key = try keys.current(idToken.algorithm)
            response["id_token"] = .string(
                try CompactJWS.sign(payload: claims.encoded(), header: ["typ": "JWT"], with: key))
        }
        let changes = try changes(accessToken: accessToken, fresh: fresh, response: response)
        return SignedIssue(changes: changes, response: response)
    }

    private func accessToken(
        fresh: FreshValues, keys: SigningKeys, configuration: ServerConfiguration
    ) throws(JOSEError) -> String {
        guard format == .jwt else { return fresh.accessToken }
        var claims: JSONObject = [
            "iss": .string(configuration.issuer.description), "sub": .string(grant.subject ?? grant.clientID),
            "aud": .string(configuration.audience), "client_id": .string(grant.clientID),
            "exp": .integer(accessTokenExpiresAt.seconds), "iat": .integer(issuedAt.seconds),
            "jti": .string(fresh.tokenID), "scope": .string(grant.scope.description),
        ]
        claims["auth_time"] = grant.authenticatedAt.map { .integer($0.seconds) }
        return try CompactJWS.sign(
            payload: claims.encoded(), header: ["typ": "at+jwt"], with: keys.current(.es256))
    }

    /// A client's own JWT is not stored: it carries its whole meaning, and only its revocation would be.
    private var isSelfContained: Bool { format == .jwt && grant.subject == nil }

    private func changes(
        accessToken: String, fresh: FreshValues, response: JSONObject
    ) throws(JOSEError) -> [GrantChange] {
        var changes: [GrantChange] = []
        switch consumption {
        case .nothing: break
        case .code(let digest): changes.append(.consumeCode(digest, at: issuedAt))
        case .refreshToken(let presented):
            let sealed = try SealedAnswer.seal(response, for: presented, nonce: fresh.sealNonce)
            changes.append(
                .rotateRefreshToken(
                    TokenDigest(of: presented),
                    .init(at: issuedAt, successor: TokenDigest(of: Secret(fresh.refreshToken)), sealedResponse: sealed))
            )
        }
        if !isSelfContained {
            changes.append(
                .insertAccessToken(
                    AccessTokenRecord(
                        digest: TokenDigest(of: Secret(accessToken)), grant: grant, issuedAt: issuedAt,
                        expiresAt: accessTokenExpiresAt)))
        }
        if let refreshToken {
            var grant = grant
            grant.scope = refreshToken.scope
            changes.append(
                .insertRefreshToken(
                    RefreshTokenRecord(
                        digest: TokenDigest(of: Secret(fresh.refreshToken)), grant: grant, issuedAt: issuedAt,
                        expiresAt: refreshToken.expiresAt, familyExpiresAt: refreshToken.familyExpiresAt)))
        }
        return changes
    }
}

/// A token response, kept so that only the holder of the refresh token that it answers can read it.
enum SealedAnswer {
    private static let purpose = Data("sallyport refresh successor".utf8)

    static func seal(_ response: JSONObject, for presented: Secret, nonce: [UInt8]) throws(JOSEError) -> [UInt8] {
        do {
            let nonce = try AES.GCM.Nonce(data: nonce)
            let box = try AES.GCM.seal(response.encoded(), using: key(presented), nonce: nonce)
            return box.combined.map(Array.init) ?? []
        } catch {
            throw .signingFailed
        }
    }

    /// - Returns: `nil` when the token is not the one it was sealed for.
    static func open(_ sealed: [UInt8], with presented: Secret) -> JSONObject? {
        guard let box = try? AES.GCM.SealedBox(combined: sealed),
            let opened = try? AES.GCM.open(box, using: key(presented))
        else { return nil }
        return try? JSONObject.parse(Array(opened))
    }

    private static func key(_ presented: Secret) -> SymmetricKey {
        let material = presented.withBytes { SymmetricKey(data: $0) }
        return HKDF<SHA256>.deriveKey(inputKeyMaterial: material, info: purpose, outputByteCount: 32)
    }
}
