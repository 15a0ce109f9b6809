import HTTPTypes
import MailProtocol
import OAuthClient
import OAuthCore
import OAuthTesting
import Synchronization
import Testing

@testable import Microsoft365

@Suite("Limits of the mail services")
struct MailTrafficTests {
    private func throttled(after seconds: String) -> ScriptedTransport.Answer {
        var response = TransportResponse.json(
            ["error": .object(["code": "ApplicationThrottled"])], status: .tooManyRequests)
        response.head.headerFields[.retryAfter] = seconds
        return .response(response)
    }

    private func lane(_ fixture: MailFixture, _ address: String = MailFixture.address) -> MailTraffic.Lane? {
        guard let base = URI(fixture.service.base) else { return nil }
        return MailboxLocation(base: base, dialect: fixture.service.dialect, address: address).map {
            MailTraffic.Lane(mailbox: $0.key, tokens: fixture.session.key)
        }
    }

    @Test("a mailbox that throttles is left alone until the time it named", arguments: Service.allCases)
    func heldBack(_ service: Service) async throws {
        let fixture = MailFixture(service)
        let traffic = MailTraffic(environment: fixture.environment)
        fixture.transport.on(fixture.inbox, throttled(after: "20"))
        fixture.on(fixture.inbox, fixture.list([]))
        let other = "\(fixture.root("eve%40contoso.example"))/\(service.folder)/inbox/messages"
        fixture.on(other, fixture.list([]))
        func mailbox(_ address: String = MailFixture.address) -> any Mailbox {
            fixture.mailbox(address, options: RESTMailboxOptions(traffic: traffic))
        }
        let first = await mailError { () async throws(MailboxError) in try await mailbox().newestMessages(1) }
        #expect(first?.kind == .throttled(retryAfter: 20) && first?.code == "ApplicationThrottled")
        fixture.clock.advance(by: 5)
        // Another value for the same mailbox knows it too, in whatever case its address is written.
        let again = mailbox("ADA@contoso.example")
        let second = await mailError { () async throws(MailboxError) in try await again.newestMessages(1) }
        #expect(second?.kind == .throttled(retryAfter: 15))
        #expect(fixture.requests.count == 1)
        _ = try await mailbox("eve@contoso.example").newestMessages(1)
        fixture.clock.advance(by: 15)
        _ = try await mailbox().newestMessages(1)
        #expect(fixture.requests.count == 3)
        #expect(traffic.laneCount == 0)
    }

    @Test("waits as long as it was asked to, within its limit", arguments: Service.allCases)
    func waits(_ service: Service) async throws {
        let fixture = MailFixture(service)
        fixture.transport.on(fixture.inbox, throttled(after: "3"))
        fixture.transport.on(fixture.inbox, throttled(after: "0"))
        fixture.on(fixture.inbox, fixture.list([entry(1)]))
        let sleeps = Mutex<[Seconds]>([])
        let options = RESTMailboxOptions(
            throttling: .wait(limit: 4) { duration in
                sleeps.withLock { $0.append(duration) }
                fixture.clock.advance(by: duration)
            }, traffic: MailTraffic(environment: fixture.environment))
        #expect(try await fixture.mailbox(options: options).newestMessages(1).messages.count == 1)
        #expect(sleeps.withLock { $0 } == [3, 1])
        #expect(fixture.requests.count == 3)
    }

    @Test("without a clock the service is asked each time, and requests have no name", arguments: Service.allCases)
    func withoutEnvironment(_ service: Service) async {
        let fixture = MailFixture(service)
        fixture.transport.on(fixture.inbox, throttled(after: "20"))
        let mailbox = fixture.mailbox(options: RESTMailboxOptions())
        for _ in 0..<2 {
            let error = await mailError { () async throws(MailboxError) in try await mailbox.newestMessages(1) }
            #expect(error?.kind == .throttled(retryAfter: 20))
        }
        #expect(fixture.requests.count == 2)
        #expect(fixture.requests.allSatisfy { $0.header("client-request-id") == nil })
    }

    @Test("reports what would take longer than its limit in all")
    func reports() async {
        let fixture = MailFixture(.graph)
        fixture.transport.on(fixture.inbox, throttled(after: "3"))
        let sleeps = Mutex(0)
        let options = RESTMailboxOptions(
            throttling: .wait(limit: 5) { duration in
                sleeps.withLock { $0 += 1 }
                fixture.clock.advance(by: duration)
            })
        let mailbox = fixture.mailbox(options: options)
        let error = await mailError { () async throws(MailboxError) in try await mailbox.newestMessages(1) }
        #expect(error?.kind == .throttled(retryAfter: 3))
        #expect(sleeps.withLock { $0 } == 1 && fixture.requests.count == 2)
    }

    @Test("who is cancelled while waiting is told so")
    func cancelledSleep() async {
        let fixture = MailFixture(.graph)
        fixture.transport.on(fixture.inbox, throttled(after: "3"))
        let mailbox = fixture.mailbox(
            options: RESTMailboxOptions(throttling: .wait(limit: 5) { _ in throw CancellationError() }))
        let error = await mailError { () async throws(MailboxError) in try await mailbox.newestMessages(1) }
        #expect(error?.kind == .cancelled)
    }

    @Test("asks one mailbox at most four times at once, and many mailboxes together")
    func fourAtOnce() async throws {
        let fixture = MailFixture(.graph)
        let traffic = MailTraffic(environment: fixture.environment)
        let options = RESTMailboxOptions(traffic: traffic)
        fixture.on(fixture.inbox, fixture.list([]))
        let lane = try #require(self.lane(fixture))
        _ = try await fixture.session.accessToken()
        fixture.transport.hold()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 {
                group.addTask { _ = try await fixture.mailbox(options: options).newestMessages(1) }
            }
            while traffic.waiterCount(lane) < 16 || fixture.requests.count < 4 { await Task.yield() }
            #expect(fixture.requests.count == 4)
            fixture.transport.release()
            try await group.waitForAll()
        }
        #expect(fixture.requests.count == 20)
        #expect(traffic.laneCount == 0)
    }

    @Test("who is cancelled while waiting for a turn leaves, and takes nobody's turn")
    func cancelledWaiter() async throws {
        let fixture = MailFixture(.graph)
        let traffic = MailTraffic(environment: fixture.environment)
        let lane = try #require(self.lane(fixture))
        for _ in 0..<MailTraffic.mostAtOnce { #expect(await traffic.enter(lane)) }
        let waiting = Task { await traffic.enter(lane) }
        while traffic.waiterCount(lane) < 1 { await Task.yield() }
        waiting.cancel()
        #expect(await waiting.value == false)
        let next = Task { await traffic.enter(lane) }
        while traffic.waiterCount(lane) < 1 { await Task.yield() }
        traffic.leave(lane)
        #expect(await next.value)
        for _ in 0..<MailTraffic.mostAtOnce { traffic.leave(lane) }
        #expect(traffic.laneCount == 0)
    }

    @Test("one session serves 200 mailboxes with one token", arguments: Service.allCases)
    func batch(_ service: Service) async throws {
        let fixture = MailFixture(service)
        let options = RESTMailboxOptions()
        let addresses = (0..<200).map { "user\($0)@contoso.example" }
        for number in 0..<200 {
            let path = "\(fixture.root("user\(number)%40contoso.example"))/\(service.folder)/inbox/messages"
            fixture.on(path, fixture.list((0..<10).map { entry($0) }))
        }
        let counts = try await withThrowingTaskGroup(of: Int.self) { group in
            for address in addresses {
                group.addTask {
                    try await fixture.mailbox(address, options: options).newestMessages(10).messages.count
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(counts == 2_000)
        #expect(fixture.requests.count == 200)
        #expect(fixture.transport.requests(to: "/token").count == 1)
    }
}
