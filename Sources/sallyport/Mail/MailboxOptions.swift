import ArgumentParser
import Mail
import MailProtocol
import OAuthCore
import OAuthHTTPClient

/// Whose mail, and by which way.
struct MailboxOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Whose mailbox; one's own when not given.", valueName: "address"))
    var mailbox: String?
    @Option(
        help: """
            The way: \(MailRoute.allCases.map(\.rawValue).joined(separator: ", ")). Default: graph for an account of \
            Microsoft 365, else imap.
            """)
    var via: MailRoute?
    @Flag(
        help: "Read an access token from standard input, one line, in place of an account; with --host and --mailbox.")
    var tokenStdin = false
    @OptionGroup(title: "Mail server") var server: MailServerOptions
    @OptionGroup var accounts: AccountOptions

    /// Checks what cannot be seen in one option alone.
    func check(account: String?) throws {
        guard tokenStdin else {
            guard account != nil else { throw ValidationError("Give an account, or --token-stdin.") }
            guard via == nil || via == .imap || !server.isGiven else {
                throw ValidationError("--host, --port, --tls and --ca-file are for --via imap.")
            }
            return
        }
        guard account == nil else { throw ValidationError("Give an account or --token-stdin, not both.") }
        guard server.host != nil, mailbox != nil else {
            throw ValidationError("--token-stdin needs --host and --mailbox.")
        }
        guard via == nil || via == .imap else { throw ValidationError("--token-stdin is for --via imap.") }
    }

    /// Does something with the mailbox, and takes leave of it.
    func visit<Value>(_ account: String?, _ body: (any Mailbox) async throws -> Value) async throws -> Value {
        let mailbox = try await open(account)
        let value: Value
        do {
            value = try await body(mailbox)
        } catch {
            await (mailbox as? IMAPMailbox)?.close()
            throw (error as? MailboxError).map { CommandFailure($0) } ?? error
        }
        await (mailbox as? IMAPMailbox)?.close()
        return value
    }

    /// Does something with the mailbox over IMAP, and takes leave of it.
    func visitIMAP<Value>(_ account: String?, _ body: (IMAPMailbox) async throws -> Value) async throws -> Value {
        var options = self
        options.via = .imap
        return try await options.visit(account) { mailbox in
            guard let mailbox = mailbox as? IMAPMailbox else { throw CommandFailure("This is for --via imap alone.") }
            return try await body(mailbox)
        }
    }

    private func open(_ name: String?) async throws -> any Mailbox {
        guard let name else { return try ownMailbox() }
        let accounts = try await accounts.open()
        // An answer may hold an attachment in base64.
        let connection = try AccountConnection(try await accounts.require(name), in: accounts, bodyLimit: 64 << 20)
        let account = connection.account
        let isMicrosoft = if case .microsoft365 = account.service { true } else { false }
        let via = via ?? (isMicrosoft && !server.isGiven ? .graph : .imap)
        guard via == .imap else { return try await via.mailbox(of: mailbox, connection) }
        return imapMailbox(
            at: try account.mailServer(for: .imap, server), of: try account.mailAddress(mailbox),
            connection.mailTokens(account.need(for: .imap)), try server.stream(authorities: account.authorities))
    }

    /// The mailbox of somebody who has a token, and no account here.
    private func ownMailbox() throws -> any Mailbox {
        guard let mailbox, let server = server.server(for: .imap) else {
            throw CommandFailure("--token-stdin needs --host and --mailbox.")
        }
        let token = MailToken(try Secrets.readLine("token"))
        return imapMailbox(at: server, of: mailbox, .fixed(token), try self.server.stream())
    }

    private func imapMailbox(
        at server: MailServer, of user: String, _ tokens: MailTokenSource, _ stream: MailStreamOptions
    ) -> IMAPMailbox {
        IMAPMailbox(
            server: server, user: user, tokens: tokens, options: IMAPMailboxOptions(stream: stream, for: server),
            clock: { UnixTime.systemNow() })
    }
}
