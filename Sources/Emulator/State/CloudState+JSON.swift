import OAuthCore

extension CloudState {
    /// The state as JSON.
    var json: JSONObject {
        [
            "version": 1, "secret": .string(secret),
            "signing_keys": .array(
                signingKeys.map {
                    .object([
                        "kid": .string($0.keyID), "pkcs8": .string($0.pkcs8.revealed()),
                        "created_at": .integer($0.createdAt.seconds),
                    ])
                }),
            "consents": .array(consents.map(\.json)), "adopted_consents": .strings(adoptedConsents.sorted()),
            "codes": .array(Self.rows(codes) { $0.json }),
            "refresh_tokens": .array(
                Self.rows(refreshTokens) {
                    ["grant": .object($0.grant.json), "expires_at": .integer($0.expiresAt.seconds)]
                }),
            "sessions": .array(
                Self.rows(sessions) {
                    [
                        "user": .string($0.userID), "signed_in_at": .integer($0.signedInAt.seconds),
                        "expires_at": .integer($0.expiresAt.seconds),
                    ]
                }),
        ]
    }

    /// Reads what ``json`` wrote; `nil` for anything else.
    init?(_ object: JSONObject) {
        guard object["version"]?.integer == 1, let secret = object["secret"]?.string,
            let keys = object["signing_keys"]?.array, let consents = object["consents"]?.array,
            let adopted = object["adopted_consents"]?.strings, let codes = object["codes"]?.array,
            let refreshTokens = object["refresh_tokens"]?.array, let sessions = object["sessions"]?.array
        else { return nil }
        self.secret = secret
        signingKeys = keys.compactMap(\.object).compactMap(StoredKey.init)
        self.consents = consents.compactMap(\.object).compactMap(Consent.init)
        adoptedConsents = Set(adopted)
        guard signingKeys.count == keys.count, self.consents.count == consents.count else { return nil }
        for value in codes {
            guard let name = value.object?["hash"]?.string, let code = value.object.flatMap(CodeGrant.init) else {
                return nil
            }
            self.codes[name] = code
        }
        for value in refreshTokens {
            guard let name = value.object?["hash"]?.string,
                let grant = value.object?["grant"]?.object.flatMap(Grant.init),
                let end = value.object?["expires_at"]?.integer
            else { return nil }
            self.refreshTokens[name] = RefreshGrant(grant: grant, expiresAt: UnixTime(end))
        }
        for value in sessions {
            guard let name = value.object?["hash"]?.string, let user = value.object?["user"]?.string,
                let start = value.object?["signed_in_at"]?.integer,
                let end = value.object?["expires_at"]?.integer
            else { return nil }
            self.sessions[name] = Session(
                userID: user, signedInAt: UnixTime(start), expiresAt: UnixTime(end))
        }
    }

    /// One object for each entry: an array, since looking up a name in a long object takes long.
    private static func rows<Value>(_ values: [String: Value], _ json: (Value) -> JSONObject) -> [JSONValue] {
        values.sorted { $0.key < $1.key }.map { name, value in
            var row = json(value)
            row["hash"] = .string(name)
            return .object(row)
        }
    }
}

extension CloudState.StoredKey {
    fileprivate init?(_ object: JSONObject) {
        guard let keyID = object["kid"]?.string, let pkcs8 = object["pkcs8"]?.string,
            let createdAt = object["created_at"]?.integer
        else { return nil }
        self.init(keyID: keyID, pkcs8: Secret(pkcs8), createdAt: UnixTime(createdAt))
    }
}

extension CloudState.Consent {
    fileprivate var json: JSONValue {
        var object: JSONObject = [
            "tenant": .string(tenantID), "client_id": .string(clientID), "resource": .string(resource),
            "roles": .strings(roles), "scopes": .strings(scopes),
        ]
        object["user"] = userID.map(JSONValue.string)
        return .object(object)
    }

    fileprivate init?(_ object: JSONObject) {
        guard let tenantID = object["tenant"]?.string, let clientID = object["client_id"]?.string,
            let resource = object["resource"]?.string, let roles = object["roles"]?.strings,
            let scopes = object["scopes"]?.strings
        else { return nil }
        self.init(
            tenantID: tenantID, clientID: clientID, userID: object["user"]?.string, resource: resource, roles: roles,
            scopes: scopes)
    }
}

extension CloudState.Grant {
    fileprivate var json: JSONObject {
        var object: JSONObject = [
            "client_id": .string(clientID), "tenant": .string(tenantID), "user": .string(userID),
            "openid_scopes": .strings(openIDScopes), "resource": .string(resource), "scopes": .strings(scopes),
            "signed_in_at": .integer(signedInAt.seconds),
        ]
        object["nonce"] = nonce.map(JSONValue.string)
        return object
    }

    fileprivate init?(_ object: JSONObject) {
        guard let clientID = object["client_id"]?.string, let tenantID = object["tenant"]?.string,
            let userID = object["user"]?.string, let openIDScopes = object["openid_scopes"]?.strings,
            let resource = object["resource"]?.string, let scopes = object["scopes"]?.strings,
            let signedInAt = object["signed_in_at"]?.integer
        else { return nil }
        self.init(
            clientID: clientID, tenantID: tenantID, userID: userID, openIDScopes: openIDScopes, resource: resource,
            scopes: scopes, nonce: object["nonce"]?.string, signedInAt: UnixTime(signedInAt))
    }
}

extension CloudState.CodeGrant {
    fileprivate var json: JSONObject {
        var object: JSONObject = [
            "grant": .object(grant.json), "redirect_uri": .string(redirectURI),
            "challenge_is_plain": .bool(challengeIsPlain), "expires_at": .integer(expiresAt.seconds),
            "redeemed": .bool(isRedeemed),
        ]
        object["challenge"] = challenge.map(JSONValue.string)
        return object
    }

    fileprivate init?(_ object: JSONObject) {
        guard let grant = object["grant"]?.object.flatMap(CloudState.Grant.init),
            let redirectURI = object["redirect_uri"]?.string, let expiresAt = object["expires_at"]?.integer
        else { return nil }
        self.init(
            grant: grant, redirectURI: redirectURI, challenge: object["challenge"]?.string,
            challengeIsPlain: object["challenge_is_plain"]?.bool ?? false, expiresAt: UnixTime(expiresAt),
            isRedeemed: object["redeemed"]?.bool ?? false)
    }
}
