public import HTTPTypes
import OAuthCore

/// A request that is ready to be sent. It carries secrets and prints none of them.
public struct ClientRequest: Sendable, Hashable {
    /// Method, URL and header fields.
    public var head: HTTPRequest
    /// The body's bytes.
    public var body: [UInt8]

    init(method: HTTPRequest.Method, url: URI, fields: HTTPFields = [:], body: [UInt8] = []) {
        head = HTTPRequest(method, url, headerFields: fields)
        self.body = body
    }

    /// A GET of a JSON document.
    static func get(_ url: URI) -> ClientRequest {
        ClientRequest(method: .get, url: url, fields: [.accept: "application/json"])
    }

    /// A POST of form fields.
    static func post(_ url: URI, form: FormFields, authorization: String? = nil) -> ClientRequest {
        var fields: HTTPFields = [.accept: "application/json", .contentType: "application/x-www-form-urlencoded"]
        if let authorization { fields[.authorization] = authorization }
        return ClientRequest(method: .post, url: url, fields: fields, body: Array(form.encoded().utf8))
    }
}

extension ClientRequest: CustomStringConvertible, CustomReflectable {
    public var description: String {
        "\(head.method) \(head.scheme ?? "")://\(head.authority ?? "")\((head.path ?? "").prefix { $0 != "?" })"
    }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
