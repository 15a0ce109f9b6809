import Crypto
import Foundation
import OAuthCore
import OAuthServer

/// The keys that are derived from a key file, one for each purpose (HKDF-SHA256, RFC 5869).
struct DerivedKeys: Sendable {
    /// The key that tells whether a key file belongs to a database; its bytes are stored there.
    let check: [UInt8]
    /// What the server marks its own messages with.
    let serverSecret: Secret
    private let signingKeys: SymmetricKey

    init(_ key: Secret) {
        let material = key.withBytes { SymmetricKey(data: $0) }
        let derive = { (purpose: String) in
            HKDF<SHA256>.deriveKey(
                inputKeyMaterial: material, info: Data("sallyport \(purpose)".utf8), outputByteCount: 32)
        }
        signingKeys = derive("signing keys")
        serverSecret = derive("server secret").withUnsafeBytes { Secret(bytes: $0) }
        check = derive("key check").withUnsafeBytes { Array($0) }
    }

    /// Encrypts a private key; its id is bound to it, so that no other can be put in its place.
    func seal(_ privateKey: Secret, keyID: String) throws -> Data {
        let box = try privateKey.withBytes { bytes in
            try AES.GCM.seal(Data(bytes), using: signingKeys, authenticating: Data(keyID.utf8))
        }
        guard let combined = box.combined else { throw StoreError.unreadable(what: "signing key") }
        return combined
    }

    func open(_ sealed: Data, keyID: String) throws(StoreError) -> Secret {
        do {
            let box = try AES.GCM.SealedBox(combined: sealed)
            return Secret(bytes: try AES.GCM.open(box, using: signingKeys, authenticating: Data(keyID.utf8)))
        } catch {
            throw .unreadable(what: "signing key")
        }
    }
}
