import OAuthCore

extension IMAPServerParser {
    /// Reads what stands behind the tag.
    mutating func command() throws(IMAPServerSyntaxError) -> (name: String, command: IMAPServerCommand) {
        let name = try word()
        let command: IMAPServerCommand
        switch name {
        case "ID":
            try expect(" ")
            if next == UInt8(ascii: "(") {
                _ = try list { parser throws(IMAPServerSyntaxError) in
                    // Strings, and NIL for a value that there is none of.
                    if parser.next?.isLetter == true { _ = try parser.atom() } else { _ = try parser.string() }
                }
            } else {
                guard try word() == "NIL" else { throw .malformed }
            }
            command = .id
        case "LOGIN":
            try expect(" ")
            _ = try astringBytes()
            try expect(" ")
            _ = try astringBytes()
            command = .login
        case "AUTHENTICATE": command = try authenticate()
        case "ENABLE":
            var names: [String] = []
            while take(" ") { names.append(try word()) }
            guard !names.isEmpty else { throw .malformed }
            command = .enable(names)
        case "UID": return try uidCommand()
        default:
            if let plain = Self.plain[name] {
                command = plain
            } else if let folder = try folderCommand(name) {
                command = folder
            } else {
                command = try messageCommand(name, by: .sequence)
            }
        }
        try expectEnd()
        return (name, command)
    }

    private static let plain: [String: IMAPServerCommand] = [
        "CAPABILITY": .capability, "NOOP": .noop, "LOGOUT": .logout, "CHECK": .check, "CLOSE": .close,
        "UNSELECT": .unselect, "IDLE": .idle, "NAMESPACE": .namespace, "STARTTLS": .startTLS, "EXPUNGE": .expunge(nil),
    ]

    private mutating func uidCommand() throws(IMAPServerSyntaxError) -> (name: String, command: IMAPServerCommand) {
        try expect(" ")
        let name = try word()
        let command: IMAPServerCommand
        if name == "EXPUNGE" {
            try expect(" ")
            command = .expunge(try numbers())
        } else {
            command = try messageCommand(name, by: .uid)
        }
        try expectEnd()
        return (name, command)
    }

    /// The mechanism, and what comes with it at once (RFC 4959 §3).
    private mutating func authenticate() throws(IMAPServerSyntaxError) -> IMAPServerCommand {
        try expect(" ")
        let mechanism = try word()
        guard take(" ") else { return .authenticate(mechanism: mechanism, initial: nil) }
        let initial = Array(bytes[index...])
        index = bytes.count
        return .authenticate(mechanism: mechanism, initial: initial == [UInt8(ascii: "=")] ? [] : initial)
    }

    // MARK: Folders

    private mutating func folderCommand(_ name: String) throws(IMAPServerSyntaxError) -> IMAPServerCommand? {
        switch name {
        case "LIST", "LSUB", "XLIST": return .list(try listRequest(name))
        case "SELECT", "EXAMINE":
            try expect(" ")
            return .select(try mailbox(), readOnly: name == "EXAMINE")
        case "STATUS":
            try expect(" ")
            let folder = try mailbox()
            try expect(" ")
            return .status(folder, try list { parser throws(IMAPServerSyntaxError) in try parser.word() })
        case "CREATE", "DELETE", "SUBSCRIBE", "UNSUBSCRIBE":
            try expect(" ")
            let folder = try mailbox()
            switch name {
            case "CREATE": return .change(.create(folder.hasSuffix("/") ? String(folder.dropLast()) : folder))
            case "DELETE": return .change(.delete(folder))
            default: return .change(.subscribe(folder, name == "SUBSCRIBE"))
            }
        case "RENAME":
            try expect(" ")
            let folder = try mailbox()
            try expect(" ")
            return .change(.rename(folder, to: try mailbox()))
        case "APPEND": return try append()
        default: return nil
        }
    }

    private mutating func listRequest(_ name: String) throws(IMAPServerSyntaxError) -> IMAPServerListRequest {
        var request = IMAPServerListRequest(kind: .init(rawValue: name) ?? .list)
        try expect(" ")
        if next == UInt8(ascii: "(") {
            request.selection = try list { parser throws(IMAPServerSyntaxError) in try parser.word() }
            try expect(" ")
        }
        request.reference = Self.decodedName(try astringBytes())
        try expect(" ")
        if next == UInt8(ascii: "(") {
            request.patterns = try list { parser throws(IMAPServerSyntaxError) in try parser.pattern() }
        } else {
            request.patterns = [try pattern()]
        }
        guard take(" ") else { return request }
        guard try word() == "RETURN" else { throw .malformed }
        try expect(" ")
        let status = try list { parser throws(IMAPServerSyntaxError) -> [String] in
            guard try parser.word() == "STATUS", parser.take(" ") else { return [] }
            return try parser.list { parser throws(IMAPServerSyntaxError) in try parser.word() }
        }
        request.status = status.flatMap { $0 }
        return request
    }

    /// The name of folders, with `*` and `%` for what may stand there.
    private mutating func pattern() throws(IMAPServerSyntaxError) -> String {
        if next == UInt8(ascii: "\"") || next == UInt8(ascii: "{") { return Self.decodedName(try string()) }
        let start = index
        while let byte = next, byte.isAtomCharacter || "*%]".utf8.contains(byte) { index += 1 }
        guard index > start else { throw .malformed }
        return Self.decodedName(Array(bytes[start..<index]))
    }

    private mutating func append() throws(IMAPServerSyntaxError) -> IMAPServerCommand {
        try expect(" ")
        let folder = try mailbox()
        try expect(" ")
        var flags: Set<String> = []
        var date: UnixTime?
        if next == UInt8(ascii: "(") {
            flags = try self.flags()
            try expect(" ")
        }
        if next == UInt8(ascii: "\"") {
            guard let time = MailDate.parse(try string()[...]) else { throw .malformed }
            date = time
            try expect(" ")
        }
        guard next == UInt8(ascii: "{") else { throw .malformed }
        return .append(folder, flags: flags, date: date, message: try string())
    }

    // MARK: Messages

    private mutating func messageCommand(
        _ name: String, by numbering: IMAPServerNumbering
    ) throws(IMAPServerSyntaxError) -> IMAPServerCommand {
        guard ["FETCH", "SEARCH", "STORE", "COPY", "MOVE"].contains(name) else { throw .unknownCommand }
        try expect(" ")
        if name == "SEARCH" { return .search(try search(), by: numbering) }
        let numbers = try numbers()
        try expect(" ")
        switch name {
        case "FETCH":
            var items = try fetchItems()
            if numbering == .uid, !items.contains(.uid) { items.insert(.uid, at: 0) }
            return .fetch(numbers, items, by: numbering)
        case "STORE": return try store(numbers, by: numbering)
        default: return .copy(numbers, to: try mailbox(), name == "MOVE" ? .remove : .keep, by: numbering)
        }
    }

    private mutating func store(
        _ numbers: IMAPServerNumbers, by numbering: IMAPServerNumbering
    ) throws(IMAPServerSyntaxError) -> IMAPServerCommand {
        var name = try word()
        let isSilent = name.hasSuffix(".SILENT")
        if isSilent { name.removeLast(".SILENT".count) }
        try expect(" ")
        var flags: Set<String> = []
        if next == UInt8(ascii: "(") {
            flags = try self.flags()
        } else {
            repeat { flags.insert(try flag()) } while take(" ")
        }
        let change: IMAPServerFlagChange
        switch name {
        case "FLAGS": change = .replace(flags)
        case "+FLAGS": change = .add(flags)
        case "-FLAGS": change = .remove(flags)
        default: throw .malformed
        }
        return .store(numbers, change, isSilent: isSilent, by: numbering)
    }
}
