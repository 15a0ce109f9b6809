import ArgumentParser
import Foundation
import Mail
import OAuthCore

extension MailCommand {
    /// Why a login fails.
    struct Diagnose: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Find out why a login to a mail server fails, and what to do about it.",
            discussion: """
                It logs in step by step, or reads what another program printed or sent. It sends the token once, reads \
                no message and changes nothing. The report holds no token, and names nobody without --full. It ends \
                with 0 where the login works or what was shown is in order, else with 1.
                """)

        @Argument(help: "The account's name; none with --token-stdin or to explain alone.") var account: String?
        @Flag(help: "Read an access token from standard input in place of an account; with --host and --mailbox.")
        var tokenStdin = false
        @Option(help: ArgumentHelp("Whose mailbox; one's own when not given.", valueName: "address"))
        var mailbox: String?
        @Option(help: "The service: imap, smtp or pop. Default: imap, or what an explained text tells.")
        var service: MailService?
        @Option(
            parsing: .unconditional,
            help: ArgumentHelp("Explain what another program printed; - for standard input.", valueName: "text"))
        var explainResponse: String?
        @Option(
            parsing: .unconditional,
            help: ArgumentHelp(
                "Explain what another program sent behind AUTH or AUTHENTICATE; - for standard input.",
                valueName: "base64"))
        var explainBlob: String?
        @OptionGroup(title: "Mail server") var server: MailServerOptions
        @Option(
            help: ArgumentHelp("How long to wait for each answer of the mail server, 1 to 300.", valueName: "seconds"))
        var timeout = 30
        @OptionGroup var cloud: CloudOptions
        @Flag(help: "Show addresses, ids and hosts as they are.") var full = false
        @Option(help: "How the report is written: text or markdown. Default: text.") var format: Format?
        @OptionGroup var accounts: AccountOptions
        @OptionGroup var output: OutputOptions

        /// How a report is written for people.
        enum Format: String, CaseIterable, ExpressibleByArgument {
            case text, markdown
        }

        private var explains: Bool { explainResponse != nil || explainBlob != nil }

        func validate() throws {
            guard explainResponse == nil || explainBlob == nil else {
                throw ValidationError("Give --explain-response or --explain-blob, not both.")
            }
            guard account == nil || !tokenStdin else {
                throw ValidationError("Give an account or --token-stdin, not both.")
            }
            guard account != nil || tokenStdin || explains else {
                throw ValidationError("Give an account, --token-stdin, --explain-response or --explain-blob.")
            }
            guard !tokenStdin || (explainResponse != "-" && explainBlob != "-") else {
                throw ValidationError("Standard input holds the token: give the text behind the option.")
            }
            guard (1...300).contains(timeout) else { throw ValidationError("--timeout is 1 to 300 seconds.") }
            try validateServer()
            guard format == nil || !output.json else { throw ValidationError("Give --format or --json, not both.") }
        }

        private func validateServer() throws {
            if tokenStdin, !explains || server.isGiven, server.host == nil || mailbox == nil {
                throw ValidationError("--token-stdin needs --host and --mailbox.")
            }
            guard account != nil || tokenStdin || !server.isGiven else {
                throw ValidationError("--host, --port, --tls and --ca-file are for our own login, which needs a token.")
            }
            guard account == nil || cloud.cloud == nil else {
                throw ValidationError("--cloud goes with --token-stdin: an account has its own.")
            }
        }

        func run() async throws {
            let shown = try explained()
            let login = try await login()
            let report = await login.report(explaining: shown)
            let disclosure: Disclosure = full ? .full : .masked
            let format: ReportFormat = output.json ? .json : format == .markdown ? .markdown : .text
            let text = report.rendered(as: format, disclosure: disclosure)
            Terminal.output(text.hasSuffix("\n") ? String(text.dropLast()) : text)
            switch report.verdict {
            case .loggedIn, .nothingWrong: break
            case .cause, .unknown: throw ExitCode.failure
            }
        }

        /// What another program printed or sent.
        private func explained() throws -> LoginDiagnosis.Explained? {
            if let explainBlob { return .blob(try Self.text(explainBlob, "base64")) }
            if let explainResponse { return .response(try Self.text(explainResponse, "text")) }
            return nil
        }

        private static func text(_ argument: String, _ what: String) throws -> String {
            guard argument == "-" else { return argument }
            return try Secrets.readAll(what, limit: 4 << 20).revealed()
        }

        private func login() async throws -> LoginDiagnosis {
            var login = LoginDiagnosis(service: service, mailbox: mailbox, patience: Seconds(Int64(timeout)))
            if let account {
                let accounts = try await accounts.open()
                try await login.use(
                    try AccountConnection(try await accounts.require(account), in: accounts), server)
            } else if tokenStdin {
                let authorities = try server.caFile.map { try Files.authorities($0) }
                let environment = try Outbound.environment(authorities: authorities)
                let named = cloud.cloud == nil ? nil : try await cloud.load(environment)
                try login.use(try Secrets.readAll("token"), server, named, environment)
            }
            return login
        }
    }
}
