import Crypto
import Foundation
import OAuthCore

/// A fresh client secret on its way from the form that made it to the page that shows it.
struct OneTimeSecret {
    var occasion: ApplicationSecretPage.Occasion
    /// `nil` for a public client, whose id is shown alone.
    var secret: Secret?
}

extension BrowserTrust {
    /// How long the way may take.
    private static let lifetime: Seconds = 60

    /// Seals a secret for one client's page, so that the cookie that carries it says nothing to anyone who reads it.
    func seal(_ once: OneTimeSecret, for clientID: String, now: UnixTime) -> Secret {
        let content: JSONObject = [
            "client": .string(clientID), "rotated": .bool(once.occasion == .rotated),
            "secret": once.secret.map { .string($0.revealed()) } ?? .null,
            "until": .integer((now + Self.lifetime).seconds),
        ]
        let sealed = try? AES.GCM.seal(
            content.encoded(), using: onceKey, nonce: AES.GCM.Nonce(data: random.bytes(12)))
        return Secret(Base64URL.encode(sealed?.combined.map(Array.init) ?? []))
    }

    /// Opens what was sealed for this client a moment ago.
    func open(_ sealed: Secret?, for clientID: String, now: UnixTime) -> OneTimeSecret? {
        guard let bytes = sealed.flatMap({ Base64URL.decode($0.revealed()) }),
            let box = try? AES.GCM.SealedBox(combined: bytes), let opened = try? AES.GCM.open(box, using: onceKey),
            let content = try? JSONObject.parse(Array(opened)), content["client"]?.string == clientID,
            let until = content["until"]?.integer, now < UnixTime(until)
        else { return nil }
        return OneTimeSecret(
            occasion: content["rotated"]?.bool == true ? .rotated : .registered,
            secret: content["secret"]?.string.map { Secret($0) })
    }

    private var onceKey: SymmetricKey {
        let material = secret.withBytes { SymmetricKey(data: $0) }
        return HKDF<SHA256>.deriveKey(
            inputKeyMaterial: material, info: Data("sallyport one-time secret".utf8), outputByteCount: 32)
    }
}
