/// Cuts what a server sends into lines.
struct ProbeLineReader: Hashable, Sendable {
    private var buffer: [UInt8] = []
    private var start = 0
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    mutating func append(_ bytes: some Collection<UInt8>) {
        buffer.removeFirst(start)
        start = 0
        buffer.append(contentsOf: bytes)
    }

    /// The next line without its end; `nil` until one is whole.
    mutating func next() throws(ProbeError) -> ArraySlice<UInt8>? {
        guard let end = buffer[start...].firstIndex(of: .lineFeed) else {
            guard buffer.count - start <= limit + 1 else { throw .lineTooLong(limit: limit) }
            return nil
        }
        var line = buffer[start..<end]
        start = end + 1
        if line.last == .carriageReturn { line = line.dropLast() }
        guard line.count <= limit else { throw .lineTooLong(limit: limit) }
        return line
    }

    /// Forgets what was not read: it came before TLS, and anybody may have written it (RFC 3207 §4.2).
    mutating func discard() {
        buffer = []
        start = 0
    }
}

/// A probe of a protocol that is spoken in lines.
protocol LineProbe {
    var reader: ProbeLineReader { get set }
    /// Why nothing more is read.
    var failure: ProbeError? { get set }
    mutating func hear(_ line: ArraySlice<UInt8>) throws(ProbeError) -> [ProbeAction]
}

extension LineProbe {
    /// Hears every line that is whole. Where the same piece caused actions before an error, they come first.
    mutating func hear(piece: some Collection<UInt8>) throws(ProbeError) -> [ProbeAction] {
        reader.append(piece)
        var actions: [ProbeAction] = []
        while failure == nil, actions.last != .close {
            do throws(ProbeError) {
                guard let line = try reader.next() else { break }
                actions += try hear(line)
            } catch {
                failure = error
            }
        }
        if actions.isEmpty, let failure { throw failure }
        return actions
    }
}
