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
    /// Where to go on.
    var way: WayOn?
    /// Where the cause can be looked for: a page of this site, as browsers see it.
    var diagnoseURL: String?

    init(
        _ status: HTTPResponse.Status, _ diagnostic: Diagnostic, _ parameters: [String: String] = [:],
        way: WayOn? = nil
    ) {
        self.status = status
        self.diagnostic = diagnostic
        self.parameters = parameters
        self.way = way
    }

    init(_ error: InboxStoreError) {
        self.init(.serviceUnavailable, Diagnostic("server.unavailable", found: error.reason))
    }

    static let notFound = InboxFailure(.notFound, Diagnostic("not-found"), way: .start)

    static let formExpired = InboxFailure(.forbidden, Diagnostic("form.expired"), way: .start)
}

/// Where a failure's page leads on: each to a path below the site.
enum WayOn: Hashable, Sendable {
    /// To who is signed in, and to the organisations.
    case start
    /// To the same again.
    case again(String)
    /// To the question whose mailbox to open.
    case otherMailbox(String)
    /// To the newest messages of the mailbox.
    case inbox(String)

    var path: String {
        switch self {
        case .start: "/"
        case .again(let path), .otherMailbox(let path), .inbox(let path): path
        }
    }

    /// Names the text on the button.
    var name: String {
        switch self {
        case .start: "start"
        case .again: "again"
        case .otherMailbox: "other-mailbox"
        case .inbox: "inbox"
        }
    }
}

extension InboxFailure {
    init(_ refusal: Access.Refusal) {
        switch refusal {
        case .signedOut: self.init(.forbidden, Diagnostic("inbox.signed-out"), way: .start)
        case .notAllowed: self.init(.forbidden, Diagnostic("inbox.not-allowed"), way: .start)
        case .notConnected: self.init(.notFound, Diagnostic("inbox.not-connected"), way: .start)
        case .ownerOnly: self.init(.forbidden, Diagnostic("inbox.owner-only"), way: .start)
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
