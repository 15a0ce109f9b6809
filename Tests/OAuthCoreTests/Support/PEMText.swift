import Foundation
import OAuthCore

/// A PKCS#8 key as PEM text (RFC 7468 §10).
func pem(_ der: Secret) -> Secret {
    let base64 = der.withBytes { Data($0) }.base64EncodedString(options: [
        .lineLength64Characters, .endLineWithLineFeed,
    ])
    return Secret("-----BEGIN PRIVATE KEY-----\n\(base64)\n-----END PRIVATE KEY-----\n")
}
