import Microsoft365
import OAuthCore

extension Account {
    /// The account with its secrets, for the encrypted store alone.
    func encoded() -> Secret {
        var object: JSONObject = [
            "client_id": .string(clientID), "scope": .strings(scope.tokens), "api_origins": .strings(apiOrigins),
            "created_at": .integer(createdAt.seconds), "credential": .object(credential.json),
        ]
        switch service {
        case .issuer(let issuer): object["issuer"] = .string(issuer)
        case .microsoft365(let cloud, let tenant):
            object["cloud"] = .object(cloud.document())
            object["tenant"] = .string(tenant)
        }
        if case .person(let subject, let name) = holder {
            var person = JSONObject()
            person["subject"] = subject.map { .string($0) }
            person["name"] = name.map { .string($0) }
            object["person"] = .object(person)
        }
        object["authorities"] = authorities.map { .string($0) }
        return Secret(bytes: object.encoded())
    }

    /// Reads what ``encoded()`` wrote; `nil` for anything else.
    init?(name: String, _ text: Secret) {
        guard let object = try? text.withBytes({ try JSONObject.parse(Array($0)) }),
            let service = Service(object), let clientID = object["client_id"]?.string,
            let credential = object["credential"]?.object.flatMap(Credential.init),
            let createdAt = object["created_at"]?.integer
        else { return nil }
        let person = object["person"]?.object
        self.init(
            name: name, service: service, clientID: clientID, credential: credential,
            holder: person.map { .person(subject: $0["subject"]?.string, name: $0["name"]?.string) } ?? .program,
            scope: Scope(object["scope"]?.strings ?? []), authorities: object["authorities"]?.string,
            apiOrigins: object["api_origins"]?.strings ?? [], createdAt: UnixTime(createdAt))
    }
}

extension Account.Service {
    fileprivate init?(_ object: JSONObject) {
        if let issuer = object["issuer"]?.string {
            self = .issuer(issuer)
        } else if let tenant = object["tenant"]?.string,
            let cloud = object["cloud"]?.object.flatMap({ try? Cloud.parse($0.encoded()) })
        {
            self = .microsoft365(cloud, tenant: tenant)
        } else {
            return nil
        }
    }
}

extension Account.Credential {
    fileprivate var json: JSONObject {
        switch self {
        case .none: return ["kind": "none"]
        case .secret(let secret): return ["kind": "secret", "secret": .string(secret.revealed())]
        case .certificate(let path, let key, let passphrase):
            var object: JSONObject = ["kind": "certificate", "certificate": .string(path)]
            object["key"] = key.map { .string($0) }
            object["passphrase"] = passphrase.map { .string($0.revealed()) }
            return object
        }
    }

    fileprivate init?(_ object: JSONObject) {
        switch object["kind"]?.string {
        case "none": self = .none
        case "secret":
            guard let secret = object["secret"]?.string else { return nil }
            self = .secret(Secret(secret))
        case "certificate":
            guard let path = object["certificate"]?.string else { return nil }
            self = .certificate(
                path: path, key: object["key"]?.string,
                passphrase: object["passphrase"]?.string.map { Secret($0) })
        default: return nil
        }
    }
}
