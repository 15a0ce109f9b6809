package import HTTPTypes

extension HTTPRequest {
    /// A request of a URL: its authority without a user name, its path and query as written.
    package init(_ method: Method, _ url: URI, headerFields: HTTPFields = [:]) {
        let port = url.port.map { ":\($0)" } ?? ""
        let path = (url.path.isEmpty ? "/" : url.path) + (url.query.map { "?" + $0 } ?? "")
        self.init(
            method: method, scheme: url.scheme, authority: url.host + port, path: path, headerFields: headerFields)
    }
}
