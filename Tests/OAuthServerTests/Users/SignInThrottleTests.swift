import OAuthCore
import OAuthServer
import Testing

@Suite("Guessing at passwords is slowed down")
struct SignInThrottleTests {
    private func fail(
        _ throttle: inout SignInThrottle, _ times: Int, account: String = "ann", address: String = "192.0.2.1",
        at now: Int64 = 0
    ) {
        for _ in 0..<times { throttle.begin(account: account, address: address, now: UnixTime(now)) }
    }

    private func delay(
        _ throttle: SignInThrottle, account: String = "ann", address: String = "192.0.2.1", at now: Int64 = 0
    ) -> Int64 {
        max(0, throttle.delay(account: account, address: address, now: UnixTime(now)).count)
    }

    @Test("five failures are free, then each wait is twice as long, up to five minutes")
    func doubling() {
        var throttle = SignInThrottle()
        fail(&throttle, 4)
        #expect(delay(throttle) == 0)
        for expected in [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300] as [Int64] {
            fail(&throttle, 1)
            #expect(delay(throttle) == expected)
        }
        #expect(delay(throttle, at: 299) == 1)
        #expect(delay(throttle, at: 300) == 0)
    }

    @Test("another address does not help, nor does another case of the name")
    func account() {
        var throttle = SignInThrottle()
        for index in 0..<6 { fail(&throttle, 1, account: index % 2 == 0 ? "ann" : "ANN", address: "192.0.2.\(index)") }
        #expect(delay(throttle, account: "Ann", address: "198.51.100.1") == 2)
        #expect(delay(throttle, account: "bob", address: "198.51.100.1") == 0)
    }

    @Test("one address that tries many accounts must wait too")
    func address() {
        var throttle = SignInThrottle()
        for index in 0..<20 { fail(&throttle, 1, account: "user\(index)") }
        #expect(delay(throttle, account: "somebody") == 1)
        #expect(delay(throttle, account: "somebody", address: "198.51.100.1") == 0)
    }

    @Test("the right password forgets the account's failures, not the address's")
    func success() {
        var throttle = SignInThrottle()
        for index in 0..<19 { fail(&throttle, 1, account: "user\(index)") }
        fail(&throttle, 1)
        throttle.succeed(account: "ann", address: "192.0.2.1")
        #expect(delay(throttle) == 0)
        fail(&throttle, 1)
        #expect(delay(throttle) == 1)
    }

    @Test("all is forgotten an hour after the last failure")
    func memory() {
        var throttle = SignInThrottle()
        fail(&throttle, 10)
        fail(&throttle, 1, at: 3_600)
        #expect(delay(throttle, at: 3_600) == 0)
    }

    @Test("what is remembered is bounded, and the newest stays")
    func capacity() {
        var limits = SignInThrottle.Limits()
        limits.capacity = 10
        var throttle = SignInThrottle(limits: limits)
        for index in 0..<100 {
            fail(&throttle, 1, account: "user\(index)", address: "\(index)", at: Int64(index))
        }
        fail(&throttle, 6, account: "ann", address: "x", at: 100)
        #expect(delay(throttle, account: "ann", address: "x", at: 100) == 2)
    }
}
