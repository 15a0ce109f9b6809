public import OAuthCore
import Synchronization

/// A clock that stands still until a test moves it.
public final class VirtualClock: Sendable {
    private let time: Mutex<UnixTime>

    /// A clock that shows `start`. Default: 2026-01-01T00:00:00Z.
    public init(_ start: UnixTime = UnixTime(1_767_225_600)) { time = Mutex(start) }

    /// What the clock shows.
    public var now: UnixTime { time.withLock { $0 } }

    /// Moves the clock, forward or, with a negative duration, back.
    public func advance(by duration: Seconds) { time.withLock { $0 = $0 + duration } }

    /// The clock as a `ClientEnvironment` takes it.
    public var source: @Sendable () -> UnixTime { { self.now } }
}

extension RandomSource {
    /// Bytes that look random, are the same in each run, and differ from call to call. For tests only.
    public static func repeatable(seed: UInt64 = 1) -> RandomSource {
        let state = Mutex(seed)
        let next: @Sendable () -> UInt8 = {
            state.withLock { state in
                // SplitMix64: any seed will do.
                state &+= 0x9E37_79B9_7F4A_7C15
                var mixed = state
                mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
                mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
                return UInt8(truncatingIfNeeded: mixed ^ (mixed >> 31))
            }
        }
        return RandomSource { count in (0..<count).map { _ in next() } }
    }
}
