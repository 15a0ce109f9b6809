import OAuthCore

/// Something about a server or a client that an operator should know.
public struct AuditFinding: Sendable, Hashable {
    /// How bad it is.
    public enum Severity: String, Sendable, Hashable { case warning, error }

    /// How bad it is.
    public var severity: Severity
    /// A stable name, such as `client.pkce-optional`.
    public var id: String
    /// What it is about: a client id, or `server`.
    public var subject: String
    /// What is the matter, and what to do.
    public var message: String

    /// A finding.
    public init(_ severity: Severity, _ id: String, subject: String, _ message: String) {
        self.severity = severity
        self.id = id
        self.subject = subject
        self.message = message
    }
}

/// Measures clients against RFC 9700 and OAuth 2.1.
public enum SecurityAudit {
    /// What is loosened in the clients' registrations.
    public static func findings(_ clients: [ClientRecord]) -> [AuditFinding] { clients.flatMap(findings) }

    private static func findings(_ client: ClientRecord) -> [AuditFinding] {
        var findings: [AuditFinding] = []
        let usesCode = client.grantTypes.contains(.authorizationCode)
        if usesCode, !client.profile.requiresPKCE(isPublic: client.isPublic) {
            findings.append(
                AuditFinding(
                    .warning, "client.pkce-optional", subject: client.id,
                    "Under the profile \(client.profile.rawValue) PKCE is optional. Use oauth21 unless the client cannot send a challenge (RFC 9700 §2.1.1)."
                ))
        }
        if client.redirectURIs.contains(where: { $0.uri.scheme != "https" && $0.uri.scheme != "http" }),
            !client.isPublic
        {
            findings.append(
                AuditFinding(
                    .warning, "client.native-confidential", subject: client.id,
                    "An application on a person's device cannot keep a secret: register it as public (RFC 8252 §8.5)."))
        }
        if client.redirectURIs.contains(where: { $0.uri.host == "localhost" }) {
            findings.append(
                AuditFinding(
                    .warning, "client.localhost", subject: client.id,
                    "A redirect URI names localhost, which may resolve elsewhere: use 127.0.0.1 (RFC 8252 §8.3)."))
        }
        if !client.isPublic, client.secrets.isEmpty {
            findings.append(
                AuditFinding(
                    .error, "client.no-secret", subject: client.id,
                    "It is confidential and has no secret: sallyport client secret \(client.id) makes one."))
        }
        return findings
    }
}
