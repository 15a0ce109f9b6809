import Glibc

/// Reads a message in one pass, line by line, with the boundaries of all open multiparts at hand.
///
/// Because an inner part ends where any outer boundary stands, no line is read twice, however deep the nesting is.
struct MIMEParser {
    struct Line {
        var start: Int
        /// Behind the last byte, the line end left out.
        var end: Int
        var next: Int
    }

    /// What ended the part that was read last.
    struct Stop {
        /// The open multipart whose boundary it was; `nil` at the end of the message.
        var level: Int?
        var isClosing = false
        /// Behind the part's last byte: the line end before a boundary belongs to the boundary (RFC 2046 §5.1.1).
        var contentEnd: Int
    }

    let source: ArraySlice<UInt8>
    let limits: MIMELimits
    var position: Int
    var stop: Stop
    private var boundaries: [ArraySlice<UInt8>] = []
    private var partCount = 0
    private var isCutShort = false
    /// Bytes read and compared, for tests of the bound.
    var work = 0

    init(_ source: ArraySlice<UInt8>, limits: MIMELimits) {
        self.source = source
        self.limits = limits
        position = source.startIndex
        stop = Stop(contentEnd: source.endIndex)
    }

    mutating func parseMessage() -> MIMEPart {
        parsePart(section: "", depth: 0, defaultType: .plainText, isMessage: true)
    }

    // MARK: Parts

    /// - Parameters:
    ///   - section: the part's position, or for a message that of the part which holds it.
    ///   - isMessage: whether the part is a whole message, whose only leaf IMAP numbers 1.
    private mutating func parsePart(
        section: String, depth: Int, defaultType: ContentType, isMessage: Bool
    ) -> MIMEPart {
        partCount += 1
        let start = position
        var defects: Set<MIMEDefect> = []
        let (header, hasBody) = parseHeader(defects: &defects)
        var part = MIMEPart(
            section: section, header: header, rawHeader: source[start..<position], body: source[position..<position],
            contentType: defaultType, disposition: nil, transferEncoding: .identity, content: .leaf, defects: defects)
        part.readContentFields()
        if isMessage, part.contentType.type != "multipart" { part.section = Self.onlyPart(of: section) }
        if !hasBody {
            part.rawHeader = source[start..<max(start, stop.contentEnd)]
        } else if part.contentType.type == "multipart" {
            parseMultipart(&part, depth: depth)
        } else if part.holdsMessage {
            parseEmbedded(&part, depth: depth)
        } else {
            skipToBoundary()
        }
        if hasBody { part.body = source[part.body.startIndex..<max(part.body.startIndex, stop.contentEnd)] }
        if isMessage, case .leaf = part.content { part.section = Self.onlyPart(of: section) }
        return part
    }

    /// What IMAP calls the body of a message that is no multipart.
    private static func onlyPart(of message: String) -> String { message.isEmpty ? "1" : message + ".1" }

    private mutating func parseMultipart(_ part: inout MIMEPart, depth: Int) {
        guard depth < limits.depth else {
            part.defects.insert(.tooDeep)
            return skipToBoundary()
        }
        guard let boundary = boundary(of: &part) else { return skipToBoundary() }
        boundaries.append(boundary)
        let level = boundaries.count - 1
        skipToBoundary()
        var children: [MIMEPart] = []
        let childType: ContentType = part.contentType.subtype == "digest" ? .embeddedMessage : .plainText
        let prefix = part.section.isEmpty ? "" : part.section + "."
        while stop.level == level, !stop.isClosing {
            guard partCount < limits.parts else {
                part.defects.insert(.tooManyParts)
                cutShort()
                break
            }
            let section = "\(prefix)\(children.count + 1)"
            children.append(
                parsePart(section: section, depth: depth + 1, defaultType: childType, isMessage: false))
        }
        let isClosed = stop.level == level
        boundaries.removeLast()
        if children.isEmpty {
            part.defects.insert(.boundaryNotFound)
        } else {
            part.content = .multipart(children)
            if !isClosed, !isCutShort { part.defects.insert(.unterminatedMultipart) }
        }
        if isClosed { skipToBoundary() }
    }

    private mutating func parseEmbedded(_ part: inout MIMEPart, depth: Int) {
        guard depth < limits.depth, partCount < limits.parts else {
            part.defects.insert(depth < limits.depth ? .tooManyParts : .tooDeep)
            return skipToBoundary()
        }
        part.content = .message(
            parsePart(section: part.section, depth: depth + 1, defaultType: .plainText, isMessage: true))
    }

    /// The named boundary; without a name, the first line of the body that looks like one.
    private mutating func boundary(of part: inout MIMEPart) -> ArraySlice<UInt8>? {
        if let name = part.contentType.parameters["boundary"] {
            let bytes = Array(name.utf8)[...].trimmed
            if 1...Self.longestBoundary ~= bytes.count { return bytes }
        }
        part.defects.insert(.missingBoundary)
        var probe = position
        for _ in 0..<Self.linesProbed where probe < source.endIndex {
            let line = line(at: probe)
            work += line.next - line.start
            let text = source[line.start..<line.end].trimmed
            if text.starts(with: Self.dashes), 3...(Self.longestBoundary + 2) ~= text.count { return text.dropFirst(2) }
            probe = line.next
        }
        return nil
    }

    /// RFC 2046 §5.1.1 allows 70; some senders take more.
    private static let longestBoundary = 250
    private static let linesProbed = 20
    private static let dashes = Array("--".utf8)

    private mutating func cutShort() {
        isCutShort = true
        position = source.endIndex
        stop = Stop(contentEnd: source.endIndex)
    }

    // MARK: Lines

    func line(at start: Int) -> Line {
        let length = source.withUnsafeBufferPointer { buffer -> Int? in
            let offset = start - source.startIndex
            guard let base = buffer.baseAddress else { return nil }
            let found = memchr(base + offset, Int32(UInt8.lineFeed), buffer.count - offset)
            return found.map { UnsafeRawPointer($0) - UnsafeRawPointer(base + offset) }
        }
        guard let length else { return Line(start: start, end: source.endIndex, next: source.endIndex) }
        let newline = start + length
        let hasReturn = newline > start && source[newline - 1] == .carriageReturn
        return Line(start: start, end: hasReturn ? newline - 1 : newline, next: newline + 1)
    }

    /// Moves behind the next boundary of any open multipart and remembers which one it was.
    private mutating func skipToBoundary() {
        let start = position
        while position < source.endIndex {
            let line = line(at: position)
            work += line.next - line.start
            position = line.next
            if takeBoundary(line, notBefore: start) { return }
        }
        stop = Stop(contentEnd: source.endIndex)
    }

    /// Whether the line is a boundary; if so it becomes `stop`.
    mutating func takeBoundary(_ line: Line, notBefore start: Int) -> Bool {
        guard !boundaries.isEmpty, line.end - line.start > 2, source[line.start] == UInt8(ascii: "-"),
            source[line.start + 1] == UInt8(ascii: "-")
        else { return false }
        let (text, end) = (line.start + 2, endWithoutBlanks(line))
        for level in boundaries.indices.reversed() {
            let boundary = boundaries[level]
            let extra = (end - text) - boundary.count
            guard extra == 0 || extra == 2 else { continue }
            work += boundary.count
            guard source[text..<(text + boundary.count)] == boundary else { continue }
            guard extra == 0 || source[(end - 2)..<end].elementsEqual(Self.dashes) else { continue }
            stop = Stop(level: level, isClosing: extra == 2, contentEnd: endOfContent(before: line, notBefore: start))
            return true
        }
        return false
    }

    private func endWithoutBlanks(_ line: Line) -> Int {
        var end = line.end
        while end > line.start + 2, source[end - 1].isSpace { end -= 1 }
        return end
    }

    private func endOfContent(before line: Line, notBefore start: Int) -> Int {
        var end = line.start
        if end > start, source[end - 1] == .lineFeed { end -= 1 }
        if end > start, source[end - 1] == .carriageReturn { end -= 1 }
        return end
    }
}
