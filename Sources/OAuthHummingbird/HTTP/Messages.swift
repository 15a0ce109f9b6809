import HTTPTypes
import Hummingbird
import NIOCore
import OAuthCore
import OAuthServer

extension Request {
    /// What follows `?`, as it was sent.
    var rawQuery: String { uri.query ?? "" }

    /// The body, or `nil` when it is longer than a form may be. What exceeds the limit is not read.
    func limitedBody() async -> [UInt8]? {
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
    static func sending(to location: String) -> Response {
        var headers = HTTPFields()
        headers[.location] = location
        headers[.cacheControl] = "no-store"
        headers[.referrerPolicy] = "no-referrer"
        return Response(status: .seeOther, headers: headers)
    }
}

extension HTTPField.Name {
    static let referrerPolicy = known("Referrer-Policy")
    static let frameOptions = known("X-Frame-Options")
    static let requestID = known("X-Request-ID")
    static let fetchSite = known("Sec-Fetch-Site")

    /// A name that is well-formed where it is written.
    private static func known(_ name: String) -> HTTPField.Name {
        HTTPField.Name(name) ?? .server
    }
}
