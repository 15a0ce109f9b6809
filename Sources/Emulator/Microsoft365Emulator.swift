public import Foundation
public import Hummingbird
import HummingbirdCore
import HummingbirdTLS
public import Logging
import NIOCore
public import NIOSSL
public import OAuthCore

/// Microsoft 365 tenants on this computer: an identity platform and mail, for tests and demonstrations.
///
/// It shares no protocol code with the client that talks to it, so that a misreading cannot hide on both sides.
public struct Microsoft365Emulator: Sendable {
    /// How an emulator starts.
    public struct Configuration: Sendable {
        /// The port that it will listen on, part of every address.
        public var port: Int
        /// The port for IMAP with TLS from the start, in Exchange's words; `nil` for none.
        public var imapPort: Int?
        /// The port for SMTP submission with `STARTTLS`; `nil` for none.
        public var smtpPort: Int?
        /// The port for POP with TLS from the start; `nil` for none.
        public var popPort: Int?
        /// The port for IMAP with TLS from the start, in Gmail's words; `nil` for none.
        public var gmailIMAPPort: Int?
        /// Where it keeps its authority, keys, consents and tokens.
        public var dataDirectory: URL
        /// Whose cloud it is. Default ``Tenants/samples``.
        public var tenants = Tenants.samples
        /// A folder of messages; `nil` for the samples. Folders named by an address fill that mailbox; messages or a
        /// Maildir at the top fill every other.
        public var mailDirectory: URL?
        /// Redirect URIs to register besides those of the file, by client id.
        public var redirectURIs: [String: [String]]
        /// What time it is; the control endpoint can move it.
        public var clock: @Sendable () -> UnixTime
        /// Where random bytes come from.
        public var random: RandomSource

        /// Where tenants, people and applications are described.
        public enum Tenants: Sendable {
            /// The samples; the first start writes them, with fresh passwords, to `tenants.json` in the data directory.
            case samples
            /// Samples that the caller keeps: what ``Microsoft365Emulator/sampleTenants(random:)`` made.
            case keptSamples([UInt8])
            /// A file of somebody's own.
            case file(URL)
        }

        /// A configuration with the samples.
        public init(
            port: Int, dataDirectory: URL, clock: @escaping @Sendable () -> UnixTime, random: RandomSource
        ) {
            self.port = port
            self.dataDirectory = dataDirectory
            redirectURIs = [:]
            self.clock = clock
            self.random = random
        }
    }

    /// Its address, as in `https://localhost:8443`; also the address of the login pages.
    public let base: String
    /// The certificate of its authority, in PEM.
    public let authorityFile: URL
    /// Tenants and applications.
    public var directory: Directory { holder.current.directory }

    let holder: CloudHolder
    let controls: Controls
    let mailAccounts: MailAccounts
    let mailPorts: MailPorts
    let gmailTokens = GmailTokens()
    let random: RandomSource
    let pages: EmulatorPages
    let throttle = Throttle()
    private let tls: CertifiedKey

    /// Opens the data directory, making what is missing there.
    ///
    /// - Throws: ``EmulatorError``, or ``TenantsFileError`` for a file of tenants that is wrong.
    public init(_ configuration: Configuration) throws {
        let files = try DataDirectory(configuration.dataDirectory)
        let now = configuration.clock()
        base = "https://localhost:\(configuration.port)"
        random = configuration.random
        controls = Controls(clock: configuration.clock)
        pages = try EmulatorPages()
        let authority: CertifiedKey
        if let kept = try files.certifiedKey("ca") {
            authority = kept
        } else {
            authority = try CertificateMaker.authority(now: now)
            try files.write("ca", authority)
        }
        authorityFile = files.file("ca.pem")
        if let kept = try files.certifiedKey("server"),
            CertificateMaker.isUsable(kept, authority: authority, now: now)
        {
            tls = kept
        } else {
            tls = try CertificateMaker.server(authority: authority, now: now)
            try files.write("server", tls)
        }
        var directory = try Self.directory(configuration, files, now: now)
        for (clientID, uris) in configuration.redirectURIs {
            for index in directory.apps.indices where directory.apps[index].clientID == clientID {
                directory.apps[index].redirectURIs += uris
            }
        }
        var cloud = try Cloud(base: base, directory: directory, state: try Self.state(files, configuration.random))
        if cloud.keys.isEmpty {
            cloud.rotateKeys(to: try SigningKey.generate(.rs256), now: now)
        }
        mailPorts = MailPorts(configuration)
        cloud.mailPorts = mailPorts
        try files.write("state.json", cloud.state.json.encoded())
        holder = CloudHolder(cloud) { state throws(EmulatorError) in
            try files.write("state.json", state.json.encoded())
        }
        let mail = try MailStore.load(configuration.mailDirectory, directory: directory, now: now)
        let controls = controls
        mailAccounts = MailAccounts(mail, startedAt: now) { controls.now }
    }

    private static func state(_ files: DataDirectory, _ random: RandomSource) throws(EmulatorError) -> CloudState {
        guard let bytes = try files.read("state.json") else {
            var state = CloudState()
            state.secret = random.token()
            return state
        }
        guard let object = try? JSONObject.parse(bytes, limit: 1 << 30), let state = CloudState(object) else {
            throw EmulatorError(
                "\(files.file("state.json").path) is not an emulator's state. Remove it to start afresh.")
        }
        return state
    }

    /// Sample tenants in the format of a tenants file, with fresh passwords and secrets.
    public static func sampleTenants(random: RandomSource) -> [UInt8] {
        SampleTenants.document(random: random).encoded()
    }

    private static func directory(
        _ configuration: Configuration, _ files: DataDirectory, now: UnixTime
    ) throws -> Directory {
        let folder: URL
        let bytes: [UInt8]
        switch configuration.tenants {
        case .file(let file):
            folder = file.deletingLastPathComponent()
            do { bytes = Array(try Data(contentsOf: file)) } catch {
                throw EmulatorError("\(file.path) cannot be read: \(error.localizedDescription).")
            }
        case .samples:
            folder = files.url
            try writeSampleCertificates(files, now: now)
            if let kept = try files.read("tenants.json") {
                bytes = kept
            } else {
                bytes = sampleTenants(random: configuration.random)
                try files.write("tenants.json", bytes)
            }
        case .keptSamples(let document):
            folder = files.url
            try writeSampleCertificates(files, now: now)
            bytes = document
        }
        return try TenantsFile.parse(bytes) { name in
            let file = name.hasPrefix("/") ? URL(filePath: name) : folder.appending(path: name)
            return try? String(contentsOf: file, encoding: .utf8)
        }
    }

    /// Makes the certificates of the sample applications that are not there yet.
    private static func writeSampleCertificates(_ files: DataDirectory, now: UnixTime) throws {
        for name in SampleTenants.certificateNames where try files.certifiedKey(name) == nil {
            try files.write(name, try SampleTenants.certificate(name, now: now))
        }
    }

    /// How it speaks TLS.
    ///
    /// - Throws: where NIOSSL cannot read the certificate or key.
    public func tlsConfiguration() throws -> TLSConfiguration {
        let certificates = try NIOSSLCertificate.fromPEMBytes(Array(tls.certificatePEM.utf8))
        let key = try NIOSSLPrivateKey(bytes: tls.keyPEM.withBytes { Array($0) }, format: .pem)
        return .makeServerConfiguration(
            certificateChain: certificates.map { .certificate($0) }, privateKey: .privateKey(key))
    }

    /// The emulator as a service on the port of its configuration, on loopback.
    ///
    /// - Throws: what ``tlsConfiguration()`` throws.
    public func application(
        logger: Logger, onReady: @escaping @Sendable () async -> Void = {}
    ) throws -> some ApplicationProtocol {
        let port = URI(base)?.port ?? 443
        let http = HTTPServerBuilder.http1(configuration: .init(idleTimeout: .seconds(60)))
        return Application(
            router: router(), server: try .tls(http, tlsConfiguration: try tlsConfiguration()),
            configuration: .init(address: .hostname("127.0.0.1", port: port), backlog: 1_024),
            onServerRunning: { _ in await onReady() }, logger: logger)
    }
}
