import Crypto
import Foundation
import Glibc
import MailProtocol
import NIOCore
import NIOPosix
import OAuthCore

@testable import Mail

/// Debian's Dovecot with one mailbox, from a folder that is gone afterwards. It checks signed tokens by itself.
struct Dovecot: Sendable {
    static let user = "reader"

    private static let binary = ["/usr/sbin/dovecot", "/usr/local/sbin/dovecot"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    /// Whether it is there to be tested with.
    static var isInstalled: Bool { binary != nil }

    let folder: URL
    /// IMAP without TLS at first, which offers STARTTLS.
    let port: Int
    /// IMAP with TLS from the first byte.
    let tlsPort: Int
    private let trustedPEM: [UInt8]
    private let key: P256.Signing.PrivateKey

    /// Runs it while the body runs.
    ///
    /// - Parameter messages: how many the inbox holds; their subjects are `Message 1` and so on, the oldest first.
    static func run<Result>(
        messages: Int, _ body: (Dovecot) async throws -> Result
    ) async throws -> Result {
        let name = "dovecot-\(UUID().uuidString.prefix(8))"
        let folder = FileManager.default.temporaryDirectory.appending(path: name)
        defer { try? FileManager.default.removeItem(at: folder) }
        let server = try await started(folder, messages: messages)
        defer { server.stop() }
        return try await body(server)
    }

    /// Ports that are free may be taken before Dovecot has them; then others are looked for.
    private static func started(_ folder: URL, messages: Int) async throws -> Dovecot {
        for _ in 0..<20 {
            let server = try await Dovecot(folder, messages: messages)
            do {
                try await server.start()
                return server
            } catch let error as DovecotError where error.log.contains("Address already in use") {
                try FileManager.default.removeItem(at: folder)
            }
        }
        throw DovecotError(status: EADDRINUSE, log: "no free ports")
    }

    private init(_ folder: URL, messages: Int) async throws {
        self.folder = folder
        let authority = try TestAuthority()
        trustedPEM = authority.pem
        key = P256.Signing.PrivateKey()
        (port, tlsPort) = try await Self.freePorts()
        try Self.makeFolders(folder)
        let keys = folder.appending(path: "keys/default/ES256")
        try FileManager.default.createDirectory(at: keys, withIntermediateDirectories: true)
        try Data(key.publicKey.pemRepresentation.utf8).write(to: keys.appending(path: "default"))
        let (certificate, privateKey) = try authority.serverPEM()
        try Data(certificate.utf8).write(to: folder.appending(path: "server.pem"))
        try Data(privateKey.utf8).write(to: folder.appending(path: "server.key.pem"))
        try Data(DovecotConfiguration.tokens(folder.path).utf8).write(to: folder.appending(path: "oauth2.conf"))
        let text = DovecotConfiguration.text(folder.path, port: port, tlsPort: tlsPort)
        try Data(text.utf8).write(to: folder.appending(path: "dovecot.conf"))
        for number in 0..<messages { try deliver(number + 1, to: "cur") }
    }

    /// Dovecot's processes are others than the one that writes the messages.
    private static func makeFolders(_ folder: URL) throws {
        let everybody: [FileAttributeKey: Any] = [.posixPermissions: 0o777]
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
        for name in ["mail", "mail/\(user)", "mail/\(user)/cur", "mail/\(user)/new", "mail/\(user)/tmp"] {
            let path = folder.appending(path: name)
            try FileManager.default.createDirectory(at: path, withIntermediateDirectories: true)
            try FileManager.default.setAttributes(everybody, ofItemAtPath: path.path)
        }
    }

    private static func freePorts() async throws -> (Int, Int) {
        let bootstrap = ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
        let first = try await bootstrap.bind(host: "127.0.0.1", port: 0).get()
        let second = try await bootstrap.bind(host: "127.0.0.1", port: 0).get()
        defer { for channel in [first, second] { channel.close(promise: nil) } }
        return (first.localAddress?.port ?? 0, second.localAddress?.port ?? 0)
    }

    /// Starts Dovecot; returns when its ports are open.
    private func start() async throws {
        let status = await ProgramRun.status(
            of: [Self.binary ?? "", "-c", folder.appending(path: "dovecot.conf").path])
        guard status == 0 else { throw DovecotError(status: status, log: log) }
    }

    /// Tells Dovecot to end, without waiting for it as its own command would.
    private func stop() {
        let file = folder.appending(path: "run/master.pid")
        guard let text = try? String(contentsOf: file, encoding: .utf8),
            let pid = pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)), pid > 1
        else { return }
        kill(pid, SIGTERM)
    }

    /// What it noted.
    var log: String { (try? String(contentsOf: folder.appending(path: "dovecot.log"), encoding: .utf8)) ?? "" }

    /// A message as it lies in the mailbox and goes over the wire.
    static func message(_ number: Int) -> String {
        """
        From: Sender <sender@example.org>\r
        To: \(user)@example.org\r
        Subject: Message \(number)\r
        Date: Thu, 1 Jan 2026 10:00:00 +0000\r
        Message-ID: <\(number)@example.org>\r
        \r
        \(String(repeating: "This is message \(number).\r\n", count: 1 + number % 40))
        """
    }

    /// Puts a message into the inbox.
    func deliver(_ number: Int, to part: String = "new") throws {
        let maildir = folder.appending(path: "mail/\(Self.user)")
        let name = "\(1_767_225_600 + number).M\(number)P1.example\(part == "cur" ? ":2,S" : "")"
        let draft = maildir.appending(path: "tmp/\(name)")
        try Data(Self.message(number).utf8).write(to: draft)
        try FileManager.default.moveItem(at: draft, to: maildir.appending(path: "\(part)/\(name)"))
    }

    /// A signed token of the mailbox's owner.
    ///
    /// - Parameter lifetime: seconds from now.
    func token(user: String = user, lifetime: Int = 3_600, key other: P256.Signing.PrivateKey? = nil) throws -> Secret {
        let end = Int(Date.now.timeIntervalSince1970) + lifetime
        let head = Base64URL.encode(Array(#"{"alg":"ES256","typ":"JWT"}"#.utf8))
        let claims = #"{"iss":"https://issuer.example","sub":"1","upn":"\#(user)","scope":"mail","exp":\#(end)}"#
        let body = head + "." + Base64URL.encode(Array(claims.utf8))
        let signature = try (other ?? key).signature(for: Data(body.utf8)).rawRepresentation
        return Secret(body + "." + Base64URL.encode(Array(signature)))
    }

    /// Where it is, with this protection; elsewhere, if a port is given.
    func place(_ security: MailServer.Security = .implicitTLS, port other: Int? = nil) -> MailServer {
        MailServer(host: "127.0.0.1", port: other ?? (security == .implicitTLS ? tlsPort : port), security: security)
    }

    var options: IMAPMailboxOptions {
        IMAPMailboxOptions(stream: MailStreamOptions(connectTimeout: 60, trust: .pem(trustedPEM)))
    }

    /// The inbox over IMAP, with a fresh token.
    func mailbox(
        _ place: MailServer? = nil, options: IMAPMailboxOptions? = nil, token: Secret? = nil,
        memory: IMAPMailboxMemory = IMAPMailboxMemory()
    ) throws -> IMAPMailbox {
        let token = MailToken(try token ?? self.token(), expiresAt: Self.now() + 3_600)
        return IMAPMailbox(
            server: place ?? self.place(), user: Self.user, tokens: .fixed(token), options: options ?? self.options,
            memory: memory, clock: Self.now)
    }

    static func now() -> UnixTime { UnixTime(Int64(Date.now.timeIntervalSince1970)) }
}

/// Why Dovecot does not run.
struct DovecotError: Error {
    var status: Int32
    var log: String
}
