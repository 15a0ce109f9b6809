import ArgumentParser
import MailProtocol
import Microsoft365
import OAuthClient
import OAuthCore

/// The ways in which mail is read.
enum MailRoute: String, CaseIterable, ExpressibleByArgument {
    case graph, outlook

    /// The inbox of an address, or of whoever signed in.
    func mailbox(of address: String?, _ connection: AccountConnection) async throws -> any Mailbox {
        guard case .microsoft365(let cloud, _) = connection.account.service else {
            throw CommandFailure(
                "\(rawValue) is a way to Microsoft 365, and \(connection.account.name) is an account of \(connection.account.serviceText).",
                next: "Choose another account: sallyport accounts.")
        }
        if address == nil, connection.account.holder == .program {
            throw CommandFailure(
                "An application has no mailbox of its own.", next: "Give --mailbox the address of somebody's.")
        }
        var options = RESTMailboxOptions(throttling: .wait(limit: 60) { try await Task.sleep(for: .seconds($0.count)) })
        options.traffic = MailTraffic(environment: connection.environment)
        switch self {
        case .graph:
            let session = try await connection.session(resource: cloud.graphResource)
            return GraphMailbox(address: address, cloud: cloud, session: session, options: options)
        case .outlook:
            let session = try await connection.session(resource: cloud.outlookResource)
            return OutlookMailbox(address: address, cloud: cloud, session: session, options: options)
        }
    }
}

extension CommandFailure {
    /// What a mailbox said, with the service's own code.
    init(_ error: MailboxError) {
        self.init(
            PlainText.sentence(error.code.map { "\(error.reason) (\($0))" } ?? error.reason),
            next: error.remedy.map(PlainText.sentence))
    }
}
