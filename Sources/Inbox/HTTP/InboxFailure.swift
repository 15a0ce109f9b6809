import HTTPTypes
import OAuthCore
import OAuthHummingbird

/// Why a page is not shown: what the person is told, and what the operator finds in the log. It holds no token and
/// nothing of a message.
struct InboxFailure: Error, Hashable, Sendable {
    var status: HTTPResponse.Status
    /// The stable id; the page's texts are found by it.
    var diagnostic: Diagnostic
    /// Values for the texts.
    var parameters: [String: String] = [:]
    /// When to come back.
    var retryAfter: Seconds?
    /// Where to go on, below the site.
    var retryPath: String?

    init(
        _ status: HTTPResponse.Status, _ diagnostic: Diagnostic, _ parameters: [String: String] = [:],
        retryPath: String? = nil
    ) {
        self.status = status
        self.diagnostic = diagnostic
        self.parameters = parameters
        self.retryPath = retryPath
    }

    init(_ error: InboxStoreError) {
        self.init(.serviceUnavailable, Diagnostic("server.unavailable", found: error.reason))
    }

    static let notFound = InboxFailure(.notFound, Diagnostic("not-found"), retryPath: "/")

    static let formExpired = InboxFailure(.forbidden, Diagnostic("form.expired"), retryPath: "/")
}

extension InboxFailure {
    init(_ refusal: Access.Refusal) {
        switch refusal {
        case .signedOut: self.init(.forbidden, Diagnostic("inbox.signed-out"), retryPath: "/")
        case .notAllowed: self.init(.forbidden, Diagnostic("inbox.not-allowed"), retryPath: "/")
        case .notConnected: self.init(.notFound, Diagnostic("inbox.not-connected"), retryPath: "/")
        case .ownerOnly: self.init(.forbidden, Diagnostic("inbox.owner-only"), retryPath: "/")
        }
    }
}

/// Runs something of the store; what it throws becomes a page.
func kept<Value>(
    _ body: @autoclosure () async throws(InboxStoreError) -> Value
) async throws(InboxFailure) -> Value {
    do { return try await body() } catch { throw InboxFailure(error) }
}

/// Decides; a refusal becomes a page.
func allowed<Value>(_ decision: @autoclosure () throws(Access.Refusal) -> Value) throws(InboxFailure) -> Value {
    do { return try decision() } catch { throw InboxFailure(error) }
}
