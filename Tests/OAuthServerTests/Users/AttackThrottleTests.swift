import OAuthCore
import OAuthServer
import Testing

@Suite("A name has as many free attempts as the limits say, however it is spelt")
struct AttackThrottleTests {
    @Test(
        "every spelling that the directory takes for a name counts for that name",
        arguments: [
            ("boss", "bo\u{17F}\u{17F}"), ("alice", "al\u{131}ce"), ("strasse", "stra\u{DF}e"),
            ("zo\u{EB}", "ZOE\u{308}"), ("file", "\u{FB01}le"),
        ])
    func spelling(_ name: String, _ other: String) {
        var throttle = SignInThrottle()
        for _ in 0..<5 { throttle.begin(account: other, address: nil, now: UnixTime(0)) }
        #expect(throttle.delay(account: name, address: nil, now: UnixTime(0)) == 1)
    }

    @Test("without an address nobody waits for somebody else")
    func noAddress() {
        var throttle = SignInThrottle()
        for index in 0..<100 { throttle.begin(account: "person \(index)", address: nil, now: UnixTime(0)) }
        #expect(throttle.delay(account: "ann", address: nil, now: UnixTime(0)) <= 0)
    }
}
