import HTTPTypes
import Hummingbird
import Microsoft365
import NIOCore
import OAuthClient
import OAuthCore
import OAuthHummingbird

extension InboxSite {
    func render(_ outcome: PageOutcome, _ visit: Visit) -> Response {
        switch outcome {
        case .page(let page, let status): return html(page, status, visit)
        case .other(let response): return response
        case .redirect(let location, let cookies):
            var response = withMark(.sending(to: location), visit)
            for (name, value) in cookies {
                response.headers.append(HTTPField(name: .setCookie, value: trust.cookie(name.rawValue, value)))
            }
            return response
        }
    }

    /// A failure as a page, or as JSON to the page script.
    func render(_ failure: InboxFailure, _ visit: Visit) -> Response {
        visit.context.report(failure.diagnostic, status: failure.status)
        let page = ErrorPage(
            status: failure.status.code, id: failure.diagnostic.id, parameters: failure.parameters,
            requestID: visit.context.id, retryURL: (failure.way?.path).map(path))
        let shown = FailurePage(error: page, wayOn: failure.way?.name, diagnoseURL: failure.diagnoseURL)
        var response =
            visit.isForScript
            ? Response.json(pages.json(page), status: failure.status) : html(.failure(shown), failure.status, visit)
        if let seconds = failure.retryAfter { response.headers[.retryAfter] = String(max(1, seconds.count)) }
        return response
    }

    private func html(_ page: InboxPage, _ status: HTTPResponse.Status, _ visit: Visit) -> Response {
        let nonce = trust.random.token(byteCount: 16)
        let layout = InboxLayout(
            assets: path("/assets"), nonce: nonce, homeURL: path("/"), logoutURL: path("/logout"),
            csrf: formToken(visit), reader: visit.reader)
        let policy =
            "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'nonce-\(nonce)'; "
            + "connect-src 'self'; frame-src 'self'; form-action \(formTargets); frame-ancestors 'none'; base-uri 'none'"
        let response = Response.page(
            pages.render(page, in: layout), status: status, policy: policy, requestID: visit.context.id)
        return withMark(response, visit)
    }

    /// Where our forms may lead: signing out goes on to the authorization server, connecting to the cloud.
    private var formTargets: String {
        let elsewhere = [
            parts.signIn.configuration.metadata.endSessionEndpoint, parts.microsoft.app.cloud.authorityBase,
        ]
        let origins = elsewhere.compactMap { $0.flatMap { OAuthCore.URI($0)?.origin } }
        return (["'self'"] + origins).joined(separator: " ")
    }

    /// Only a page that was asked for sets the cookie. A post from another site comes without our cookies: a fresh one would
    /// take the place of the browser's own.
    private func withMark(_ response: Response, _ visit: Visit) -> Response {
        guard visit.cookies.browser == nil, visit.method == .get else { return response }
        var response = response
        let cookie = trust.cookie(InboxCookies.Name.browser.rawValue, visit.mark)
        response.headers.append(HTTPField(name: .setCookie, value: cookie))
        return response
    }

    func addAssets(to router: Router<ServerRequestContext>) {
        for asset in PageAsset.all + InboxPages.assets {
            router.get(RouterPath(path("/assets/\(asset.name)"))) { _, _ in
                var headers = HTTPFields()
                headers[.contentType] = asset.contentType
                headers[.cacheControl] = "public, max-age=3600"
                headers[.xContentTypeOptions] = "nosniff"
                return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: asset.bytes)))
            }
        }
    }
}

extension Visit {
    /// Whether our page script asks, and reads JSON.
    fileprivate var isForScript: Bool { headers[.accept] == "application/json" }
}

extension Response {
    static func json(_ object: JSONObject, status: HTTPResponse.Status = .ok) -> Response {
        var headers = HTTPFields()
        headers[.contentType] = "application/json"
        headers[.cacheControl] = "no-store"
        headers[.xContentTypeOptions] = "nosniff"
        return Response(
            status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: object.encoded())))
    }
}
