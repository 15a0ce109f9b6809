public import HTTPTypes
import OAuthCore

extension AuthorizationServer {
    /// Answers a preflight (Fetch §4.8): which origin may call an endpoint, how, and with which header fields.
    ///
    /// A preflight does not say which client it is for. So an origin may ask if any client registered it, and the
    /// request itself is then measured by its own client's origins.
    public func preflight(_ endpoint: Endpoint, headers: HTTPFields) async -> EndpointResponse {
        var response = EndpointResponse(status: .noContent)
        guard let origin = headers[.origin] else { return response }
        response.head.headerFields[.vary] = "Origin"
        switch endpoint.crossOrigin {
        case .nobody: return response
        case .anyone: response.head.headerFields[.accessControlAllowOrigin] = "*"
        case .registeredOrigins:
            do {
                guard try await clients.anyClientAllows(origin: origin) else { return response }
            } catch {
                return .unavailable(error)
            }
            response.head.headerFields[.accessControlAllowOrigin] = origin
        }
        response.head.headerFields[.accessControlAllowMethods] = endpoint.methods.map(\.rawValue).joined(
            separator: ", ")
        response.head.headerFields[.accessControlAllowHeaders] = "Authorization, Content-Type"
        response.head.headerFields[.accessControlMaxAge] = "600"
        return response
    }

    /// Lets the script that called read the answer, where the client registered its origin.
    func share(
        _ response: EndpointResponse, of endpoint: Endpoint, with request: EndpointRequest
    ) async -> EndpointResponse {
        guard endpoint.crossOrigin == .registeredOrigins, let origin = request.headers[.origin] else { return response }
        var response = response
        response.head.headerFields[.vary] = "Origin"
        guard await isRegistered(origin: origin, clientID: claimedClientID(of: request)) else { return response }
        response.head.headerFields[.accessControlAllowOrigin] = origin
        response.head.headerFields[.accessControlExposeHeaders] = "WWW-Authenticate"
        return response
    }

    /// Whether a client registered an origin; without a client, whether any did.
    public func isRegistered(origin: String, clientID: String?) async -> Bool {
        guard let clientID, let client = try? await clients.client(clientID) else {
            return (try? await clients.anyClientAllows(origin: origin)) ?? false
        }
        return client.origins.contains(origin)
    }

    /// The client that a request says it comes from, unproved: for nothing but the choice of CORS headers.
    private func claimedClientID(of request: EndpointRequest) -> String? {
        if let header = request.headers[.authorization], let credentials = BasicCredentials.parse(headerValue: header) {
            return credentials.clientID
        }
        return request.body.flatMap { try? FormFields.parse($0) }?["client_id"]
    }
}
