import ArgumentParser
import OAuthCore

/// Which tenant of which cloud.
struct Microsoft365Options: ParsableArguments {
    static let preset = "microsoft365"

    @Option(help: "The tenant: its id or domain, or common, organizations, consumers.")
    var tenant: String?
    @Option(help: ArgumentHelp("The cloud: its name, or the address or file of its description.", valueName: "cloud"))
    var cloud: String?

    var isGiven: Bool { tenant != nil || cloud != nil }

    func service(_ environment: ClientEnvironment) async throws -> Account.Service {
        throw CommandFailure("not yet")
    }
}
