public import OAuthCore

/// The most important fields of a message (RFC 9051 §7.5.2). They stay bytes until they are asked for.
public struct IMAPEnvelope: Hashable, Sendable {
    /// `Date` as it was sent.
    public var rawDate: ArraySlice<UInt8>?
    /// `Subject` as it was sent.
    public var rawSubject: ArraySlice<UInt8>?
    /// Who wrote it.
    public var rawFrom: [IMAPAddress] = []
    /// Who sent it.
    public var rawSender: [IMAPAddress] = []
    /// Where an answer is to go.
    public var rawReplyTo: [IMAPAddress] = []
    /// Its addressees.
    public var rawTo: [IMAPAddress] = []
    /// Those who got a copy.
    public var rawCc: [IMAPAddress] = []
    /// Those who got a copy without the others' knowledge.
    public var rawBcc: [IMAPAddress] = []
    /// `In-Reply-To` as it was sent.
    public var rawInReplyTo: ArraySlice<UInt8>?
    /// `Message-ID` as it was sent.
    public var rawMessageID: ArraySlice<UInt8>?

    /// An envelope without fields.
    public init() {}

    /// When it was sent, as the writer's clock had it.
    public var date: UnixTime? { rawDate.flatMap { MailDate.parse($0) } }
    /// The subject in one line, decoded; empty if there is none.
    public var subject: String { rawSubject.map { HeaderText.decode($0) } ?? "" }
    /// Who wrote it; the members of groups among the others.
    public var from: [MailAddress] { IMAPAddress.decode(rawFrom) }
    /// Who sent it.
    public var sender: [MailAddress] { IMAPAddress.decode(rawSender) }
    /// Where an answer is to go.
    public var replyTo: [MailAddress] { IMAPAddress.decode(rawReplyTo) }
    /// Its addressees.
    public var to: [MailAddress] { IMAPAddress.decode(rawTo) }
    /// Those who got a copy.
    public var cc: [MailAddress] { IMAPAddress.decode(rawCc) }
    /// Those who got a copy without the others' knowledge.
    public var bcc: [MailAddress] { IMAPAddress.decode(rawBcc) }
    /// `Message-ID` without its brackets.
    public var messageID: String? {
        rawMessageID.map { HeaderText.decode($0).trimmingPrefix("<") }.map { String($0.prefix { $0 != ">" }) }
    }
}

/// An address in an envelope, or the beginning or end of a group (RFC 9051 §7.5.2).
public struct IMAPAddress: Hashable, Sendable {
    /// The display name as it was sent.
    public var name: ArraySlice<UInt8>?
    /// What stands before the `@`; in the beginning of a group its name; `nil` at its end.
    public var mailbox: ArraySlice<UInt8>?
    /// What stands behind the `@`; `nil` in the beginning and the end of a group.
    public var host: ArraySlice<UInt8>?

    /// An address.
    public init(name: ArraySlice<UInt8>?, mailbox: ArraySlice<UInt8>?, host: ArraySlice<UInt8>?) {
        self.name = name
        self.mailbox = mailbox
        self.host = host
    }

    /// The address decoded; `nil` where a group begins or ends.
    public var address: MailAddress? {
        guard let mailbox, let host else { return nil }
        let name = name.map { HeaderText.decode($0) }
        // What some servers write where the sender gave none.
        let isHostMissing = host.isEmpty || host.elementsEqual(".MISSING-HOST-NAME.".utf8)
        let local = String(decoding: mailbox, as: UTF8.self)
        let address = isHostMissing ? local : "\(local)@\(String(decoding: host, as: UTF8.self))"
        return MailAddress(name: name?.isEmpty == true ? nil : name, address: address)
    }

    static func decode(_ addresses: [Self]) -> [MailAddress] { addresses.compactMap(\.address) }
}
