import ArgumentParser
import OAuthClient
import OAuthCore

/// The end of an account.
struct Logout: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Revoke an account's tokens where the server can, and forget the account.")

    @Argument(help: "The account's name.") var account: String
    @OptionGroup var accounts: AccountOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let accounts = try await accounts.open()
        let account = try await accounts.require(account)
        // Forgotten in any case: an account that cannot be removed while its server is away would never go.
        let failure = await revocationFailure(account, accounts)
        try await accounts.remove(account.name)
        if let failure {
            throw CommandFailure(
                "\(PlainText.line(account.name)) is forgotten here, but its tokens are not revoked: \(failure).",
                next: "They end by themselves; end them at the server if they must not hold until then.")
        }
        output.print(.object(["account": .string(account.name), "forgotten": true])) {
            ["\(PlainText.line(account.name)) is forgotten."]
        }
    }

    private func revocationFailure(_ account: Account, _ accounts: Accounts) async -> String? {
        do {
            try await AccountConnection(account, in: accounts).end()
            return nil
        } catch let error as ClientError {
            return PlainText.line(error.description)
        } catch {
            return PlainText.line("\(error)")
        }
    }
}
