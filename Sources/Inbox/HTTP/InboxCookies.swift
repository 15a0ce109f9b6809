import HTTPTypes
import OAuthCore
import OAuthHummingbird

/// The cookies of this site. Browsers ignore ports in cookies, so that the names are no other site's on this computer.
struct InboxCookies: Sendable {
    enum Name: String, Sendable {
        /// Ties forms and sign-ins to this browser.
        case browser = "sallyport_inbox_browser"
        case `operator` = "sallyport_inbox_operator"
        case administrator = "sallyport_inbox_administrator"
    }

    let browser: Secret?
    let `operator`: Secret?
    let administrator: Secret?

    init(_ headers: HTTPFields) {
        browser = Browser.cookie(Name.browser.rawValue, in: headers)
        `operator` = Browser.cookie(Name.operator.rawValue, in: headers)
        administrator = Browser.cookie(Name.administrator.rawValue, in: headers)
    }

    /// What forms are tied to besides the browser: one made before a sign-in is not valid after it.
    var signIns: Secret {
        Secret("\(`operator`?.revealed() ?? "-") \(administrator?.revealed() ?? "-")")
    }
}
