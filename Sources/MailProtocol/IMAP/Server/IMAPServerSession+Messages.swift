extension IMAPServerSession {
    /// The positions that numbers mean, ascending. Numbers that mean nothing are passed over.
    func positions(_ numbers: IMAPServerNumbers, _ numbering: IMAPServerNumbering, _ selection: Selection) -> [Int] {
        let messages = selection.messages
        switch numbering {
        case .sequence:
            guard !messages.isEmpty else { return [] }
            return numbers.resolved(largest: UInt32(messages.count)).ranges.flatMap { range -> [Int] in
                guard range.lowerBound <= messages.count, range.upperBound > 0 else { return [] }
                return Array((Int(max(1, range.lowerBound)) - 1)...(min(Int(range.upperBound), messages.count) - 1))
            }
        case .uid:
            let resolved = numbers.resolved(largest: messages.last?.uid ?? 0)
            return messages.indices.filter { resolved.contains(messages[$0].uid) }
        }
    }

    /// The identifiers of what is marked to go.
    func deleted(in selection: Selection, _ account: any IMAPServerAccount) -> [UInt32] {
        let messages = account.contents(of: selection.folder)?.messages ?? []
        return messages.filter { $0.flags.contains("\\Deleted") }.map(\.uid)
    }

    // MARK: Fetch

    /// Answers one message of the `FETCH` that is on its way, or ends it.
    mutating func answerNextMessage() {
        guard var work = fetch, let account, let selection else {
            fetch = nil
            return
        }
        guard work.next < work.positions.count else {
            fetch = nil
            // Numbers must not change while a command that uses them is answered (RFC 9051 §7.5.1).
            if work.numbering == .uid { synchronise() }
            return complete(work.tag, work.name)
        }
        let position = work.positions[work.next]
        work.next += 1
        fetch = work
        let known = selection.messages[position]
        guard let message = account.contents(of: selection.folder)?.message(known.uid) else { return }
        let isRead = !selection.isReadOnly && work.items.contains { $0.marksAsRead }
        var current = message
        var items = work.items
        if isRead, !message.flags.contains("\\Seen") {
            account.change(.add(["\\Seen"]), of: [message.uid], in: selection.folder)
            current = account.contents(of: selection.folder)?.message(message.uid) ?? message
            if !items.contains(.flags) { items.append(.flags) }
        }
        guard appendMessage(current, at: position, items, selection.folder, account) else { return }
        if items.contains(.flags) { self.selection?.messages[position].flags = current.flags }
    }

    /// - Returns: whether the message was still there.
    private mutating func appendMessage(
        _ message: IMAPServerMessage, at position: Int, _ items: [IMAPServerFetchItem], _ folder: String,
        _ account: any IMAPServerAccount
    ) -> Bool {
        var bytes: ArraySlice<UInt8> = []
        if items.contains(where: \.needsBytes) {
            guard let read = account.message(message.uid, in: folder) else { return false }
            bytes = read[...]
        }
        let parsed = items.contains(where: \.needsStructure) ? MIMEPart.parse(bytes) : nil
        output.append("* \(position + 1) FETCH (")
        for (index, item) in items.enumerated() {
            if index > 0 { output.append(" ") }
            append(item, message, bytes, parsed)
        }
        output.append(")\r\n")
        return true
    }

    private mutating func append(
        _ item: IMAPServerFetchItem, _ message: IMAPServerMessage, _ bytes: ArraySlice<UInt8>, _ parsed: MIMEPart?
    ) {
        switch item {
        case .flags: output.append("FLAGS (\(message.flagText))")
        case .uid: output.append("UID \(message.uid)")
        case .internalDate: output.append("INTERNALDATE \"\(IMAPDateText.dateTime(message.internalDate))\"")
        case .size: output.append("RFC822.SIZE \(message.size)")
        case .envelope:
            output.append("ENVELOPE ")
            if let parsed { IMAPServerEnvelope.append(parsed, to: &output) }
        case .body, .bodyStructure:
            output.append(item == .body ? "BODY " : "BODYSTRUCTURE ")
            if let parsed { IMAPServerBodyStructure(isExtended: item == .bodyStructure).append(parsed, to: &output) }
        case .section(let section):
            output.append(section.responseName + " ")
            if let content = section.content(of: bytes, parsed) {
                output.appendLiteral(content)
            } else {
                output.append("NIL")
            }
        }
    }

    // MARK: Search

    mutating func search(
        _ search: IMAPServerSearch, by numbering: IMAPServerNumbering, tag: String, _ account: any IMAPServerAccount,
        _ selection: Selection
    ) {
        let contents = account.contents(of: selection.folder)
        let searcher = IMAPServerSearcher(
            search.key, largestSequence: UInt32(selection.messages.count),
            largestUID: selection.messages.last?.uid ?? 0)
        var found: [UInt32] = []
        for (position, known) in selection.messages.enumerated() {
            guard let message = contents?.message(known.uid) else { continue }
            let isFound = searcher.matches(message, sequence: UInt32(position + 1)) {
                account.message(message.uid, in: selection.folder) ?? []
            }
            if isFound { found.append(numbering == .uid ? message.uid : UInt32(position + 1)) }
        }
        if let returns = search.returns {
            output.append("* ESEARCH (TAG \"\(tag)\")\(numbering == .uid ? " UID" : "")")
            if returns.contains("MIN"), let first = found.first { output.append(" MIN \(first)") }
            if returns.contains("MAX"), let last = found.last { output.append(" MAX \(last)") }
            if returns.contains("COUNT") { output.append(" COUNT \(found.count)") }
            if returns.contains("ALL"), !found.isEmpty {
                output.append(" ALL \(IMAPServerResolvedNumbers.text(found))")
            }
            output.append("\r\n")
        } else {
            output.append("* SEARCH" + found.map { " \($0)" }.joined() + "\r\n")
        }
        if numbering == .uid { synchronise() }
        complete(tag, "SEARCH")
    }

    // MARK: Changes

    mutating func store(
        _ positions: [Int], _ change: IMAPServerFlagChange, isSilent: Bool, by numbering: IMAPServerNumbering,
        _ account: any IMAPServerAccount
    ) {
        guard var selection else { return }
        account.change(change, of: positions.map { selection.messages[$0].uid }, in: selection.folder)
        let contents = account.contents(of: selection.folder)
        for position in positions {
            guard let message = contents?.message(selection.messages[position].uid) else { continue }
            selection.messages[position].flags = message.flags
            guard !isSilent else { continue }
            let uid = numbering == .uid ? "UID \(message.uid) " : ""
            output.append("* \(position + 1) FETCH (\(uid)FLAGS (\(message.flagText)))\r\n")
        }
        self.selection = selection
    }

    mutating func copy(
        _ uids: [UInt32], to target: String, _ removal: IMAPServerRemoval, tag: String, name: String,
        _ account: any IMAPServerAccount, _ selection: Selection
    ) {
        guard let pairs = account.copy(uids, from: selection.folder, to: target, removing: removal),
            let contents = account.contents(of: target)
        else { return answer(tag, "NO", "[TRYCREATE] There is no such folder.") }
        guard !pairs.isEmpty else { return complete(tag, name) }
        let code =
            "[COPYUID \(contents.uidValidity) \(IMAPServerResolvedNumbers.text(pairs.map(\.old)))"
            + " \(IMAPServerResolvedNumbers.text(pairs.map(\.new)))]"
        guard removal == .remove else {
            synchronise()
            return complete(tag, name, code: code + " ")
        }
        // The new identifiers come before the old ones go (RFC 6851 §4.3).
        output.append("* OK \(code) Moved\r\n")
        synchronise()
        complete(tag, name)
    }
}

extension IMAPServerFetchItem {
    fileprivate var marksAsRead: Bool {
        if case .section(let section) = self { !section.isPeek } else { false }
    }

    fileprivate var needsBytes: Bool {
        switch self {
        case .envelope, .body, .bodyStructure, .section: true
        case .flags, .uid, .internalDate, .size: false
        }
    }

    fileprivate var needsStructure: Bool {
        switch self {
        case .envelope, .body, .bodyStructure: true
        case .section(let section): section.text != nil || !section.part.isEmpty
        case .flags, .uid, .internalDate, .size: false
        }
    }
}
