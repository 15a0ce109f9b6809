extension IMAPSession {
    mutating func handleUntagged(
        _ parser: inout ResponseParser, into actions: inout [IMAPAction]
    ) throws(IMAPError) {
        try countUntagged()
        let response: IMAPResponse
        do throws(IMAPError) {
            response = try parser.untagged()
        } catch {
            guard !error.isFatal else { throw error }
            actions.append(.event(.response(.unreadable(error))))
            return
        }
        note(response)
        actions.append(.event(.response(response)))
        // While logging out the answer to it still follows.
        if case .status(let status) = response, status.condition == .bye, !traffic.isInFlight(\.logouts) {
            end(.bye(status), into: &actions)
        }
    }

    mutating func countUntagged() throws(IMAPError) {
        untaggedCount += 1
        let limit = state == .notAuthenticated ? limits.untaggedBeforeLogin : limits.untaggedResponses
        guard untaggedCount <= limit else { throw .tooManyResponses(limit: limit) }
    }

    private mutating func end(_ reason: IMAPCloseReason, into actions: inout [IMAPAction]) {
        state = .closed
        traffic.clear()
        actions.append(.close(reason))
    }

    private mutating func note(_ response: IMAPResponse) {
        switch response {
        case .status(let status): note(status.code)
        case .capabilities(let told): learn(told)
        // Nothing is enabled that was not asked for.
        case .enabled(let list) where traffic.isInFlight(\.enablings):
            enabled.formUnion(list)
            if enabled.contains(.utf8Accept) || enabled.contains(.imap4rev2) { textForm = .utf8 }
        case .exists(let count): changeMailbox { $0.exists = count }
        case .expunge: changeMailbox { $0.exists -= min($0.exists, 1) }
        case .vanished(let uids, earlier: false):
            changeMailbox { $0.exists -= UInt32(min(UInt64($0.exists), uids.count)) }
        case .flags(let flags): changeMailbox { $0.flags = flags }
        default: break
        }
    }

    mutating func note(_ code: IMAPResponseCode?) {
        switch code {
        case .capability(let told): learn(told)
        case .permanentFlags(let flags): changeMailbox { $0.permanentFlags = flags }
        case .uidNext(let uid): changeMailbox { $0.uidNext = uid }
        case .uidValidity(let number): changeMailbox { $0.uidValidity = number }
        case .highestModSeq(let number): changeMailbox { $0.highestModSeq = number }
        case .noModSeq: changeMailbox { $0.highestModSeq = nil }
        case .readOnly: changeMailbox { $0.access = .readOnly }
        case .readWrite: changeMailbox { $0.access = .readWrite }
        case .closed:
            // What came until now was about the mailbox before.
            if let opening = selecting {
                selecting = IMAPSelectedMailbox(name: opening.name, access: opening.access)
                if isSelected { state = .authenticated }
            }
        default: break
        }
    }

    private mutating func learn(_ told: IMAPCapabilities) {
        capabilities = told
        capabilitiesAreCurrent = true
        hasToldCapabilities = true
    }

    /// Changes what is known of the mailbox that the server speaks of: the one being opened, or the open one.
    private mutating func changeMailbox(_ change: (inout IMAPSelectedMailbox) -> Void) {
        if var opening = selecting {
            change(&opening)
            selecting = opening
        } else if case .selected(var mailbox) = state {
            change(&mailbox)
            state = .selected(mailbox)
        }
    }
}
