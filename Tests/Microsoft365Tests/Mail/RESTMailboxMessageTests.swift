import HTTPTypes
import MailProtocol
import OAuthCore
import OAuthTesting
import Testing

@testable import Microsoft365

@Suite("One message and its attachments over REST")
struct RESTMailboxMessageTests {
    static let id = MessageID("AAMk1=")
    static let escapedID = "AAMk1%3D"

    static func message(_ body: JSONValue, hasAttachments: JSONValue = false) -> JSONObject {
        [
            "id": "AAMk1=", "subject": "Hello", "isRead": false, "from": recipient("Grace", "grace@contoso.example"),
            "receivedDateTime": "2026-01-02T03:04:05Z", "sentDateTime": "2026-01-02T03:04:00Z", "body": body,
            "hasAttachments": hasAttachments,
            "toRecipients": .array([recipient("Ada", "ada@contoso.example"), .null, recipient(.null, "b@x.example")]),
            "ccRecipients": .array([recipient("C", "")]), "replyTo": .null,
        ]
    }

    static func body(_ type: JSONValue, _ content: JSONValue) -> JSONValue {
        .object(["contentType": type, "content": content])
    }

    @Test("has everything that a page shows, and stays unread", arguments: Service.allCases)
    func everything(_ service: Service) async throws {
        let fixture = MailFixture(service)
        let type: JSONValue = service == .graph ? "html" : "HTML"
        fixture.on(fixture.path(Self.escapedID), Self.message(Self.body(type, "<p>Gr&uuml;&szlig;e</p>")))
        let message = try await fixture.mailbox().message(Self.id)
        #expect(message.summary.id == Self.id && message.summary.subject == "Hello" && !message.summary.isRead)
        #expect(message.body == MessageBody(html: "<p>Gr&uuml;&szlig;e</p>"))
        #expect(message.body.text == "Grüße")
        #expect(message.to.map(\.address) == ["ada@contoso.example", "b@x.example"])
        #expect(message.cc == [MailAddress(name: "C", address: "")] && message.replyTo.isEmpty)
        #expect(message.sentAt == UnixTime(1_767_323_040))
        #expect(message.attachments.isEmpty)
        // Reading is one GET; nothing marks the message.
        #expect(fixture.requests.map(\.head.method) == [.get])
        #expect(fixture.requests[0].head.path?.contains(service == .graph ? "sentDateTime" : "DateTimeSent") == true)
    }

    @Test(
        "plain, missing and broken bodies are texts",
        arguments: [
            (body("text", "a\r\nb"), "a\nb"), (body("Text", "<b>"), "<b>"), (.null, ""), (body(.null, .null), ""),
            (body(7, .array([])), ""), ("text", ""),
        ] as [(JSONValue, String)])
    func texts(_ body: JSONValue, _ text: String) async throws {
        for service in Service.allCases {
            let fixture = MailFixture(service)
            fixture.on(fixture.path(Self.escapedID), Self.message(body))
            #expect(try await fixture.mailbox().message(Self.id).body == MessageBody(text: text))
        }
    }

    @Test("a text beyond the limit is cut and marked", arguments: Service.allCases)
    func cut(_ service: Service) async throws {
        let fixture = MailFixture(service)
        fixture.on(fixture.path(Self.escapedID), Self.message(Self.body("text", "äöü")))
        let options = RESTMailboxOptions(limits: MIMELimits(textBytes: 4))
        let body = try await fixture.mailbox(options: options).message(Self.id).body
        #expect(body == MessageBody(text: "äö", isTruncated: true))
    }

    @Test(
        "an identifier that none of the service's can be is not asked for",
        arguments: [
            "", ".", "..", "a/../b", "a?b", "a#b", "a%2e", "$value", "ä", "a b", "a\n",
            String(repeating: "a", count: 1_025),
        ])
    func identifiers(_ id: String) async {
        let fixture = MailFixture(.graph)
        let mailbox = fixture.mailbox()
        let message = await mailError { () async throws(MailboxError) in try await mailbox.message(MessageID(id)) }
        #expect(message?.kind == .messageNotFound)
        let attachment = await mailError { () async throws(MailboxError) in
            try await mailbox.attachment(AttachmentID(id), of: Self.id)
        }
        #expect(attachment?.kind == .messageNotFound)
        #expect(fixture.transport.requests.isEmpty)
    }

    static let file: JSONObject = [
        "@odata.type": "#microsoft.graph.fileAttachment", "id": "F1=", "name": "../grü.bin",
        "contentType": "image/png", "size": 10, "isInline": true, "contentId": "<x@y>",
        "contentBytes": "AAECAwQFBgcICQ==",
    ]
    static let item: JSONObject = [
        "@odata.type": "#Microsoft.OutlookServices.ItemAttachment", "id": "I1=", "name": "Lunch?", "contentType": .null,
        "size": -1, "isInline": true,
    ]
    static let reference: JSONObject = [
        "@odata.type": "#microsoft.graph.referenceAttachment", "id": "R1=", "name": "plan.docx", "contentType": "x",
    ]

    @Test("lists files, items and links, without their bytes", arguments: Service.allCases)
    func attachments(_ service: Service) async throws {
        let fixture = MailFixture(service)
        fixture.on(fixture.path(Self.escapedID), Self.message(Self.body("text", ""), hasAttachments: true))
        let path = fixture.path(Self.escapedID, "/attachments")
        let link = "\(service.base)\(path)?$skip=2"
        fixture.on(path, fixture.list([.object(Self.file), .object(Self.item), .null, .object([:])], next: link))
        fixture.on(path, fixture.list([.object(Self.reference)]))
        let attachments = try await fixture.mailbox().message(Self.id).attachments
        #expect(attachments.map(\.id.rawValue) == ["F1=", "I1=", "R1="])
        #expect(attachments.map(\.name) == ["grü.bin", "Lunch_.eml", "plan.docx"])
        #expect(
            attachments.map(\.contentType.description) == ["image/png", "message/rfc822", "application/octet-stream"])
        #expect(attachments.map(\.size) == [10, nil, nil])
        #expect(attachments.map(\.isInline) == [true, false, false])
        #expect(attachments[0].contentID == "x@y")
        let query = fixture.requests[1].head.path?.split(separator: "?").last
        #expect(
            query
                == (service == .graph
                    ? "$select=id,name,contentType,size,isInline,microsoft.graph.fileAttachment/contentId"
                    : "$select=Id,Name,ContentType,Size,IsInline,Microsoft.OutlookServices.FileAttachment/ContentId"))
    }

    @Test("pictures inside the text are listed although the service counts no attachments", arguments: Service.allCases)
    func pictures(_ service: Service) async throws {
        let fixture = MailFixture(service)
        fixture.on(fixture.path(Self.escapedID), Self.message(Self.body("html", "<img src='cid:x@y'>")))
        fixture.on(fixture.path(Self.escapedID, "/attachments"), fixture.list([.object(Self.file)]))
        let message = try await fixture.mailbox().message(Self.id)
        #expect(message.attachments.map(\.contentID) == ["x@y"])
        #expect(!message.summary.hasAttachments)
    }

    @Test("a service that selects no properties of attachments is asked for all", arguments: Service.allCases)
    func unselected(_ service: Service) async throws {
        let fixture = MailFixture(service)
        fixture.on(fixture.path(Self.escapedID), Self.message(Self.body("text", ""), hasAttachments: true))
        let path = fixture.path(Self.escapedID, "/attachments")
        let refusal: JSONObject = ["error": .object(["code": "RequestBroker--ParseUri", "message": "x"])]
        fixture.transport.on(path, status: .badRequest, json: refusal)
        fixture.on(path, fixture.list([.object(Self.file)]))
        #expect(try await fixture.mailbox().message(Self.id).attachments.map(\.id.rawValue) == ["F1="])
        #expect(fixture.requests.last?.head.path == path)
        guard service == .graph else { return }
        fixture.transport.on(path + "/F1%3D", status: .badRequest, json: refusal)
        fixture.on(path + "/F1%3D", Self.file)
        let bytes = try await fixture.mailbox().attachment(AttachmentID("F1="), of: Self.id).bytes
        #expect(bytes == Array(0...9))
    }

    @Test("a link among attachments that leads elsewhere is not followed", arguments: Service.allCases)
    func hostileAttachmentLinks(_ service: Service) async {
        for link in [
            "https://evil.test/x?y", "\(service.base)\(MailFixture(service).path("AAMk2%3D", "/attachments"))?x",
        ] {
            let fixture = MailFixture(service)
            fixture.on(fixture.path(Self.escapedID), Self.message(Self.body("text", ""), hasAttachments: true))
            fixture.on(fixture.path(Self.escapedID, "/attachments"), fixture.list([], next: link))
            let mailbox = fixture.mailbox()
            let error = await mailError { () async throws(MailboxError) in try await mailbox.message(Self.id) }
            #expect(error?.kind == .malformedAnswer)
            #expect(fixture.requests.count == 2)
        }
    }

    private func content(
        _ object: JSONObject, raw: String?, _ service: Service, _ options: RESTMailboxOptions? = nil
    ) async throws(MailboxError) -> AttachmentContent {
        let fixture = MailFixture(service)
        fixture.on(fixture.path(Self.escapedID, "/attachments/X%3D"), object)
        if let raw {
            fixture.transport.on(fixture.path(Self.escapedID, "/attachments/X%3D/$value"), .response(.text(raw)))
        }
        return try await fixture.mailbox(options: options).attachment(AttachmentID("X="), of: Self.id)
    }

    @Test("a file's bytes come raw from Graph and as base64 from Outlook")
    func files() async throws {
        var described = Self.file
        described["contentBytes"] = nil
        #expect(try await content(described, raw: "raw bytes", .graph).bytes == Array("raw bytes".utf8))
        // Bytes that came unasked are not fetched again.
        #expect(try await content(Self.file, raw: nil, .graph).bytes == Array(0...9))
        #expect(try await content(Self.file, raw: nil, .outlook).bytes == Array(0...9))
    }

    @Test("an item's bytes are a message, an appointment or a person", arguments: Service.allCases)
    func items(_ service: Service) async throws {
        let message = try await content(Self.item, raw: "Subject: x\r\n\r\ny", service).attachment
        #expect(message.name == "Lunch_.eml" && message.contentType.description == "message/rfc822")
        let event = try await content(Self.item, raw: "BEGIN:VCALENDAR\r\n", service).attachment
        #expect(event.name == "Lunch_.ics" && event.contentType.description == "text/calendar")
        let person = try await content(Self.item, raw: "BEGIN:VCARD\r\n", service).attachment
        #expect(person.name == "Lunch_.vcf" && person.contentType.description == "text/vcard")
    }

    @Test("a link to a file has no bytes", arguments: Service.allCases)
    func references(_ service: Service) async {
        let error = await mailError { () async throws(MailboxError) in
            try await content(Self.reference, raw: "x", service)
        }
        #expect(error?.kind == .messageNotFound && error?.remedy != nil)
    }

    @Test("what is larger than the limit is refused, by its size before it is fetched", arguments: Service.allCases)
    func tooLarge(_ service: Service) async {
        let options = RESTMailboxOptions(limits: MIMELimits(attachmentBytes: 9))
        var announced = Self.file
        announced["size"] = 9_000_000
        let calls: [(JSONObject, String?)] = [(Self.file, "0123456789"), (announced, nil), (Self.item, "0123456789")]
        for (object, raw) in calls {
            let error = await mailError { () async throws(MailboxError) in
                try await content(object, raw: raw, service, options)
            }
            #expect(error?.kind == .tooLarge)
        }
    }

    @Test("any limit may be set", arguments: Service.allCases)
    func anyLimit(_ service: Service) async throws {
        let options = RESTMailboxOptions(limits: MIMELimits(attachmentBytes: .max), answerBytes: .max)
        #expect(try await content(Self.file, raw: nil, service, options).bytes == Array(0...9))
    }

    @Test(
        "bytes that are no base64 make no sense",
        arguments: ["A", "AA=", "AA==AA==", "A A=", "äöü="] as [JSONValue] + [.null, 7])
    func brokenBase64(_ text: JSONValue) async {
        var file = Self.file
        file["contentBytes"] = text
        let error = await mailError { () async throws(MailboxError) in try await content(file, raw: nil, .outlook) }
        #expect(error?.kind == .malformedAnswer)
    }
}
