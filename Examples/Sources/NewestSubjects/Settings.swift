import Foundation
import Mail
import Microsoft365
import OAuthCore
import OAuthHTTPClient

/// What the example reads from its environment: TENANT, CLIENT_ID, CERTIFICATE and KEY (PEM files), MAILBOX; and for a
/// cloud other than Microsoft's worldwide one CLOUD (its description, a JSON file) and CA_FILE (whom to trust there).
struct Settings {
    let tenant: TenantID
    let clientID: String
    let certificatePEM: Secret
    let keyPEM: Secret
    let mailbox: String
    let cloud: Cloud
    let server: MailServer
    var transport = TransportConfiguration()
    var imap = IMAPMailboxOptions()

    /// - Throws: `SettingsError` for what is missing, and what reading a file throws.
    init() throws {
        let values = ProcessInfo.processInfo.environment
        func required(_ name: String) throws -> String {
            guard let value = values[name], !value.isEmpty else { throw SettingsError(missing: name) }
            return value
        }
        guard let tenant = TenantID(try required("TENANT")) else { throw SettingsError(missing: "TENANT, a GUID") }
        self.tenant = tenant
        clientID = try required("CLIENT_ID")
        certificatePEM = Secret(try String(contentsOfFile: required("CERTIFICATE"), encoding: .utf8))
        keyPEM = Secret(try String(contentsOfFile: required("KEY"), encoding: .utf8))
        mailbox = try required("MAILBOX")
        cloud = try values["CLOUD"].map { try Cloud.parse(Array(Data(contentsOf: URL(filePath: $0)))) } ?? .worldwide
        guard let host = cloud.imap else { throw SettingsError(missing: "a cloud with IMAP") }
        server = MailServer(host: host.host, port: host.port)
        if let file = values["CA_FILE"] {
            let pem = Array(try Data(contentsOf: URL(filePath: file)))
            transport.trustedAuthorities = .systemAnd(pem: pem)
            imap.stream.trust = .systemAnd(pem: pem)
        }
    }
}

/// A setting that is not there.
struct SettingsError: Error, CustomStringConvertible {
    let missing: String

    var description: String { "there is no \(missing)" }
}
