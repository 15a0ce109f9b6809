import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import OAuthCore

extension HTTPField.Name {
    static let emulator = named("X-Emulator")
    static let requestID = named("request-id")
    static let clientRequestID = named("client-request-id")
    static let returnClientRequestID = named("return-client-request-id")
    static let prefer = named("Prefer")
    static let preferenceApplied = named("Preference-Applied")
    static let referrerPolicy = named("Referrer-Policy")

    private static func named(_ name: String) -> HTTPField.Name { HTTPField.Name(name) ?? .server }
}

extension Response {
    static func json(_ object: JSONObject, status: HTTPResponse.Status = .ok) -> Response {
        bytes(object.encoded(), type: "application/json; charset=utf-8", status: status)
    }

    static func bytes(_ bytes: [UInt8], type: String, status: HTTPResponse.Status = .ok) -> Response {
        var headers = HTTPFields()
        headers[.contentType] = type
        headers[.cacheControl] = "no-store"
        headers[.xContentTypeOptions] = "nosniff"
        return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    static func redirect(_ location: String) -> Response {
        var headers = HTTPFields()
        headers[.location] = location
        headers[.cacheControl] = "no-store"
        headers[.referrerPolicy] = "no-referrer"
        return Response(status: .seeOther, headers: headers)
    }
}

extension Request {
    /// The form of the body; `nil` where it is none, or malformed, or too long.
    func form() async -> FormFields? {
        let type = headers[.contentType]?.split(separator: ";").first.map { $0.trimmingCharacters(in: .whitespaces) }
        guard type?.lowercased() == "application/x-www-form-urlencoded",
            let buffer = try? await body.collect(upTo: FormFields.sizeLimit)
        else { return nil }
        return try? FormFields.parse(Array(buffer.readableBytesView))
    }

    /// The parameters of the query; none where it is malformed.
    var queryFields: FormFields { (try? FormFields.parse(query: uri.query ?? "")) ?? FormFields() }

    func cookie(_ name: String) -> Secret? {
        for header in headers[values: .cookie] {
            for pair in header.split(separator: ";") {
                let pair = pair.trimmingCharacters(in: .whitespaces)
                if pair.hasPrefix(name + "="), pair.count > name.count + 1, pair.count < 500 {
                    return Secret(pair.dropFirst(name.count + 1))
                }
            }
        }
        return nil
    }
}

/// Says on every answer that it is an emulator's, errors included.
struct EmulatorHeader<Context: RequestContext>: RouterMiddleware {
    @concurrent
    func handle(
        _ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        var response: Response
        do {
            response = try await next(request, context)
        } catch let error as HTTPError {
            response = .json(
                ["error": .string("\(error.status.code) \(error.status.reasonPhrase)")], status: error.status)
        }
        response.headers[.emulator] = "sallyport; not Microsoft"
        return response
    }
}
