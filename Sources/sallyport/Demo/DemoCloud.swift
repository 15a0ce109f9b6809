import Emulator
import Foundation
import OAuthCore
import OAuthHTTPClient

/// The demo's emulated Microsoft 365, with its certificates and state in a folder of its own.
struct DemoCloud {
    let emulator: Microsoft365Emulator

    /// Where its parts listen.
    struct Ports {
        var https: Int
        var imap: Int
        var smtp: Int
        var pop: Int
    }

    let ports: Ports

    /// - Parameter redirectURI: where the demo's inbox takes the answers of administrators.
    init(_ data: DemoData, ports: Ports, folder: URL, redirectURI: String) throws {
        self.ports = ports
        var configuration = Microsoft365Emulator.Configuration(
            port: ports.https, dataDirectory: folder.appending(path: "microsoft365"), clock: UnixTime.systemNow,
            random: .system)
        configuration.tenants = .keptSamples(data.tenants.encoded())
        (configuration.imapPort, configuration.smtpPort, configuration.popPort) = (ports.imap, ports.smtp, ports.pop)
        configuration.redirectURIs = [Microsoft365Emulator.SampleApp.inbox.clientID: [redirectURI]]
        do {
            emulator = try Microsoft365Emulator(configuration)
        } catch let error as EmulatorError {
            throw CommandFailure(error.description, next: "Choose another --data-directory.")
        }
    }

    /// The member `microsoft365` of what scripts are told.
    var json: JSONValue {
        .object([
            "cloud": .string(emulator.base), "authority_base": .string(emulator.base),
            "graph_base": .string(emulator.base + "/graph"), "outlook_base": .string(emulator.base + "/outlook"),
            "tenants": .array(emulator.directory.tenants.map(Self.json)), "apps": .array(apps),
        ])
    }

    private static func json(_ tenant: Tenant) -> JSONValue {
        func account(_ user: Emulator.User) -> JSONValue {
            .object(["upn": .string(user.userPrincipalName), "password": .string(user.password.revealed())])
        }
        var object: JSONObject = ["id": .string(tenant.id), "domain": .string(tenant.domain)]
        object["admin"] = tenant.users.first(where: \.isAdministrator).map(account)
        object["users"] = .array(tenant.users.filter { !$0.isAdministrator }.map(account))
        return .object(object)
    }

    /// The apps with credentials: first the one that contoso has consented to, then the inbox's own.
    private var apps: [JSONValue] {
        [Microsoft365Emulator.SampleApp.reports, .inbox].compactMap { sample in
            guard let app = emulator.directory.app(sample.clientID) else { return nil }
            var object: JSONObject = ["client_id": .string(app.clientID)]
            object["client_secret"] = (app.secrets.first?.value.revealed()).map(JSONValue.string)
            if let files = emulator.certificateFiles(of: sample) {
                object["certificate_file"] = .string(files.certificate.path)
                object["key_file"] = .string(files.key.path)
            }
            object["thumbprint_sha1"] = (app.certificates.first?.thumbprintText).map(JSONValue.string)
            object["tenant"] = app.homeTenantID.map(JSONValue.string)
            object["multi_tenant"] = .bool(app.isMultiTenant)
            return .object(object)
        }
    }
}
