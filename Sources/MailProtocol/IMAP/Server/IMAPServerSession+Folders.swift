extension IMAPServerSession {
    // MARK: Lists

    mutating func list(_ request: IMAPServerListRequest, tag: String, _ account: any IMAPServerAccount) {
        if request.patterns == [""] {
            // The separator is all that is asked for.
            output.append("* \(request.kind.rawValue) (\\Noselect) \"/\" \"\"\r\n")
            return complete(tag, request.kind.rawValue)
        }
        let patterns = request.patterns.map { Array((request.reference + $0).unicodeScalars) }
        let folders = account.folders()
        for folder in folders where isWanted(folder, request) {
            let name = Array(folder.name.unicodeScalars)
            guard patterns.contains(where: { Self.matches(name[...], $0[...]) }) else { continue }
            let attributes = attributes(of: folder, among: folders, request)
            output.append("* \(request.kind.rawValue) (\(attributes.joined(separator: " "))) \"/\" ")
            output.appendFolder(folder.name)
            output.append("\r\n")
            if !request.status.isEmpty, folder.isSelectable { _ = appendStatus(folder.name, request.status, account) }
        }
        complete(tag, request.kind.rawValue)
    }

    private func isWanted(_ folder: IMAPServerFolder, _ request: IMAPServerListRequest) -> Bool {
        if request.kind == .lsub || request.selection.contains("SUBSCRIBED"), !folder.isSubscribed { return false }
        return !request.selection.contains("SPECIAL-USE") || folder.specialUse != nil
    }

    private func attributes(
        of folder: IMAPServerFolder, among folders: [IMAPServerFolder], _ request: IMAPServerListRequest
    ) -> [String] {
        var attributes: [String] = []
        if !folder.isSelectable { attributes.append("\\Noselect") }
        let hasChildren = folders.contains { $0.name.hasPrefix(folder.name + "/") }
        attributes.append(hasChildren ? "\\HasChildren" : "\\HasNoChildren")
        if request.kind != .lsub, let use = folder.specialUse { attributes.append(use) }
        if request.kind == .xlist, folder.name == "INBOX" { attributes.append("\\Inbox") }
        if request.selection.contains("SUBSCRIBED") { attributes.append("\\Subscribed") }
        return attributes
    }

    /// Whether a name is what a pattern describes: `*` stands for anything, `%` for anything within a level.
    ///
    /// The time is at most the product of both lengths: a position is entered once for each character.
    static func matches(_ name: ArraySlice<Unicode.Scalar>, _ pattern: ArraySlice<Unicode.Scalar>) -> Bool {
        // The positions in the pattern that the name so far may have led to.
        var states: Set<Int> = []
        func enter(_ position: Int, _ states: inout Set<Int>) {
            var position = position
            while states.insert(position).inserted, position < pattern.endIndex,
                pattern[position] == "*" || pattern[position] == "%"
            {
                position += 1
            }
        }
        enter(pattern.startIndex, &states)
        for scalar in name {
            var following: Set<Int> = []
            for state in states where state < pattern.endIndex {
                switch pattern[state] {
                case "*": enter(state, &following)
                case "%": if scalar != "/" { enter(state, &following) }
                case scalar: enter(state + 1, &following)
                default: break
                }
            }
            if following.isEmpty { return false }
            states = following
        }
        return states.contains(pattern.endIndex)
    }

    // MARK: Status

    /// - Returns: whether there is such a folder.
    mutating func appendStatus(_ folder: String, _ items: [String], _ account: any IMAPServerAccount) -> Bool {
        guard let contents = account.contents(of: folder) else { return false }
        let values = items.compactMap { item -> String? in
            switch item {
            case "MESSAGES": "\(item) \(contents.messages.count)"
            case "RECENT": "\(item) 0"
            case "UIDNEXT": "\(item) \(contents.uidNext)"
            case "UIDVALIDITY": "\(item) \(contents.uidValidity)"
            case "UNSEEN": "\(item) \(contents.messages.count { !$0.flags.contains("\\Seen") })"
            case "DELETED": "\(item) \(contents.messages.count { $0.flags.contains("\\Deleted") })"
            case "SIZE": "\(item) \(contents.messages.reduce(0) { $0 + $1.size })"
            default: nil
            }
        }
        output.append("* STATUS ")
        output.appendFolder(folder)
        output.append(" (\(values.joined(separator: " ")))\r\n")
        return true
    }

    // MARK: Opening

    mutating func select(
        _ folder: String, readOnly: Bool, tag: String, name: String, _ account: any IMAPServerAccount
    ) {
        selection = nil
        guard let contents = account.contents(of: folder) else { return answer(tag, "NO", persona.noSuchFolder) }
        let flags = "\\Seen \\Answered \\Flagged \\Deleted \\Draft $MDNSent"
        output.append("* \(contents.messages.count) EXISTS\r\n* 0 RECENT\r\n* FLAGS (\(flags))\r\n")
        output.append("* OK [PERMANENTFLAGS (\(readOnly ? "" : flags + " \\*"))] Permanent flags\r\n")
        if let unseen = contents.messages.firstIndex(where: { !$0.flags.contains("\\Seen") }) {
            output.append("* OK [UNSEEN \(unseen + 1)] Is the first unseen message\r\n")
        }
        output.append("* OK [UIDVALIDITY \(contents.uidValidity)] UIDVALIDITY value\r\n")
        output.append("* OK [UIDNEXT \(contents.uidNext)] The next unique identifier value\r\n")
        selection = Selection(
            folder: folder, isReadOnly: readOnly, messages: contents.messages, revision: contents.revision)
        complete(tag, name, code: readOnly ? "[READ-ONLY] " : "[READ-WRITE] ")
    }

    /// Tells what others have changed in the open folder since the client was told last.
    mutating func synchronise() {
        guard var selection, let contents = account?.contents(of: selection.folder),
            contents.revision != selection.revision
        else { return }
        for position in selection.messages.indices.reversed()
        where contents.message(selection.messages[position].uid) == nil {
            output.append("* \(position + 1) EXPUNGE\r\n")
            selection.messages.remove(at: position)
        }
        let known = selection.messages
        if contents.messages.count > known.count { output.append("* \(contents.messages.count) EXISTS\r\n") }
        for (position, message) in known.enumerated() {
            guard let now = contents.message(message.uid), now.flags != message.flags else { continue }
            output.append("* \(position + 1) FETCH (FLAGS (\(now.flagText)))\r\n")
        }
        selection.messages = contents.messages
        selection.revision = contents.revision
        self.selection = selection
    }
}

extension IMAPServerMessage {
    /// The flags in a fixed order.
    var flagText: String { flags.sorted().joined(separator: " ") }
}
