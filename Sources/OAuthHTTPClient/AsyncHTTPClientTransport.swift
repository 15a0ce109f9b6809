import AsyncHTTPClient
public import HTTPTypes
import NIOCore
import NIOHTTP1
public import OAuthCore

/// The way out on AsyncHTTPClient: verified TLS, limits of time and size, no redirects.
///
/// Its connections close when the last reference goes; `shutdown()` waits for that.
public final class AsyncHTTPClientTransport: HTTPTransport {
    private let client: HTTPClient
    private let configuration: TransportConfiguration

    /// A transport.
    ///
    /// - Throws: `TransportConfigurationError` for certificates or keys that cannot be read.
    public init(
        _ configuration: TransportConfiguration = TransportConfiguration()
    ) throws(TransportConfigurationError) {
        var settings = HTTPClient.Configuration(
            tlsConfiguration: try configuration.tlsConfiguration(), redirectConfiguration: .disallow,
            timeout: .init(connect: .seconds(configuration.connectTimeout.count)),
            proxy: configuration.proxy.map(HTTPClient.Configuration.Proxy.init), decompression: .disabled)
        // A refused connection is an answer; trying it again until the timeout only hides it.
        settings.connectionPool.retryConnectionEstablishment = false
        // Spans would carry whole URLs.
        settings.tracing.tracer = nil
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: settings)
        self.configuration = configuration
    }

    deinit { client.shutdown { _ in } }

    /// Closes all connections and waits until they are closed; requests after it fail.
    public func shutdown() async { try? await client.shutdown() }

    public func send(
        _ request: HTTPRequest, body: [UInt8]
    ) async throws(TransportError) -> TransportResponse {
        let url = try AllowedURL(request, policy: configuration.plainHTTP)
        let message = Self.message(request, url: url, body: body)
        do {
            return try await withinTimeout(host: url.host) { [self] in try await exchange(message, host: url.host) }
        } catch let error as TransportError {
            throw error
        } catch {
            throw TransportError(error, host: url.host, configuration: configuration)
        }
    }

    private func exchange(_ message: HTTPClientRequest, host: String) async throws -> TransportResponse {
        let response = try await client.execute(message, timeout: .seconds(configuration.timeout.count))
        return TransportResponse(head: Self.head(of: response), body: try await read(response, host: host))
    }

    /// AsyncHTTPClient's own deadline ends with the head of the answer; this one holds until the last byte.
    private func withinTimeout(
        host: String, _ work: @escaping @Sendable () async throws -> TransportResponse
    ) async throws -> TransportResponse {
        let timeout = configuration.timeout
        return try await withThrowingTaskGroup(of: TransportResponse.self) { group in
            group.addTask { try await work() }
            group.addTask {
                try await Task.sleep(for: .seconds(timeout.count))
                throw TransportError.timedOut(host: host, after: timeout)
            }
            defer { group.cancelAll() }
            guard let response = try await group.next() else { throw CancellationError() }
            return response
        }
    }

    private static func message(_ request: HTTPRequest, url: AllowedURL, body: [UInt8]) -> HTTPClientRequest {
        var message = HTTPClientRequest(url: url.text)
        message.method = HTTPMethod(rawValue: request.method.rawValue)
        for field in request.headerFields { message.headers.add(name: field.name.rawName, value: field.value) }
        if !body.isEmpty || request.method == .post { message.body = .bytes(ByteBuffer(bytes: body)) }
        return message
    }

    private static func head(of response: HTTPClientResponse) -> HTTPResponse {
        var fields = HTTPFields()
        for (name, value) in response.headers {
            if let name = HTTPField.Name(name) { fields.append(HTTPField(name: name, value: value)) }
        }
        return HTTPResponse(status: .init(code: Int(response.status.code)), headerFields: fields)
    }

    private func read(_ response: HTTPClientResponse, host: String) async throws -> [UInt8] {
        let limit = configuration.bodyLimit
        if let announced = response.headers.first(name: "content-length").flatMap({ Int($0) }), announced > limit {
            throw TransportError.bodyTooLarge(host: host, limit: limit)
        }
        var body: [UInt8] = []
        for try await part in response.body {
            guard body.count + part.readableBytes <= limit else {
                throw TransportError.bodyTooLarge(host: host, limit: limit)
            }
            body.append(contentsOf: part.readableBytesView)
        }
        return body
    }
}

/// A URL that the policy lets out.
private struct AllowedURL {
    let text: String
    let host: String

    init(_ request: HTTPRequest, policy: PlainHTTPPolicy) throws(TransportError) {
        let origin = "\(request.scheme ?? "")://\(request.authority ?? "")"
        let path = request.path ?? "/"
        // A path without its slash would go on with the host's name.
        guard path.hasPrefix("/"), let url = URI(origin), url.path.isEmpty, !url.host.isEmpty, url.userInfo == nil
        else {
            throw .refusedURL(reason: "the request has no host, or its URL is malformed")
        }
        switch url.scheme {
        case "https": break
        case "http" where url.hostIsLoopback || policy == .unsafeAllowPlainHTTP: break
        case "http":
            throw .refusedURL(reason: "\(url.host) was asked for over plain http; use https, or a loopback address")
        default: throw .refusedURL(reason: "only https and http can be requested")
        }
        text = origin + path
        host = url.host
    }
}

extension HTTPClient.Configuration.Proxy {
    fileprivate init(_ proxy: ProxyServer) {
        let authorization = proxy.credentials.map {
            HTTPClient.Authorization.basic(username: $0.username, password: $0.password.revealed())
        }
        self = .server(host: proxy.host, port: proxy.port, authorization: authorization)
    }
}
