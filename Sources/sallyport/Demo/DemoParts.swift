import Emulator
import Foundation
import Inbox
import Logging
import Microsoft365
import OAuthCore
import ServiceLifecycle

/// What a demo runs besides the authorization server: the emulated cloud with its mail, and the inbox on both.
struct DemoParts {
    let cloud: DemoCloud
    let inbox: InboxService.Settings

    init(_ demo: Demo, data: DemoData, issuer: Issuer, folder: URL, owner: String) throws {
        let inboxPort = try Listener.port(demo.inboxPort, host: demo.host, option: "--inbox-port")
        let baseURL = "http://\(issuer.uri.host):\(inboxPort)"
        func port(_ port: Int, _ option: String) throws -> Int {
            try Listener.port(port, host: "127.0.0.1", option: option)
        }
        let ports = DemoCloud.Ports(
            https: try port(demo.emulatorPort, "--emulator-port"), imap: try port(demo.imapPort, "--imap-port"),
            smtp: try port(demo.smtpPort, "--smtp-port"), pop: try port(demo.popPort, "--pop-port"))
        cloud = try DemoCloud(data, ports: ports, folder: folder, redirectURI: baseURL + "/connect/callback")
        let app = Microsoft365Emulator.SampleApp.inbox
        guard let files = cloud.emulator.certificateFiles(of: app),
            let credential = try Account.Credential.certificate(
                path: files.certificate.path, key: files.key.path, passphrase: nil
            ).appCredential()
        else { throw CommandFailure("The emulator has no certificate for the inbox.") }
        var cloudOptions = CloudOptions()
        cloudOptions.cloud = cloud.emulator.base
        inbox = InboxService.Settings(
            host: demo.host, port: inboxPort, baseURL: baseURL, issuer: issuer.description,
            clientID: data.inbox.clientID, clientSecret: data.inbox.clientSecret.map { Secret($0) },
            cloud: cloudOptions, cloudClientID: app.clientID, credential: credential, owner: owner,
            database: folder.appending(path: "inbox.sqlite").path, authorityFile: cloud.emulator.authorityFile.path)
    }

    /// The parts as services: the cloud, its mail, and the inbox, each of which tells when it answers.
    func services(_ readiness: Readiness) throws -> [any Service] {
        let logger = Logger(label: "sallyport")
        let mail = try cloud.emulator.mailService(logger: logger)
        return [
            try cloud.emulator.application(logger: logger) { readiness.partIsReady() }, mail,
            ListeningNotice(mail: mail, readiness: readiness),
            InboxService(settings: inbox, logger: logger) { readiness.partIsReady() },
        ]
    }
}

/// Tells that the mail ports are listened at, and then waits for the end with the others.
private struct ListeningNotice: Service {
    let mail: Microsoft365MailService
    let readiness: Readiness

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await mail.waitUntilListening()
            if !Task.isCancelled { readiness.partIsReady() }
            // A service that returned would be taken for one that ended before its time.
            while (try? await Task.sleep(for: .seconds(3_600))) != nil {}
        }
    }
}
