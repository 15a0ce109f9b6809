import ArgumentParser
import Foundation

/// The executable: every part of Sallyport behind one name.
@main
struct Sallyport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sallyport",
        abstract: "Every side of OAuth 2: an authorization server, the check that protects an API, and clients.",
        version: "0.1.0",
        subcommands: [
            Demo.self, Serve.self, User.self, Client.self, Key.self, Sweep.self, Check.self, Emulate.self,
            LoginCommand.self, Token.self, AccountsList.self, Logout.self, Inspect.self, RequestCommand.self,
            Consent.self, MailCommand.self,
            CertificateCommand.self, InboxCommand.self,
        ])

    /// Exit codes: 0 for success, 1 with a reason and the next step for a failure, 2 for a command that was misspelt.
    static func main() async {
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch let failure as CommandFailure {
            Terminal.error("sallyport: \(failure)")
            Foundation.exit(1)
        } catch {
            let code = exitCode(for: error)
            let message = fullMessage(for: error)
            if code.isSuccess {
                Terminal.output(message)
                Foundation.exit(0)
            }
            // A command that has said all it has to say fails without further words.
            if !message.isEmpty { Terminal.error(message) }
            Foundation.exit(code == .validationFailure ? 2 : 1)
        }
    }
}

/// Why a command could not do what it was asked, for a person: what failed, why, and what to do next.
struct CommandFailure: Error, CustomStringConvertible {
    var reason: String
    var next: String?
    /// Whether the same may succeed later.
    var isTransient = false

    init(_ reason: String, next: String? = nil) {
        self.reason = reason
        self.next = next
    }

    var description: String { next.map { "\(reason) \($0)" } ?? reason }
}

extension Error {
    /// What went wrong, for a person, without Foundation's word that something did.
    var sentence: String { localizedDescription.replacing("The operation could not be completed. ", with: "") }
}
