/// What ``SASLBlob/explain(_:)`` found. Holds no token, only its look.
public struct BlobFindings: Hashable, Sendable {
    /// Which mechanism the credentials are of.
    public enum Mechanism: String, Hashable, Sendable {
        /// `user=…`.
        case xoauth2 = "XOAUTH2"
        /// `n,a=…`.
        case oauthBearer = "OAUTHBEARER"
        /// A name and a password between NULs.
        case plain = "PLAIN"
    }

    /// What is wrong, in the order in which it was met; empty where nothing is.
    public var faults: [BlobFault] = []
    /// The mechanism, where it can be told.
    public var mechanism: Mechanism?
    /// The user that is named.
    public var user: String?
    /// `host` of OAUTHBEARER.
    public var host: String?
    /// `port` of OAUTHBEARER.
    public var port: String?
    /// The token's look, where there is one.
    public var token: TokenLook?
    /// Bytes as they came.
    public var encodedLength = 0
    /// Bytes when decoded once.
    public var decodedLength = 0

    /// Whether a server that is strict refuses this, and every server that was measured does.
    public var isFatal: Bool { faults.contains { !$0.isTolerated } }

    mutating func note(_ fault: BlobFault) {
        if !faults.contains(fault) { faults.append(fault) }
    }
}
