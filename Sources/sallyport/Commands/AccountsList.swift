import ArgumentParser
import Microsoft365
import OAuthCore
import OAuthHTTPClient

/// What is kept of sign-ins.
struct AccountsList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accounts", abstract: "List the accounts that sallyport login made.")

    @OptionGroup var accounts: AccountOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let all = try await accounts.open().all()
        output.print(.array(all.map { .object($0.json) })) {
            all.isEmpty
                ? ["There are no accounts. sallyport login makes one."]
                : all.map { account in
                    let parts = [account.name, account.holderText, account.serviceText]
                    return parts.map(PlainText.line).joined(separator: "\t")
                }
        }
    }
}

extension Account {
    /// What programs are told of an account: no secret.
    var json: JSONObject {
        var object: JSONObject = ["account": .string(name), "client_id": .string(clientID)]
        switch service {
        case .issuer(let issuer): object["issuer"] = .string(issuer)
        case .microsoft365(let cloud, let tenant):
            object["preset"] = "microsoft365"
            object["cloud"] = .string(cloud.name)
            object["tenant"] = .string(tenant)
        }
        switch holder {
        case .program: object["app_only"] = true
        case .person(let subject, let name):
            object["app_only"] = false
            object["subject"] = subject.map { .string($0) }
            object["name"] = name.map { .string($0) }
        }
        object["scope"] = .string(scope.description)
        object["credential"] = .string(credential.kind)
        object["created_at"] = .integer(createdAt.seconds)
        return object
    }
}

extension Account.Credential {
    fileprivate var kind: String {
        switch self {
        case .none: "none"
        case .secret: "secret"
        case .certificate: "certificate"
        }
    }
}
