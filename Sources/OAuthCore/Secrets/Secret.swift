import Foundation

/// Bytes that must not be shown: a token, a code, a key, a password.
///
/// Nothing prints it: `description`, `debugDescription`, string interpolation, `dump` and mirrors all say
/// `Secret(redacted)`. Equality takes the same time wherever two values of one length differ. The bytes are overwritten
/// when the last copy goes; that is best effort, since a `String` made from them is out of reach.
public struct Secret: Sendable {
    private let storage: ZeroisedStorage

    /// Keeps a copy of these bytes.
    public init(bytes: some Collection<UInt8>) { storage = ZeroisedStorage(bytes) }

    /// Keeps the UTF-8 bytes of a text.
    public init(_ text: some StringProtocol) { storage = ZeroisedStorage(text.utf8) }

    /// How many bytes.
    public var count: Int { storage.count }

    /// Whether there are no bytes.
    public var isEmpty: Bool { storage.count == 0 }

    /// Lends the bytes; do not keep them.
    public func withBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try storage.withBytes(body)
    }

    /// The bytes as text, for the one place that puts them on the wire or shows them once. Invalid UTF-8 is repaired.
    public func revealed() -> String { withBytes { String(decoding: $0, as: UTF8.self) } }
}

extension Secret: Hashable {
    /// Constant-time for values of one length.
    public static func == (left: Self, right: Self) -> Bool {
        left.withBytes { left in right.withBytes { right in constantTimeEqual(left, right) } }
    }

    public func hash(into hasher: inout Hasher) { withBytes { hasher.combine(bytes: $0) } }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "Secret(redacted)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// Whether two byte strings are equal, in a time that depends on their lengths alone.
///
/// Inlinable, so that callers of other modules compare bytes and not witnesses of bytes.
@inlinable
public func constantTimeEqual(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) -> Bool {
    guard left.count == right.count else { return false }
    return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
}

/// Memory that is overwritten before it is given back.
///
/// `@unchecked Sendable`: the pointer is written only in `init` and `deinit`, when no other reference exists, and only
/// read between.
private final class ZeroisedStorage: @unchecked Sendable {
    private let memory: UnsafeMutableRawBufferPointer

    init(_ bytes: some Collection<UInt8>) {
        memory = .allocate(byteCount: bytes.count, alignment: 1)
        memory.copyBytes(from: bytes)
    }

    deinit {
        if let base = memory.baseAddress { explicit_bzero(base, memory.count) }
        memory.deallocate()
    }

    var count: Int { memory.count }

    func withBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeRawBufferPointer(memory))
    }
}
