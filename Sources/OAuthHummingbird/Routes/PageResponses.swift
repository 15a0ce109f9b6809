import HTTPTypes
import Hummingbird
import NIOCore
import OAuthCore
import OAuthServer

/// A page request: the browser, the person where one is signed in, and what the page must carry along.
struct Visit: Sendable {
    let browser: Browser
    /// The person who is signed in.
    let user: UserRecord?
    let context: ServerRequestContext
    let headers: HTTPFields
    /// Ties this browser's forms to it: the cookie's value, or a fresh one that is set with the page.
    let mark: Secret
    /// Query or posted form; empty where it could not be read.
    let fields: FormFields
    /// The path and query of the request, without what this site itself put there.
    let location: String
}

extension AuthorizationServerSite {
    /// What a page's handler returns.
    enum PageOutcome {
        case page(Page, status: HTTPResponse.Status = .ok, notice: Layout.Notice? = nil, formTargets: [String] = [])
        case redirect(String)
        /// A redirect that changes the sign-in: a new cookie, or `nil` to remove it.
        case redirectWithSession(String, Secret?)
        /// A redirect to the page that shows a secret once, with the secret in a sealed cookie.
        case redirectWithSecret(String, Secret)
        /// The page that shows a secret, and takes its cookie away.
        case onlyOnce(Page)
        /// A page that follows the end of a sign-in.
        case pageAfterSignOut(Page)
    }

    /// Adds a page: reads the request, calls the handler, renders its outcome.
    func addPage(
        _ path: String, method: HTTPRequest.Method = .get, to router: Router<ServerRequestContext>,
        _ handler: @escaping @Sendable (Visit) async throws(StoreError) -> PageOutcome
    ) {
        router.on(RouterPath(self.path(path)), method: method) { request, context in
            if let elsewhere = ownAddress(for: request) { return elsewhere }
            return await respond(to: request, context, handler)
        }
    }

    private func respond(
        to request: Request, _ context: ServerRequestContext,
        _ handler: @Sendable (Visit) async throws(StoreError) -> PageOutcome
    ) async -> Response {
        let browser = Browser(request.headers)
        let mark = browser.mark ?? Secret(trust.random.token())
        let visit: Visit
        do throws(PageFailure) {
            let fields = try await Self.fields(of: request)
            let user = try await user(browser)
            let query = request.method == .post ? "" : fields.withoutNotice.repeatedEncoded()
            visit = Visit(
                browser: browser, user: user, context: context, headers: request.headers, mark: mark, fields: fields,
                location: request.uri.path + (query.isEmpty ? "" : "?" + query))
            do throws(StoreError) {
                return render(try await handler(visit), visit)
            } catch {
                throw .store(error)
            }
        } catch {
            let blank = Visit(
                browser: browser, user: nil, context: context, headers: request.headers, mark: mark,
                fields: FormFields(), location: path("/account"))
            return render(failure(error, context), blank)
        }
    }

    private enum PageFailure: Error {
        case malformed(FormError)
        case store(StoreError)
    }

    private func user(_ browser: Browser) async throws(PageFailure) -> UserRecord? {
        do { return try await server.signIn(browser.session)?.user } catch { throw .store(error) }
    }

    private static func fields(of request: Request) async throws(PageFailure) -> FormFields {
        do throws(FormError) {
            guard request.method == .post else { return try FormFields.parse(query: request.rawQuery) }
            guard let body = await request.limitedBody() else { throw .tooLarge(limit: FormFields.sizeLimit) }
            return try FormFields.parse(body)
        } catch {
            throw .malformed(error)
        }
    }

    private func failure(_ failure: PageFailure, _ context: ServerRequestContext) -> PageOutcome {
        switch failure {
        case .malformed(.tooLarge):
            return .page(
                .error(ErrorPage(status: 413, id: "request.too-large", requestID: context.id)), status: .contentTooLarge
            )
        case .malformed(let error):
            context.report(Diagnostic("request.malformed", found: "\(error)"), status: .badRequest)
            return .page(
                .error(ErrorPage(status: 400, id: "request.malformed", requestID: context.id)), status: .badRequest)
        case .store(let error):
            return unavailable(error, context)
        }
    }

    /// 503 as a page.
    func unavailable(_ error: StoreError, _ context: ServerRequestContext) -> PageOutcome {
        context.report(Diagnostic("store.unavailable", found: "\(error)"), status: .serviceUnavailable)
        let page = ErrorPage(status: 503, id: "server.unavailable", requestID: context.id)
        return .page(.error(page), status: .serviceUnavailable)
    }

    /// A page that says there is nothing at this address, or nothing of this person's.
    func notFound(_ visit: Visit) -> PageOutcome {
        .page(.error(ErrorPage(status: 404, id: "not-found", requestID: visit.context.id)), status: .notFound)
    }
}

extension AuthorizationServerSite {
    /// Cookies do not cross from `localhost` to `127.0.0.1`: a page that is opened under another name of this computer
    /// than the issuer's goes on under the issuer's, and says so.
    private func ownAddress(for request: Request) -> Response? {
        guard issuer.uri.hostIsLoopback, let authority = request.head.authority,
            let asked = OAuthCore.URI("\(issuer.uri.scheme)://\(authority)"), asked.hostIsLoopback,
            asked.host != issuer.uri.host
        else { return nil }
        let isRead = request.method == .get || request.method == .head
        let query = isRead && !request.rawQuery.isEmpty ? request.rawQuery + "&" : ""
        let target = isRead ? request.uri.path : path("/account")
        return .sending(to: "\(issuer.uri.origin)\(target)?\(query)\(Self.noticeParameter)=address-changed")
    }

    /// Names a notice for the page that a redirect leads to; only known notices are shown.
    static let noticeParameter = "sallyport_notice"
    /// Names what the notice is about.
    static let aboutParameter = "sallyport_about"
    /// Proves that this site said so.
    static let proofParameter = "sallyport_proof"

    /// A path with a notice for the page there.
    func path(_ path: String, notice: String) -> String {
        self.path(path) + "?" + FormFields(dictionaryLiteral: (Self.noticeParameter, notice)).encoded()
    }

    /// A path with a notice about an application. It carries a proof, or anybody's link could have us say anything.
    func path(_ path: String, notice: String, about application: String, _ visit: Visit) -> String {
        let fields: FormFields = [
            Self.aboutParameter: application, Self.proofParameter: proof(of: notice, about: application, visit),
        ]
        return self.path(path, notice: notice) + "&" + fields.encoded()
    }

    private func proof(of notice: String, about application: String, _ visit: Visit) -> String {
        trust.formToken(
            mark: visit.mark, session: visit.browser.session, purpose: "notice \(notice)\n\(application)\n")
    }

    private func notice(_ visit: Visit) -> Layout.Notice? {
        guard let name = visit.fields[Self.noticeParameter] else { return nil }
        switch name {
        case "saved": return Layout.Notice(.info, PageText("notice.saved"))
        case "address-changed", "form-expired", "session-changed", "sign-in-again", "cookie-missing":
            return Layout.Notice(.warning, PageText("notice.\(name)"))
        case "deleted", "revoked":
            guard let application = visit.fields[Self.aboutParameter], let proof = visit.fields[Self.proofParameter],
                constantTimeEqual(Array(proof.utf8), Array(self.proof(of: name, about: application, visit).utf8))
            else { return nil }
            return Layout.Notice(.info, PageText("notice.\(name)", ["application": application]))
        default: return nil
        }
    }

    func render(_ outcome: PageOutcome, _ visit: Visit) -> Response {
        switch outcome {
        case .page(let page, let status, let notice, let formTargets):
            return html(page, status, notice: notice ?? self.notice(visit), formTargets: formTargets, visit)
        case .redirect(let location):
            return withMark(.sending(to: location), visit)
        case .redirectWithSession(let location, let session):
            var response = withMark(.sending(to: location), visit)
            response.headers.append(
                HTTPField(name: .setCookie, value: trust.cookie(Browser.sessionCookie, session)))
            return response
        case .redirectWithSecret(let location, let sealed):
            var response = withMark(.sending(to: location), visit)
            response.headers.append(HTTPField(name: .setCookie, value: trust.cookie(Browser.onceCookie, sealed)))
            return response
        case .onlyOnce(let page):
            var response = html(page, .ok, notice: nil, formTargets: [], visit)
            response.headers.append(HTTPField(name: .setCookie, value: trust.cookie(Browser.onceCookie, nil)))
            return response
        case .pageAfterSignOut(let page):
            var response = html(page, .ok, notice: nil, formTargets: [], visit.signedOut)
            response.headers.append(HTTPField(name: .setCookie, value: trust.cookie(Browser.sessionCookie, nil)))
            return response
        }
    }

    private func html(
        _ page: Page, _ status: HTTPResponse.Status, notice: Layout.Notice?, formTargets: [String], _ visit: Visit
    ) -> Response {
        let nonce = trust.random.token(byteCount: 16)
        let layout = Layout(assets: path("/assets"), nonce: nonce, session: layoutSession(visit), notice: notice)
        let targets = (["'self'"] + formTargets).joined(separator: " ")
        let policy =
            "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'nonce-\(nonce)'; "
            + "form-action \(targets); frame-ancestors 'none'; base-uri 'none'"
        let response = Response.page(
            pages.render(page, in: layout), status: status, policy: policy, requestID: visit.context.id)
        return withMark(response, visit)
    }

    private func withMark(_ response: Response, _ visit: Visit) -> Response {
        guard visit.browser.mark == nil else { return response }
        var response = response
        response.headers.append(HTTPField(name: .setCookie, value: trust.cookie(Browser.browserCookie, visit.mark)))
        return response
    }

    private func layoutSession(_ visit: Visit) -> Layout.Session? {
        guard let user = visit.user else { return nil }
        let links = Layout.Links(
            applications: path("/applications"), connectedApps: path("/connected-apps"), account: path("/account"),
            logout: path("/logout"))
        return Layout.Session(person: user.person, links: links, csrf: formToken(visit))
    }

    /// The token for forms of a signed-in person.
    func formToken(_ visit: Visit) -> String {
        trust.formToken(mark: visit.mark, session: visit.browser.session, purpose: "form")
    }

    /// Whether a posted form is this browser's and this sign-in's.
    func accepts(_ visit: Visit) -> Bool {
        trust.accepts(
            visit.fields["csrf"], mark: visit.browser.mark, headers: visit.headers, session: visit.browser.session,
            purpose: "form")
    }
}

extension Visit {
    /// The same visit after the sign-in has ended.
    fileprivate var signedOut: Visit {
        Visit(
            browser: browser, user: nil, context: context, headers: headers, mark: mark, fields: fields,
            location: location)
    }
}

extension UserRecord {
    /// The person as pages name them.
    var person: Person { Person(username: username, displayName: name) }
}
