import OAuthCore

extension IMAPServerSession {
    mutating func perform(_ command: IMAPServerCommand, tag: String, name: String) {
        switch command {
        case .capability:
            output.append("* CAPABILITY \(capabilities)\r\n")
            answer(tag, "OK", persona.capabilityCompleted)
        case .noop:
            synchronise()
            complete(tag, name)
        case .logout:
            output.append("* BYE \(persona.goodbye)\r\n")
            complete(tag, name)
            close()
        case .id:
            output.append("* ID (")
            output.append(persona.identity.map { "\"\($0)\"" }.joined(separator: " "))
            output.append(")\r\n")
            complete(tag, name)
        case .login: isAuthenticated ? bad(tag, persona.wrongState) : answer(tag, "NO", persona.loginRefused)
        case .authenticate(let mechanism, let initial): begin(tag, mechanism, initial)
        // The connection is protected from its beginning.
        case .startTLS: bad(tag, persona.unknownCommand)
        default:
            guard isAuthenticated, let account else { return bad(tag, persona.wrongState) }
            performAuthenticated(command, tag: tag, name: name, account)
        }
    }

    private mutating func performAuthenticated(
        _ command: IMAPServerCommand, tag: String, name: String, _ account: any IMAPServerAccount
    ) {
        switch command {
        case .namespace:
            output.append("* NAMESPACE ((\"\" \"/\")) NIL NIL\r\n")
            complete(tag, name)
        case .enable:
            // Nothing here has to be switched on.
            output.append("* ENABLED\r\n")
            complete(tag, name)
        case .list(let request): list(request, tag: tag, account)
        case .status(let folder, let items):
            guard appendStatus(folder, items, account) else { return answer(tag, "NO", persona.noSuchFolder) }
            complete(tag, name)
        case .select(let folder, let readOnly): select(folder, readOnly: readOnly, tag: tag, name: name, account)
        case .change(let change):
            guard account.change(change) else { return answer(tag, "NO", "\(name) cannot be done with this folder.") }
            complete(tag, name)
        case .append(let folder, let flags, let date, let message):
            switch account.append(message, flags: flags, date: date, to: folder) {
            case .noSuchFolder: answer(tag, "NO", "[TRYCREATE] There is no such folder.")
            case .overQuota: answer(tag, "NO", "[OVERQUOTA] There is no room for the message.")
            case .added(let uid):
                let validity = account.contents(of: folder)?.uidValidity ?? 0
                synchronise()
                complete(tag, name, code: "[APPENDUID \(validity) \(uid)] ")
            }
        case .idle:
            phase = .idle(tag: tag)
            output.append("+ IDLE accepted, awaiting DONE command.\r\n")
            synchronise()
        default:
            guard let selection else { return bad(tag, persona.wrongState) }
            performSelected(command, tag: tag, name: name, account, selection)
        }
    }

    private mutating func performSelected(
        _ command: IMAPServerCommand, tag: String, name: String, _ account: any IMAPServerAccount,
        _ selection: Selection
    ) {
        switch command {
        case .check:
            synchronise()
            complete(tag, name)
        case .close, .unselect:
            if case .close = command, !selection.isReadOnly {
                account.remove(deleted(in: selection, account), from: selection.folder)
            }
            self.selection = nil
            complete(tag, name)
        case .fetch(let numbers, let items, let numbering):
            fetch = Fetch(
                tag: tag, name: name, items: items, numbering: numbering,
                positions: positions(numbers, numbering, selection))
        case .search(let search, let numbering): self.search(search, by: numbering, tag: tag, account, selection)
        case .store(let numbers, let change, let isSilent, let numbering):
            guard !selection.isReadOnly else { return answer(tag, "NO", "[READ-ONLY] The folder is open for reading.") }
            store(positions(numbers, numbering, selection), change, isSilent: isSilent, by: numbering, account)
            if numbering == .uid { synchronise() }
            complete(tag, name)
        case .copy(let numbers, let target, let removal, let numbering):
            guard removal == .keep || !selection.isReadOnly else {
                return answer(tag, "NO", "[READ-ONLY] The folder is open for reading.")
            }
            let uids = positions(numbers, numbering, selection).map { selection.messages[$0].uid }
            copy(uids, to: target, removal, tag: tag, name: name, account, selection)
        case .expunge(let numbers):
            guard !selection.isReadOnly else { return answer(tag, "NO", "[READ-ONLY] The folder is open for reading.") }
            var uids = deleted(in: selection, account)
            if let numbers {
                let wanted = numbers.resolved(largest: selection.messages.last?.uid ?? 0)
                uids = uids.filter(wanted.contains)
            }
            account.remove(uids, from: selection.folder)
            synchronise()
            complete(tag, name)
        default: bad(tag, persona.wrongState)
        }
    }

    // MARK: Login

    private mutating func begin(_ tag: String, _ mechanism: String, _ initial: [UInt8]?) {
        guard !isAuthenticated else { return bad(tag, persona.wrongState) }
        let known = persona.capabilities.contains("AUTH=\(mechanism)")
        guard known else { return answer(tag, "NO", "The mechanism is not supported.") }
        guard let initial else {
            phase = .awaitingMessage(tag: tag, mechanism: mechanism)
            return output.append("+ \r\n")
        }
        authenticate(tag, mechanism, initial)
    }

    mutating func authenticate(_ tag: String, _ mechanism: String, _ line: [UInt8]) {
        phase = .notAuthenticated
        guard line != [UInt8(ascii: "*")] else { return bad(tag, "AUTHENTICATE was cancelled.") }
        // A password opens nothing any more.
        guard mechanism != "PLAIN" else { return answer(tag, "NO", persona.refused) }
        guard let message = SASLBearerMessage.parse(line, mechanism: mechanism) else {
            return answer(tag, "NO", persona.malformedMessage)
        }
        user = message.user
        phase = .verifying(tag: tag)
        actions.append(.send(output))
        output = []
        actions.append(.verify(message))
    }
}
