import MailProtocol
import OAuthCore

extension RESTMailbox {
    func newestMessages(_ count: Int) async throws(MailboxError) -> MessagePage {
        let location = try location()
        let count = min(max(count, PagePosition.counts.lowerBound), PagePosition.counts.upperBound)
        let names = MailProperty.ofSummaries.map(dialect.name).joined(separator: ",")
        let query =
            "$top=\(min(count, dialect.largestPage))&$select=\(names)"
            + "&$orderby=\(dialect.name(.receivedDateTime))%20desc"
        return try await page(PagePosition(query: query, count: count), .mailbox, in: location)
    }

    func messages(after cursor: PageCursor) async throws(MailboxError) -> MessagePage {
        let location = try location()
        guard let position = PagePosition(cursor, in: location, inbox: dialect.inbox) else {
            throw MailboxError(
                .badCursor, reason: "that is no position in this mailbox",
                remedy: "begin again with the newest messages")
        }
        return try await page(position, .page, in: location)
    }

    /// More requests than the largest page needs of a service that gives fifty messages at once.
    private static var mostRequests: Int { 30 }

    /// Asks until the page is full: a service may give fewer messages at once than it was asked for, even none.
    private func page(
        _ position: PagePosition, _ subject: MailSubject, in location: MailboxLocation
    ) async throws(MailboxError) -> MessagePage {
        var position = position
        var messages: [MessageSummary] = []
        for _ in 0..<Self.mostRequests {
            let request = MailRequest(subject: subject, names: dialect.inbox, query: position.query)
            let answer = try await object(request, in: location)
            let entries = try values(of: answer).dropFirst(position.skipped)
            let taken = entries.prefix(position.count - messages.count)
            messages += taken.compactMap { json.summary($0) }
            if taken.count < entries.count {
                position.skipped += taken.count
                return MessagePage(messages: messages, next: position.cursor(in: location, inbox: dialect.inbox))
            }
            guard let query = try nextQuery(in: answer, to: dialect.inbox, at: location, after: position.query) else {
                return MessagePage(messages: messages)
            }
            position = PagePosition(query: query, count: position.count)
            if messages.count >= position.count { break }
        }
        return MessagePage(messages: messages, next: position.cursor(in: location, inbox: dialect.inbox))
    }

    /// The elements of an answer that is a list.
    private func values(of answer: JSONObject) throws(MailboxError) -> [JSONValue] {
        guard let values = answer["value"]?.array else { throw malformed("its list is none") }
        return values
    }

    /// The query of the answer's `@odata.nextLink`; `nil` where the list ends.
    private func nextQuery(
        in answer: JSONObject, to names: [String], at location: MailboxLocation, after current: String?
    ) throws(MailboxError) -> String? {
        switch answer["@odata.nextLink"] {
        case nil, .null: return nil
        case .string(let link):
            // The token goes nowhere else, whoever wrote the link.
            guard let query = location.query(of: link, to: names) else {
                throw malformed("its link to older messages leads elsewhere")
            }
            guard query != current else { throw malformed("its link to older messages leads back") }
            return query
        default: throw malformed("its link to older messages is none")
        }
    }
}

extension RESTMailbox {
    func message(_ id: MessageID) async throws(MailboxError) -> Message {
        let location = try location()
        let names = [dialect.messages, try Self.segment(id.rawValue)]
        let properties = MailProperty.ofMessages.map(dialect.name).joined(separator: ",")
        let request = MailRequest(subject: .message, names: names, query: "$select=\(properties)")
        let object = try await object(request, in: location)
        guard object[dialect.name(.id)]?.string != nil else { throw malformed("the message has no identifier") }
        let hasAttachments = object[dialect.name(.hasAttachments)]?.bool ?? false
        // Pictures inside the text do not count as attachments for the service.
        let body = json.body(of: object)
        let hasPictures = body.html?.contains("cid:") ?? false
        let attachments = hasAttachments || hasPictures ? try await attachments(of: names, in: location) : []
        return json.message(object, id: id, body: body, attachments: attachments)
    }

    private func attachments(
        of message: [String], in location: MailboxLocation
    ) async throws(MailboxError) -> [Attachment] {
        let names = message + [dialect.attachments]
        var answer = try await withoutBytes(MailRequest(subject: .message, names: names), in: location)
        var attachments = try listed(answer)
        var query: String?
        for _ in 1..<Self.mostRequests where attachments.count < options.limits.parts {
            query = try nextQuery(in: answer, to: names, at: location, after: query)
            guard let query else { break }
            answer = try await object(MailRequest(subject: .message, names: names, query: query), in: location)
            attachments += try listed(answer)
        }
        return Array(attachments.prefix(options.limits.parts))
    }

    private func listed(_ answer: JSONObject) throws(MailboxError) -> [Attachment] {
        try values(of: answer).compactMap { json.attachment($0)?.attachment }
    }

    /// Attachments, or one of them, by what is known of them: unselected, their bytes would come along.
    func withoutBytes(_ request: MailRequest, in location: MailboxLocation) async throws(MailboxError) -> JSONObject {
        var selecting = request
        selecting.query = "$select=\(attachmentSelection)"
        do {
            return try await object(selecting, in: location)
        } catch  where error.kind == .malformedAnswer && error.code != nil {
            // The service is at work and refuses this query: some select properties of messages alone.
            return try await object(request, in: location)
        }
    }

    /// `contentId` is a property of files alone.
    private var attachmentSelection: String {
        let properties =
            MailProperty.ofAttachments.map(dialect.name) + [
                dialect.fileAttachmentType + "/" + dialect.name(.contentId)
            ]
        return properties.joined(separator: ",")
    }

    /// An identifier, which may have come through a browser, as a name in a path.
    static func segment(_ id: String) throws(MailboxError) -> String {
        let isName = id.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "-_=+/.".utf8.contains(byte)
            }
        }
        // `.` and `..` would name something else, escaped or not.
        guard isName, 1...1_024 ~= id.utf8.count, id != ".", !id.contains("..") else {
            throw MailErrorEntry.noItem.error(nil, .message)
        }
        return id
    }
}
