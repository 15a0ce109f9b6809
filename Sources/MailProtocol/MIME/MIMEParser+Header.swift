extension MIMEParser {
    /// Reads a header and the empty line behind it.
    ///
    /// - Returns: the fields, and whether a body follows; a boundary or the end may come first.
    mutating func parseHeader(defects: inout Set<MIMEDefect>) -> (HeaderFields, hasBody: Bool) {
        let start = position
        let limit = min(source.endIndex, start + limits.headerBytes)
        var header = HeaderFields()
        var isKept = true
        while position < source.endIndex {
            let line = line(at: position)
            work += line.next - line.start
            if line.end == line.start {
                position = line.next
                return (header, true)
            }
            if takeBoundary(line, notBefore: start) {
                position = line.next
                return (header, false)
            }
            switch kind(of: line) {
            case .field(let nameEnd, let valueStart):
                isKept = valueStart <= limit && header.count < limits.fields
                if isKept {
                    let value = source[valueStart..<max(valueStart, min(line.end, limit))]
                    header.append(HeaderField(nameBytes: source[line.start..<nameEnd], rawValue: value))
                }
            case .continuation where !header.isEmpty:
                if isKept { header.extendLast(to: min(line.end, limit), in: source) }
            case .other where line.start == start && isEnvelope(line): break
            case .other where !isFollowedByField(line):
                // No empty line separates this body from its header.
                defects.insert(.malformedHeaderLine)
                return (header, true)
            case .continuation, .other: defects.insert(.malformedHeaderLine)
            }
            if line.end > limit || !isKept { defects.insert(.headerTruncated) }
            position = line.next
        }
        stop = Stop(contentEnd: source.endIndex)
        return (header, false)
    }

    private enum LineKind {
        case field(nameEnd: Int, valueStart: Int)
        case continuation
        case other
    }

    private func kind(of line: Line) -> LineKind {
        if source[line.start].isBlank { return .continuation }
        var index = line.start
        let limit = min(line.end, line.start + Self.longestName)
        while index < limit, source[index].isFieldNameCharacter { index += 1 }
        let nameEnd = index
        // The obsolete syntax has blanks before the colon (RFC 5322 §4.5).
        while index < limit, source[index].isBlank { index += 1 }
        guard nameEnd > line.start, index < line.end, source[index] == UInt8(ascii: ":") else { return .other }
        return .field(nameEnd: nameEnd, valueStart: index + 1)
    }

    private static var longestName: Int { 200 }

    /// The line that mailbox files put before each message.
    private func isEnvelope(_ line: Line) -> Bool {
        let text = source[line.start..<line.end]
        return text.startsIgnoringCase("From ") || text.startsIgnoringCase(">From ")
    }

    private mutating func isFollowedByField(_ line: Line) -> Bool {
        guard line.next < source.endIndex else { return false }
        let next = self.line(at: line.next)
        guard next.end > next.start, case .field = kind(of: next) else { return false }
        return true
    }
}

extension MIMEPart {
    /// Reads the fields that say what the body is.
    mutating func readContentFields() {
        if let field = header.first("Content-Type") {
            if let type = ContentType.parse(field.rawValue) {
                contentType = type
            } else {
                contentType = .plainText
                defects.insert(.malformedContentType)
            }
        }
        disposition = header.first("Content-Disposition").map { ContentDisposition.parse($0.rawValue) }
        transferEncoding =
            header.first("Content-Transfer-Encoding").map { TransferEncoding.parse($0.rawValue) }
            ?? .identity
        guard transferEncoding == .unknown else { return }
        defects.insert(.unknownTransferEncoding)
        // A multipart is never encoded, whatever it says (RFC 2045 §6.4).
        if contentType.type != "multipart" { contentType = .octetStream }
    }

    /// Whether the body is a message that lies there unencoded.
    var holdsMessage: Bool {
        guard contentType.type == "message", transferEncoding == .identity else { return false }
        return contentType.subtype == "rfc822" || contentType.subtype == "global"
    }
}
