import GRDB

/// The tables, by numbered migrations. One that was released is never changed; another is added.
///
/// Nothing that opens anything is stored: of tokens, codes and secrets only SHA-256 digests.
enum Schema {
    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("0001 clients, users, keys and grants") { db in
            try db.execute(sql: administration)
            try db.execute(sql: grants)
            try db.execute(sql: grantIndexes)
        }
        return migrator
    }

    private static let administration = """
        CREATE TABLE installation (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            key_check BLOB NOT NULL CHECK (length(key_check) = 32)
        ) STRICT;

        CREATE TABLE client (
            id TEXT NOT NULL PRIMARY KEY,
            name TEXT NOT NULL,
            owner TEXT,
            secrets TEXT NOT NULL,
            authentication_methods TEXT NOT NULL,
            redirect_uris TEXT NOT NULL,
            post_logout_redirect_uris TEXT NOT NULL,
            origins TEXT NOT NULL,
            grant_types TEXT NOT NULL,
            scope TEXT NOT NULL,
            profile TEXT NOT NULL,
            access_token_format TEXT NOT NULL,
            id_token_algorithm TEXT NOT NULL,
            is_resource_server INTEGER NOT NULL CHECK (is_resource_server IN (0, 1)),
            created_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX client_owner ON client (owner) WHERE owner IS NOT NULL;

        CREATE TABLE user (
            subject TEXT NOT NULL PRIMARY KEY,
            username TEXT NOT NULL,
            username_key TEXT NOT NULL UNIQUE,
            name TEXT,
            email TEXT,
            email_verified INTEGER NOT NULL CHECK (email_verified IN (0, 1)),
            is_administrator INTEGER NOT NULL CHECK (is_administrator IN (0, 1)),
            created_at INTEGER NOT NULL,
            password_hash TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE signing_key (
            number INTEGER PRIMARY KEY,
            key_id TEXT NOT NULL UNIQUE,
            algorithm TEXT NOT NULL,
            sealed_private_key BLOB NOT NULL,
            created_at INTEGER NOT NULL,
            retired_at INTEGER,
            published_until INTEGER,
            CHECK ((retired_at IS NULL) = (published_until IS NULL))
        ) STRICT;
        CREATE UNIQUE INDEX signing_key_that_signs ON signing_key (algorithm) WHERE retired_at IS NULL;
        """

    /// Rows of codes and tokens lie in the order in which they were issued, so that those that are written together share
    /// pages: each page goes to the disk twice. By their digests, which are random, hardly two would.
    private static let grants = """
        CREATE TABLE session (
            digest BLOB NOT NULL PRIMARY KEY CHECK (length(digest) = 32),
            subject TEXT NOT NULL,
            authenticated_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE consent (
            subject TEXT NOT NULL,
            client_id TEXT NOT NULL,
            scope TEXT NOT NULL,
            granted_at INTEGER NOT NULL,
            PRIMARY KEY (subject, client_id)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE code (
            digest BLOB NOT NULL PRIMARY KEY CHECK (length(digest) = 32),
            \(grantColumns),
            redirect_uri TEXT,
            challenge TEXT,
            nonce TEXT,
            expires_at INTEGER NOT NULL,
            consumed_at INTEGER
        ) STRICT;

        CREATE TABLE access_token (
            digest BLOB NOT NULL PRIMARY KEY CHECK (length(digest) = 32),
            \(grantColumns),
            issued_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL
        ) STRICT;

        CREATE TABLE refresh_token (
            digest BLOB NOT NULL PRIMARY KEY CHECK (length(digest) = 32),
            \(grantColumns),
            issued_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL,
            family_expires_at INTEGER NOT NULL,
            rotated_at INTEGER,
            successor BLOB CHECK (length(successor) = 32),
            sealed_response BLOB,
            CHECK ((rotated_at IS NULL) = (successor IS NULL)),
            CHECK ((rotated_at IS NULL) = (sealed_response IS NULL))
        ) STRICT;

        CREATE TABLE denied_access_token (
            digest BLOB NOT NULL PRIMARY KEY CHECK (length(digest) = 32),
            expires_at INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        """

    private static let grantColumns = """
        family_id TEXT NOT NULL,
            client_id TEXT NOT NULL,
            subject TEXT,
            scope TEXT NOT NULL,
            authenticated_at INTEGER,
            session BLOB CHECK (length(session) = 32)
        """

    /// One index for each way in which rows are revoked together, and one for the sweeper.
    private static let grantIndexes = """
        CREATE INDEX session_subject ON session (subject);
        CREATE INDEX session_expiry ON session (expires_at);
        CREATE INDEX consent_client ON consent (client_id);
        CREATE INDEX denied_access_token_expiry ON denied_access_token (expires_at);

        CREATE INDEX code_family ON code (family_id);
        CREATE INDEX code_client_subject ON code (client_id, subject);
        CREATE INDEX code_session ON code (session) WHERE session IS NOT NULL;
        CREATE INDEX code_expiry ON code (expires_at);

        CREATE INDEX access_token_family ON access_token (family_id);
        CREATE INDEX access_token_client_subject ON access_token (client_id, subject);
        CREATE INDEX access_token_session ON access_token (session) WHERE session IS NOT NULL;
        CREATE INDEX access_token_expiry ON access_token (expires_at);

        CREATE INDEX refresh_token_family ON refresh_token (family_id);
        CREATE INDEX refresh_token_client_subject ON refresh_token (client_id, subject);
        CREATE INDEX refresh_token_session ON refresh_token (session) WHERE session IS NOT NULL;
        CREATE INDEX refresh_token_expiry ON refresh_token (min(expires_at, family_expires_at));
        """
}
