/// A tenant's identifier: a GUID in lower case. It names an organisation for good, as its domains do not.
public struct TenantID: Hashable, Sendable, Codable, CustomStringConvertible {
    /// The GUID, in lower case with hyphens.
    public let description: String

    /// The tenant with this GUID, in either case; `nil` for any other text.
    public init?(_ text: String) {
        let lengths = text.split(separator: "-", omittingEmptySubsequences: false).map(\.utf8.count)
        guard lengths == [8, 4, 4, 4, 12], text.utf8.allSatisfy({ $0 == UInt8(ascii: "-") || Self.isHexDigit($0) })
        else { return nil }
        description = text.lowercased()
    }

    private init(known guid: String) { description = guid }

    /// The tenant in which all personal accounts are; it is nobody's organisation.
    public static let personalAccounts = TenantID(known: "9188040d-6c67-4c5b-b112-36a304b66dad")

    /// Reads the GUID from a string.
    ///
    /// - Throws: `DecodingError` for any other text.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let tenant = TenantID(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a tenant's GUID")
        }
        self = tenant
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }
}
