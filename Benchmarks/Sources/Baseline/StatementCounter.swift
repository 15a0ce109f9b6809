import GRDBSQLite
import Synchronization

/// Counts the SQL statements of every connection that is opened from now on.
enum StatementCounter {
    /// The statements so far that read or write rows; those that begin and end transactions do neither.
    static let count = Atomic(0)

    static func install() {
        let atOpening: @convention(c) (OpaquePointer?, UnsafeMutableRawPointer?, UnsafeRawPointer?) -> CInt = {
            db, _, _ in
            sqlite3_trace_v2(
                db, UInt32(SQLITE_TRACE_STMT),
                { _, _, _, text in
                    StatementCounter.see(text)
                    return 0
                }, nil)
        }
        // SQLite calls every extension with these three arguments, and declares it without any.
        sqlite3_auto_extension(unsafeBitCast(atOpening, to: (@convention(c) () -> Void).self))
    }

    private static func see(_ text: UnsafeMutableRawPointer?) {
        guard let text else { return }
        let statement = String(cString: text.assumingMemoryBound(to: CChar.self))
        let readsOrWrites = ["SELECT", "INSERT", "UPDATE", "DELETE", "REPLACE", "WITH"]
        if readsOrWrites.contains(where: statement.hasPrefix) { count.add(1, ordering: .sequentiallyConsistent) }
    }
}
