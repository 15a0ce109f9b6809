/// How one of the two mail interfaces spells what both know: names, paths and limits as data.
struct MailDialect: Hashable, Sendable {
    /// The interface's name, for people.
    var name: String
    /// The path of its version, behind the cloud's base.
    var version: String
    /// The names that lead from a mailbox to the messages of its inbox.
    var inbox: [String]
    /// The names that lead from a mailbox to all its messages.
    var messages: String
    /// The name that leads from a message to its attachments.
    var attachments: String
    /// Whether names begin in upper case.
    var isCapitalized: Bool
    /// Names that differ in more than their first letter.
    var renamed: [MailProperty: String]
    /// Where a file's properties are, among attachments of all kinds.
    var fileAttachmentType: String
    /// The most messages that one request may ask for.
    var largestPage: Int
    /// Whether it has identifiers that outlive a move between folders.
    var hasImmutableIDs: Bool
    /// Whether the bytes of an attached file have an address of their own; else they come as base64 in its JSON.
    var hasRawFiles: Bool

    /// Microsoft Graph v1.0.
    static let graph = MailDialect(
        name: "Microsoft Graph", version: "/v1.0", inbox: ["mailFolders", "inbox", "messages"], messages: "messages",
        attachments: "attachments", isCapitalized: false, renamed: [:],
        fileAttachmentType: "microsoft.graph.fileAttachment", largestPage: 1_000, hasImmutableIDs: true,
        hasRawFiles: true)

    /// The Outlook REST API v1.0, as older servers speak it.
    static let outlook = MailDialect(
        name: "the Outlook REST API", version: "/api/v1.0", inbox: ["folders", "inbox", "messages"],
        messages: "messages", attachments: "attachments", isCapitalized: true,
        renamed: [.receivedDateTime: "DateTimeReceived", .sentDateTime: "DateTimeSent"],
        fileAttachmentType: "Microsoft.OutlookServices.FileAttachment", largestPage: 50, hasImmutableIDs: false,
        hasRawFiles: false)

    func name(_ property: MailProperty) -> String {
        if let name = renamed[property] { return name }
        guard isCapitalized else { return property.rawValue }
        return property.rawValue.prefix(1).uppercased() + property.rawValue.dropFirst()
    }
}

/// A property of messages, addresses, bodies and attachments, by its name in Microsoft Graph.
enum MailProperty: String, Hashable, Sendable {
    case id, subject, from, sender, receivedDateTime, sentDateTime, isRead, hasAttachments
    case toRecipients, ccRecipients, replyTo, emailAddress, name, address
    case body, contentType, content
    case size, isInline, contentId, contentBytes

    /// What a list shows.
    static let ofSummaries: [MailProperty] = [.id, .subject, .from, .receivedDateTime, .isRead, .hasAttachments]
    /// What a reader sees.
    static let ofMessages =
        ofSummaries + [.sender, .sentDateTime, .toRecipients, .ccRecipients, .replyTo, .body]
    /// What is known of every attachment.
    static let ofAttachments: [MailProperty] = [.id, .name, .contentType, .size, .isInline]
}
