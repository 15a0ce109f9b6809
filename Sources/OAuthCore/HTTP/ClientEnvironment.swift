/// What a client needs from the world around it: a way out, the time and random bytes.
///
/// `OAuthHTTPClient` has the real one (`ClientEnvironment.system()`), `OAuthTesting` the parts of a scripted one.
public struct ClientEnvironment: Sendable {
    /// Sends the requests.
    public var transport: any HTTPTransport
    /// Says what time it is.
    public var clock: @Sendable () -> UnixTime
    /// Makes state, nonce and code verifier.
    public var random: RandomSource

    /// An environment of these parts.
    public init(
        transport: any HTTPTransport, clock: @escaping @Sendable () -> UnixTime, random: RandomSource
    ) {
        self.transport = transport
        self.clock = clock
        self.random = random
    }
}
