import Mail
import Microsoft365
import OAuthClient
import OAuthCore

extension InboxSite {
    /// Logs in to a mailbox over IMAP step by step with the organisation's own token, and says what came of it.
    func diagnose(_ address: String, of tenant: TenantID, at host: Cloud.MailHost) async -> DiagnosisReport {
        let app = parts.microsoft
        let cloud = app.app.cloud
        var context = LoginContext(mailbox: address, token: nil, now: parts.clock())
        context.appID = app.app.clientID
        context.audiences = [cloud.outlookResource]
        do throws(ClientError) {
            let tokens = try await app.session(tenant: tenant, resource: cloud.outlookResource).tokens()
            context.token = tokens.accessToken
            let transcript = await LoginProber(
                service: .imap, server: MailServer(host: host.host, port: host.port), user: address,
                token: tokens.accessToken, options: parts.imap.stream
            ).run()
            if !transcript.isLoggedIn, let at = address.lastIndex(of: "@") {
                // A domain that nobody knows is left out.
                context.mailboxTenant = try? await app.tenant(of: String(address[address.index(after: at)...]))
            }
            return Diagnosis.run(transcript, context: context)
        } catch {
            let (code, text) =
                if case .server(let server) = error {
                    (server.code.rawValue, server.errorDescription)
                } else {
                    ("no token", error.description)
                }
            return Diagnosis.explain(
                refresh: RefreshFailure(code: code, text: text, provider: .microsoft), context: context)
        }
    }
}
