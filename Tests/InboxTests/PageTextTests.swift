import Foundation
import OAuthCore
import OAuthHummingbird
import Testing

@testable import Inbox

@Suite("The inbox's texts")
struct PageTextTests {
    @Test("every text that a template names is in the catalogue, and every text of ours is used")
    func templates() throws {
        let pages = try InboxPages()
        var used: Set<String> = []
        for (name, source) in InboxPages.templates {
            for piece in source.components(separatedBy: "{{t.").dropFirst() {
                let key = String(piece.prefix { $0 != "}" })
                #expect(pages.catalog.contains(key), "\(key) in \(name)")
                used.insert(key)
            }
        }
        let named = ["inbox.role.", "inbox.route.", "inbox.messages.no-", "inbox.way."]
        for key in pages.catalog.keys where key.hasPrefix("inbox.") && !key.hasSuffix(".title") {
            #expect(used.contains(key) || named.contains { key.hasPrefix($0) }, "\(key)")
        }
    }

    @Test("every role, way of reading and page has its texts")
    func named() throws {
        let catalog = try InboxPages().catalog
        for route in MailRoute.allCases {
            #expect(catalog.contains("inbox.route.\(route.rawValue)"))
            #expect(catalog.contains("inbox.route.\(route.rawValue)-hint"))
        }
        for role in [Access.Role.administrator, .operator] { #expect(catalog.contains("inbox.role.\(role.rawValue)")) }
        for way in [WayOn.start, .again("/"), .otherMailbox("/"), .inbox("/")] {
            #expect(catalog.contains("inbox.way.\(way.name)"))
        }
        for page in ["home", "tenant", "address", "messages", "message", "diagnosis", "failure"] {
            #expect(catalog.contains("inbox.\(page).title"))
        }
    }

    @Test("every error says what happened and what to do")
    func errors() throws {
        let catalog = try InboxPages().catalog
        let ids = Set(catalog.keys.filter { $0.hasPrefix("error.inbox.") }.map { $0.split(separator: ".")[2] })
        #expect(!ids.isEmpty)
        for id in ids {
            for part in ["title", "explanation", "next"] {
                #expect(catalog.contains("error.inbox.\(id).\(part)"))
            }
        }
    }

    @Test(
        "moments are written in UTC, for people and for machines",
        arguments: [
            (0, "1 Jan 1970, 00:00", "1970-01-01T00:00:00Z"),
            (1_795_000_000, "18 Nov 2026, 11:06", "2026-11-18T11:06:40Z"),
            (-1, "31 Dec 1969, 23:59", "1969-12-31T23:59:59Z"),
            (951_827_696, "29 Feb 2000, 12:34", "2000-02-29T12:34:56Z"),
        ])
    func moments(seconds: Int64, text: String, timestamp: String) throws {
        let time = UnixTime(seconds)
        #expect(try InboxPages().catalog.moment(time) == text)
        #expect(time.timestamp == timestamp)
    }
}
