import Mail
import MailProtocol
import Microsoft365
import OAuthClient
import OAuthCore

extension Account {
    /// The tokens by which a mail service lets somebody in, good for a login and what follows it.
    func need(for service: MailService) -> TokenNeed {
        var need = TokenNeed(minimumLifetime: 120)
        guard case .microsoft365(let cloud, _) = self.service else { return need }
        guard case .person = holder else {
            need.resource = cloud.outlookResource
            return need
        }
        let names = cloud.scopes(of: service)
        if let own = firstAPIScope, names.contains(own) { return need }
        need.scope = Scope([scope.tokens.first(where: names.contains) ?? names[0]])
        return need
    }

    /// The mail server that belongs to the account, if any.
    func mailHost(for service: MailService) -> Cloud.MailHost? {
        guard case .microsoft365(let cloud, _) = self.service else { return nil }
        switch service {
        case .imap: return cloud.imap
        case .smtp: return cloud.smtp
        case .pop: return cloud.pop
        }
    }

    /// The address to log in with: one that was named, or the one that the person signed in with.
    func mailAddress(_ named: String?) throws(CommandFailure) -> String {
        if let named { return named }
        if case .person(_, let name?) = holder, name.contains("@") { return name }
        throw CommandFailure(
            "Whose mailbox it is does not follow from \(self.name).", next: "Give --mailbox the address.")
    }

    /// The server to log in to, where it is known.
    func mailServer(for service: MailService, _ options: MailServerOptions) throws(CommandFailure) -> MailServer {
        if let server = options.server(for: service, known: mailHost(for: service)) { return server }
        throw CommandFailure(
            "\(name) is an account of \(serviceText), which names no server for \(service.rawValue.uppercased()).",
            next: "Give --host.")
    }
}

extension Cloud {
    /// What a person allows for a service, the usual name first.
    fileprivate func scopes(of service: MailService) -> [String] {
        let permission =
            switch service {
            case .imap: "IMAP.AccessAsUser.All"
            case .smtp: "SMTP.Send"
            case .pop: "POP.AccessAsUser.All"
            }
        let own = "\(outlookResource)/\(permission)"
        // The world's cloud has these permissions under another name than the API's own.
        guard outlookResource == Cloud.worldwide.outlookResource else { return [own] }
        return ["https://outlook.office.com/\(permission)", own]
    }
}

extension AccountConnection {
    /// Tokens for a mail server, renewed when a login needs one.
    func mailTokens(_ need: TokenNeed) -> MailTokenSource {
        MailTokenSource { () async throws(MailboxError) in
            do {
                let tokens = try await tokens(need)
                return MailToken(tokens.accessToken, expiresAt: tokens.expiresAt)
            } catch let failure as CommandFailure {
                throw MailboxError(.notAuthorized, reason: failure.reason, remedy: failure.next)
            } catch {
                throw MailboxError(.unavailable, reason: "no access token: \(error.sentence)")
            }
        }
    }
}

extension IMAPMailboxOptions {
    /// Options for a server. What a server offers is assumed of Microsoft's own alone; others are asked.
    init(stream: MailStreamOptions, for server: MailServer) {
        self.init(stream: stream)
        if Cloud.all.contains(where: { $0.imap?.host == server.host.lowercased() }) {
            assumedCapabilities = Self.exchangeOnline
        }
    }
}
