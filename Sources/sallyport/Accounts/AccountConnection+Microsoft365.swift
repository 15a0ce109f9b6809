import OAuthClient
import OAuthCore

extension AccountConnection {
    func microsoft365Provider() async throws -> Provider { throw CommandFailure("not yet") }
    func microsoft365Session(_ need: TokenNeed) throws -> TokenSession { throw CommandFailure("not yet") }
}
