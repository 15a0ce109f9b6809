import OAuthCore

/// Writes commands. What it is given has been validated (`IMAPCommand.validate`).
struct CommandEncoder {
    private var writer: IMAPWriter

    /// The command as bytes, and where to wait.
    static func encode(
        _ command: IMAPCommand, tag: String, literals: IMAPWriter.LiteralStyle, form: IMAPTextForm
    ) -> (bytes: [UInt8], pauses: [Int]) {
        var encoder = Self(writer: IMAPWriter(literals: literals, form: form))
        encoder.writer.raw(tag)
        encoder.writer.space()
        encoder.write(command)
        encoder.writer.endLine()
        return (encoder.writer.bytes, encoder.writer.pauses)
    }

    private mutating func write(_ command: IMAPCommand) {
        switch command {
        case .capability: writer.raw("CAPABILITY")
        case .noop: writer.raw("NOOP")
        case .logout: writer.raw("LOGOUT")
        case .id(let fields): id(fields)
        case .startTLS: writer.raw("STARTTLS")
        // The initial response follows as a secret, not here.
        case .authenticate(let credentials): writer.raw("AUTHENTICATE \(credentials.mechanism.rawValue)")
        case .enable(let list): writer.raw("ENABLE " + list.map(\.name).joined(separator: " "))
        case .compress: writer.raw("COMPRESS DEFLATE")
        case .namespace: writer.raw("NAMESPACE")
        case .idle: writer.raw("IDLE")
        case .close: writer.raw("CLOSE")
        case .unselect: writer.raw("UNSELECT")
        case .list(let list): self.list(list)
        case .status(let mailbox, let items):
            named("STATUS", mailbox)
            writer.space()
            statusItems(items)
        case .create(let mailbox): named("CREATE", mailbox)
        case .delete(let mailbox): named("DELETE", mailbox)
        case .subscribe(let mailbox): named("SUBSCRIBE", mailbox)
        case .unsubscribe(let mailbox): named("UNSUBSCRIBE", mailbox)
        case .rename(let mailbox, let name):
            named("RENAME", mailbox)
            writer.space()
            writer.mailbox(name)
        case .select(let select): self.select(select)
        case .append(let append): self.append(append)
        case .expunge, .search, .fetch, .store, .copy, .move: writeMessageCommand(command)
        }
    }

    private mutating func writeMessageCommand(_ command: IMAPCommand) {
        switch command {
        case .expunge(let uids): writer.raw(uids.map { "UID EXPUNGE \($0.text)" } ?? "EXPUNGE")
        case .search(let search): self.search(search)
        case .fetch(let request): fetch(request)
        case .store(let store): self.store(store)
        case .copy(let messages, let numbering, let mailbox): transfer("COPY", messages, numbering, mailbox)
        case .move(let messages, let numbering, let mailbox): transfer("MOVE", messages, numbering, mailbox)
        default: break
        }
    }

    private mutating func named(_ word: String, _ mailbox: IMAPMailboxName) {
        writer.raw(word + " ")
        writer.mailbox(mailbox)
    }

    private mutating func id(_ fields: [String: String]) {
        writer.raw("ID ")
        guard !fields.isEmpty else { return writer.raw("NIL") }
        // RFC 2971 §3.3: thirty fields, names of 30 bytes, values of 1,024.
        let sorted = fields.sorted { $0.key < $1.key }.prefix(30)
        writer.list(sorted) { writer, field in
            writer.string(Array(field.key.utf8.prefix(30)))
            writer.space()
            writer.string(Array(field.value.utf8.prefix(1_024)))
        }
    }

    private mutating func statusItems(_ items: [IMAPStatusItem]) {
        writer.list(items) { writer, item in writer.raw(item.rawValue) }
    }

    private mutating func list(_ list: IMAPList) {
        writer.raw("LIST ")
        if !list.only.isEmpty {
            options(list.only)
            writer.space()
        }
        writer.astring(IMAPMailboxName(list.reference).wire(writer.form))
        writer.space()
        if list.patterns.count == 1 { pattern(list.patterns[0]) } else { patterns(list.patterns) }
        guard !list.returning.isEmpty else { return }
        writer.raw(" RETURN ")
        options(list.returning)
    }

    private mutating func patterns(_ patterns: [String]) {
        writer.raw("(")
        for (position, text) in patterns.enumerated() {
            if position > 0 { writer.space() }
            pattern(text)
        }
        writer.raw(")")
    }

    private mutating func pattern(_ text: String) { writer.string(IMAPMailboxName(text).wire(writer.form)) }

    private mutating func options(_ options: [IMAPList.Option]) {
        writer.list(options) { writer, option in
            switch option {
            case .children: writer.raw("CHILDREN")
            case .subscribed: writer.raw("SUBSCRIBED")
            case .specialUse: writer.raw("SPECIAL-USE")
            case .status(let items):
                writer.raw("STATUS ")
                writer.list(items) { writer, item in writer.raw(item.rawValue) }
            }
        }
    }

    private mutating func select(_ select: IMAPSelect) {
        named(select.access == .readOnly ? "EXAMINE" : "SELECT", select.mailbox)
        switch select.changes {
        case .untracked: break
        case .numbered: writer.raw(" (CONDSTORE)")
        case .since(let point):
            let known = point.knownUIDs.map { " \($0.description)" } ?? ""
            writer.raw(" (QRESYNC (\(point.uidValidity) \(point.modSeq)\(known)))")
        }
    }

    private mutating func append(_ append: IMAPAppend) {
        named("APPEND", append.mailbox)
        writer.space()
        if !append.flags.isEmpty {
            flags(append.flags)
            writer.space()
        }
        if let date = append.internalDate { writer.raw("\"\(IMAPDateText.dateTime(date))\" ") }
        writer.literal(append.message)
    }

    private mutating func flags(_ flags: [IMAPFlag]) {
        writer.list(flags) { writer, flag in writer.raw(flag.name) }
    }

    private static func prefix(_ numbering: IMAPNumbering) -> String { numbering == .uid ? "UID " : "" }

    private mutating func transfer(
        _ word: String, _ messages: IMAPMessageSet, _ numbering: IMAPNumbering, _ mailbox: IMAPMailboxName
    ) {
        named("\(Self.prefix(numbering))\(word) \(messages.text)", mailbox)
    }

    private mutating func store(_ store: IMAPStore) {
        writer.raw("\(Self.prefix(store.numbering))STORE \(store.messages.text) ")
        if let modSeq = store.unchangedSince { writer.raw("(UNCHANGEDSINCE \(modSeq)) ") }
        let silent = store.tellsResult ? "" : ".SILENT"
        switch store.change {
        case .add(let list):
            writer.raw("+FLAGS\(silent) ")
            flags(list)
        case .remove(let list):
            writer.raw("-FLAGS\(silent) ")
            flags(list)
        case .replace(let list):
            writer.raw("FLAGS\(silent) ")
            flags(list)
        }
    }

    // MARK: Reading

    private mutating func fetch(_ request: IMAPFetchRequest) {
        writer.raw("\(Self.prefix(request.numbering))FETCH \(request.messages.text) ")
        writer.list(request.items) { writer, item in Self.write(item, to: &writer) }
        guard let modSeq = request.changedSince else { return }
        writer.raw(" (CHANGEDSINCE \(modSeq)\(request.reportsVanished ? " VANISHED" : ""))")
    }

    private static func write(_ item: IMAPFetchRequest.Item, to writer: inout IMAPWriter) {
        switch item {
        case .uid: writer.raw("UID")
        case .flags: writer.raw("FLAGS")
        case .internalDate: writer.raw("INTERNALDATE")
        case .size: writer.raw("RFC822.SIZE")
        case .envelope: writer.raw("ENVELOPE")
        case .structure: writer.raw("BODYSTRUCTURE")
        case .modSeq: writer.raw("MODSEQ")
        case .emailID: writer.raw("EMAILID")
        case .section(let section): write(section, to: &writer)
        case .partial(let section, let offset, let count):
            write(section, to: &writer)
            writer.raw("<\(offset).\(count)>")
        }
    }

    private static func write(_ section: IMAPSection, to writer: inout IMAPWriter) {
        writer.raw("BODY.PEEK[" + section.part.map(String.init).joined(separator: "."))
        if section.kind != .all, !section.part.isEmpty { writer.raw(".") }
        switch section.kind {
        case .all: break
        case .header: writer.raw("HEADER")
        case .text: writer.raw("TEXT")
        case .mime: writer.raw("MIME")
        case .headerFields(let names):
            writer.raw("HEADER.FIELDS ")
            writer.list(names) { writer, name in writer.astring(Array(name.utf8)) }
        case .headerFieldsNot(let names):
            writer.raw("HEADER.FIELDS.NOT ")
            writer.list(names) { writer, name in writer.astring(Array(name.utf8)) }
        }
        writer.raw("]")
    }

    // MARK: Searching

    private mutating func search(_ search: IMAPSearch) {
        writer.raw("\(Self.prefix(search.numbering))SEARCH ")
        if let returning = search.returning {
            writer.raw("RETURN ")
            writer.list(returning) { writer, item in writer.raw(item.rawValue) }
            writer.space()
        }
        // Where UTF-8 is on, naming a charset is forbidden (RFC 6855 §3).
        if writer.form == .modifiedUTF7, !search.key.isASCII { writer.raw("CHARSET UTF-8 ") }
        // The outermost keys need no parentheses.
        if case .and(let keys) = search.key, !keys.isEmpty {
            writer.separated(keys) { writer, key in Self.write(key, to: &writer) }
        } else {
            Self.write(search.key, to: &writer)
        }
    }

    private static func write(_ key: IMAPSearchKey, to writer: inout IMAPWriter) {
        switch key {
        case .everything: writer.raw("ALL")
        case .flag(let flag): writer.raw(word(for: flag, prefix: ""))
        case .notFlag(let flag): writer.raw(word(for: flag, prefix: "UN"))
        case .sequence(let messages): writer.raw(messages.text)
        case .uid(let messages): writer.raw("UID \(messages.text)")
        case .from(let text): write("FROM", text, to: &writer)
        case .to(let text): write("TO", text, to: &writer)
        case .cc(let text): write("CC", text, to: &writer)
        case .subject(let text): write("SUBJECT", text, to: &writer)
        case .body(let text): write("BODY", text, to: &writer)
        case .text(let text): write("TEXT", text, to: &writer)
        case .header(let name, let text):
            writer.raw("HEADER ")
            writer.astring(Array(name.utf8))
            writer.space()
            writer.string(Array(text.utf8))
        case .before(let day): writer.raw("BEFORE \(IMAPDateText.date(day))")
        case .on(let day): writer.raw("ON \(IMAPDateText.date(day))")
        case .since(let day): writer.raw("SINCE \(IMAPDateText.date(day))")
        case .sentBefore(let day): writer.raw("SENTBEFORE \(IMAPDateText.date(day))")
        case .sentSince(let day): writer.raw("SENTSINCE \(IMAPDateText.date(day))")
        case .larger(let count): writer.raw("LARGER \(count)")
        case .smaller(let count): writer.raw("SMALLER \(count)")
        case .modSeq(let number): writer.raw("MODSEQ \(number)")
        case .not(let key):
            writer.raw("NOT ")
            write(key, to: &writer)
        case .or(let left, let right):
            writer.raw("OR ")
            write(left, to: &writer)
            writer.space()
            write(right, to: &writer)
        case .and(let keys):
            guard !keys.isEmpty else { return writer.raw("ALL") }
            writer.list(keys) { writer, key in write(key, to: &writer) }
        }
    }

    private static func write(_ word: String, _ text: String, to writer: inout IMAPWriter) {
        writer.raw(word + " ")
        writer.string(Array(text.utf8))
    }

    private static func word(for flag: IMAPFlag, prefix: String) -> String {
        switch flag {
        case .seen: prefix + "SEEN"
        case .answered: prefix + "ANSWERED"
        case .flagged: prefix + "FLAGGED"
        case .deleted: prefix + "DELETED"
        case .draft: prefix + "DRAFT"
        case .recent: prefix.isEmpty ? "RECENT" : "OLD"
        default: "\(prefix)KEYWORD \(flag.name)"
        }
    }
}
