import Crypto
import Foundation
package import HTTPTypes
import Hummingbird
package import OAuthCore
import OAuthServer

/// What a browser brings along: its cookies. Names are this server's own, since browsers ignore ports in cookies.
package struct Browser: Sendable {
    static let sessionCookie = "sallyport_session"
    static let browserCookie = "sallyport_browser"
    static let onceCookie = "sallyport_once"

    /// The value of the session cookie.
    let session: Secret?
    /// The value of the cookie that ties forms to this browser.
    let mark: Secret?
    /// A sealed secret that is to be shown once.
    let once: Secret?

    init(_ headers: HTTPFields) {
        session = Self.cookie(Self.sessionCookie, in: headers)
        mark = Self.cookie(Self.browserCookie, in: headers)
        once = Self.cookie(Self.onceCookie, in: headers)
    }

    /// The value of a cookie; `nil` if it is absent, empty or longer than any of ours.
    package static func cookie(_ name: String, in headers: HTTPFields) -> Secret? {
        for header in headers[values: .cookie] {
            for pair in header.split(separator: ";") {
                let pair = pair.trimmingCharacters(in: .whitespaces)
                guard pair.hasPrefix(name + "=") else { continue }
                let value = pair.dropFirst(name.count + 1)
                return value.isEmpty || value.count > 400 ? nil : Secret(value)
            }
        }
        return nil
    }
}

/// Sets and reads what browsers keep, and makes the tokens that tie forms to them.
package struct BrowserTrust: Sendable {
    /// Where the site lies: an authorization server's issuer, and any other site's address has the same shape.
    package let site: Issuer
    let secret: Secret
    package let random: RandomSource

    /// - Parameter secret: what forms' tokens are made with; it must outlive the forms.
    package init(site: Issuer, secret: Secret, random: RandomSource) {
        self.site = site
        self.secret = secret
        self.random = random
    }

    /// A `Set-Cookie` value: not for scripts, not for other sites' posts, and only over TLS where there is any.
    package func cookie(_ name: String, _ value: Secret?) -> String {
        let path = site.basePath.isEmpty ? "/" : site.basePath
        let secure = site.uri.scheme == "https" ? "; Secure" : ""
        let attributes = "; Path=\(path); HttpOnly; SameSite=Lax\(secure)"
        guard let value else { return "\(name)=\(attributes); Max-Age=0" }
        return "\(name)=\(value.revealed())\(attributes)"
    }

    /// The token of a form: bound to the browser, and to the sign-in where there must be one.
    package func formToken(mark: Secret, session: Secret?, purpose: String) -> String {
        var hash = HMAC<SHA256>(key: secret.withBytes { SymmetricKey(data: $0) })
        hash.update(data: Data("sallyport form\n\(purpose)\n".utf8))
        mark.withBytes { hash.update(data: $0) }
        hash.update(data: Data("\n".utf8))
        session?.withBytes { hash.update(data: $0) }
        return Base64URL.encode(Array(hash.finalize()))
    }

    /// Whether a posted token is this browser's, and the post comes from one of our own pages.
    package func accepts(
        _ token: String?, mark: Secret?, headers: HTTPFields, session: Secret?, purpose: String
    ) -> Bool {
        guard let token, let mark, isOwnPage(headers) else { return false }
        let expected = formToken(mark: mark, session: session, purpose: purpose)
        return constantTimeEqual(Array(token.utf8), Array(expected.utf8))
    }

    /// Browsers say where a post comes from. Under `Referrer-Policy: no-referrer` the origin is `null`, which then only
    /// counts beside a `Sec-Fetch-Site` that does not contradict it.
    func isOwnPage(_ headers: HTTPFields) -> Bool {
        if let site = headers[.fetchSite], site != "same-origin", site != "none" { return false }
        guard let origin = headers[.origin], origin != "null" else { return true }
        return origin == site.uri.origin
    }
}

/// Where a person goes on after signing in: a path below the issuer and nothing else, so that a link to the sign-in page
/// cannot send anybody elsewhere.
enum Continuation {
    /// The path if it is one of this server's, else `nil`.
    static func parse(_ text: String?, issuer: Issuer) -> String? {
        guard let text, text.hasPrefix(issuer.basePath + "/"), !text.hasPrefix("//") else { return nil }
        // What a browser resolves to another host or path than it reads like is not accepted in any spelling.
        guard let uri = OAuthCore.URI(issuer.uri.origin + text), uri.origin == issuer.uri.origin, uri.userInfo == nil,
            uri.fragment == nil, !uri.path.contains("//"), !uri.path.contains("%"), !uri.path.contains("/.")
        else { return nil }
        return text
    }
}
