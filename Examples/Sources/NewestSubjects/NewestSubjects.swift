import Mail
import MailProtocol
import Microsoft365
import OAuthCore
import OAuthHTTPClient

/// The newest subjects of any mailbox of an organisation over IMAP, with a certificate and no user.
@main
struct NewestSubjects {
    static func main() async throws {
        let settings = try Settings()

        let certificate = try CertificateCredential.parse(pem: settings.certificatePEM, keyPEM: settings.keyPEM)
        let registration = RegisteredApp(
            clientID: settings.clientID, credential: .certificate(certificate), cloud: settings.cloud)
        let app = Microsoft365App(registration, environment: try .system(settings.transport))
        let session = app.session(tenant: settings.tenant, resource: settings.cloud.outlookResource)
        let inbox = IMAPMailbox(
            server: settings.server, user: settings.mailbox, tokens: .session(session), options: settings.imap,
            clock: { .systemNow() })
        for message in try await inbox.newestMessages(10).messages { print(message.subject) }
    }
}
