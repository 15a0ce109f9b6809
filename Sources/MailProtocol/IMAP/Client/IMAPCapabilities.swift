/// Something that a server can do (IANA's registry of IMAP capabilities). Upper and lower case are equal.
public struct IMAPCapability: Hashable, Sendable, CustomStringConvertible {
    /// The name in capitals.
    public let name: String

    /// The capability of this name.
    public init(_ name: some StringProtocol) { self.name = name.uppercased() }

    /// The name in capitals.
    public var description: String { name }

    /// RFC 3501.
    public static let imap4rev1 = Self("IMAP4REV1")
    /// RFC 9051.
    public static let imap4rev2 = Self("IMAP4REV2")
    /// TLS on the plain port (RFC 9051 §6.2.1).
    public static let startTLS = Self("STARTTLS")
    /// Login by password is off (RFC 9051 §6.2.3).
    public static let loginDisabled = Self("LOGINDISABLED")
    /// The initial response in the command's line (RFC 4959).
    public static let saslIR = Self("SASL-IR")
    /// Literals without waiting (RFC 7888).
    public static let literalPlus = Self("LITERAL+")
    /// Literals of up to 4,096 bytes without waiting (RFC 7888).
    public static let literalMinus = Self("LITERAL-")
    /// RFC 2177.
    public static let idle = Self("IDLE")
    /// RFC 2342.
    public static let namespace = Self("NAMESPACE")
    /// RFC 2971.
    public static let id = Self("ID")
    /// RFC 9051 §6.4.2.
    public static let unselect = Self("UNSELECT")
    /// RFC 4315.
    public static let uidPlus = Self("UIDPLUS")
    /// RFC 4731.
    public static let eSearch = Self("ESEARCH")
    /// RFC 5182.
    public static let searchResult = Self("SEARCHRES")
    /// RFC 4978.
    public static let compressDeflate = Self("COMPRESS=DEFLATE")
    /// RFC 5161.
    public static let enable = Self("ENABLE")
    /// RFC 5258.
    public static let listExtended = Self("LIST-EXTENDED")
    /// RFC 5819.
    public static let listStatus = Self("LIST-STATUS")
    /// RFC 6154.
    public static let specialUse = Self("SPECIAL-USE")
    /// RFC 6851.
    public static let move = Self("MOVE")
    /// RFC 6855.
    public static let utf8Accept = Self("UTF8=ACCEPT")
    /// RFC 7162.
    public static let condStore = Self("CONDSTORE")
    /// RFC 7162.
    public static let qResync = Self("QRESYNC")

    /// Logging in with this mechanism.
    public static func auth(_ mechanism: SASLMechanism) -> Self { Self("AUTH=\(mechanism.rawValue)") }
}

/// What a server said it can do, in its order.
public struct IMAPCapabilities: Hashable, Sendable {
    /// The capabilities in the server's order.
    public let list: [IMAPCapability]
    private let set: Set<IMAPCapability>

    /// These capabilities.
    public init(_ list: [IMAPCapability] = []) {
        self.list = list
        set = Set(list)
    }

    /// Whether the server listed it, or listed what contains it (RFC 9051 Appendix E).
    public func supports(_ capability: IMAPCapability) -> Bool {
        if set.contains(capability) { return true }
        switch capability {
        case .literalMinus: return set.contains(.literalPlus)
        case .condStore: return set.contains(.qResync)
        default: return set.contains(.imap4rev2) && Self.partsOfRev2.contains(capability)
        }
    }

    /// The ways to log in that the server listed.
    public var mechanisms: [SASLMechanism] { SASLMechanism.allCases.filter { set.contains(.auth($0)) } }

    private static let partsOfRev2: Set<IMAPCapability> = [
        .saslIR, .idle, .namespace, .unselect, .uidPlus, .eSearch, .searchResult, .enable, .listExtended, .listStatus,
        .specialUse,
        .move, .literalMinus,
    ]
}
