import OAuthCore
import Testing

@testable import MailProtocol

/// A client's session and a server's, each fed with what the other sends.
private struct BothSides {
    var client = IMAPSession()
    var server: IMAPServerSession
    let login: IMAPServerLogin
    private(set) var events: [IMAPEvent] = []
    private(set) var closed: IMAPCloseReason?
    /// How many bytes travel at once.
    var step = Int.max

    init(_ persona: IMAPServerPersona, login: IMAPServerLogin) {
        server = IMAPServerSession(persona: persona)
        self.login = login
        serve(server.begin())
    }

    mutating func ask(_ command: IMAPCommand, _ pipelining: IMAPPipelining = .whenSafe) throws -> [IMAPEvent] {
        events = []
        perform(try client.submit(command, pipelining).actions)
        return events
    }

    mutating func perform(_ actions: [IMAPAction]) {
        for action in actions {
            switch action {
            case .write(let bytes): deliver(bytes)
            case .writeSecret(let secret): deliver(secret.withBytes { Array($0) })
            case .event(let event): events.append(event)
            case .close(let reason): closed = reason
            case .startTLS, .startCompression: break
            }
        }
    }

    private mutating func deliver(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = rest.prefix(step)
            rest = rest.dropFirst(piece.count)
            serve(server.receive(piece))
        }
    }

    mutating func serve(_ actions: [IMAPServerAction]) {
        for action in actions {
            switch action {
            case .send(let bytes):
                var rest = bytes[...]
                while !rest.isEmpty {
                    let piece = rest.prefix(step)
                    rest = rest.dropFirst(piece.count)
                    perform(client.receive(Array(piece)))
                }
            case .verify: serve(server.finishLogin(login))
            case .resume: serve(server.resume())
            case .close: break
            }
        }
    }
}

@Suite("The client's and the server's side of IMAP in conversation")
struct BothSidesTests {
    private static func credentials() throws -> SASLCredentials {
        try SASLCredentials(.xoauth2, user: "megan@contoso.example", token: Secret("token"))
    }

    private static let personas: [IMAPServerPersona] = [.exchange(host: "mail.example"), .gmail]

    private static func isDone(_ events: [IMAPEvent]) -> Bool {
        if case .completed(_, let status)? = events.last { status.condition == .ok } else { false }
    }

    private static func fetched(_ events: [IMAPEvent]) -> [IMAPFetch] {
        events.compactMap { if case .response(.fetch(let fetch)) = $0 { fetch } else { nil } }
    }

    @Test("mail is listed and read, in pieces of any size", arguments: personas, [1, 5, 10_000])
    func reading(persona: IMAPServerPersona, step: Int) throws {
        let account = MemoryAccount([IMAPServerSessionTests.simple, IMAPServerSessionTests.mixed])
        var both = BothSides(persona, login: .accepted(account))
        both.step = step
        _ = try both.ask(.capability)
        #expect(Self.isDone(try both.ask(.authenticate(try Self.credentials()))))
        let folders = try both.ask(.list(IMAPList())).compactMap { event in
            if case .response(.list(let entry)) = event { entry.name.text } else { nil }
        }
        #expect(folders == ["INBOX", "Sent Items", "Entwürfe & mehr", "a/b"])
        #expect(Self.isDone(try both.ask(.select(IMAPSelect(.inbox)))))
        guard case .selected(let mailbox) = both.client.state else { return #expect(Bool(false)) }
        #expect(mailbox.exists == 2 && mailbox.uidValidity == 100 && mailbox.uidNext == 3)
        let messages = Self.fetched(
            try both.ask(.fetch(IMAPFetchRequest(.all, .uid, IMAPFetchRequest.summary))))
        #expect(messages.map(\.uid) == [1, 2])
        #expect(messages.first?.internalDate == UnixTime(837_571_465))
        #expect(messages.allSatisfy { $0.envelope != nil && $0.structure != nil && $0.size != nil })
        let whole = Self.fetched(
            try both.ask(.fetch(IMAPFetchRequest(.one(2), .uid, [.section(.message)]))))
        let bytes = whole.first?.content(of: .message)?.bytes
        #expect(bytes.map(Array.init) == MemoryAccount.wire(IMAPServerSessionTests.mixed))
        #expect(Self.isDone(try both.ask(.search(IMAPSearch(.subject("grüße"))))))
        _ = try both.ask(.logout)
        #expect(both.closed == .loggedOut)
    }

    @Test("messages are added, flagged and moved", arguments: personas)
    func changing(persona: IMAPServerPersona) throws {
        let account = MemoryAccount([])
        var both = BothSides(persona, login: .accepted(account))
        _ = try both.ask(.capability)
        _ = try both.ask(.authenticate(try Self.credentials()))
        _ = try both.ask(.capability)
        let message = MemoryAccount.wire(IMAPServerSessionTests.simple)
        let folder = IMAPMailboxName("Entwürfe & mehr")
        #expect(Self.isDone(try both.ask(.append(IMAPAppend(to: folder, flags: [.draft], message: message)))))
        #expect(Self.isDone(try both.ask(.select(IMAPSelect(folder, access: .readWrite)))))
        #expect(Self.isDone(try both.ask(.store(IMAPStore(.all, .uid, .add([.flagged]))))))
        #expect(account.contents(of: folder.text)?.messages.first?.flags == ["\\Draft", "\\Flagged"])
        #expect(Self.isDone(try both.ask(.move(.all, .uid, to: .inbox))))
        #expect(account.contents(of: folder.text)?.messages.isEmpty == true)
        #expect(account.message(1, in: "INBOX") == message)
    }

    @Test("a token that is refused ends in a refusal, with a reason where one is given", arguments: personas)
    func refused(persona: IMAPServerPersona) throws {
        var both = BothSides(persona, login: .refused)
        _ = try both.ask(.capability)
        let events = try both.ask(.authenticate(try Self.credentials()))
        guard case .completed(_, let status)? = events.last else { return #expect(Bool(false)) }
        #expect(status.condition == .no)
        let reasons = events.filter { if case .loginRefused = $0 { true } else { false } }
        #expect(reasons.count == (persona.challenge == nil ? 0 : 1))
    }
}
