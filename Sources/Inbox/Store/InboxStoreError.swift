/// The database did not do what it was asked; nothing was half done.
public struct InboxStoreError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What it said, without anything that is stored.
    public let reason: String

    init(reason: String) { self.reason = reason }

    public var description: String { "the inbox's database is not available: \(reason)" }
}
