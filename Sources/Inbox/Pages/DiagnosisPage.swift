import OAuthHummingbird

/// Why a mailbox does not open over IMAP.
struct DiagnosisPage: Sendable {
    var address: String
    var tenantName: String
    /// The report, with identifiers masked, so that it can be shown to others.
    var report: String
    /// The field for another address.
    var addressURL: String
    /// The mailbox, to try again.
    var mailboxURL: String

    func fields() -> TemplateFields {
        [
            "address": .text(address), "tenantName": .text(tenantName), "report": .text(report),
            "addressURL": .text(addressURL), "mailboxURL": .text(mailboxURL),
        ]
    }
}
