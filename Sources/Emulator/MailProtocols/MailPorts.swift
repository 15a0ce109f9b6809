/// Where mail protocols are spoken, on loopback.
struct MailPorts: Sendable, Hashable {
    var imap: Int?
    var smtp: Int?
    var pop: Int?
    var gmailIMAP: Int?

    init() {}

    init(_ configuration: Microsoft365Emulator.Configuration) {
        imap = configuration.imapPort
        smtp = configuration.smtpPort
        pop = configuration.popPort
        gmailIMAP = configuration.gmailIMAPPort
    }
}
