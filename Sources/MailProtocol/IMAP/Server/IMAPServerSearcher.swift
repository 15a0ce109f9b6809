import OAuthCore

/// Finds the messages that a search asks for.
struct IMAPServerSearcher {
    private let key: IMAPServerSearchKey

    /// A search among messages.
    ///
    /// - Parameters:
    ///   - largestSequence: what `*` means among numbers.
    ///   - largestUID: what `*` means among identifiers.
    init(_ key: IMAPServerSearchKey, largestSequence: UInt32, largestUID: UInt32) {
        self.key = key.resolved(largestSequence, largestUID)
    }

    /// Whether a message is among those asked for.
    ///
    /// - Parameter bytes: the message, read when a criterion needs it.
    func matches(_ message: IMAPServerMessage, sequence: UInt32, _ bytes: () -> [UInt8]) -> Bool {
        var subject = Subject(message: message, sequence: sequence)
        return matches(key, &subject, bytes)
    }

    /// A message with what was read of it so far.
    private struct Subject {
        let message: IMAPServerMessage
        let sequence: UInt32
        var part: MIMEPart?
        var bodyText: String?
        var headerText: String?

        mutating func parsed(_ bytes: () -> [UInt8]) -> MIMEPart {
            if let part { return part }
            let read = MIMEPart.parse(bytes()[...])
            part = read
            return read
        }
    }

    private func matches(_ key: IMAPServerSearchKey, _ subject: inout Subject, _ bytes: () -> [UInt8]) -> Bool {
        switch key {
        case .all: return true
        case .flag(let flag): return subject.message.flags.contains { $0.lowercased() == flag.lowercased() }
        case .not(let key): return !matches(key, &subject, bytes)
        case .or(let one, let other): return matches(one, &subject, bytes) || matches(other, &subject, bytes)
        case .and(let keys):
            for key in keys where !matches(key, &subject, bytes) { return false }
            return true
        case .numbers, .uids: return false
        case .resolved(let numbers, .sequence): return numbers.contains(subject.sequence)
        case .resolved(let numbers, .uid): return numbers.contains(subject.message.uid)
        case .size(let comparison, let size): return comparison.holds(subject.message.size, size)
        case .arrived(let comparison, let day):
            return comparison.holds(IMAPServerDate.day(of: subject.message.internalDate), day)
        case .sent(let comparison, let day):
            guard let sent = Self.sentDay(subject.parsed(bytes)) else { return false }
            return comparison.holds(sent, day)
        case .header(let name, let text):
            let fields = subject.parsed(bytes).header.all(name)
            return fields.contains { text.isEmpty || Self.contains($0.text, text) }
        case .body(let text): return Self.contains(bodyText(&subject, bytes), text)
        case .text(let text):
            return Self.contains(headerText(&subject, bytes), text) || Self.contains(bodyText(&subject, bytes), text)
        }
    }

    private func bodyText(_ subject: inout Subject, _ bytes: () -> [UInt8]) -> String {
        if let text = subject.bodyText { return text }
        let text = Self.texts(of: subject.parsed(bytes)).joined(separator: "\n").lowercased()
        subject.bodyText = text
        return text
    }

    private func headerText(_ subject: inout Subject, _ bytes: () -> [UInt8]) -> String {
        if let text = subject.headerText { return text }
        let text = subject.parsed(bytes).header.map { "\($0.name): \($0.text)" }.joined(separator: "\n").lowercased()
        subject.headerText = text
        return text
    }

    /// Bytes of one part that are searched.
    private static let textLimit = 2_097_152

    /// The decoded texts of a message, its attachments left out.
    private static func texts(of part: MIMEPart) -> [String] {
        guard case .leaf = part.content else { return part.children.flatMap(texts) }
        guard part.contentType.type == "text" || part.contentType.type == "multipart" else { return [] }
        let body = part.decodedBody(limit: textLimit)
        return [Charset.decode(body.bytes, label: part.contentType.parameters["charset"])]
    }

    private static func contains(_ text: String, _ sought: String) -> Bool {
        sought.isEmpty || text.lowercased().utf8.contains(sought.lowercased().utf8)
    }

    /// The day as the sender wrote it, whatever the time and the zone (RFC 3501 §6.4.4).
    private static func sentDay(_ part: MIMEPart) -> Int64? {
        guard let value = part.header.first("Date")?.rawValue else { return nil }
        let text = HeaderText.unfold(value)
        guard let colon = text.firstIndex(of: UInt8(ascii: ":")),
            let blank = text[..<colon].trimmed.lastIndex(where: \.isBlank)
        else { return MailDate.parse(value).map(IMAPServerDate.day) }
        return MailDate.parse(text[..<blank]).map(IMAPServerDate.day)
    }
}

extension IMAPServerSearchKey {
    /// The key with its numbers put in order once, and not for each message.
    fileprivate func resolved(_ sequence: UInt32, _ uid: UInt32) -> IMAPServerSearchKey {
        switch self {
        case .numbers(let numbers): .resolved(numbers.resolved(largest: sequence), .sequence)
        case .uids(let numbers): .resolved(numbers.resolved(largest: uid), .uid)
        case .not(let key): .not(key.resolved(sequence, uid))
        case .or(let one, let other): .or(one.resolved(sequence, uid), other.resolved(sequence, uid))
        case .and(let keys): .and(keys.map { $0.resolved(sequence, uid) })
        default: self
        }
    }
}

extension IMAPServerSearchKey.Comparison {
    fileprivate func holds<Value: Comparable>(_ value: Value, _ other: Value) -> Bool {
        switch self {
        case .before: value < other
        case .on: value == other
        case .since: value >= other
        }
    }
}
