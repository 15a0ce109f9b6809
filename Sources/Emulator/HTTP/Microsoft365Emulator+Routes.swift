import Foundation
import HTTPTypes
public import Hummingbird
import NIOCore
import OAuthCore

extension Microsoft365Emulator {
    /// Everything that the emulator answers.
    public func router() -> Router<EmulatorRequestContext> {
        let router = Router(context: EmulatorRequestContext.self)
        router.middlewares.add(EmulatorHeader())
        router.get("/") { _, _ in Response.redirect("/cloud.json") }
        router.get("/cloud.json") { _, _ in Response.json(holder.current.description) }
        addDocuments(to: router)
        addToken(to: router)
        addAuthorization(to: router)
        addMail(to: router)
        addControl(to: router)
        addMailControl(to: router)
        return router
    }

    var now: UnixTime { controls.now }

    func occasion(_ clientRequestID: String? = nil) -> AADSTSError.Occasion {
        let given = clientRequestID.flatMap { GUID.isGUID($0) ? $0 : nil }
        return AADSTSError.Occasion(
            traceID: GUID.text(random.bytes(16)), correlationID: given ?? GUID.text(random.bytes(16)), time: now)
    }

    // MARK: Documents

    private func addDocuments(to router: Router<EmulatorRequestContext>) {
        let metadata = ".well-known/openid-configuration"
        addDocument("/:tenant/\(metadata)", .metadata, to: router) { $0.metadata($1, .v1) }
        addDocument("/:tenant/v2.0/\(metadata)", .metadata, to: router) { $0.metadata($1, .v2) }
        addDocument("/:tenant/discovery/keys", .keys, to: router) { $0.keySet($1, .v1) }
        addDocument("/:tenant/discovery/v2.0/keys", .keys, to: router) { $0.keySet($1, .v2) }
    }

    private func addDocument(
        _ path: String, _ place: Fault.Place, to router: Router<EmulatorRequestContext>,
        _ document: @escaping @Sendable (Cloud, Cloud.Authority) -> JSONObject
    ) {
        router.get(RouterPath(path)) { request, context in
            if let response = try await fault(at: place, context) { return response }
            let cloud = holder.current
            do throws(AADSTSError) {
                let authority = try cloud.authority(context.parameters.get("tenant") ?? "")
                return .json(document(cloud, authority))
            } catch {
                return failure(error, request)
            }
        }
    }

    /// An error as programs read it.
    func failure(_ error: AADSTSError, _ request: Request) -> Response {
        let occasion = occasion(request.headers[.clientRequestID])
        return .json(error.json(occasion, base: base), status: .init(code: error.status))
    }

    // MARK: Tokens

    private func addToken(to router: Router<EmulatorRequestContext>) {
        for (path, version) in [("/:tenant/oauth2/token", Cloud.Version.v1), ("/:tenant/oauth2/v2.0/token", .v2)] {
            router.post(RouterPath(path)) { request, context in
                if let response = try await fault(at: .token, context, request) { return response }
                return await token(request, context.parameters.get("tenant") ?? "", version)
            }
            router.get(RouterPath(path)) { request, _ in
                failure(.of(900_561, "The endpoint only accepts POST requests. Received a GET request."), request)
            }
        }
    }

    private func token(_ request: Request, _ authority: String, _ version: Cloud.Version) async -> Response {
        guard let fields = await request.form() else { return failure(.missing("grant_type"), request) }
        let asked = TokenRequest(
            authority: authority, version: version, fields: fields,
            basic: request.headers[.authorization].flatMap { BasicCredentials.parse(headerValue: $0) })
        let unsigned = controls.take(.token) { $0 == .unsignedIDToken } != nil
        let now = now
        do throws(AADSTSError) {
            let outcome = try holder.decide(now: now) { cloud throws(AADSTSError) in
                (try cloud.token(asked, now: now, random: random), cloud.keys.first)
            }
            switch outcome {
            case .notKept(let error): return unavailable(error)
            case .done((let answer, let key)):
                guard let key, let json = try? answer.json(key: key, unsignedIDToken: unsigned) else {
                    return Response(status: .internalServerError)
                }
                return .json(json)
            }
        } catch {
            return failure(error, request)
        }
    }

    func unavailable(_ error: EmulatorError) -> Response {
        .json(
            ["error": "temporarily_unavailable", "error_description": .string(error.description)],
            status: .serviceUnavailable)
    }

    // MARK: Faults

    /// Carries out what was asked to go wrong here; `nil` where the request goes on.
    func fault(
        at place: Fault.Place, _ context: EmulatorRequestContext, _ request: Request? = nil
    ) async throws -> Response? {
        // A slow answer may be an error as well, or no answer at all.
        if case .slow(let milliseconds)? = controls.take(place, where: { if case .slow = $0 { true } else { false } }) {
            try await Task.sleep(for: .milliseconds(milliseconds))
        }
        switch controls.take(place, where: \.endsRequest) {
        case .error(let error):
            if place == .mail {
                return .json(
                    ["error": .object(["code": "InvalidAuthenticationToken", "message": .string(error.text)])],
                    status: .unauthorized)
            }
            let occasion = occasion(request?.headers[.clientRequestID])
            return .json(error.json(occasion, base: base), status: .init(code: error.status))
        case .throttle(let seconds):
            return throttled(after: seconds, place == .mail ? "ApplicationThrottled" : "temporarily_unavailable")
        case .drop:
            context.channel.close(promise: nil)
            return Response(status: .internalServerError)
        case .slow, .unsignedIDToken, .mail, nil: return nil
        }
    }

    func throttled(after seconds: Int64, _ code: String) -> Response {
        var response = Response.json(
            [
                "error": .object([
                    "code": .string(code), "message": "Application is over its MailboxConcurrency or request limit.",
                ])
            ], status: .tooManyRequests)
        response.headers[.retryAfter] = String(seconds)
        return response
    }
}

extension Fault.Kind {
    /// Whether the request gets no answer of its own.
    var endsRequest: Bool {
        switch self {
        case .error, .drop, .throttle: true
        case .slow, .unsignedIDToken, .mail: false
        }
    }
}
