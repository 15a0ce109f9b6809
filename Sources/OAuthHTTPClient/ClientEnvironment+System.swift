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
            // Eight bytes at a time: each word is a call of the kernel.
            var generator = SystemRandomNumberGenerator()
            var bytes: [UInt8] = []
            bytes.reserveCapacity(count + 7)
            while bytes.count < count { withUnsafeBytes(of: generator.next()) { bytes.append(contentsOf: $0) } }
            return Array(bytes.prefix(count))
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
