import ArgumentParser
import Logging
import OAuthCore

/// Where accounts are kept.
struct AccountOptions: ParsableArguments {
    @OptionGroup var settings: SettingsOptions

    @Option(
        help: ArgumentHelp(
            "The folder that accounts are kept in. Default: $XDG_DATA_HOME/sallyport or ~/.local/share/sallyport.",
            valueName: "directory"))
    var accounts: String?

    /// The accounts, opened.
    func open() async throws -> Accounts {
        let settings = try await settings.load([.accounts: accounts])
        Logs.start(settings[.logLevel] == nil ? .notice : try Logs.level(settings))
        return try Accounts(directory: settings[.accounts] ?? Accounts.standardDirectory())
    }
}
