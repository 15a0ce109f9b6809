import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import OAuthCore
import OAuthHummingbird

/// A request for a page: the browser, who sits at it, and what it sent.
struct Visit: Sendable {
    let cookies: InboxCookies
    /// Ties this browser's forms and sign-ins to it: the cookie's value, or a fresh one that is set with the answer.
    let mark: Secret
    let reader: Reader
    let context: ServerRequestContext
    let method: HTTPRequest.Method
    let headers: HTTPFields
    /// Query or posted form.
    let fields: FormFields
    /// Path and query, as they came.
    let location: String

    /// A parameter of the path, percent-decoded; `nil` where that gives no text.
    func parameter(_ name: String) -> String? {
        context.parameters.get(name)?.removingPercentEncoding
    }
}

/// What a page's handler returns.
enum PageOutcome: Sendable {
    case page(InboxPage, status: HTTPResponse.Status = .ok)
    /// A redirect that may change sign-ins: a new cookie, or `nil` to remove one.
    case redirect(String, cookies: [(InboxCookies.Name, Secret?)] = [])
    /// Something that is not a page of ours, such as an attachment.
    case other(Response)
}

typealias Handler = @Sendable (Visit) async throws(InboxFailure) -> PageOutcome

extension InboxSite {
    /// Adds a page that only shows.
    func get(_ path: String, _ router: Router<ServerRequestContext>, _ handler: @escaping Handler) {
        router.get(RouterPath(self.path(path))) { request, context in
            if let elsewhere = ownAddress(for: request) { return Response.sending(to: elsewhere) }
            return await respond(to: request, context, checksForm: false, handler)
        }
    }

    /// Adds what a form of our own pages posts to; a post from anywhere else is refused.
    func post(_ path: String, _ router: Router<ServerRequestContext>, _ handler: @escaping Handler) {
        router.post(RouterPath(self.path(path))) { request, context in
            await respond(to: request, context, checksForm: true, handler)
        }
    }

    /// Adds what another site's page posts to, without our cookies.
    func postFromElsewhere(_ path: String, _ router: Router<ServerRequestContext>, _ handler: @escaping Handler) {
        router.post(RouterPath(self.path(path))) { request, context in
            await respond(to: request, context, checksForm: false, handler)
        }
    }

    /// Adds a page for whatever no other answers. A wildcard would leave out the beginnings of other paths, and forms'
    /// addresses that somebody opens.
    func addNotFound(to router: Router<ServerRequestContext>) {
        router.add(middleware: NotFoundPage(site: self))
    }

    fileprivate func respond(
        to request: Request, _ context: ServerRequestContext, checksForm: Bool, _ handler: Handler
    ) async -> Response {
        let cookies = InboxCookies(request.headers)
        let mark = cookies.browser ?? Secret(parts.random.token())
        var visit = Visit(
            cookies: cookies, mark: mark, reader: Reader(), context: context, method: request.method,
            headers: request.headers, fields: FormFields(), location: request.uri.path)
        do throws(InboxFailure) {
            visit = try await load(visit, request)
            if checksForm, !accepts(visit) { throw .formExpired }
            return render(try await handler(visit), visit)
        } catch {
            return render(error, visit)
        }
    }

    private func load(_ visit: Visit, _ request: Request) async throws(InboxFailure) -> Visit {
        let fields = try await Self.fields(of: request)
        var reader = Reader()
        let (cookies, now) = (visit.cookies, now)
        let signIn = try await kept(await store.session(cookies.operator, now: now))
        if case .operator(let person)? = signIn { reader.operator = person }
        let session = try await kept(await store.session(cookies.administrator, now: now))
        if case .administrator(let person)? = session { reader.administrator = person }
        let query = request.rawQuery.isEmpty ? "" : "?" + request.rawQuery
        return Visit(
            cookies: cookies, mark: visit.mark, reader: reader, context: visit.context,
            method: visit.method, headers: visit.headers, fields: fields, location: request.uri.path + query)
    }

    private static func fields(of request: Request) async throws(InboxFailure) -> FormFields {
        do throws(FormError) {
            guard request.method == .post else { return try FormFields.parse(query: request.rawQuery) }
            guard let body = await request.limitedBody() else { throw .tooLarge(limit: FormFields.sizeLimit) }
            return try FormFields.parse(body)
        } catch {
            if case .tooLarge = error { throw InboxFailure(.contentTooLarge, Diagnostic("request.too-large")) }
            throw InboxFailure(.badRequest, Diagnostic("request.malformed", found: "\(error)"))
        }
    }

    /// The token for this visit's forms.
    func formToken(_ visit: Visit) -> String {
        trust.formToken(mark: visit.mark, session: visit.cookies.signIns, purpose: "inbox")
    }

    private func accepts(_ visit: Visit) -> Bool {
        trust.accepts(
            visit.fields["csrf"], mark: visit.cookies.browser, headers: visit.headers, session: visit.cookies.signIns,
            purpose: "inbox")
    }

    /// Cookies do not cross from `localhost` to `127.0.0.1`: a page that is opened under another name of this computer
    /// than the site's goes on under the site's.
    private func ownAddress(for request: Request) -> String? {
        guard site.uri.hostIsLoopback, let authority = request.head.authority,
            let asked = OAuthCore.URI("\(site.uri.scheme)://\(authority)"), asked.hostIsLoopback,
            asked.host != site.uri.host
        else { return nil }
        return site.uri.origin + request.uri.path + (request.rawQuery.isEmpty ? "" : "?" + request.rawQuery)
    }
}

/// Answers in place of a router that has nothing at an address. It goes in after the routes, and so is around none.
private struct NotFoundPage: RouterMiddleware {
    let site: InboxSite

    @concurrent
    func handle(
        _ request: Request, context: ServerRequestContext,
        next: @concurrent (Request, ServerRequestContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as HTTPError where error.status == .notFound {
            return await site.respond(to: request, context, checksForm: false) { _ throws(InboxFailure) in
                throw .notFound
            }
        }
    }
}
