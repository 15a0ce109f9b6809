import ArgumentParser
import Foundation
import HTTPTypes
import OAuthClient
import OAuthCore

/// One call of an API with an account's token.
struct RequestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "request",
        abstract: "Call an API with an account's token; the body goes to standard output, the status to standard error."
    )

    @Argument(help: "The account's name.") var account: String
    @Argument(help: "The address; https, or http on loopback.") var url: String
    @Option(help: "The method. Default: GET, or POST with --data.") var method: String?
    @Option(help: "The body; @FILE for a file's content, @- for standard input.") var data: String?
    @Option(help: "The type of the body.") var contentType = "application/json"
    @Option(help: ArgumentHelp("A header field, as in \"Prefer: x\". Repeat for more.", valueName: "field"))
    var header: [String] = []
    @Option(help: ArgumentHelp("The API that the token is for.", valueName: "uri"))
    var resource: String?
    @Flag(help: "Send the token to any host, also to one that is none of the account's.")
    var unsafeAnyHost = false
    @OptionGroup var accounts: AccountOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard let url = URI(url), ["https", "http"].contains(url.scheme), !url.host.isEmpty, url.userInfo == nil else {
            throw ValidationError("\(url) is no https address.")
        }
        guard url.scheme == "https" || url.hostIsLoopback else {
            throw ValidationError("A token is not sent over plain http to \(url.host).")
        }
        if let method, HTTPRequest.Method(method.uppercased()) == nil {
            throw ValidationError("\(method) is no method.")
        }
        for field in header where Self.field(field) == nil {
            throw ValidationError("\"\(field)\" is no header field that can be set.")
        }
    }

    func run() async throws {
        let accounts = try await accounts.open()
        let account = try await accounts.require(account)
        guard let url = URI(url) else { throw CommandFailure("\(url) is no address.") }
        let connection = try AccountConnection(account, in: accounts, bodyLimit: 64 << 20)
        let route = account.route(to: url, resource: resource)
        guard route.isOwn || unsafeAnyHost else {
            throw CommandFailure(
                "\(url.origin) is none of the account's APIs, and could use its token elsewhere.",
                next: "Sign in with --api \(url.origin), or give --unsafe-any-host.")
        }
        let tokens = try await connection.tokens(TokenNeed(resource: route.resource))
        let response = try await send(to: url, with: tokens.accessToken, connection.environment)
        try show(response)
    }

    private func send(
        to url: URI, with token: Secret, _ environment: ClientEnvironment
    ) async throws -> TransportResponse {
        let body = try readBody()
        let name = method?.uppercased() ?? (body == nil ? "GET" : "POST")
        var request = HTTPRequest(HTTPRequest.Method(name) ?? .get, url)
        if body != nil { request.headerFields[.contentType] = contentType }
        for field in header.compactMap(Self.field) { request.headerFields[field.name] = field.value }
        request.headerFields[.authorization] = "Bearer " + token.revealed()
        do {
            return try await environment.transport.send(request, body: body ?? [])
        } catch {
            throw CommandFailure(ClientError.transport(error))
        }
    }

    private func readBody() throws -> [UInt8]? {
        guard let data else { return nil }
        guard data.hasPrefix("@") else { return Array(data.utf8) }
        if data == "@-" { return Array(FileHandle.standardInput.readDataToEndOfFile()) }
        do {
            return Array(try Data(contentsOf: URL(filePath: String(data.dropFirst()))))
        } catch {
            throw CommandFailure("\(data.dropFirst()) cannot be read: \(error.sentence)", next: "Check --data.")
        }
    }

    private func show(_ response: TransportResponse) throws {
        let status = response.head.status
        Terminal.error(PlainText.line("\(status.code) \(status.reasonPhrase)"))
        if output.json {
            let text = String(decoding: response.body, as: UTF8.self)
            var object: JSONObject = [
                "status": .integer(Int64(status.code)), "body": (try? JSONValue.parse(response.body)) ?? .string(text),
            ]
            object["content_type"] = response.head.headerFields[.contentType].map { .string($0) }
            Terminal.output(String(decoding: object.encoded(), as: UTF8.self))
        } else if Terminal.showsOutput {
            Terminal.output(PlainText.lines(String(decoding: response.body, as: UTF8.self)))
        } else {
            Terminal.output(bytes: response.body)
        }
        guard status.kind != .clientError, status.kind != .serverError else {
            throw CommandFailure("The API answered \(status.code).", next: Self.next(status))
        }
    }

    private static func next(_ status: HTTPResponse.Status) -> String? {
        switch status.code {
        case 401: "The token is not for this API: check --resource, and the account's scope."
        case 403: "The token may not do this: sign in with more --scope."
        case 404: "Check the address."
        case 429: "Wait, and try again."
        default: nil
        }
    }

    /// A header field; `nil` for what is none, and for those that this command sets itself.
    private static func field(_ text: String) -> HTTPField? {
        guard let colon = text.firstIndex(of: ":"), let name = HTTPField.Name(String(text[..<colon])) else {
            return nil
        }
        let value = text[text.index(after: colon)...].drop { $0 == " " }
        let reserved: Set<HTTPField.Name> = [.authorization, .contentLength, .transferEncoding, .connection]
        guard !reserved.contains(name), name.rawName.lowercased() != "host", HTTPField.isValidValue(String(value))
        else { return nil }
        return HTTPField(name: name, value: String(value))
    }
}
