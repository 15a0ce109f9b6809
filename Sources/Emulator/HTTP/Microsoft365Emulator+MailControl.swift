import Hummingbird
import MailProtocol
import OAuthCore

extension Microsoft365Emulator {
    /// What mail protocols need beside faults: tokens that no flow would give, Exchange's settings, and new mail.
    func addMailControl(to router: Router<EmulatorRequestContext>) {
        addAnsweringControl("tokens", to: router) { object throws(ControlError) in try stagedToken(object) }
        addAnsweringControl("gmail/tokens", to: router) { object throws(ControlError) in try gmailToken(object) }
        addControl("exchange", to: router) { object throws(ControlError) in
            guard let tenant = object["tenant"]?.string.flatMap(holder.current.directory.tenant) else {
                throw ControlError("tenant must be the id or domain of a tenant.")
            }
            var settings = object
            settings["tenant"] = nil
            let exchange: ExchangeSettings
            do throws(TenantsFileError) {
                exchange = try ExchangeSettings(
                    FileObject(settings, ""), addresses: Set(tenant.users.map(\.userPrincipalName)))
            } catch {
                throw ControlError(error.description)
            }
            try change { cloud in
                guard let index = cloud.directory.tenants.firstIndex(where: { $0.id == tenant.id }) else { return }
                cloud.directory.tenants[index].exchange = exchange
            }
        }
        addControl("messages", to: router) { object throws(ControlError) in
            guard let user = object["user"]?.string.flatMap({ holder.current.directory.user($0)?.user }),
                user.hasMailbox
            else { throw ControlError("user must be somebody with a mailbox.") }
            guard let text = object["message"]?.string, !text.isEmpty else {
                throw ControlError("message must be a message as it is sent, with its header.")
            }
            let account = mailAccounts.account(user.userPrincipalName, layout: .exchange)
            guard case .added = account.append(Array(text.utf8), flags: [], date: nil, to: "INBOX") else {
                throw ControlError("There is no room for the message.")
            }
        }
    }

    /// A signed access token for mail whose claims are what is asked for: `{"user": …}` for a person's own, or
    /// `{"client_id": …, "tenant": …}` for an application's; `claims` replace what would be there, `null` removes.
    private func stagedToken(_ object: JSONObject) throws(ControlError) -> JSONObject {
        try Self.allow(["user", "client_id", "tenant", "claims"], in: object)
        let cloud = holder.current
        let now = now
        let end = now + .hours(1)
        let clientID = object["client_id"]?.string?.lowercased() ?? cloud.directory.apps.first?.clientID ?? ""
        var claims: JSONObject = [
            "aud": "https://outlook.office365.com", "iat": .integer(now.seconds), "nbf": .integer(now.seconds),
            "exp": .integer(end.seconds), "appid": .string(clientID), "appidacr": "1", "ver": "1.0",
        ]
        let tenant: Tenant
        if let name = object["user"]?.string {
            guard let found = cloud.directory.user(name) else { throw ControlError("user must be a known user.") }
            tenant = found.tenant
            claims["idtyp"] = "user"
            claims["name"] = .string(found.user.name)
            claims["oid"] = .string(found.user.id)
            claims["upn"] = .string(found.user.userPrincipalName)
            claims["sub"] = .string(cloud.subject(of: found.user.id, for: Resource.exchange.appID))
            claims["scp"] = .string(MailService.allCases.map(\.scope).joined(separator: " "))
        } else {
            guard let found = object["tenant"]?.string.flatMap(cloud.directory.tenant) else {
                throw ControlError("There must be a user, or a tenant for an application's token.")
            }
            tenant = found
            claims["idtyp"] = "app"
            claims["oid"] = .string(cloud.principalID(of: clientID, in: tenant.id))
            claims["sub"] = claims["oid"]
            claims["roles"] = .strings(MailService.allCases.map(\.role))
        }
        claims["tid"] = .string(tenant.id)
        claims["iss"] = .string(cloud.issuer(tenant.id, .v1))
        for (name, value) in object["claims"]?.object?.members ?? [] { claims[name] = value == .null ? nil : value }
        guard let key = cloud.keys.first, let token = try? UnsignedToken(claims: claims).signed(with: key) else {
            throw ControlError("The token cannot be signed.")
        }
        return ["access_token": .string(token), "token_type": "Bearer"]
    }

    /// A token for the Gmail persona: `{"user": …, "scope": …, "expires_in": …}`.
    private func gmailToken(_ object: JSONObject) throws(ControlError) -> JSONObject {
        try Self.allow(["user", "scope", "expires_in"], in: object)
        guard let user = object["user"]?.string?.lowercased(), user.contains("@"), user.utf8.count <= 254 else {
            throw ControlError("user must be an address.")
        }
        let scope = object["scope"]?.string ?? GmailTokens.mailScope
        let lifetime = object["expires_in"]?.integer ?? 3_599
        guard (-86_400...86_400).contains(lifetime) else {
            throw ControlError("expires_in must be a whole number of seconds, at most a day.")
        }
        let token = random.token(prefix: "ya29.", byteCount: 64)
        let grant = GmailTokens.Grant(user: user, scope: scope, expiresAt: now + Seconds(lifetime))
        guard gmailTokens.add(Secret(token), grant, now: now) else { throw ControlError("There are too many tokens.") }
        return [
            "access_token": .string(token), "token_type": "Bearer", "expires_in": .integer(lifetime),
            "scope": .string(scope),
        ]
    }

    private static func allow(_ known: [String], in object: JSONObject) throws(ControlError) {
        if let member = object.members.first(where: { !known.contains($0.name) }) {
            throw ControlError("There is no \(member.name.prefix(32)); there are \(known.joined(separator: ", ")).")
        }
    }
}
