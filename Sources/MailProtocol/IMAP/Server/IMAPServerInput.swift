import Glibc

/// Cuts what a client sends into commands: lines, with the literals that lines announce (RFC 9051 §4.3, RFC 7888).
struct IMAPServerInput: Sendable {
    enum Event: Equatable {
        /// Nothing is complete.
        case incomplete
        /// A command with its literals, or one line.
        case complete([UInt8])
        /// The client waits for leave to send a literal.
        case literalAnnounced
        /// A literal is too long. The client waits for leave where it is synchronising, and must not get it.
        case literalTooLong(tag: [UInt8], isSynchronising: Bool)
        /// A line or a command is too long.
        case tooLong
    }

    private let limits: IMAPServerLimits
    private var buffer: [UInt8] = []
    /// Where the command begins.
    private var start = 0
    /// Where its current line begins.
    private var lineStart = 0
    /// Up to where its line was looked at.
    private var scanned = 0
    /// Where the literal that is being read ends.
    private var literalEnd: Int?
    /// Bytes of the command that are a message's.
    private var messageBytes = 0

    init(limits: IMAPServerLimits) { self.limits = limits }

    /// Bytes that wait.
    var count: Int { buffer.count - start }

    mutating func append(_ bytes: some Collection<UInt8>) { buffer.append(contentsOf: bytes) }

    /// Forgets everything that waits.
    mutating func clear() { self = IMAPServerInput(limits: limits) }

    /// One line, whatever it ends with; what an `AUTHENTICATE` or `IDLE` waits for.
    mutating func nextLine() -> Event {
        guard let end = lineEnd() else { return count > limits.line ? .tooLong : .incomplete }
        guard end - start <= limits.line else { return .tooLong }
        return .complete(take(to: end))
    }

    /// One command.
    ///
    /// - Parameter messageLimit: bytes that an `APPEND` may bring; 0 before login.
    mutating func nextCommand(messageLimit: Int) -> Event {
        while true {
            if let end = literalEnd {
                guard buffer.count >= end else { return .incomplete }
                (literalEnd, lineStart, scanned) = (nil, end, end)
            }
            guard let end = lineEnd() else {
                let isTooLong = buffer.count - lineStart > limits.line
                return isTooLong ? .tooLong : .incomplete
            }
            guard end - lineStart <= limits.line, end - start - messageBytes <= limits.command else { return .tooLong }
            guard let literal = Self.literal(in: buffer[lineStart..<end]) else { return .complete(take(to: end)) }
            let tag = Array(buffer[start..<end].prefix { $0 != .space && $0 != .carriageReturn })
            let isMessage = messageLimit > 0 && isAppend
            guard let size = literal.size, size <= (isMessage ? messageLimit - messageBytes : limits.literal) else {
                if literal.isSynchronising { _ = take(to: end) }
                return .literalTooLong(tag: tag, isSynchronising: literal.isSynchronising)
            }
            if isMessage { messageBytes += size }
            literalEnd = end + size
            if literal.isSynchronising { return .literalAnnounced }
        }
    }

    private var isAppend: Bool {
        let words = buffer[start...].prefix(300).split(separator: .space, maxSplits: 2)
        return words.count == 3 && words[1].equalsIgnoringCase("APPEND")
    }

    /// Behind the line feed of the current line.
    private mutating func lineEnd() -> Int? {
        let found = buffer.withUnsafeBufferPointer { bytes -> Int? in
            guard let base = bytes.baseAddress, scanned < bytes.count else { return nil }
            let pointer = memchr(base + scanned, Int32(UInt8.lineFeed), bytes.count - scanned)
            return pointer.map { UnsafeRawPointer($0) - UnsafeRawPointer(base) }
        }
        scanned = found ?? buffer.count
        return found.map { $0 + 1 }
    }

    private mutating func take(to end: Int) -> [UInt8] {
        let command = Array(buffer[start..<end])
        if end == buffer.count {
            buffer.removeAll(keepingCapacity: buffer.capacity <= limits.line)
            start = 0
        } else {
            start = end
            if start > limits.line {
                buffer.removeFirst(start)
                start = 0
            }
        }
        (lineStart, scanned, literalEnd, messageBytes) = (start, start, nil, 0)
        return command
    }

    /// What `{12}` or `{12+}` at the end of a line says; no size for one that no number holds.
    private static func literal(in line: ArraySlice<UInt8>) -> (size: Int?, isSynchronising: Bool)? {
        let line = line.trimmed
        guard line.last == UInt8(ascii: "}"), let open = line.lastIndex(of: UInt8(ascii: "{")) else { return nil }
        var digits = line[(open + 1)..<(line.endIndex - 1)]
        let isSynchronising = digits.last != UInt8(ascii: "+")
        if !isSynchronising { digits = digits.dropLast() }
        guard !digits.isEmpty, digits.allSatisfy(\.isDigit) else { return nil }
        return (digits.decimalValue, isSynchronising)
    }
}
