@testable import MailProtocol
import Testing

@Suite("IMAP structures and the messages that they describe")
struct StructureTests {
    @Test(
        "the same is attached, whether the message is read or its structure",
        arguments: Fixture.languages + Fixture.structures)
    func attachments(_ fixture: Fixture) throws {
        let part = MIMEPart.parse(message(fixture.source))
        // What only the bytes tell: a multipart without its boundary is a text that a structure calls a multipart.
        guard part.allDefects.isDisjoint(with: [.boundaryNotFound, .missingBoundary]) else { return }
        var talk = try Talk.selected()
        let caused = talk.hear("* 1 FETCH (BODYSTRUCTURE \(Self.structure(of: part)))\n")
        let structure = try #require(caused.fetched.first?.structure, "\(caused)")
        let expected = Message(part, id: MessageID("1"), isRead: false)
        #expect(structure.attachments.map(\.id) == expected.attachments.map(\.id))
        #expect(structure.attachments.map(\.name) == expected.attachments.map(\.name))
        #expect(structure.attachments.map(\.isInline) == expected.attachments.map(\.isInline))
        #expect(structure.hasAttachments == expected.summary.hasAttachments)
    }

    /// What a server says of a part.
    private static func structure(of part: MIMEPart) -> String {
        let type = part.contentType
        let disposition = part.disposition.map {
            "(\(quoted($0.isInline ? "inline" : "attachment")) \(parameters($0.parameters)))"
        }
        switch part.content {
        case .multipart(let parts):
            return "(" + parts.map(structure).joined(separator: " ")
                + " \(quoted(type.subtype)) \(parameters(type.parameters)) \(disposition ?? "NIL") NIL)"
        case .message(let inner):
            let subject = inner.header.first("Subject").map { quoted($0.text) } ?? "NIL"
            return "(\(head(of: part)) (NIL \(subject) NIL NIL NIL NIL NIL NIL NIL NIL) \(structure(of: inner)) 3 "
                + "NIL \(disposition ?? "NIL"))"
        case .leaf:
            let lines = type.type == "text" ? " 3" : ""
            return "(\(head(of: part))\(lines) NIL \(disposition ?? "NIL"))"
        }
    }

    private static func head(of part: MIMEPart) -> String {
        let type = part.contentType
        let id = part.contentID.map { quoted("<\($0)>") } ?? "NIL"
        return "\(quoted(type.type)) \(quoted(type.subtype)) \(parameters(type.parameters)) \(id) NIL "
            + "\"base64\" \(part.body.count)"
    }

    private static func parameters(_ parameters: [String: String]) -> String {
        if parameters.isEmpty { return "NIL" }
        return "(" + parameters.map { "\(quoted($0)) \(quoted($1))" }.joined(separator: " ") + ")"
    }

    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}
