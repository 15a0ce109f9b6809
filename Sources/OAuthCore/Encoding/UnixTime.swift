/// A moment, in whole seconds since 1970-01-01T00:00:00Z without leap seconds (a JWT's NumericDate, RFC 7519 §2).
///
/// Time is an input everywhere in the pure targets: whoever calls says what time it is.
public struct UnixTime: Hashable, Sendable, Comparable {
    /// Seconds since the epoch.
    public var seconds: Int64

    /// The moment so many seconds after the epoch.
    public init(_ seconds: Int64) { self.seconds = seconds }

    public static func < (earlier: Self, later: Self) -> Bool { earlier.seconds < later.seconds }

    /// The moment `duration` seconds later; the ends of the range hold rather than overflow.
    public static func + (time: Self, duration: Seconds) -> Self {
        let (sum, overflow) = time.seconds.addingReportingOverflow(duration.count)
        guard overflow else { return Self(sum) }
        return Self(duration.count > 0 ? .max : .min)
    }

    /// The moment `duration` seconds earlier.
    public static func - (time: Self, duration: Seconds) -> Self {
        let (difference, overflow) = time.seconds.subtractingReportingOverflow(duration.count)
        guard overflow else { return Self(difference) }
        return Self(duration.count > 0 ? .min : .max)
    }

    /// How long after `earlier` this moment is; negative when it is before.
    public func since(_ earlier: Self) -> Seconds {
        let (difference, overflow) = seconds.subtractingReportingOverflow(earlier.seconds)
        guard overflow else { return Seconds(difference) }
        return Seconds(seconds > earlier.seconds ? .max : .min)
    }
}

/// A length of time in whole seconds, as OAuth's `expires_in`, `interval` and `max_age` count it.
public struct Seconds: Hashable, Sendable, Comparable, ExpressibleByIntegerLiteral {
    /// How many seconds.
    public var count: Int64

    /// So many seconds.
    public init(_ count: Int64) { self.count = count }

    /// So many seconds, as a literal.
    public init(integerLiteral value: Int64) { count = value }

    /// So many minutes.
    public static func minutes(_ count: Int64) -> Self { Self(count * 60) }

    /// So many hours.
    public static func hours(_ count: Int64) -> Self { Self(count * 3_600) }

    /// So many days.
    public static func days(_ count: Int64) -> Self { Self(count * 86_400) }

    public static func < (shorter: Self, longer: Self) -> Bool { shorter.count < longer.count }
}
