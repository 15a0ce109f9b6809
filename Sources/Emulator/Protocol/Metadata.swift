import OAuthCore

extension Cloud {
    /// The OpenID Connect metadata of an authority. For `common` and `organizations` the issuer is a template.
    func metadata(_ authority: Authority, _ version: Version) -> JSONObject {
        let name = authority.name
        let endpoint = "\(base)/\(name)/oauth2" + (version == .v2 ? "/v2.0" : "")
        return [
            "token_endpoint": .string("\(endpoint)/token"),
            "token_endpoint_auth_methods_supported": .strings([
                "client_secret_post", "private_key_jwt", "client_secret_basic",
            ]),
            "jwks_uri": .string("\(base)/\(name)/discovery/" + (version == .v2 ? "v2.0/keys" : "keys")),
            "response_modes_supported": .strings(["query", "fragment", "form_post"]),
            "subject_types_supported": .strings(["pairwise"]),
            "id_token_signing_alg_values_supported": .strings(["RS256"]),
            "response_types_supported": .strings(["code", "id_token", "code id_token"]),
            "grant_types_supported": .strings(["authorization_code", "refresh_token", "client_credentials"]),
            "code_challenge_methods_supported": .strings(["S256", "plain"]),
            "scopes_supported": .strings(ScopeRequest.openIDNames),
            "issuer": .string(issuerTemplate(authority, version)), "request_uri_parameter_supported": false,
            "authorization_endpoint": .string("\(endpoint)/authorize"),
            "claims_supported": .strings([
                "sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "name", "c_hash", "tid", "oid", "ver", "wids",
                version == .v1 ? "upn" : "preferred_username",
            ]),
            "cloud_instance_name": .string(String(base.drop { $0 != "/" }.dropFirst(2))),
        ]
    }

    /// The published keys. Each carries `issuer`, which says whose tokens it verifies.
    func keySet(_ authority: Authority, _ version: Version) -> JSONObject {
        let issuer = JSONValue.string(issuerTemplate(authority, version))
        return [
            "keys": .array(
                keys.map { key in
                    var object = key.publicKey.json
                    object["alg"] = nil
                    object["x5t"] = .string(key.keyID)
                    object["issuer"] = issuer
                    return .object(object)
                })
        ]
    }

    private func issuerTemplate(_ authority: Authority, _ version: Version) -> String {
        issuer(authority.tenant?.id ?? "{tenantid}", version)
    }

    /// The description by which programs know this cloud.
    ///
    /// It names no authority to trust: whoever fetches it must already trust the connection.
    var description: JSONObject {
        var description: JSONObject = [
            "name": "emulator", "login_hosts": .strings([host]), "authority_base": .string(base),
            "issuer_templates": .object([
                "v1": .string(issuer("{tenantid}", .v1)), "v2": .string(issuer("{tenantid}", .v2)),
            ]),
            "resources": .object([
                "graph": .string(Resource.graph.identifiers[0]), "outlook": .string(Resource.exchange.identifiers[0]),
            ]),
            "graph_base": .string(base + "/graph"), "outlook_base": .string(base + "/outlook"),
            "address_map": .object(addressMap),
        ]
        for (name, port) in [("imap", mailPorts.imap), ("smtp", mailPorts.smtp), ("pop", mailPorts.pop)] {
            guard let port else { continue }
            description[name] = .object(["host": "localhost", "port": .integer(Int64(port))])
        }
        return description
    }

    /// Where the APIs behind the identifiers are reached.
    private var addressMap: JSONObject {
        var map = JSONObject()
        for identifier in Resource.graph.identifiers { map[identifier] = .string(base + "/graph") }
        for identifier in Resource.exchange.identifiers { map[identifier] = .string(base + "/outlook") }
        return map
    }

    private var host: String { String(base.drop { $0 != "/" }.dropFirst(2)) }
}

extension Cloud.Authority {
    /// The name that this authority's addresses carry: a tenant's id, whatever it was asked by.
    var name: String {
        switch self {
        case .shared(let name): name
        case .tenant(let tenant): tenant.id
        }
    }
}
