import Emulator
import Foundation
import OAuthCore

/// What a demo says when it is ready: to a program in one line of JSON, to a person in words.
struct DemoAnnouncement {
    var issuer: Issuer
    var data: DemoData
    var cloud: DemoCloud
    var inbox: InboxService.Settings
    var dataDirectory: String

    /// The JSON that scripts rely on.
    var json: JSONObject {
        [
            "issuer": .string(issuer.description), "users": .array(data.users.map(Self.json)),
            "clients": .array(data.clients.map(Self.json)), "api_url": .string(issuer.uri.origin),
            "inbox_url": .string(inbox.baseURL), "microsoft365": cloud.json,
            "imap": place(cloud.ports.imap), "smtp": place(cloud.ports.smtp), "pop": place(cloud.ports.pop),
            "ca_file": .string(cloud.emulator.authorityFile.path),
        ]
    }

    private func place(_ port: Int) -> JSONValue { .object(["host": "localhost", "port": .integer(Int64(port))]) }

    private static func json(_ person: DemoData.Person) -> JSONValue {
        .object([
            "username": .string(person.username), "password": .string(person.password),
            "administrator": .bool(person.administrator),
        ])
    }

    private static func json(_ application: DemoData.Application) -> JSONValue {
        var object: JSONObject = ["client_id": .string(application.clientID)]
        object["client_secret"] = application.clientSecret.map(JSONValue.string)
        object["grant_types"] = .strings(application.grantTypes)
        object["redirect_uris"] = .strings(application.redirectURIs)
        return .object(object)
    }

    /// Addresses, accounts, and three lines to copy.
    var text: String {
        let client = data.clients.first { $0.clientSecret != nil }
        let credentials = "\(client?.clientID ?? ""):\(client?.clientSecret ?? "")"
        let width = data.users.map(\.username.count).max() ?? 0
        let people = data.users.map { person in
            "  \(person.username.padding(toLength: width, withPad: " ", startingAt: 0))  \(person.password)\(person.administrator ? "  (administrator)" : "")"
        }
        return """

            Sallyport's demo is ready. Everything is on this computer only.

              Register an application   \(issuer.url("/applications"))
              Issuer                    \(issuer)
              Sample API                \(issuer.uri.origin)/api/me
              Inbox                     \(inbox.baseURL)
              Emulated Microsoft 365    \(cloud.emulator.base), IMAP on port \(cloud.ports.imap)

            Sign in as
            \(people.joined(separator: "\n"))

            Try it
              TOKEN=$(curl -s -u '\(credentials)' -d grant_type=client_credentials \(issuer.url("/token")) | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')
              curl -s -H "Authorization: Bearer $TOKEN" \(issuer.uri.origin)/api/messages
              curl -s \(issuer.openIDConfigurationURL)

            Administrators of the emulated organisations
            \(administrators.joined(separator: "\n"))
              The emulator's certificates are signed by \(cloud.emulator.authorityFile.path)

            Data is kept in \(dataDirectory). Ctrl-C stops.

            """
    }

    private var administrators: [String] {
        cloud.emulator.directory.tenants.flatMap(\.users).filter(\.isAdministrator).map { administrator in
            "  \(administrator.userPrincipalName)  \(administrator.password.revealed())"
        }
    }
}
