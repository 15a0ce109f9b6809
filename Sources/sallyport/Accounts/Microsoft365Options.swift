import ArgumentParser
import Foundation
import HTTPTypes
import Microsoft365
import OAuthClient
import OAuthCore

/// Which tenant of which cloud.
struct Microsoft365Options: ParsableArguments {
    static let preset = "microsoft365"

    @Option(help: "The tenant: its id or domain, or common, organizations, consumers.")
    var tenant: String?
    @OptionGroup var cloud: CloudOptions

    var isGiven: Bool { tenant != nil || cloud.cloud != nil }

    func validate() throws {
        guard let tenant else { return }
        do { _ = try Authority.parse(tenant) } catch { throw ValidationError(PlainText.sentence("\(error)")) }
    }

    /// The tenant of the cloud. A domain is looked up, since it may pass to others, and its tenant's id does not.
    func service(clientID: String, _ environment: ClientEnvironment) async throws -> Account.Service {
        let cloud = try await cloud.load(environment)
        let authority = try Authority.named(tenant ?? "organizations")
        guard case .domain(let domain) = authority else {
            return .microsoft365(cloud, tenant: authority.pathSegment)
        }
        let app = Microsoft365App(
            RegisteredApp(clientID: clientID, credential: nil, cloud: cloud), environment: environment)
        do throws(Microsoft365Error) {
            return .microsoft365(cloud, tenant: try await app.tenant(of: domain).description)
        } catch {
            throw CommandFailure(error)
        }
    }
}

/// Which of Microsoft's clouds, or of those that look like one.
struct CloudOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The cloud: its name, or the address or file of its description.", valueName: "cloud"))
    var cloud: String?

    func load(_ environment: ClientEnvironment) async throws(CommandFailure) -> Cloud {
        guard let text = cloud else { return .worldwide }
        if let known = Cloud.named(text) { return known }
        let description: [UInt8]
        if text.contains("://") {
            description = try await fetch(text, environment)
        } else if FileManager.default.fileExists(atPath: text) {
            description = try Files.read(text, option: "--cloud")
        } else {
            let names = Cloud.all.map(\.name).joined(separator: ", ")
            throw CommandFailure(
                "There is no cloud \(PlainText.line(text)).",
                next: "There are \(names); or give the address or file of a description.")
        }
        do { return try Cloud.parse(description) } catch {
            throw CommandFailure(PlainText.sentence("\(text): \(error)"), next: "Check --cloud.")
        }
    }

    /// The description at an address, or at `/cloud.json` of a host.
    private func fetch(_ text: String, _ environment: ClientEnvironment) async throws(CommandFailure) -> [UInt8] {
        let isHost = URI(text).map { $0.path.isEmpty || $0.path == "/" } ?? false
        let address = isHost ? (text.hasSuffix("/") ? text : text + "/") + "cloud.json" : text
        guard let url = URI(address), url.scheme == "https" || url.scheme == "http" && url.hostIsLoopback else {
            throw CommandFailure("\(PlainText.line(text)) is no https address.", next: "Check --cloud.")
        }
        do throws(TransportError) {
            let response = try await environment.transport.send(
                HTTPRequest(.get, url, headerFields: [.accept: "application/json"]), body: [])
            guard response.head.status == .ok else {
                throw .refusedURL(reason: "\(address) answered \(response.head.status.code)")
            }
            return response.body
        } catch {
            throw CommandFailure(ClientError.transport(error))
        }
    }
}
