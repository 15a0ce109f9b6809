import GRDB
import OAuthCore
import OAuthServer

extension CodeRecord {
    static let columns = "digest, \(GrantContext.columns), redirect_uri, challenge, nonce, expires_at, consumed_at"

    init(row: Row) throws(StoreError) {
        var columns = Columns(row, of: "code")
        self.init(
            digest: try columns.digest(), grant: try columns.grant(), redirectURI: try columns.optionalText(),
            challenge: try columns.optionalText(), nonce: try columns.optionalText(), expiresAt: try columns.time(),
            consumedAt: try columns.optionalTime())
    }

    var values: StatementArguments {
        StatementArguments(
            [digest.blob] + grant.values
                + [redirectURI, challenge, nonce, expiresAt.seconds, consumedAt?.seconds])
    }
}

extension AccessTokenRecord {
    static let columns = "digest, \(GrantContext.columns), issued_at, expires_at"

    init(row: Row) throws(StoreError) {
        var columns = Columns(row, of: "access token")
        self.init(
            digest: try columns.digest(), grant: try columns.grant(), issuedAt: try columns.time(),
            expiresAt: try columns.time())
    }

    var values: StatementArguments {
        StatementArguments([digest.blob] + grant.values + [issuedAt.seconds, expiresAt.seconds])
    }
}

extension RefreshTokenRecord {
    static let columns = """
        digest, \(GrantContext.columns), issued_at, expires_at, family_expires_at, rotated_at, successor, \
        sealed_response
        """

    fileprivate init(_ columns: inout Columns) throws(StoreError) {
        self.init(
            digest: try columns.digest(), grant: try columns.grant(), issuedAt: try columns.time(),
            expiresAt: try columns.time(), familyExpiresAt: try columns.time())
        let (rotatedAt, successor) = (try columns.optionalTime(), try columns.optionalDigest())
        let sealedResponse = try columns.optionalBytes()
        switch (rotatedAt, successor, sealedResponse) {
        case (nil, nil, nil): break
        case (let time?, let successor?, let response?):
            rotation = .init(at: time, successor: successor, sealedResponse: Array(response))
        default: throw columns.unreadable
        }
    }

    var values: StatementArguments {
        StatementArguments(
            [digest.blob] + grant.values
                + [
                    issuedAt.seconds, expiresAt.seconds, familyExpiresAt.seconds, rotation?.at.seconds,
                    rotation?.successor.blob, rotation?.sealedResponse.blob,
                ])
    }
}

extension RefreshTokenState {
    /// The record, and whether its successor has been used or is gone.
    static let query = """
        SELECT \(RefreshTokenRecord.columns), successor IS NOT NULL AND NOT EXISTS
        (SELECT 1 FROM refresh_token AS next WHERE next.digest = refresh_token.successor AND next.rotated_at IS NULL)
        FROM refresh_token WHERE digest = ?
        """

    init(row: Row) throws(StoreError) {
        var columns = Columns(row, of: "refresh token")
        self.init(record: try RefreshTokenRecord(&columns), successorWasUsed: try columns.flag())
    }
}

extension SessionRecord {
    static let columns = "digest, subject, authenticated_at, expires_at"

    init(row: Row) throws(StoreError) {
        var columns = Columns(row, of: "sign-in")
        self.init(
            digest: try columns.digest(), subject: try columns.text(), authenticatedAt: try columns.time(),
            expiresAt: try columns.time())
    }

    var values: StatementArguments { [digest.blob, subject, authenticatedAt.seconds, expiresAt.seconds] }
}

extension ConsentRecord {
    static let columns = "subject, client_id, scope, granted_at"

    static func find(subject: String, clientID: String, in db: Database) throws -> ConsentRecord? {
        try db.row("SELECT \(columns) FROM consent WHERE subject = ? AND client_id = ?", [subject, clientID])
            .map { try ConsentRecord(row: $0) }
    }

    init(row: Row) throws(StoreError) {
        var columns = Columns(row, of: "consent")
        try self.init(&columns)
    }

    fileprivate init(_ columns: inout Columns) throws(StoreError) {
        self.init(
            subject: try columns.text(), clientID: try columns.text(), scope: try columns.scope(),
            grantedAt: try columns.time())
    }

    var values: StatementArguments { [subject, clientID, scope.description, grantedAt.seconds] }
}

extension ConnectedClient {
    /// The consents of a person, each with the time of the last token that is still kept.
    static let query = """
        SELECT \(ConsentRecord.columns),
        (SELECT max(issued_at) FROM
            (SELECT issued_at FROM access_token AS t WHERE t.client_id = c.client_id AND t.subject = c.subject
            UNION ALL
            SELECT issued_at FROM refresh_token AS t WHERE t.client_id = c.client_id AND t.subject = c.subject))
        FROM consent AS c WHERE subject = ? ORDER BY client_id
        """

    init(row: Row) throws(StoreError) {
        var columns = Columns(row, of: "consent")
        self.init(consent: try ConsentRecord(&columns), lastUsedAt: try columns.optionalTime())
    }
}
