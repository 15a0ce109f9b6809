import MailProtocol

/// Where a page of an inbox ended. It travels through browsers, so that nothing in it is believed.
struct IMAPPosition: Hashable {
    var uidValidity: UInt32
    /// The oldest message of the page.
    var uid: UInt32
    /// Where it was in the mailbox then.
    var sequenceNumber: UInt32
    /// Messages of a page.
    var pageSize: Int

    init(uidValidity: UInt32, uid: UInt32, sequenceNumber: UInt32, pageSize: Int) {
        self.uidValidity = uidValidity
        self.uid = uid
        self.sequenceNumber = sequenceNumber
        self.pageSize = pageSize
    }

    /// Reads a position; `nil` for any other text.
    init?(_ cursor: PageCursor) {
        let numbers = cursor.rawValue.split(separator: ".", omittingEmptySubsequences: false).map { UInt32($0) }
        guard numbers.count == 4, let validity = numbers[0], let uid = numbers[1], let sequence = numbers[2],
            let size = numbers[3], uid > 0, sequence > 0, (1...1_000).contains(size)
        else { return nil }
        self.init(uidValidity: validity, uid: uid, sequenceNumber: sequence, pageSize: Int(size))
    }

    /// The position as a cursor.
    var cursor: PageCursor { PageCursor("\(uidValidity).\(uid).\(sequenceNumber).\(pageSize)") }
}

/// A message of an inbox for as long as its numbering lasts.
struct IMAPMessageName: Hashable {
    var uidValidity: UInt32
    var uid: UInt32

    init(uidValidity: UInt32, uid: UInt32) {
        self.uidValidity = uidValidity
        self.uid = uid
    }

    /// Reads an identifier; `nil` for any other text.
    init?(_ id: MessageID) {
        let numbers = id.rawValue.split(separator: ".", omittingEmptySubsequences: false).map { UInt32($0) }
        guard numbers.count == 2, let validity = numbers[0], let uid = numbers[1], uid > 0 else { return nil }
        self.init(uidValidity: validity, uid: uid)
    }

    /// The name as an identifier.
    var id: MessageID { MessageID("\(uidValidity).\(uid)") }
}
