import HTTPTypes
import Hummingbird
import OAuthCore

extension Microsoft365Emulator {
    func addMail(to router: Router<EmulatorRequestContext>) {
        router.get("/graph/v1.0/**") { request, context in
            await mail(request, context, .graph, prefix: "/graph/v1.0/")
        }
        router.get("/outlook/api/v1.0/**") { request, context in
            await mail(request, context, .outlook, prefix: "/outlook/api/v1.0/")
        }
    }

    private func mail(
        _ request: Request, _ context: EmulatorRequestContext, _ api: MailAPI, prefix: String
    ) async -> Response {
        let id = GUID.text(random.bytes(16))
        let clientID = request.headers[.clientRequestID]
        var response: Response
        do {
            response = try await answer(request, context, api, prefix: prefix)
        } catch let error as MailError {
            response = .json(
                error.json(api, requestID: id, clientRequestID: clientID, date: now), status: .init(code: error.status))
            if error.status == 401 {
                response.headers[.wwwAuthenticate] =
                    "Bearer realm=\"\", authorization_uri=\"\(base)/common/oauth2/authorize\", client_id=\"\(api.resource.appID)\""
            }
        } catch {
            return Response(status: .internalServerError)
        }
        response.headers[.requestID] = id
        if request.headers[.returnClientRequestID]?.lowercased() == "true", let clientID, clientID.count <= 64 {
            response.headers[.clientRequestID] = clientID
        }
        return response
    }

    private func answer(
        _ request: Request, _ context: EmulatorRequestContext, _ api: MailAPI, prefix: String
    ) async throws -> Response {
        let cloud = holder.current
        let bearer = try cloud.bearer(request.headers[.authorization], api, now: now)
        guard let path = MailPath.parse(request.uri.path.dropFirst(prefix.count)) else {
            throw MailError(
                status: 404, code: "ResourceNotFound",
                message: "Resource not found for the segment '\(request.uri.path.split(separator: "/").last ?? "")'.")
        }
        let owner = try cloud.mailbox(path, for: bearer)
        let key = "\(bearer.clientID) \(owner.id)"
        if let seconds = throttle.begin(key, now: now) {
            return throttled(after: seconds, "ApplicationThrottled")
        }
        defer { throttle.end(key) }
        // A slow answer keeps its place among those that run at once.
        if let fault = try await fault(at: .mail, context, request) { return fault }
        guard let fields = try? FormFields.parse(query: request.uri.query ?? "") else {
            throw MailError.badRequest("BadRequest", "The query is malformed.")
        }
        let prefersText = request.headers[values: .prefer].contains {
            $0.lowercased().replacing(" ", with: "").contains("outlook.body-content-type=\"text\"")
        }
        let asked = MailRequest(
            api: api, url: base + request.uri.path, path: path, fields: fields, prefersText: prefersText)
        let answer = try asked.answer(mailAccounts.listing(owner.userPrincipalName), owner: owner, base: base)
        var response: Response
        switch answer {
        case .json(let object): response = .json(object)
        case .bytes(let bytes, let type): response = .bytes(bytes, type: type)
        }
        if prefersText { response.headers[.preferenceApplied] = "outlook.body-content-type=\"text\"" }
        return response
    }
}
