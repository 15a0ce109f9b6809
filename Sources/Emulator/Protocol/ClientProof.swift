import Foundation
import OAuthCore

/// How an application proved itself.
enum ClientProof: String, Sendable {
    /// Not at all: a public client.
    case none = "0"
    /// By a secret.
    case secret = "1"
    /// By a certificate.
    case certificate = "2"
}

/// An application and its proof.
struct AuthenticatedClient: Sendable {
    let app: App
    let proof: ClientProof
}

extension Cloud {
    /// The type of assertion that a JSON Web Token is.
    static let assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

    /// Finds the application of a token request and checks its credentials.
    mutating func authenticate(_ request: TokenRequest, _ authority: Authority, now: UnixTime) throws(AADSTSError)
        -> AuthenticatedClient
    {
        let fields = request.fields
        guard let clientID = fields["client_id"] ?? request.basic?.clientID ?? unverifiedIssuer(fields) else {
            throw .missing("client_id")
        }
        let app = try app(clientID, at: authority)
        if let assertion = fields["client_assertion"] {
            guard !app.isPublic else { throw .of(700_025) }
            guard fields["client_assertion_type"] == Self.assertionType else { throw .missing("client_assertion_type") }
            try verify(assertion, of: app, request, authority, now: now)
            return AuthenticatedClient(app: app, proof: .certificate)
        }
        if let secret = fields["client_secret"].map({ Secret($0) }) ?? request.basic?.clientSecret, !secret.isEmpty {
            guard !app.isPublic else { throw .of(700_025) }
            guard let known = app.secrets.first(where: { $0.value == secret }) else {
                throw .of(
                    7_000_215,
                    "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '\(app.clientID)'."
                )
            }
            if let end = known.expiresAt, now >= end {
                throw .of(7_000_222, "The provided client secret keys for app '\(app.clientID)' are expired.")
            }
            return AuthenticatedClient(app: app, proof: .secret)
        }
        guard app.isPublic else {
            throw .of(
                7_000_218,
                "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.")
        }
        return AuthenticatedClient(app: app, proof: .none)
    }

    /// The application that an assertion says it is of, where the form does not say.
    private func unverifiedIssuer(_ fields: FormFields) -> String? {
        guard let assertion = fields["client_assertion"], let token = try? CompactJWS.parse(assertion),
            let claims = try? JSONObject.parse(token.unverifiedPayload)
        else { return nil }
        return claims["iss"]?.string
    }

    private mutating func verify(
        _ assertion: String, of app: App, _ request: TokenRequest, _ authority: Authority, now: UnixTime
    ) throws(AADSTSError) {
        let claims = try verifiedClaims(assertion, of: app, now: now)
        guard claims.issuer?.lowercased() == app.clientID, claims.subject?.lowercased() == app.clientID else {
            throw .assertion(700_021, "Client assertion application identifier doesn't match 'client_id' parameter.")
        }
        let expected = audiences(request, authority)
        guard claims.audiences.contains(where: expected.contains) else {
            throw .assertion(700_023, "Client assertion audience claim does not match Realm issuer.")
        }
        // Clocks of clients differ by minutes, and the platform allows for that.
        guard let end = claims.expiresAt, now < end + .minutes(5),
            claims.notBefore.map({ $0 <= now + .minutes(5) }) ?? true
        else {
            throw .assertion(700_024, "Client assertion is not within its valid time range.")
        }
        guard var used = usedAssertions else { return }
        used = used.filter { now < $0.value }
        let name = Self.hash("\(app.clientID)\n\(claims.jwtID ?? assertion)")
        guard used[name] == nil else {
            throw .of(700_027, "Client assertion failed validation: it was used before.")
        }
        used[name] = end + .minutes(5)
        usedAssertions = used
    }

    private func verifiedClaims(_ assertion: String, of app: App, now: UnixTime) throws(AADSTSError) -> JWTClaims {
        guard let token = try? CompactJWS.parse(assertion) else {
            throw .of(50_013, "Assertion is not a JSON web token in compact form.").asInvalidClient
        }
        guard let certificate = certificate(for: token.header, of: app) else {
            throw .of(
                700_027,
                "Client assertion failed signature validation. [Reason - The key was not found., Thumbprint of key used by client: '\(Self.shownThumbprint(token.header))']"
            )
        }
        guard certificate.notBefore <= now, now < certificate.notAfter else {
            throw .of(
                700_027,
                "Client assertion failed signature validation. [Reason - The key used is expired., Thumbprint of key used by client: '\(certificate.thumbprintText)', Found key 'Start=\(certificate.notBefore.seconds), End=\(certificate.notAfter.seconds)']"
            )
        }
        guard let verified = try? token.verify(with: certificate.key, algorithms: [.rs256, .ps256]),
            let claims = try? JWTClaims(verified)
        else {
            throw .of(
                700_027,
                "Client assertion failed signature validation. [Reason - The key was found, but use of the key to verify the signature failed., Thumbprint of key used by client: '\(certificate.thumbprintText)']"
            )
        }
        return claims
    }

    /// Thumbprints are taken as base64url or as base64, padded or not: clients send all of them.
    private func certificate(for header: JWSHeader, of app: App) -> AppCertificate? {
        let sha256 = header.certificateThumbprintSHA256.flatMap(Self.bytes)
        let sha1 = header.certificateThumbprint.flatMap(Self.bytes)
        guard sha256 != nil || sha1 != nil else { return nil }
        return app.certificates.first { certificate in
            (sha256 == nil || certificate.thumbprintSHA256 == sha256)
                && (sha1 == nil || certificate.thumbprintSHA1 == sha1)
        }
    }

    private static func bytes(_ thumbprint: String) -> [UInt8]? {
        let text = thumbprint.replacing("+", with: "-").replacing("/", with: "_")
        return Base64URL.decode(text.prefix { $0 != "=" })
    }

    private static func shownThumbprint(_ header: JWSHeader) -> String {
        let bytes = (header.certificateThumbprintSHA256 ?? header.certificateThumbprint).flatMap(bytes) ?? []
        return bytes.prefix(32).map { String(format: "%02X", $0) }.joined()
    }

    /// What an assertion may be for: this authority's token endpoints and v2 issuer, by any of its names.
    private func audiences(_ request: TokenRequest, _ authority: Authority) -> Set<String> {
        let names = Set([request.authority] + (authority.tenant.map { [$0.id, $0.domain] } ?? []))
        return Set(
            names.flatMap { name in
                ["oauth2/token", "oauth2/v2.0/token", "v2.0"].map { "\(base)/\(name)/\($0)" }
            })
    }
}

extension AADSTSError {
    /// A parameter that is missing from a body.
    static func missing(_ name: String) -> AADSTSError {
        .of(900_144, "The request body must contain the following parameter: '\(name)'.")
    }

    /// A claim of an assertion that is wrong: the assertion fails, and the second number says at what.
    fileprivate static func assertion(_ code: Int, _ text: String) -> AADSTSError {
        var error = AADSTSError.of(700_027, "Client assertion failed validation. AADSTS\(code): \(text)")
        error.furtherCodes = [code]
        return error
    }

    fileprivate var asInvalidClient: AADSTSError {
        var error = self
        error.error = "invalid_client"
        return error
    }
}
