import CZlib

/// Why a compressed stream cannot be read.
public enum CompressionError: Error, Hashable, Sendable, CustomStringConvertible {
    /// It is not what RFC 1951 describes, or goes on behind its end.
    case malformed
    /// It grows to more than this many times its size, which no mail does.
    case expandsTooMuch(limit: Int)
    /// There is no memory for it.
    case outOfMemory

    public var description: String {
        switch self {
        case .malformed: "the compressed data cannot be read"
        case .expandsTooMuch(let limit): "the compressed data grows to more than \(limit) times its size"
        case .outOfMemory: "there is no memory to compress with"
        }
    }
}

/// Reads what the other side compressed (RFC 4978: the format of RFC 1951 without a header), piece by piece: however
/// much a few bytes grow to, it is never in memory at once.
///
/// ```swift
/// inflater.append(arrived)
/// while let piece = try inflater.next() { perform(session.receive(piece)) }
/// ```
public final class Inflater {
    private let stream: UnsafeMutablePointer<z_stream>
    private var input: [UInt8] = []
    private var position = 0
    private let ratioLimit: Int
    private var consumed = 0
    private var produced = 0
    /// Whether the last piece was full, so that more may be waiting inside the stream.
    private var hasMore = false

    /// A piece's size at most, in bytes.
    private static let pieceBytes = 65_536
    /// What may come before the ratio is looked at: a short beginning says little of the whole.
    private static let grace = 8 << 20

    /// The beginning of a stream.
    ///
    /// - Parameter ratioLimit: how many times its size the stream may grow to, looked at from 8 MiB on; 1 or more.
    ///   Default 200; the format allows up to 1,032.
    public init(ratioLimit: Int = 200) throws(CompressionError) {
        self.ratioLimit = max(1, ratioLimit)
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let size = Int32(MemoryLayout<z_stream>.size)
        guard inflateInit2_(stream, -MAX_WBITS, ZLIB_VERSION, size) == Z_OK else {
            // `deinit` runs, and ending a stream that never began does nothing.
            throw .outOfMemory
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deinitialize(count: 1)
        stream.deallocate()
    }

    /// Adds what arrived.
    public func append(_ bytes: [UInt8]) {
        input.removeFirst(position)
        position = 0
        input.append(contentsOf: bytes)
    }

    /// The next piece of at most 65,536 bytes; `nil` when more has to arrive.
    public func next() throws(CompressionError) -> [UInt8]? {
        guard position < input.count || hasMore else { return nil }
        var status = Z_OK
        let available = input.count - position
        let piece = [UInt8](unsafeUninitializedCapacity: Self.pieceBytes) { output, count in
            status = input.withUnsafeMutableBufferPointer { bytes in
                stream.pointee.next_in = bytes.baseAddress.map { $0 + position }
                stream.pointee.avail_in = UInt32(clamping: available)
                stream.pointee.next_out = output.baseAddress
                stream.pointee.avail_out = UInt32(Self.pieceBytes)
                return inflate(stream, Z_SYNC_FLUSH)
            }
            count = Self.pieceBytes - Int(stream.pointee.avail_out)
        }
        let taken = min(available, Int(UInt32.max)) - Int(stream.pointee.avail_in)
        position += taken
        consumed += taken
        produced += piece.count
        hasMore = piece.count == Self.pieceBytes
        // Without progress there is nothing wrong; a stream's end is: this one ends with the connection.
        guard status == Z_OK || status == Z_BUF_ERROR else { throw .malformed }
        guard produced <= Self.grace || produced / ratioLimit <= consumed else {
            throw .expandsTooMuch(limit: ratioLimit)
        }
        guard piece.isEmpty else { return piece }
        return taken > 0 ? try next() : nil
    }
}

/// Compresses for the other side (RFC 4978).
public final class Deflater {
    private let stream: UnsafeMutablePointer<z_stream>

    /// The beginning of a stream.
    public init() throws(CompressionError) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let size = Int32(MemoryLayout<z_stream>.size)
        let status = deflateInit2_(
            stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size)
        guard status == Z_OK else { throw .outOfMemory }
    }

    deinit {
        deflateEnd(stream)
        stream.deinitialize(count: 1)
        stream.deallocate()
    }

    /// What to send for these bytes. It is complete: the other side can read all of them.
    public func compress(_ bytes: [UInt8]) -> [UInt8] {
        guard !bytes.isEmpty else { return [] }
        var output: [UInt8] = []
        var input = bytes
        input.withUnsafeMutableBufferPointer { input in
            stream.pointee.next_in = input.baseAddress
            stream.pointee.avail_in = UInt32(clamping: input.count)
            withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 16_384) { piece in
                repeat {
                    stream.pointee.next_out = piece.baseAddress
                    stream.pointee.avail_out = UInt32(piece.count)
                    // It can only fail on misuse (zlib.h), and makes no progress then.
                    _ = deflate(stream, Z_SYNC_FLUSH)
                    output.append(contentsOf: piece[..<(piece.count - Int(stream.pointee.avail_out))])
                } while stream.pointee.avail_out == 0
            }
            stream.pointee.next_in = nil
        }
        return output
    }
}
