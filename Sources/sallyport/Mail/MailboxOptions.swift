import ArgumentParser
import MailProtocol

/// Whose mail, and by which way.
struct MailboxOptions: ParsableArguments {
    @Argument(help: "The account's name.") var account: String
    @Option(help: ArgumentHelp("Whose mailbox; one's own when not given.", valueName: "address"))
    var mailbox: String?
    @Option(help: "The way: \(MailRoute.allCases.map(\.rawValue).joined(separator: " or ")).")
    var via = MailRoute.graph
    @OptionGroup var accounts: AccountOptions

    /// The mailbox, reached.
    func open() async throws -> any Mailbox {
        let accounts = try await accounts.open()
        // An answer may hold an attachment in base64.
        let connection = try AccountConnection(
            try await accounts.require(account), in: accounts, bodyLimit: 64 << 20)
        return try await via.mailbox(of: mailbox, connection)
    }
}
