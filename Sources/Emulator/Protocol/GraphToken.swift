import Crypto
import Foundation
import OAuthCore

/// The form of Microsoft Graph's own access tokens.
///
/// Their header has a `nonce`, and what is signed is the header with the nonce's digest in its place. So Graph can
/// verify them, and nobody else: a program that tries to has mistaken whom the token is for.
enum GraphToken {
    /// The token as it leaves, from the one that was signed with the digest of a nonce.
    static func outer(_ signed: String, nonce: String) -> String { replacingNonce(of: signed) { _ in nonce } }

    /// The token as it was signed, from the one that came.
    static func inner(_ token: String) -> String { replacingNonce(of: token, with: digest) }

    /// What is signed in place of a nonce.
    static func digest(_ nonce: String) -> String {
        Base64URL.encode(Array(SHA256.hash(data: Data(nonce.utf8))))
    }

    private static func replacingNonce(of token: String, with change: (String) -> String) -> String {
        let parts = token.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let bytes = Base64URL.decode(parts[0]), var header = try? JSONObject.parse(bytes),
            let nonce = header["nonce"]?.string
        else { return token }
        header["nonce"] = .string(change(nonce))
        return Base64URL.encode(header.encoded()) + "." + parts[1]
    }
}
