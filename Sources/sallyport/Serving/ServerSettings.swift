import NIOSSL
import OAuthCore
import OAuthServer

extension Settings {
    /// What an operator decided about a server.
    func serverConfiguration(secret: Secret) throws(CommandFailure) -> ServerConfiguration {
        var configuration = ServerConfiguration(issuer: try issuer(), secret: secret)
        if let audience = self[.audience] { configuration.audience = audience }
        configuration.scopes = try scopes()
        return configuration
    }

    /// The issuer, which must be an address that clients can trust.
    func issuer() throws(CommandFailure) -> Issuer {
        let text = try required(.issuer)
        let issuer: Issuer
        do {
            issuer = try Issuer.parse(text)
        } catch {
            let reason =
                switch error {
                case .notAURL: "is not a URL."
                case .hasQueryFragmentOrUser:
                    "has a query, a fragment or a user name, which an issuer has not (RFC 8414 §2)."
                case .notHTTPS: "is plain http. Tokens need https; http is for loopback only."
                }
            throw CommandFailure("The issuer \(text) \(reason)", next: "Write it as in https://auth.example.")
        }
        // A browser or a proxy may read such a path as another.
        let isPlain = issuer.uri.path.utf8.allSatisfy { $0 != UInt8(ascii: "%") && $0 != UInt8(ascii: "*") }
        let segments = issuer.basePath.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        guard isPlain, !segments.contains(where: { $0.isEmpty || $0.hasPrefix(".") || $0.hasPrefix(":") }) else {
            throw CommandFailure(
                "The path of the issuer \(text) has an empty segment, or one with % or * or a dot or colon in front.",
                next: "Write it as in https://example.com/auth.")
        }
        return issuer
    }

    /// OpenID Connect's scopes and those of the setting: `name=What it allows`, separated by semicolons.
    func scopes() throws(CommandFailure) -> ScopeCatalogue {
        var entries = ScopeCatalogue.openID.entries
        for part in (self[.scopes] ?? "").split(separator: ";") {
            let halves = part.split(separator: "=", maxSplits: 1).map { $0.trimmingSpaces }
            guard let token = halves.first, Scope.parse(token)?.tokens == [token] else {
                throw CommandFailure(
                    "\"\(part)\" is no scope.",
                    next: "Write scopes as messages.read=Read your messages; messages.write=…")
            }
            entries.append(.init(token, halves.count > 1 ? halves[1] : token))
        }
        return ScopeCatalogue(entries)
    }

    /// TLS, where a certificate is given.
    func tls() throws(CommandFailure) -> TLSConfiguration? {
        guard let certificate = self[.tlsCertificate] else {
            guard self[.tlsKey] == nil else { throw CommandFailure("tls-key is set without tls-certificate.") }
            return nil
        }
        let key = try required(.tlsKey)
        guard let chain = try? NIOSSLCertificate.fromPEMFile(certificate) else {
            throw CommandFailure(
                "The TLS certificate \(certificate) cannot be read.", next: "Give --tls-certificate a PEM file.")
        }
        guard let privateKey = try? NIOSSLPrivateKey(file: key, format: .pem) else {
            throw CommandFailure("The TLS key \(key) cannot be read.", next: "Give --tls-key a PEM file.")
        }
        return .makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(privateKey))
    }
}

extension Substring {
    fileprivate var trimmingSpaces: String {
        var text = drop { $0 == " " }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
