import Foundation
public import OAuthCore

extension UnixTime {
    /// The machine's clock, in whole seconds.
    public static func systemNow() -> UnixTime { UnixTime(Int64(Date().timeIntervalSince1970.rounded(.down))) }
}

extension RandomSource {
    /// The operating system's generator, fit for secrets.
    public static var system: RandomSource {
        RandomSource { count in
            var generator = SystemRandomNumberGenerator()
            return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        }
    }
}

extension ClientEnvironment {
    /// The real network, clock and generator.
    ///
    /// - Throws: `TransportConfigurationError` for certificates or keys that cannot be read; the default never throws it.
    public static func system(
        _ configuration: TransportConfiguration = TransportConfiguration()
    ) throws(TransportConfigurationError) -> ClientEnvironment {
        ClientEnvironment(
            transport: try AsyncHTTPClientTransport(configuration), clock: UnixTime.systemNow, random: .system)
    }
}
