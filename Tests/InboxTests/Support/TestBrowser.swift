import Emulator
import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import OAuthCore
import OAuthHummingbird
import OAuthTesting
import Testing

@testable import Inbox

/// A browser with a person in it: cookies of the inbox and of the emulator, forms, and sign-ins from end to end.
final class TestBrowser {
    let world: World
    var cookies: [String: String] = [:]
    private var cloudCookies: [String: String] = [:]

    init(world: World) { self.world = world }

    // MARK: The inbox

    @discardableResult
    func get(_ path: String, headers: HTTPFields = [:]) async throws -> TestResponse {
        try await send(.get, path, headers: headers)
    }

    /// Posts a form of a page that this browser has open.
    @discardableResult
    func post(_ path: String, _ fields: FormFields = [:], from page: String = "/") async throws -> TestResponse {
        var fields = fields
        fields.append("csrf", try await get(page).hidden("csrf"))
        return try await send(.post, path, body: fields)
    }

    @discardableResult
    func send(
        _ method: HTTPRequest.Method, _ path: String, headers: HTTPFields = [:], body: FormFields? = nil
    ) async throws -> TestResponse {
        let response = try await Self.send(world.inbox, &cookies, method, path, headers, body)
        // A text whose parameter nobody filled in shows its name in braces.
        #expect(response.errorID == nil || !response.text.contains("&#123;"), "\(response.text)")
        return response
    }

    /// A person signs in as an operator.
    @discardableResult
    func signIn(_ username: String) async throws -> TestResponse {
        let away = try await get("/login").location
        let callback = try await world.authorizationServer.authorize(away, as: username)
        return try await get(Self.path(callback))
    }

    // MARK: The cloud

    /// What somebody does at the identity platform.
    enum Answer { case allow, deny }

    /// Where the identity platform's page posts to, and what.
    struct PostedAnswer {
        var action: String
        var fields: FormFields
    }

    /// Begins at the inbox, signs in and answers at the identity platform, and stops before its page posts the answer.
    func ask(
        as user: String, at start: String = "/connect", answering answer: Answer = .allow
    ) async throws -> PostedAnswer {
        let begun = try await post(start)
        #expect(begun.status == .seeOther)
        return try await answerAtCloud(begun.location, as: user, answering: answer)
    }

    func answerAtCloud(
        _ url: String, as user: String, answering answer: Answer = .allow
    ) async throws -> PostedAnswer {
        let path = Self.path(url)
        var page = try await cloud(.get, path)
        if page.text.contains("id=\"sign-in\"") {
            let password = try #require(world.cloud.directory.user(user)).user.password
            page = try await cloud(
                .post, path,
                [
                    "emulator_form": page.hidden("emulator_form"), "username": user,
                    "password": password.revealed(),
                ])
        }
        if page.text.contains("id=\"allow\"") {
            page = try await cloud(
                .post, path,
                ["emulator_form": page.hidden("emulator_form"), "decision": answer == .allow ? "allow" : "deny"])
        }
        #expect(page.text.contains("id=\"answer\""), "\(page.text)")
        return PostedAnswer(action: page.action, fields: page.hiddenFields)
    }

    private func cloud(
        _ method: HTTPRequest.Method, _ path: String, _ body: FormFields? = nil
    ) async throws -> TestResponse {
        try await Self.send(world.network.cloud, &cloudCookies, method, path, [:], body)
    }

    /// The identity platform's page posts the answer: from another site, so without the inbox's cookies.
    func deliver(_ answer: PostedAnswer) async throws -> TestResponse {
        #expect(answer.action == World.base + "/connect/callback")
        var none: [String: String] = [:]
        let response = try await Self.send(
            world.inbox, &none, .post, "/connect/callback",
            [.origin: "https://localhost:8443", .fetchSite: "cross-site"], answer.fields)
        #expect(none.isEmpty)
        return response
    }

    /// Posts the answer, and follows to the page that finishes.
    @discardableResult
    func finish(_ answer: PostedAnswer) async throws -> TestResponse {
        let kept = try await deliver(answer)
        guard kept.status == .seeOther else { return kept }
        return try await get(kept.location)
    }

    /// Connects an organisation, or signs its administrator in, from end to end.
    @discardableResult
    func connect(
        as user: String, at start: String = "/connect", answering answer: Answer = .allow
    ) async throws -> TestResponse {
        try await finish(try await ask(as: user, at: start, answering: answer))
    }

    // MARK: Requests

    private static func send(
        _ client: any TestClientProtocol, _ cookies: inout [String: String], _ method: HTTPRequest.Method,
        _ path: String, _ headers: HTTPFields, _ body: FormFields?
    ) async throws -> TestResponse {
        var headers = headers
        if !cookies.isEmpty { headers[.cookie] = cookies.map { "\($0)=\($1)" }.joined(separator: "; ") }
        if body != nil { headers[.contentType] = "application/x-www-form-urlencoded" }
        let response = try await client.execute(
            uri: path, method: method, headers: headers, body: body.map { ByteBuffer(string: $0.encoded()) }
        ) { $0 }
        for cookie in response.headers[values: .setCookie] {
            let pair = cookie.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            cookies[String(pair[0])] = cookie.contains("Max-Age=0") ? nil : String(pair[1])
        }
        return response
    }

    /// Path and query of an address.
    static func path(_ url: String) -> String {
        guard let uri = OAuthCore.URI(url) else { return url }
        return uri.path + (uri.query.map { "?" + $0 } ?? "")
    }
}

extension TestResponse {
    var text: String { String(buffer: body) }
    var location: String { headers[.location] ?? "" }
    /// The id of an error page.
    var errorID: String? {
        guard let start = text.range(of: "<code id=\"error-id\">") else { return nil }
        return String(text[start.upperBound...].prefix { $0 != "<" })
    }

    /// Where the last form is posted.
    var action: String { attribute("action", after: "<form ").map(Self.unescape) ?? "" }

    func hidden(_ name: String) -> String { hiddenFields[name] ?? "" }

    /// All hidden fields, in order; of a name that comes again, the first.
    var hiddenFields: FormFields {
        var fields = FormFields()
        for piece in text.components(separatedBy: "<input type=\"hidden\" name=\"").dropFirst() {
            let name = String(piece.prefix { $0 != "\"" })
            guard fields[name] == nil, let start = piece.range(of: "value=\"") else { continue }
            fields.append(name, Self.unescape(String(piece[start.upperBound...].prefix { $0 != "\"" })))
        }
        return fields
    }

    private func attribute(_ name: String, after opening: String) -> String? {
        guard let form = text.range(of: opening, options: .backwards),
            let start = text[form.upperBound...].range(of: "\(name)=\"")
        else { return nil }
        return String(text[start.upperBound...].prefix { $0 != "\"" })
    }

    private static func unescape(_ text: String) -> String {
        [("&quot;", "\""), ("&#34;", "\""), ("&#39;", "'"), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")]
            .reduce(text) { $0.replacing($1.0, with: $1.1) }
    }
}
