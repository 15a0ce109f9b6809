/// Cuts what a server sends into responses: lines with the literals in them. Each byte is looked at once, in whatever
/// pieces the bytes come.
struct ResponseFramer {
    /// One response, or the part of it before a literal that is streamed.
    struct Frame: Hashable {
        /// The bytes without the last line end. A streamed literal is there with its size and without its bytes.
        var bytes: [UInt8]
        /// Where in `bytes` the bytes of a streamed literal would stand, ascending.
        var streamed: [Streamed] = []
    }

    struct Streamed: Hashable {
        var offset: Int
        var id: IMAPLiteralID
        var count: UInt64
    }

    enum Output {
        case response(Frame)
        case literalStarted(Frame, IMAPLiteralID, UInt64)
        case literalBytes(IMAPLiteralID, [UInt8])
        case literalEnded(IMAPLiteralID)
    }

    private enum Mode {
        case line
        /// Waiting until this many bytes of a literal that is kept have come.
        case literal(remaining: Int)
        case stream(IMAPLiteralID, remaining: UInt64)
    }

    private let limits: IMAPLimits
    private var mode = Mode.line
    private var buffer: [UInt8] = []
    /// Where the response begins, and its line; everything before `position` has been looked at.
    private var start = 0
    private var lineStart = 0
    private var position = 0
    /// The response up to the last literal that was streamed; `start` is behind that literal then.
    private var carried: [UInt8] = []
    private var streamed: [Streamed] = []
    private var literalCount = 0

    init(limits: IMAPLimits) { self.limits = limits }

    /// Whether nothing is waiting to be looked at.
    var isEmpty: Bool { start == buffer.count }

    mutating func append(_ bytes: RawSpan) {
        reclaim()
        bytes.withUnsafeBytes { buffer.append(contentsOf: $0) }
    }

    /// Everything that belongs to no response yet; the framer is as new then.
    mutating func takeRest() -> [UInt8] {
        let rest = Array(buffer[start...])
        (mode, buffer, start, lineStart, position) = (.line, [], 0, 0, 0)
        (carried, streamed) = ([], [])
        return rest
    }

    /// The next that is complete; `nil` when more bytes are needed.
    mutating func next() throws(IMAPError) -> Output? {
        while true {
            switch mode {
            case .line:
                guard let output = try takeLine() else { return nil }
                if let output { return output }
            case .literal(let remaining):
                let taken = min(remaining, buffer.count - position)
                position += taken
                mode = taken == remaining ? .line : .literal(remaining: remaining - taken)
                guard taken == remaining else { return nil }
                lineStart = position
            case .stream(let id, let remaining): return takeStreamed(id, remaining)
            }
        }
    }

    /// Looks for the end of a line. Outer `nil`: there is none yet; inner `nil`: it ended before a literal.
    private mutating func takeLine() throws(IMAPError) -> Output?? {
        let end = buffer[position...].firstIndex(of: .lineFeed)
        position = end.map { $0 + 1 } ?? buffer.count
        if position - lineStart > limits.textLineBytes { try checkLineLength() }
        guard carried.count + position - start <= limits.responseBytes else {
            throw .responseTooLarge(limit: limits.responseBytes)
        }
        guard let end else { return .none }
        let contentEnd = end > lineStart && buffer[end - 1] == .carriageReturn ? end - 1 : end
        if holdsData, let size = try literalSize(endingAt: contentEnd) { return .some(try begin(literal: size)) }
        let frame = Frame(bytes: kept(upTo: contentEnd), streamed: streamed)
        (carried, streamed) = ([], [])
        (start, lineStart) = (position, position)
        return .some(.response(frame))
    }

    /// What is kept of the response.
    private func kept(upTo end: Int) -> [UInt8] {
        carried.isEmpty ? Array(buffer[start..<end]) : carried + buffer[start..<end]
    }

    private func checkLineLength() throws(IMAPError) {
        let limit = holdsData ? limits.dataLineBytes : limits.textLineBytes
        guard position - lineStart <= limit else { throw .lineTooLong(limit: limit) }
    }

    /// Whether the response is data, which can hold literals; braces at the end of a text are only text.
    private var holdsData: Bool {
        if !carried.isEmpty { return true }
        let head = buffer[start..<min(start + 11, buffer.count)]
        guard head.starts(with: [UInt8(ascii: "*"), .space]) else { return false }
        let word = head.dropFirst(2).prefix { !$0.isSpace }
        return !Self.conditions.contains { word.count == $0.utf8CodeUnitCount && word.startsIgnoringCase($0) }
    }

    private static let conditions: [StaticString] = ["OK", "NO", "BAD", "BYE", "PREAUTH"]

    /// The size in `{n}` before the line's end; `nil` if there is none.
    private func literalSize(endingAt end: Int) throws(IMAPError) -> UInt64? {
        guard end > lineStart, buffer[end - 1] == UInt8(ascii: "}"),
            let open = buffer[max(lineStart, end - 40)..<end].lastIndex(of: UInt8(ascii: "{"))
        else { return nil }
        var digits = buffer[(open + 1)..<(end - 1)]
        // RFC 7888 gives the sign to clients alone; some servers write it nevertheless.
        if digits.last == UInt8(ascii: "+") { digits = digits.dropLast() }
        var size: UInt64 = 0
        guard !digits.isEmpty else { throw .malformedLiteralSize }
        for byte in digits {
            guard byte.isDigit, size < 922_337_203_685_477_580 else { throw .malformedLiteralSize }
            size = size * 10 + UInt64(byte - UInt8(ascii: "0"))
        }
        return size
    }

    private mutating func begin(literal size: UInt64) throws(IMAPError) -> Output? {
        if size <= UInt64(max(0, limits.literalBytes)) {
            guard carried.count + position - start + Int(size) <= limits.responseBytes else {
                throw .responseTooLarge(limit: limits.responseBytes)
            }
            mode = .literal(remaining: Int(size))
            return nil
        }
        guard isFetch else { throw .literalTooLarge(count: size, limit: UInt64(max(0, limits.literalBytes))) }
        guard size <= limits.streamedLiteralBytes else {
            throw .literalTooLarge(count: size, limit: limits.streamedLiteralBytes)
        }
        // Each is told with what stands before it, which costs a look at all of that.
        guard streamed.count < limits.streamedLiterals else { throw .tooManyItems(limit: limits.streamedLiterals) }
        literalCount += 1
        let id = IMAPLiteralID(number: literalCount)
        carried = kept(upTo: position)
        let frame = Frame(bytes: carried, streamed: streamed)
        streamed.append(Streamed(offset: carried.count, id: id, count: size))
        (start, lineStart) = (position, position)
        mode = .stream(id, remaining: size)
        return .literalStarted(frame, id, size)
    }

    /// Whether the response is `* n FETCH`.
    private var isFetch: Bool {
        if !carried.isEmpty { return true }
        let words = buffer[start..<min(start + 20, buffer.count)].split(separator: .space, maxSplits: 3)
        return words.count > 2 && words[2].equalsIgnoringCase("FETCH")
    }

    private mutating func takeStreamed(_ id: IMAPLiteralID, _ remaining: UInt64) -> Output? {
        guard remaining > 0 else {
            mode = .line
            return .literalEnded(id)
        }
        let taken = Int(min(remaining, UInt64(buffer.count - position)))
        guard taken > 0 else { return nil }
        let chunk = Array(buffer[position..<(position + taken)])
        position += taken
        (start, lineStart) = (position, position)
        mode = .stream(id, remaining: remaining - UInt64(taken))
        return .literalBytes(id, chunk)
    }

    /// Gives back the room of what has been cut off, once it is most of the buffer.
    private mutating func reclaim() {
        if start == buffer.count {
            buffer.removeAll(keepingCapacity: buffer.capacity <= 1 << 20)
        } else if start > 65_536, start > buffer.count / 2 {
            buffer.removeSubrange(..<start)
        } else {
            return
        }
        position -= start
        lineStart -= start
        start = 0
    }
}
