extension IMAPCommand {
    /// Throws where the command cannot be written, or breaks RFC 9051 whatever the server's state.
    func validate() throws(IMAPCommandError) {
        switch self {
        case .enable(let list):
            guard !list.isEmpty else { throw .empty }
            guard list.allSatisfy({ Self.isAtom($0.name) }) else { throw .notWritable }
        case .list(let list): try Self.validate(list)
        case .status(let mailbox, let items):
            try Self.validate(mailbox)
            guard !items.isEmpty else { throw .empty }
        case .select(let select):
            try Self.validate(select.mailbox)
            if case .since(let point) = select.changes {
                guard point.uidValidity > 0, 1...UInt64(Int64.max) ~= point.modSeq else { throw .notWritable }
                if point.knownUIDs?.isEmpty == true { throw .empty }
            }
        case .create(let mailbox), .delete(let mailbox), .subscribe(let mailbox), .unsubscribe(let mailbox):
            try Self.validate(mailbox)
        case .rename(let mailbox, let name):
            try Self.validate(mailbox)
            try Self.validate(name)
        case .append(let append):
            try Self.validate(append.mailbox)
            guard append.flags.allSatisfy(\.isWritable) else { throw .notWritable }
            // NUL is in no literal (RFC 9051 §9), and an empty message in no mailbox.
            guard !append.message.isEmpty else { throw .empty }
            guard !append.message.contains(0) else { throw .notWritable }
        case .expunge(let uids): if uids?.isEmpty == true { throw .empty }
        case .search(let search): try search.key.validate(depth: 0)
        case .fetch(let request): try Self.validate(request)
        case .store(let store): try Self.validate(store)
        case .copy(let messages, _, let mailbox), .move(let messages, _, let mailbox):
            guard !messages.isEmpty else { throw .empty }
            try Self.validate(mailbox)
        case .id(let fields):
            guard fields.allSatisfy({ !$0.utf8.contains(0) && !$1.utf8.contains(0) }) else { throw .notWritable }
        case .capability, .noop, .logout, .startTLS, .authenticate, .compress, .namespace, .idle, .close, .unselect:
            break
        }
    }

    private static func isAtom(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy(\.isAtomCharacter)
    }

    private static func validate(_ mailbox: IMAPMailboxName) throws(IMAPCommandError) {
        guard !mailbox.text.isEmpty else { throw .empty }
        guard !mailbox.text.utf8.contains(0) else { throw .notWritable }
    }

    private static func validate(_ list: IMAPList) throws(IMAPCommandError) {
        guard !list.patterns.isEmpty else { throw .empty }
        guard !list.patterns.contains(where: { $0.utf8.contains(0) }), !list.reference.utf8.contains(0) else {
            throw .notWritable
        }
        for option in list.returning {
            if case .status(let items) = option, items.isEmpty { throw .empty }
        }
        let selections: [IMAPList.Option] = [.subscribed, .specialUse]
        guard list.only.allSatisfy({ selections.contains($0) }) else { throw .notWritable }
    }

    private static func validate(_ request: IMAPFetchRequest) throws(IMAPCommandError) {
        guard !request.messages.isEmpty, !request.items.isEmpty else { throw .empty }
        if let modSeq = request.changedSince, modSeq > UInt64(Int64.max) { throw .notWritable }
        // RFC 7162 §3.2.6 has VANISHED with CHANGEDSINCE and UIDs alone.
        if request.reportsVanished, request.changedSince == nil || request.numbering != .uid { throw .notWritable }
        for item in request.items {
            switch item {
            case .section(let section): try validate(section)
            case .partial(let section, let offset, let count):
                try validate(section)
                guard count > 0, max(offset, count) <= UInt64(Int64.max) else { throw .notWritable }
            default: break
            }
        }
    }

    private static func validate(_ section: IMAPSection) throws(IMAPCommandError) {
        guard !section.part.contains(0) else { throw .notWritable }
        switch section.kind {
        case .headerFields(let names), .headerFieldsNot(let names):
            guard !names.isEmpty else { throw .empty }
            guard names.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(\.isFieldNameCharacter) }) else {
                throw .notWritable
            }
        case .mime: if section.part.isEmpty { throw .notWritable }
        case .all, .header, .text: break
        }
    }

    private static func validate(_ store: IMAPStore) throws(IMAPCommandError) {
        guard !store.messages.isEmpty else { throw .empty }
        if let modSeq = store.unchangedSince, modSeq > UInt64(Int64.max) { throw .notWritable }
        switch store.change {
        case .add(let flags), .remove(let flags):
            guard !flags.isEmpty else { throw .empty }
            guard flags.allSatisfy(\.isWritable) else { throw .notWritable }
        case .replace(let flags): guard flags.allSatisfy(\.isWritable) else { throw .notWritable }
        }
    }

    // MARK: Needs

    /// What the server has to be able to do.
    var neededCapability: IMAPCapability? {
        switch self {
        case .startTLS: .startTLS
        case .id: .id
        case .enable: .enable
        case .compress: .compressDeflate
        case .namespace: .namespace
        case .idle: .idle
        case .unselect: .unselect
        case .move: .move
        case .list(let list): list.neededCapability
        case .expunge(let uids): uids == nil ? nil : .uidPlus
        case .search(let search): search.returning == nil ? nil : .eSearch
        case .select(let select):
            switch select.changes {
            case .untracked: nil
            case .numbered: .condStore
            case .since: .qResync
            }
        case .fetch(let request): request.changedSince == nil ? nil : .condStore
        case .store(let store): store.unchangedSince == nil ? nil : .condStore
        default: nil
        }
    }

    /// Who may send it when.
    enum Stage {
        case always
        case notAuthenticated
        case authenticated
        case selected
    }

    var stage: Stage {
        switch self {
        case .capability, .noop, .logout, .id: .always
        case .startTLS, .authenticate: .notAuthenticated
        case .enable, .namespace, .list, .status, .select, .create, .delete, .rename, .subscribe, .unsubscribe,
            .append, .idle, .compress:
            .authenticated
        case .close, .unselect, .expunge, .search, .fetch, .store, .copy, .move: .selected
        }
    }

    /// Whether nothing may be sent behind it until it has been answered: its answer changes what the bytes mean.
    var standsAlone: Bool {
        switch self {
        case .startTLS, .authenticate, .compress, .enable, .idle, .logout: true
        default: false
        }
    }

    /// Whether its numbers are positions, which other commands may change.
    var usesPositions: Bool {
        switch self {
        case .fetch(let request): request.numbering == .sequence
        case .store(let store): store.numbering == .sequence
        case .copy(_, let numbering, _), .move(_, let numbering, _): numbering == .sequence
        case .search(let search): search.numbering == .sequence || search.key.usesPositions
        default: false
        }
    }

    /// Whether the server may tell of expunged messages while it is in flight (RFC 9051 §7.5.1), so that positions
    /// sent behind it might mean other messages (§5.5).
    var mayExpunge: Bool {
        switch self {
        case .fetch(let request): request.numbering == .uid
        case .store(let store): store.numbering == .uid
        case .search(let search): search.numbering == .uid
        // Behind these there is another mailbox, whose messages have not been told yet.
        case .select, .close, .unselect, .authenticate, .startTLS, .capability, .id: false
        default: true
        }
    }
}

extension IMAPList {
    /// RFC 5258 §3.1; asking for special uses alone needs no more than they themselves do (RFC 6154 §2).
    fileprivate var neededCapability: IMAPCapability? {
        let options = only + returning
        for option in options {
            if case .status = option { return .listStatus }
        }
        if patterns.count > 1 || options.contains(where: { $0 != .specialUse }) { return .listExtended }
        return options.isEmpty ? nil : .specialUse
    }
}

extension IMAPSearchKey {
    fileprivate func validate(depth: Int) throws(IMAPCommandError) {
        guard depth < 50 else { throw .notWritable }
        switch self {
        case .flag(let flag), .notFlag(let flag):
            // There are words for the system's flags alone; others have to be keywords.
            guard flag.isWritable, IMAPFlag.usual.contains(flag) || flag.name.utf8.first != UInt8(ascii: "\\") else {
                throw .notWritable
            }
        case .sequence(let messages), .uid(let messages): guard !messages.isEmpty else { throw .empty }
        case .from(let text), .to(let text), .cc(let text), .subject(let text), .body(let text), .text(let text):
            guard !text.utf8.contains(0) else { throw .notWritable }
        case .header(let name, let text):
            guard !name.isEmpty, name.utf8.allSatisfy(\.isFieldNameCharacter), !text.utf8.contains(0) else {
                throw .notWritable
            }
        case .larger(let number), .smaller(let number), .modSeq(let number):
            guard number <= UInt64(Int64.max) else { throw .notWritable }
        case .not(let key): try key.validate(depth: depth + 1)
        case .or(let left, let right):
            try left.validate(depth: depth + 1)
            try right.validate(depth: depth + 1)
        case .and(let keys): for key in keys { try key.validate(depth: depth + 1) }
        case .everything, .before, .on, .since, .sentBefore, .sentSince: break
        }
    }

    /// Whether all texts in it are ASCII.
    var isASCII: Bool {
        switch self {
        case .from(let text), .to(let text), .cc(let text), .subject(let text), .body(let text), .text(let text),
            .header(_, let text):
            text.utf8.allSatisfy { $0 < 0x80 }
        case .not(let key): key.isASCII
        case .or(let left, let right): left.isASCII && right.isASCII
        case .and(let keys): keys.allSatisfy(\.isASCII)
        default: true
        }
    }

    fileprivate var usesPositions: Bool {
        switch self {
        case .sequence: true
        case .not(let key): key.usesPositions
        case .or(let left, let right): left.usesPositions || right.usesPositions
        case .and(let keys): keys.contains(where: \.usesPositions)
        default: false
        }
    }
}
