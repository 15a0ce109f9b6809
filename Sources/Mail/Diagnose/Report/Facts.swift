import MailProtocol
import OAuthCore

/// What was seen, as names and values.
enum Facts {
    static func list(_ evidence: Evidence) -> [DiagnosisReport.Fact] {
        var facts: [DiagnosisReport.Fact] = []
        func add(_ name: String, _ value: ReportText?) {
            if let value { facts.append(.init(name: name, value: value)) }
        }
        add("service", evidence.service.map { "\($0.rawValue.uppercased())" })
        add("server", evidence.server.map { "\(.host, $0.host, or: "a host"):\($0.port), \($0.security.words)" })
        add("server-kind", evidence.persona == .unknown ? nil : "\(evidence.persona.name)")
        add("program", evidence.program.map { "\($0)" })
        add("mailbox", evidence.mailbox.map { "\(.address, $0, or: "an address of unusual characters")" })
        let offers = evidence.capabilities.filter { $0.uppercased().hasPrefix("AUTH") || $0.uppercased() == "SASL-IR" }
        add("server-offers", offers.isEmpty ? nil : "\(quote: offers.joined(separator: " "))")
        if evidence.server == nil {
            for answer in evidence.answers { add("text", "\(quote: answer)") }
        }
        add("challenge", challenge(evidence))
        add("signals", signals(evidence))
        return facts + token(evidence) + blob(evidence) + refresh(evidence)
    }

    private static func challenge(_ evidence: Evidence) -> ReportText? {
        guard let challenge = evidence.challenge else {
            guard evidence.reached == .authenticate, evidence.failure == .refused else { return nil }
            return "none: refused at once"
        }
        let members = [("status", challenge.status), ("scope", challenge.scope), ("schemes", challenge.schemes)]
            .compactMap { name, value in value.map { "\(name) \($0)" } }
        return members.isEmpty ? "\(quote: challenge.text)" : "\(quote: members.joined(separator: ", "))"
    }

    private static func signals(_ evidence: Evidence) -> ReportText? {
        let names = Signal.allCases.filter(evidence.signals.contains).map(\.rawValue)
        return names.isEmpty ? nil : "\(names.joined(separator: ", "))"
    }

    private static func token(_ evidence: Evidence) -> [DiagnosisReport.Fact] {
        guard let token = evidence.token else { return [] }
        var summary = "\(token.kindName), \(token.length) bytes"
        if let fingerprint = token.fingerprint { summary += ", SHA-256 \(fingerprint)…" }
        if token.claims != nil { summary += "; claims unverified" }
        var facts = [DiagnosisReport.Fact(name: "token", value: "\(summary)")]
        guard let claims = token.claims else { return facts }
        func add(_ name: String, _ value: ReportText?) {
            if let value { facts.append(.init(name: "token.\(name)", value: value)) }
        }
        func list(_ values: [String]) -> ReportText? {
            values.isEmpty ? nil : "\(quote: CleanText().line(values.joined(separator: " ")))"
        }
        add("aud", list(claims.audiences))
        add("iss", claims.issuer.map { "\(quote: CleanText().line($0))" })
        add("tid", claims.tenant.map { "\(.tenant, $0, or: "of unusual form")" })
        add("scp", list(claims.scopes))
        add("roles", list(claims.roles))
        add("person", claims.person.map { "\(.address, $0, or: "of unusual characters")" })
        add("app", claims.appID.map { "\(.app, $0, or: "of unusual form")" })
        add("oid", claims.objectID.map { "\(.object, $0, or: "of unusual form")" })
        add("idtyp", claims.identityType.map { "\(quote: CleanText().line($0, limit: 40))" })
        add("ver", claims.version.map { "\(quote: CleanText().line($0, limit: 10))" })
        add("exp", expiry(claims, evidence.context.now))
        return facts
    }

    private static func expiry(_ claims: TokenClaims, _ now: UnixTime?) -> ReportText? {
        guard let end = claims.expiresAt else { return nil }
        guard let now else { return "\(end.seconds)" }
        return now < end
            ? "in \(TokenCheck.length(end.since(now)))" : "\(TokenCheck.length(now.since(end))) ago"
    }

    private static func blob(_ evidence: Evidence) -> [DiagnosisReport.Fact] {
        guard let blob = evidence.blob else { return [] }
        let form =
            """
            \(blob.mechanism?.rawValue ?? "unknown mechanism"), \(blob.encodedLength) bytes encoded, \
            \(blob.decodedLength) decoded
            """
        var facts = [DiagnosisReport.Fact(name: "credentials", value: "\(form)")]
        if let user = blob.user {
            facts.append(.init(name: "credentials.user", value: "\(.address, user, or: "of unusual characters")"))
        }
        let faults = blob.faults.map(\.rawValue).joined(separator: ", ")
        facts.append(.init(name: "credentials.faults", value: faults.isEmpty ? "none" : "\(faults)"))
        return facts
    }

    private static func refresh(_ evidence: Evidence) -> [DiagnosisReport.Fact] {
        guard let refresh = evidence.context.refresh else { return [] }
        return [
            .init(
                name: "refresh",
                value: "\(quote: [refresh.code, refresh.text].compactMap(\.self).joined(separator: ": "))")
        ]
    }
}

extension MailServer.Security {
    /// How the connection is protected, in words.
    var words: String {
        switch self {
        case .implicitTLS: "TLS"
        case .startTLS: "STARTTLS"
        case .unsafePlaintext: "no TLS"
        }
    }
}
