package import HTTPTypes
package import Hummingbird
import NIOCore
import OAuthCore
import OAuthServer

extension Request {
    /// What follows `?`, as it was sent.
    package var rawQuery: String { uri.query ?? "" }

    /// The body, or `nil` when it is longer than a form may be. What exceeds the limit is not read.
    package func limitedBody() async -> [UInt8]? {
        guard method != .get, method != .head else { return [] }
        guard let buffer = try? await body.collect(upTo: FormFields.sizeLimit) else { return nil }
        return Array(buffer.readableBytesView)
    }

    /// The request as the pure server reads it. HEAD is GET to it (RFC 9110 §9.3.2): the router leaves the body out.
    func endpointRequest() async -> EndpointRequest {
        EndpointRequest(
            method: method == .head ? .get : method, query: rawQuery, headers: headers, body: await limitedBody())
    }
}

extension Response {
    /// The pure server's answer as Hummingbird sends it.
    init(_ response: EndpointResponse) {
        self.init(
            status: response.head.status, headers: response.head.headerFields,
            body: response.body.isEmpty ? .init() : .init(byteBuffer: ByteBuffer(bytes: response.body)))
    }

    /// Sends the browser somewhere by GET, whatever it came with (RFC 9700 §4.12).
    package static func sending(to location: String) -> Response {
        var headers = HTTPFields()
        headers[.location] = location
        headers[.cacheControl] = "no-store"
        headers[.referrerPolicy] = "no-referrer"
        return Response(status: .seeOther, headers: headers)
    }

    /// A page: kept by nobody, framed by nobody, and nothing else than HTML.
    package static func page(
        _ html: String, status: HTTPResponse.Status, policy: String, requestID: String
    ) -> Response {
        var headers = HTTPFields()
        headers[.contentType] = "text/html; charset=utf-8"
        headers[.cacheControl] = "no-store"
        headers[.contentSecurityPolicy] = policy
        headers[.frameOptions] = "DENY"
        headers[.xContentTypeOptions] = "nosniff"
        headers[.referrerPolicy] = "no-referrer"
        headers[.requestID] = requestID
        return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(string: html)))
    }
}

extension HTTPField.Name {
    package static let referrerPolicy = known("Referrer-Policy")
    package static let frameOptions = known("X-Frame-Options")
    package static let requestID = known("X-Request-ID")
    package static let dnsPrefetchControl = known("X-DNS-Prefetch-Control")
    package static let fetchSite = known("Sec-Fetch-Site")

    /// A name that is well-formed where it is written.
    private static func known(_ name: String) -> HTTPField.Name {
        HTTPField.Name(name) ?? .server
    }
}
