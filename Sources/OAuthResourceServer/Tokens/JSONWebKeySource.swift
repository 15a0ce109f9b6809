import HTTPTypes
public import OAuthCore

/// An issuer's public keys (RFC 7517 §5), fetched when a token needs them.
///
/// They are kept for 300 seconds. A key id that is not among them fetches them again, at most once in 60 seconds;
/// tokens that arrive together share one fetch. One source is shared by all verifiers of an issuer.
public final class JSONWebKeySource: Sendable {
    private let cache: KeySetCache<AccessTokenFailure>

    /// The keys behind a URL: the issuer's `jwks_uri`, taken from its own metadata or from configuration, never from a
    /// token.
    ///
    /// - Parameter clock: what time it is.
    public init(url: URI, transport: any HTTPTransport, clock: @escaping @Sendable () -> UnixTime) {
        cache = KeySetCache(clock: clock, cancelled: .cancelled) { () async throws(AccessTokenFailure) in
            try await Self.fetch(url, transport)
        }
    }

    /// The keys to verify a token of this header with.
    ///
    /// - Throws: ``AccessTokenFailure/unavailable(_:)`` where they are needed and cannot be had.
    func keys(for header: JWSHeader) async throws(AccessTokenFailure) -> JSONWebKeySet {
        try await cache.keys(for: header)
    }

    private static func fetch(
        _ url: URI, _ transport: any HTTPTransport
    ) async throws(AccessTokenFailure) -> JSONWebKeySet {
        let response: TransportResponse
        do {
            response = try await transport.send(
                HTTPRequest(.get, url, headerFields: [.accept: "application/json"]), body: [])
        } catch {
            throw .unavailable("resource.keys-unreachable", found: error.summary)
        }
        guard response.head.status == .ok else {
            throw .unavailable("resource.keys-status", expected: "200", found: "\(response.head.status.code)")
        }
        do {
            return try JSONWebKeySet.parse(response.body)
        } catch {
            throw .unavailable("resource.keys-malformed", expected: "a JSON Web Key Set", found: "\(error)")
        }
    }
}
