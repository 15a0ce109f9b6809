import OAuthCore

/// What an `InMemoryStore` holds, and what each change does to it.
struct InMemoryContents {
    struct ConsentKey: Hashable {
        let subject: ExactText
        let clientID: ExactText

        init(subject: String, clientID: String) {
            self.subject = ExactText(subject)
            self.clientID = ExactText(clientID)
        }
    }

    struct Credential {
        var user: UserRecord
        var passwordHash: PasswordHash
    }

    var codes: [TokenDigest: CodeRecord] = [:]
    var accessTokens: [TokenDigest: AccessTokenRecord] = [:]
    var refreshTokens: [TokenDigest: RefreshTokenRecord] = [:]
    var denials: [TokenDigest: UnixTime] = [:]
    var sessions: [TokenDigest: SessionRecord] = [:]
    var consents: [ConsentKey: ConsentRecord] = [:]
    var clients: [ExactText: ClientRecord] = [:]
    /// By `UserRecord.usernameKey`.
    var users: [String: Credential] = [:]
    /// Oldest first.
    var keys: [SigningKeyRecord] = []

    func user(_ subject: ExactText) -> Credential? {
        users.values.first { ExactText($0.user.subject) == subject }
    }

    func connectedClients(of subject: String) -> [ConnectedClient] {
        consents.filter { $0.key.subject == ExactText(subject) }.sorted { $0.key.clientID < $1.key.clientID }
            .map { key, consent in
                let belongs = { (grant: GrantContext) in grant.belongs(to: key) }
                let issued =
                    accessTokens.values.filter { belongs($0.grant) }.map(\.issuedAt)
                    + refreshTokens.values.filter { belongs($0.grant) }.map(\.issuedAt)
                return ConnectedClient(consent: consent, lastUsedAt: issued.max())
            }
    }
}

// MARK: Changes

extension InMemoryContents {
    /// Makes a change; false is a conflict.
    mutating func apply(_ change: GrantChange) -> Bool {
        switch change {
        case .requireSession(let digest): return sessions[digest] != nil
        case .requireConsent(let record):
            return consents[.init(subject: record.subject, clientID: record.clientID)] == record
        case .renewSession(let old, let record): return renewSession(old, record)
        case .insertCode(let record): return Self.insert(record, record.digest, &codes)
        case .insertAccessToken(let record): return Self.insert(record, record.digest, &accessTokens)
        case .insertRefreshToken(let record): return Self.insert(record, record.digest, &refreshTokens)
        case .insertSession(let record): return Self.insert(record, record.digest, &sessions)
        case .consumeCode(let digest, let time):
            guard codes[digest] != nil, codes[digest]?.consumedAt == nil else { return false }
            codes[digest]?.consumedAt = time
        case .rotateRefreshToken(let digest, let rotation):
            guard refreshTokens[digest] != nil, refreshTokens[digest]?.rotation == nil else { return false }
            refreshTokens[digest]?.rotation = rotation
        case .revokeAccessToken(let digest):
            accessTokens[digest] = nil
        case .denyAccessToken(let digest, let until):
            denials[digest] = max(until, denials[digest] ?? until)
        case .saveConsent(let record):
            consents[.init(subject: record.subject, clientID: record.clientID)] = record
        case .revokeFamily(let family):
            codes = codes.filter { $0.value.grant.familyID != family || $0.value.consumedAt != nil }
            removeTokens { $0.familyID == family }
        case .revokeConsent(let subject, let clientID):
            let key = ConsentKey(subject: subject, clientID: clientID)
            consents[key] = nil
            removeGrants { $0.belongs(to: key) }
        case .endSession(let digest):
            sessions[digest] = nil
            removeGrants { $0.session == digest }
        }
        return true
    }

    private mutating func renewSession(_ old: TokenDigest, _ record: SessionRecord) -> Bool {
        guard Self.insert(record, record.digest, &sessions) else { return false }
        sessions[old] = nil
        for (digest, code) in codes where code.grant.session == old { codes[digest]?.grant.session = record.digest }
        for (digest, token) in accessTokens where token.grant.session == old {
            accessTokens[digest]?.grant.session = record.digest
        }
        for (digest, token) in refreshTokens where token.grant.session == old {
            refreshTokens[digest]?.grant.session = record.digest
        }
        return true
    }

    /// A digest that is taken is a conflict: never is a record put in the place of another.
    private static func insert<Record>(
        _ record: Record, _ digest: TokenDigest, _ records: inout [TokenDigest: Record]
    ) -> Bool {
        guard records[digest] == nil else { return false }
        records[digest] = record
        return true
    }

    mutating func removeClient(_ id: ExactText) -> Bool {
        guard clients.removeValue(forKey: id) != nil else { return false }
        consents = consents.filter { $0.key.clientID != id }
        removeGrants { ExactText($0.clientID) == id }
        return true
    }

    /// Ends every sign-in, code and token of a person.
    mutating func endEverything(of subject: ExactText) {
        sessions = sessions.filter { ExactText($0.value.subject) != subject }
        removeGrants { $0.subject.map(ExactText.init) == subject }
    }

    private mutating func removeGrants(where isMeant: (GrantContext) -> Bool) {
        codes = codes.filter { !isMeant($0.value.grant) }
        removeTokens(where: isMeant)
    }

    private mutating func removeTokens(where isMeant: (GrantContext) -> Bool) {
        accessTokens = accessTokens.filter { !isMeant($0.value.grant) }
        refreshTokens = refreshTokens.filter { !isMeant($0.value.grant) }
    }

    mutating func removeExpired(before now: UnixTime, limit: Int) -> Int {
        Self.removeExpired(&codes, now, limit, \.expiresAt)
            + Self.removeExpired(&accessTokens, now, limit, \.expiresAt)
            + Self.removeExpired(&refreshTokens, now, limit) { min($0.expiresAt, $0.familyExpiresAt) }
            + Self.removeExpired(&denials, now, limit, \.self)
            + Self.removeExpired(&sessions, now, limit, \.expiresAt)
    }

    private static func removeExpired<Record>(
        _ records: inout [TokenDigest: Record], _ now: UnixTime, _ limit: Int, _ expiry: (Record) -> UnixTime
    ) -> Int {
        let expired = records.filter { expiry($0.value) <= now }.sorted { expiry($0.value) < expiry($1.value) }
        for (digest, _) in expired.prefix(limit) { records[digest] = nil }
        return min(expired.count, limit)
    }
}

extension GrantContext {
    fileprivate func belongs(to key: InMemoryContents.ConsentKey) -> Bool {
        ExactText(clientID) == key.clientID && subject.map(ExactText.init) == key.subject
    }
}
