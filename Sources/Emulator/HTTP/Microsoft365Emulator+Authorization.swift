import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import OAuthCore

extension Microsoft365Emulator {
    private static let sessionCookie = "emulator_session"
    private static let browserCookie = "emulator_browser"

    /// Reads the parameters of one of the endpoints that a browser visits.
    private typealias Reader =
        @Sendable (Cloud, String, FormFields) throws(AuthorizationFailure) -> AuthorizationRequest

    func addAuthorization(to router: Router<EmulatorRequestContext>) {
        router.get("/emulator.css") { _, _ in
            Response.bytes(PackageResources.emulator_css, type: "text/css; charset=utf-8")
        }
        // Where `error_uri` leads.
        router.get("/error") { request, _ in
            guard let error = request.queryFields["code"].flatMap(Int.init).flatMap(AADSTSError.known) else {
                return Response(status: .notFound)
            }
            return html(.meaning(code: error.code, error.text), formTarget: nil)
        }
        let endpoints: [(String, Reader)] = [
            (
                "/:tenant/oauth2/authorize",
                { cloud, name, fields throws(AuthorizationFailure) in
                    try cloud.parseAuthorization(authority: name, .v1, fields)
                }
            ),
            (
                "/:tenant/oauth2/v2.0/authorize",
                { cloud, name, fields throws(AuthorizationFailure) in
                    try cloud.parseAuthorization(authority: name, .v2, fields)
                }
            ),
            (
                "/:tenant/adminconsent",
                { cloud, name, fields throws(AuthorizationFailure) in
                    try cloud.parseAdminConsent(authority: name, .v1, fields)
                }
            ),
            (
                "/:tenant/v2.0/adminconsent",
                { cloud, name, fields throws(AuthorizationFailure) in
                    try cloud.parseAdminConsent(authority: name, .v2, fields)
                }
            ),
        ]
        for (path, read) in endpoints {
            for method in [HTTPRequest.Method.get, .post] {
                router.on(RouterPath(path), method: method) { request, context in
                    try await visit(request, context, read)
                }
            }
        }
    }

    /// One request of a browser, with what it brought.
    private struct Visit {
        let request: Request
        let asked: AuthorizationRequest
        /// What ties forms to this browser.
        let mark: Secret
        let form: FormFields
        let now: UnixTime

        /// The same address again, which forms are sent to.
        var action: String { request.uri.path + "?" + (request.uri.query ?? "") }
    }

    private func visit(
        _ request: Request, _ context: EmulatorRequestContext, _ read: Reader
    ) async throws -> Response {
        let cloud = holder.current
        let form = request.method == .post ? await request.form() ?? FormFields() : FormFields()
        let asked: AuthorizationRequest
        do throws(AuthorizationFailure) {
            asked = try read(cloud, context.parameters.get("tenant") ?? "", request.queryFields)
        } catch {
            switch error {
            case .page(let error): return page(for: error)
            case .answer(let error, let target): return send(failed(error, target))
            }
        }
        let wanted: (Fault.Kind) -> Bool = { if case .error = $0 { true } else { false } }
        if case .error(let error)? = controls.take(.authorize, where: wanted) {
            return send(failed(error, asked.target))
        }
        if let response = try await fault(at: .authorize, context, request) { return response }
        let mark = request.cookie(Self.browserCookie) ?? Secret(random.token())
        let visit = Visit(request: request, asked: asked, mark: mark, form: form, now: now)
        var response = form.names.isEmpty ? begin(visit, cloud) : act(visit, cloud)
        response.headers.append(cookie(Self.browserCookie, mark))
        return response
    }

    /// A first look: who is signed in, and is that enough?
    private func begin(_ visit: Visit, _ cloud: Cloud) -> Response {
        guard let (tenant, user, session) = cloud.session(visit.request.cookie(Self.sessionCookie), now: visit.now)
        else {
            if visit.asked.prompts.contains("none") { return send(failed(.of(50_058), visit.asked.target)) }
            return signInPage(visit, alert: nil)
        }
        return go(
            visit, cloud.step(visit.asked, tenant: tenant, user: user, hasJustSignedIn: false), tenant, user, session)
    }

    /// What somebody did on a page.
    private func act(_ visit: Visit, _ cloud: Cloud) -> Response {
        guard let token = visit.form["emulator_form"],
            constantTimeEqual(Array(token.utf8), Array(formToken(visit).utf8))
        else { return signInPage(visit, alert: "This form was not made for this browser, or is too old. Try again.") }
        if let username = visit.form["username"] {
            return signIn(username, visit.form["password"] ?? "", visit)
        }
        guard let (tenant, user, session) = cloud.session(visit.request.cookie(Self.sessionCookie), now: visit.now)
        else { return signInPage(visit, alert: nil) }
        let step = cloud.step(visit.asked, tenant: tenant, user: user, hasJustSignedIn: true)
        guard case .consent = step else { return go(visit, step, tenant, user, session) }
        guard visit.form["decision"] == "allow" else { return send(cloud.declined(visit.asked, occasion())) }
        let outcome = holder.decide(now: visit.now) { cloud throws(Never) in
            cloud.consent(visit.asked, tenant: tenant, user: user)
        }
        if case .notKept(let error) = outcome { return unavailable(error) }
        return complete(visit, tenant, user, session)
    }

    private func signIn(_ username: String, _ password: String, _ visit: Visit) -> Response {
        do throws(AADSTSError) {
            let outcome = try holder.decide(now: visit.now) { cloud throws(AADSTSError) in
                try cloud.signIn(username, password, for: visit.asked, now: visit.now, random: random)
            }
            guard case .done(let cookie) = outcome else {
                if case .notKept(let error) = outcome { return unavailable(error) }
                return Response(status: .internalServerError)
            }
            let cloud = holder.current
            guard let (tenant, user, session) = cloud.session(cookie, now: visit.now) else {
                return signInPage(visit, alert: nil)
            }
            var response = go(
                visit, cloud.step(visit.asked, tenant: tenant, user: user, hasJustSignedIn: true), tenant, user, session
            )
            response.headers.append(self.cookie(Self.sessionCookie, cookie))
            return response
        } catch {
            return signInPage(visit, alert: "\(error.text) (AADSTS\(error.code))")
        }
    }

    private func go(
        _ visit: Visit, _ step: AuthorizationStep, _ tenant: Tenant, _ user: User, _ session: CloudState.Session
    ) -> Response {
        let silent = visit.asked.prompts.contains("none")
        switch step {
        case .signIn:
            if silent { return send(failed(.of(50_058), visit.asked.target)) }
            return signInPage(visit, alert: nil)
        case .consent(let question):
            if silent {
                var error = AADSTSError.of(65_001)
                error.error = "interaction_required"
                return send(failed(error, visit.asked.target))
            }
            return html(
                .consent(question, action: visit.action, token: formToken(visit)), formTarget: visit.asked.redirectURI)
        case .refuse(let error): return send(failed(error, visit.asked.target))
        case .complete: return complete(visit, tenant, user, session)
        }
    }

    private func complete(
        _ visit: Visit, _ tenant: Tenant, _ user: User, _ session: CloudState.Session
    ) -> Response {
        let outcome = holder.decide(now: visit.now) { cloud throws(Never) in
            cloud.answer(
                visit.asked, tenant: tenant, user: user, signedInAt: session.signedInAt, now: visit.now, random: random)
        }
        switch outcome {
        case .done(let answer): return send(answer)
        case .notKept(let error): return unavailable(error)
        }
    }

    // MARK: Answers

    private func failed(_ error: AADSTSError, _ target: AnswerTarget) -> AuthorizationAnswer {
        let occasion = occasion()
        var fields: FormFields = ["error": error.error, "error_description": error.description(occasion)]
        fields.append("error_uri", "\(base)/error?code=\(error.code)")
        if let state = target.state { fields.append("state", state) }
        if let suberror = error.suberror { fields.append("error_subcode", suberror) }
        if let claims = error.claims { fields.append("claims", claims) }
        return AuthorizationAnswer(target: target, fields: fields)
    }

    /// Sends an answer the way the application asked for.
    private func send(_ answer: AuthorizationAnswer) -> Response {
        var fields = answer.fields
        if let idToken = answer.idToken {
            let unsigned = controls.take(.authorize) { $0 == .unsignedIDToken } != nil
            guard let key = holder.current.keys.first,
                let token = unsigned ? idToken.unsigned() : try? idToken.signed(with: key)
            else { return Response(status: .internalServerError) }
            fields.append("id_token", token)
        }
        let target = answer.target
        switch target.mode {
        case .query: return .redirect(OAuthCore.URI(target.redirectURI)?.appending(query: fields) ?? target.redirectURI)
        case .fragment: return .redirect(target.redirectURI + "#" + fields.encoded())
        case .formPost:
            let nonce = random.token(byteCount: 16)
            return html(
                .answer(action: target.redirectURI, fields: fields, nonce: nonce), nonce: nonce,
                formTarget: target.redirectURI)
        }
    }

    private func page(for error: AADSTSError) -> Response {
        let occasion = occasion()
        let details = "Trace ID: \(occasion.traceID) · Correlation ID: \(occasion.correlationID)"
        return html(
            .error("AADSTS\(error.code): \(error.text)", details: details), status: .badRequest,
            formTarget: nil)
    }

    private func signInPage(_ visit: Visit, alert: String?) -> Response {
        html(
            .signIn(
                app: visit.asked.app.name, action: visit.action, token: formToken(visit),
                hint: visit.form["username"] ?? visit.asked.loginHint ?? "", alert: alert),
            formTarget: visit.asked.redirectURI)
    }

    private func html(
        _ page: EmulatorPages.Page, status: HTTPResponse.Status = .ok, nonce: String? = nil, formTarget: String?
    ) -> Response {
        var response = Response.bytes(Array(pages.html(page).utf8), type: "text/html; charset=utf-8", status: status)
        let script = nonce.map { "script-src 'nonce-\($0)'; " } ?? ""
        // A form's redirect must be allowed as well, or browsers stop it.
        let target = formTarget.flatMap { OAuthCore.URI($0)?.origin }.map { " " + $0 } ?? ""
        response.headers[.contentSecurityPolicy] =
            "default-src 'none'; style-src 'self'; \(script)form-action 'self'\(target); frame-ancestors 'none'; base-uri 'none'"
        response.headers[.referrerPolicy] = "no-referrer"
        return response
    }

    // MARK: Browsers

    private func cookie(_ name: String, _ value: Secret) -> HTTPField {
        HTTPField(name: .setCookie, value: "\(name)=\(value.revealed()); Path=/; Secure; HttpOnly; SameSite=Lax")
    }

    /// Ties a form to the browser and to the request that it is part of.
    private func formToken(_ visit: Visit) -> String {
        let secret = holder.current.state.secret
        var hash = HMAC<SHA256>(key: SymmetricKey(data: Data(secret.utf8)))
        visit.mark.withBytes { hash.update(data: $0) }
        hash.update(data: Data(("\n" + visit.action).utf8))
        return Base64URL.encode(Array(hash.finalize()))
    }
}
