import Foundation
import GRDB
import OAuthCore
import OAuthServer

/// Reads the columns of a row in order. What is not as the schema says is an error, never a crash.
struct Columns {
    private let row: Row
    private let what: String
    private var index = 0

    /// - Parameter what: what the row is, for the error.
    init(_ row: Row, of what: String) {
        self.row = row
        self.what = what
    }

    private mutating func next() throws(StoreError) -> DatabaseValue.Storage {
        guard index < row.count else { throw unreadable }
        defer { index += 1 }
        let value: DatabaseValue = row[index]
        return value.storage
    }

    /// That the row cannot be read.
    var unreadable: StoreError { .unreadable(what: what) }

    mutating func optionalText() throws(StoreError) -> String? {
        switch try next() {
        case .null: return nil
        case .string(let text): return text
        default: throw unreadable
        }
    }

    mutating func text() throws(StoreError) -> String {
        guard let text = try optionalText() else { throw unreadable }
        return text
    }

    mutating func optionalTime() throws(StoreError) -> UnixTime? {
        switch try next() {
        case .null: return nil
        case .int64(let seconds): return UnixTime(seconds)
        default: throw unreadable
        }
    }

    mutating func time() throws(StoreError) -> UnixTime {
        guard let time = try optionalTime() else { throw unreadable }
        return time
    }

    mutating func flag() throws(StoreError) -> Bool { try time().seconds != 0 }

    mutating func optionalBytes() throws(StoreError) -> Data? {
        switch try next() {
        case .null: return nil
        case .blob(let bytes): return bytes
        default: throw unreadable
        }
    }

    mutating func bytes() throws(StoreError) -> Data {
        guard let bytes = try optionalBytes() else { throw unreadable }
        return bytes
    }

    mutating func optionalDigest() throws(StoreError) -> TokenDigest? {
        try optionalBytes().map { TokenDigest(bytes: Array($0)) }
    }

    mutating func digest() throws(StoreError) -> TokenDigest { TokenDigest(bytes: Array(try bytes())) }

    mutating func scope() throws(StoreError) -> Scope {
        guard let scope = Scope.parse(try text()) else { throw unreadable }
        return scope
    }

    /// A list that was written by `JSONText`.
    mutating func list() throws(StoreError) -> [JSONValue] {
        guard case .array(let values)? = try? JSONValue.parse(Array(try text().utf8)) else { throw unreadable }
        return values
    }

    /// A list of texts, each read by a function that refuses with `nil`.
    mutating func list<Element>(_ read: (String) -> Element?) throws(StoreError) -> [Element] {
        var elements: [Element] = []
        for value in try list() {
            guard let element = value.string.flatMap(read) else { throw unreadable }
            elements.append(element)
        }
        return elements
    }

    mutating func grant() throws(StoreError) -> GrantContext {
        GrantContext(
            familyID: try text(), clientID: try text(), subject: try optionalText(), scope: try scope(),
            authenticatedAt: try optionalTime(), session: try optionalDigest())
    }
}

extension TokenDigest {
    var blob: Data { Data(bytes) }
}

extension GrantContext {
    /// The columns that `Columns.grant()` reads.
    static let columns = "family_id, client_id, subject, scope, authenticated_at, session"

    /// What goes into them.
    var values: [(any DatabaseValueConvertible)?] {
        [familyID, clientID, subject, scope.description, authenticatedAt?.seconds, session?.blob]
    }
}

extension Database {
    /// Runs a statement that is compiled once and answers how many rows it has changed.
    func run(_ sql: String, _ arguments: StatementArguments) throws -> Int {
        try cachedStatement(sql: sql).execute(arguments: arguments)
        return changesCount
    }

    /// Deletes rows by a statement that returns their digests.
    func digests(_ sql: String, _ arguments: StatementArguments) throws -> [TokenDigest] {
        try Data.fetchAll(cachedStatement(sql: sql), arguments: arguments).map { TokenDigest(bytes: Array($0)) }
    }

    /// The first row of a statement that is compiled once.
    func row(_ sql: String, _ arguments: StatementArguments) throws -> Row? {
        try Row.fetchOne(cachedStatement(sql: sql), arguments: arguments)
    }

    /// All rows of a statement that is compiled once.
    func rows(_ sql: String, _ arguments: StatementArguments) throws -> [Row] {
        try Row.fetchAll(cachedStatement(sql: sql), arguments: arguments)
    }
}
