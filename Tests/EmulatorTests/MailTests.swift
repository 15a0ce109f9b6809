import MailProtocol
import OAuthCore
import Testing

@testable import Emulator

@Suite("Mail of the emulated platform")
struct MailTests {
    private static let address = "megan@contoso.example"
    private static let mailbox = MailStore([address: SampleMail.messages(for: address)])[address] ?? []

    private func ask(_ path: String, _ fields: FormFields = [:], _ api: MailAPI = .graph) throws -> JSONObject {
        let cloud = try Fixture.cloud()
        let owner = try #require(cloud.directory.user(Self.address)).user
        let request = MailRequest(
            api: api, url: "https://localhost:8443/graph/v1.0/\(path)", path: try #require(MailPath.parse(path)),
            fields: fields, prefersText: false)
        guard case .json(let object) = try request.answer(Self.mailbox, owner: owner, base: Fixture.base) else {
            Issue.record("not JSON")
            return [:]
        }
        return object
    }

    @Test("there are at least forty samples, newest first, each with a sender's text")
    func samples() {
        #expect(Self.mailbox.count >= 40)
        #expect(Self.mailbox.map(\.receivedAt) == Self.mailbox.map(\.receivedAt).sorted(by: >))
        #expect(Set(Self.mailbox.map(\.id)).count == Self.mailbox.count)
        let subjects = Self.mailbox.map(\.summary.subject)
        for text in ["Запрошення на нараду у вівторок", "会議の資料について", "회의 일정 변경 안내", "Grüße aus München", ""] {
            #expect(subjects.contains(text), "\(text)")
        }
        let empty = Self.mailbox.filter {
            Message(MIMEPart.parse($0.bytes[...]), id: $0.summary.id, isRead: true).body.text.isEmpty
        }
        #expect(empty.isEmpty, "\(empty.map(\.summary.subject))")
    }

    @Test(
        "both spellings of a path name the same",
        arguments: [
            ("users/a@b.example/mailFolders/inbox/messages", "Users('a%40b.example')/Folders('Inbox')/Messages"),
            ("users/a%40b.example/messages/x", "users('a@b.example')/messages('x')"),
            ("me/messages/x/attachments/2", "me/Messages('x')/Attachments('2')"),
        ])
    func spellings(one: String, other: String) {
        #expect(MailPath.parse(one) != nil)
        #expect(MailPath.parse(one) == MailPath.parse(other))
    }

    @Test("paging by nextLink sees every message once")
    func paging() throws {
        var seen: [String] = []
        var fields: FormFields = ["$top": "7", "$select": "subject,receivedDateTime"]
        for _ in 0..<20 {
            let page = try ask("users/\(Self.address)/mailFolders/inbox/messages", fields)
            seen += (page["value"]?.array ?? []).compactMap { $0.object?["id"]?.string }
            guard let next = page["@odata.nextLink"]?.string else { break }
            fields = try FormFields.parse(query: String(try #require(next.split(separator: "?").last)))
        }
        #expect(seen == Self.mailbox.map(\.id))
    }

    @Test("$select limits what comes, in the names of each API")
    func select() throws {
        let graph = try ask("users/\(Self.address)/messages", ["$select": "subject,from", "$top": "1"])
        #expect(graph["value"]?.array?.first?.object?.members.map(\.name) == ["@odata.etag", "id", "subject", "from"])
        let outlook = try ask(
            "Users('\(Self.address)')/Messages", ["$select": "Subject,DateTimeReceived", "$top": "1"], .outlook)
        #expect(
            outlook["value"]?.array?.first?.object?.members.map(\.name)
                == ["@odata.etag", "@odata.id", "Id", "Subject", "DateTimeReceived"])
    }

    @Test(
        "$filter works on sender and subject",
        arguments: [
            ("from/emailAddress/address eq 'nora@adatum.example'", 4), ("contains(subject,'archive')", 3),
            ("subject eq 'moving the archive'", 1),
            ("from/emailAddress/address eq 'nora@adatum.example' and startswith(subject,'re: ')", 1),
            ("contains(subject,'it''s')", 0),
        ])
    func filter(text: String, count: Int) throws {
        let page = try ask("me/messages", ["$filter": text, "$top": "50"])
        #expect(page["value"]?.array?.count == count)
    }

    @Test("$orderby sorts")
    func order() throws {
        let page = try ask("me/messages", ["$orderby": "receivedDateTime asc", "$top": "3"])
        let ids = page["value"]?.array?.compactMap { $0.object?["id"]?.string }
        #expect(ids == Self.mailbox.reversed().prefix(3).map(\.id))
    }

    @Test(
        "malformed queries are refused",
        arguments: [
            ("$top", "0"), ("$top", "1001"), ("$top", "x"), ("$skip", "-1"), ("$skip", "9223372036854775807"),
            ("$select", "nothing"),
            ("$filter", "subject eq"), ("$filter", "'"), ("$filter", "body eq 'x'"), ("$orderby", "body"),
            ("$search", "x"),
        ])
    func malformed(name: String, value: String) {
        let error = #expect(throws: MailError.self) { try ask("me/messages", [name: value]) }
        #expect(error?.status == 400)
    }

    @Test("attachments come with their bytes")
    func attachments() throws {
        let invoice = try #require(Self.mailbox.first { $0.summary.subject.hasPrefix("Invoice") })
        let list = try ask("me/messages/\(invoice.id)/attachments")
        let first = try #require(list["value"]?.array?.first?.object)
        #expect(first["name"] == "invoice-2026-1104.pdf" && first["contentType"] == "application/pdf")
        let id = try #require(first["id"]?.string)
        #expect(
            try ask("me/messages/\(invoice.id)/attachments/\(id)")["contentBytes"]?.string?.hasPrefix("JVBERi") == true)
        let error = #expect(throws: MailError.self) { try ask("me/messages/nothing") }
        #expect(error?.code == "ErrorItemNotFound")
    }

    @Test("an application may ask four times at once, and ten thousand times in ten minutes")
    func throttling() {
        let throttle = Throttle()
        for _ in 0..<4 { #expect(throttle.begin("k", now: Fixture.now) == nil) }
        #expect(throttle.begin("k", now: Fixture.now) == 1)
        #expect(throttle.begin("other", now: Fixture.now) == nil)
        throttle.end("k")
        for _ in 4..<10_000 {
            #expect(throttle.begin("k", now: Fixture.now) == nil)
            throttle.end("k")
        }
        #expect(throttle.begin("k", now: Fixture.now + 60) == 540)
        #expect(throttle.begin("k", now: Fixture.now + 600) == nil)
    }
}
