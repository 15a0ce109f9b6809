import HTTPTypes
import Microsoft365
import OAuthCore

extension InboxFailure {
    /// Why connecting an organisation, or its administrator's sign-in, came to nothing.
    init(_ error: Microsoft365Error) {
        let (status, id) = Self.kind(of: error)
        let reason = error.code.map { "\(error.reason) (\($0))" } ?? error.reason
        let found = (error.code.map { "\($0): " } ?? "") + error.reason
        self.init(
            status, Diagnostic(id, found: found), ["reason": reason, "remedy": Self.advice(error.remedy)],
            way: .start)
        if case .throttled(let seconds) = error.kind { setRetry(after: seconds) }
    }

    /// What to do where nobody says better.
    static func advice(_ remedy: String?) -> String {
        remedy ?? "try again, and if it happens again, give the operator of this inbox the request ID below"
    }

    /// Why there is no token for an organisation that was connected before.
    init(readingRefused error: Microsoft365Error, _ named: [String: String], way: WayOn) {
        self.init(error)
        if status == .forbidden || diagnostic.id == "inbox.connect-failed" {
            status = .forbidden
            diagnostic.id = "inbox.consent-withdrawn"
        }
        parameters.merge(named) { _, name in name }
        self.way = way
    }

    private static func kind(of error: Microsoft365Error) -> (HTTPResponse.Status, String) {
        switch error.kind {
        case .declined: (.forbidden, "inbox.consent-declined")
        case .notConsented: (.forbidden, "inbox.not-consented")
        case .notAdministrator: (.forbidden, "inbox.not-administrator")
        case .personalAccount: (.forbidden, "inbox.personal-account")
        case .wrongTenant: (.forbidden, "inbox.wrong-tenant")
        case .credential: (.badGateway, "inbox.credential-refused")
        case .idToken, .malformedAnswer: (.badRequest, "inbox.identity-rejected")
        case .state, .attemptExpired: (.badRequest, "inbox.sign-in-expired")
        case .throttled: (.serviceUnavailable, "inbox.throttled")
        case .unavailable, .cancelled: (.badGateway, "inbox.cloud-unavailable")
        case .interactionRequired, .refused: (.badGateway, "inbox.connect-failed")
        case .local: (.internalServerError, "inbox.connect-failed")
        }
    }
}
