import OAuthHummingbird

/// Why a mailbox does not open over IMAP.
struct DiagnosisPage: Sendable {
    var address: String
    var tenantName: String
    var report: String
    /// Whether the report can be shown to others: identifiers are numbered words.
    var isMasked: Bool
    /// This page, which logs in anew each time.
    var url: String
    /// The field for another address.
    var addressURL: String
    /// The mailbox, to try again.
    var mailboxURL: String

    func fields() -> TemplateFields {
        [
            "address": .text(address), "tenantName": .text(tenantName), "report": .text(report),
            "isMasked": .flag(isMasked), "maskedURL": .text(url), "namedURL": .text(url + "?names=shown"),
            "addressURL": .text(addressURL), "mailboxURL": .text(mailboxURL),
        ]
    }
}
