public import OAuthCore

/// Why a description of a cloud cannot be used; each names the member, as in `resources.graph`.
public enum CloudError: Error, Hashable, Sendable {
    /// Not a JSON object.
    case notJSON(JSONError)
    /// A member that must be there is missing or of a wrong type.
    case missing(String)
    /// Not an address, or one with a query or a fragment.
    case notAnAddress(String)
    /// Neither `https` nor on loopback.
    case notHTTPS(String)
    /// An issuer without `{tenantid}`, or with more than one: tokens of all tenants would look alike.
    case template(String)
    /// A host name or port that cannot be.
    case host(String)
    /// The address under which people sign in is not on one of the hosts for it.
    case foreignAuthority
}

extension CloudError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .notJSON: "the description of the cloud is not a JSON object"
        case .missing(let name): "\(name) is missing from the description of the cloud, or is of a wrong type"
        case .notAnAddress(let name): "\(name) in the description of the cloud is not an address"
        case .notHTTPS(let name): "\(name) in the description of the cloud is neither https nor on loopback"
        case .template(let name): "\(name) in the description of the cloud must have {tenantid} in it, once"
        case .host(let name): "\(name) in the description of the cloud is not a host with a port"
        case .foreignAuthority: "authority_base in the description of the cloud is not on one of its login_hosts"
        }
    }
}

extension Cloud {
    /// Reads the description of a cloud: what an emulator serves at `/cloud.json`, or a file that somebody wrote.
    ///
    /// `login_hosts` may be left out (then it is the host of `authority_base`), and so may the mail servers, and
    /// `graph_base` and `outlook_base` where the resources are reached under their own names. Members that are not
    /// known are passed over; a certificate authority is among them, on purpose.
    public static func parse(_ json: [UInt8]) throws(CloudError) -> Cloud {
        let object: JSONObject
        do { object = try JSONObject.parse(json, limit: 65_536) } catch { throw .notJSON(error) }
        return try CloudReader(object: object).cloud()
    }

    /// The description, as `parse(_:)` reads it.
    public func document() -> JSONObject {
        var object: JSONObject = [
            "name": .string(name), "login_hosts": .strings(loginHosts), "authority_base": .string(authorityBase),
            "issuer_templates": .object(["v1": .string(issuerTemplates.v1), "v2": .string(issuerTemplates.v2)]),
            "resources": .object(["graph": .string(graphResource), "outlook": .string(outlookResource)]),
            "graph_base": .string(graphBase), "outlook_base": .string(outlookBase),
        ]
        for (name, server) in [("imap", imap), ("smtp", smtp), ("pop", pop)] {
            guard let server else { continue }
            object[name] = .object(["host": .string(server.host), "port": .integer(Int64(server.port))])
        }
        return object
    }
}

extension Cloud: Codable {
    /// Reads the text of a description.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        self = try Cloud.parse(Array(try container.decode(String.self).utf8))
    }

    /// Writes the description as one text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(String(decoding: document().encoded(), as: UTF8.self))
    }
}

/// Reads the members one by one.
private struct CloudReader {
    let object: JSONObject

    func cloud() throws(CloudError) -> Cloud {
        let base = try address("authority_base", object["authority_base"])
        let templates = object["issuer_templates"]?.object ?? JSONObject()
        let resources = object["resources"]?.object ?? JSONObject()
        let issuers = Cloud.IssuerTemplates(
            v1: try template("issuer_templates.v1", templates["v1"]),
            v2: try template("issuer_templates.v2", templates["v2"]))
        var cloud = Cloud(
            name: try text("name", object["name"]), authorityBase: base, issuerTemplates: issuers,
            graph: try api("graph", resources["graph"]), outlook: try api("outlook", resources["outlook"]))
        try readLoginHosts(&cloud)
        guard cloud.loginHosts.contains(Cloud.hostAndPort(of: base)) else { throw .foreignAuthority }
        cloud.imap = try server("imap")
        cloud.smtp = try server("smtp")
        cloud.pop = try server("pop")
        return cloud
    }

    private func text(_ name: String, _ value: JSONValue?) throws(CloudError) -> String {
        guard let text = value?.string, !text.isEmpty else { throw .missing(name) }
        return text
    }

    /// An address without the slash at its end.
    private func address(_ name: String, _ value: JSONValue?) throws(CloudError) -> String {
        let text = try text(name, value)
        try check(name, text)
        return text.hasSuffix("/") ? String(text.dropLast()) : text
    }

    private func check(_ name: String, _ text: String) throws(CloudError) {
        guard let url = URI(text), !url.host.isEmpty, url.userInfo == nil, url.query == nil, url.fragment == nil else {
            throw .notAnAddress(name)
        }
        guard url.scheme == "https" || (url.scheme == "http" && url.hostIsLoopback) else { throw .notHTTPS(name) }
    }

    private func template(_ name: String, _ value: JSONValue?) throws(CloudError) -> String {
        let text = try text(name, value)
        guard text.ranges(of: "{tenantid}").count == 1 else { throw .template(name) }
        try check(name, text.replacing("{tenantid}", with: "00000000-0000-0000-0000-000000000000"))
        return text
    }

    private func api(_ name: String, _ value: JSONValue?) throws(CloudError) -> Cloud.API {
        let resource = try address("resources.\(name)", value)
        let member = "\(name)_base"
        guard let base = object[member], base != .null else { return Cloud.API(resource: resource) }
        return Cloud.API(resource: resource, base: try address(member, base))
    }

    private func readLoginHosts(_ cloud: inout Cloud) throws(CloudError) {
        guard let value = object["login_hosts"], value != .null else { return }
        guard let hosts = value.strings, !hosts.isEmpty else { throw .missing("login_hosts") }
        cloud.loginHosts = hosts.map { $0.lowercased() }
        for host in cloud.loginHosts where Cloud.hostAndPort(of: "https://" + host) != host {
            throw .host("login_hosts")
        }
    }

    private func server(_ name: String) throws(CloudError) -> Cloud.MailHost? {
        guard let value = object[name], value != .null else { return nil }
        guard let host = value.object?["host"]?.string, let port = value.object?["port"]?.integer,
            (1...65_535).contains(port), URI("https://" + host)?.host == host.lowercased()
        else { throw .host(name) }
        return Cloud.MailHost(host: host.lowercased(), port: Int(port))
    }
}
