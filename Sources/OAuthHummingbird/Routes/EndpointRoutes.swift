package import HTTPTypes
import Hummingbird
import Logging
package import OAuthCore
import OAuthServer

extension AuthorizationServerSite {
    /// The endpoints that programs call: each the pure server's answer and nothing more.
    func addEndpoints(to router: Router<ServerRequestContext>) {
        for endpoint in Endpoint.allCases {
            let isBelowHost = endpoint == .authorizationServerMetadata
            let path = endpoint.path(below: issuer)
            let route = RouterPath(isBelowHost ? path : self.path(path))
            for method in [HTTPRequest.Method.get, .post, .put, .delete, .patch] {
                router.on(route, method: method) { request, context in
                    let response = await server.respond(endpoint, to: await request.endpointRequest())
                    return finished(response, context)
                }
            }
            router.on(route, method: .options) { request, context in
                finished(await server.preflight(endpoint, headers: request.headers), context)
            }
        }
    }

    private func finished(_ response: EndpointResponse, _ context: ServerRequestContext) -> Response {
        var result = Response(response)
        result.headers.append(HTTPField(name: .requestID, value: context.id))
        result.headers.append(HTTPField(name: .xContentTypeOptions, value: "nosniff"))
        if let diagnostic = response.diagnostic { context.report(diagnostic, status: response.head.status) }
        return result
    }
}

extension ServerRequestContext {
    /// Tells the operator what went wrong, with what was expected and what came.
    package func report(_ diagnostic: Diagnostic, status: HTTPResponse.Status) {
        var metadata: Logger.Metadata = [
            "oauth.diagnostic": "\(diagnostic.id)", "http.status": "\(status.code)",
            "client.address": "\(remoteAddress)",
        ]
        if let expected = diagnostic.expected { metadata["oauth.expected"] = "\(Self.onOneLine(expected))" }
        if let found = diagnostic.found { metadata["oauth.found"] = "\(Self.onOneLine(found))" }
        logger.info("request refused", metadata: metadata)
    }

    /// A stranger's text as it may stand in a log: a line break in it would begin a line that nobody logged.
    static func onOneLine(_ text: String) -> String {
        let plain = text.unicodeScalars.prefix(512).map { scalar -> Character in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: "\u{FFFD}"
            default: Character(scalar)
            }
        }
        return String(plain)
    }
}
