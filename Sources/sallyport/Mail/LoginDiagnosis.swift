import Mail
import MailProtocol
import Microsoft365
import OAuthClient
import OAuthCore
import OAuthHTTPClient

/// A login that is to be explained: what is known of it, our own attempt at it, and questions to those who know more.
struct LoginDiagnosis {
    /// What another program showed.
    enum Explained {
        /// What it printed.
        case response(String)
        /// What it sent.
        case blob(String)
    }

    private let service: MailService?
    /// The longest silence of a server, in seconds.
    private let patience: Seconds
    private var context: LoginContext
    private var prober: LoginProber?
    private var environment: ClientEnvironment?
    private var cloud: Cloud?

    init(service: MailService?, mailbox: String?, patience: Seconds) {
        self.service = service
        self.patience = patience
        context = LoginContext(mailbox: mailbox, token: nil, now: UnixTime.systemNow())
        context.service = service
    }

    /// Takes token and server of an account. That it gets no token is part of the diagnosis.
    mutating func use(_ connection: AccountConnection, _ server: MailServerOptions) async throws {
        let (account, service) = (connection.account, service ?? .imap)
        let place = try account.mailServer(for: service, server)
        let address = try account.mailAddress(context.mailbox)
        environment = connection.environment
        context.mailbox = address
        context.appID = account.clientID
        if case .microsoft365(let cloud, _) = account.service { know(cloud) }
        do {
            context.token = try await connection.unexplainedTokens(account.need(for: service)).accessToken
        } catch let error as ClientError {
            guard let failure = RefreshFailure(error, account) else { throw account.failure(error) }
            context.refresh = failure
        }
        guard let token = context.token else { return }
        prober = LoginProber(
            service: service, server: place, user: address, token: token,
            options: try server.stream(authorities: account.authorities, patience: patience))
    }

    /// Takes a token from elsewhere, and a server where one is named.
    mutating func use(
        _ token: Secret, _ server: MailServerOptions, _ cloud: Cloud?, _ environment: ClientEnvironment
    ) throws {
        context.token = token
        self.environment = environment
        if let cloud = cloud ?? Cloud.all.first(where: { $0.serves(server.host) }) { know(cloud) }
        guard let place = server.server(for: service ?? .imap), let mailbox = context.mailbox else { return }
        prober = LoginProber(
            service: service ?? .imap, server: place, user: mailbox, token: token,
            options: try server.stream(patience: patience))
    }

    private mutating func know(_ cloud: Cloud) {
        self.cloud = cloud
        context.audiences = [cloud.outlookResource]
    }

    /// Logs in, where there is a token and a server, and reads all that is known.
    func report(explaining explained: Explained?) async -> DiagnosisReport {
        var context = context
        let transcript = await prober?.run()
        if let transcript, !transcript.isLoggedIn { await ask(&context, at: transcript.server.host) }
        if explained != nil, let transcript { context.ownLogin = transcript.isLoggedIn ? .succeeded : .failed }
        switch explained {
        case .response(let text): return Diagnosis.explain(response: text, context: context)
        case .blob(let text): return Diagnosis.explain(blob: text, context: context)
        case nil: break
        }
        if let transcript { return Diagnosis.run(transcript, context: context) }
        guard let refresh = context.refresh else { return Diagnosis.explain(response: "", context: context) }
        return Diagnosis.explain(refresh: refresh, context: context)
    }

    /// Asks those who know more. Who does not answer is left out.
    private func ask(_ context: inout LoginContext, at host: String) async {
        guard let environment else { return }
        if let cloud, let mailbox = context.mailbox, let at = mailbox.lastIndex(of: "@") {
            let domain = String(mailbox[mailbox.index(after: at)...])
            let app = Microsoft365App(
                RegisteredApp(clientID: context.appID ?? "", credential: nil, cloud: cloud), environment: environment)
            context.mailboxTenant = try? await app.tenant(of: domain)
        }
        if let token = context.token {
            context.tokenInformation = await GoogleTokenInformation.ask(token, at: host, environment)
        }
    }
}

extension Cloud {
    /// Whether a host is one of the cloud's mail servers.
    fileprivate func serves(_ host: String?) -> Bool {
        guard let host = host?.lowercased() else { return false }
        return [imap, smtp, pop].contains { $0?.host == host }
    }
}

extension RefreshFailure {
    /// Why an account gets no token, where it was the server that said no.
    fileprivate init?(_ error: ClientError, _ account: Account) {
        switch error {
        case .server(let server), .reauthenticationRequired(let server?):
            self.init(
                code: server.code.rawValue, text: server.errorDescription, provider: account.tokenProvider,
                signedInAt: account.createdAt)
        default: return nil
        }
    }
}

extension Account {
    fileprivate var tokenProvider: RefreshFailure.Provider {
        switch service {
        case .microsoft365: .microsoft
        case .issuer("https://accounts.google.com"): .google
        case .issuer: .other
        }
    }
}
