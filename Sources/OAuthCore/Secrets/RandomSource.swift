/// Where fresh random bytes come from; an input, so that a pure function can be given known ones.
public struct RandomSource: Sendable {
    private let generate: @Sendable (Int) -> [UInt8]

    /// A source that asks this function; it must answer as many bytes as it is asked for, unpredictable to anyone else.
    public init(_ generate: @escaping @Sendable (_ count: Int) -> [UInt8]) { self.generate = generate }

    /// So many random bytes.
    public func bytes(_ count: Int) -> [UInt8] { generate(count) }

    /// A random text of `byteCount` random bytes (default 32, 256 bits) in base64url, after a prefix that tells what it is.
    public func token(prefix: String = "", byteCount: Int = 32) -> String {
        prefix + Base64URL.encode(bytes(byteCount))
    }
}
