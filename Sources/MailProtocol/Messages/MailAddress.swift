/// A mailbox with the name that goes with it (RFC 5322 §3.4).
public struct MailAddress: Hashable, Sendable, CustomStringConvertible {
    /// The display name, decoded, without control characters; `nil` if there is none.
    public var name: String?
    /// The address `local@domain`, non-ASCII characters as they are (RFC 6532); empty where only a name was given.
    public var address: String

    /// A name and an address.
    public init(name: String? = nil, address: String) {
        self.name = name
        self.address = address
    }

    /// `Name <local@domain>`, for people and not for the wire.
    public var description: String {
        guard let name else { return address }
        return address.isEmpty ? name : "\(name) <\(address)>"
    }

    /// Reads the value of `From`, `To`, `Cc` and their like, the members of groups among the others.
    ///
    /// - Parameter limit: addresses, at least 0; those beyond are left out. Default 1,000.
    public static func list(_ value: ArraySlice<UInt8>, limit: Int = 1_000) -> [MailAddress] {
        Array(
            entries(value, limit: limit).flatMap { entry -> [MailAddress] in
                switch entry {
                case .mailbox(let address): [address]
                case .group(_, let members): members
                }
            }.prefix(max(0, limit)))
    }

    /// Reads an address list with its groups (RFC 5322 §3.4), the obsolete syntax (§4.4) and what real senders make of
    /// it: missing brackets and quotes, blanks before an address, semicolons for commas, encoded words in quotes.
    ///
    /// - Parameter limit: addresses and groups, at least 0; those beyond are left out. Default 1,000.
    public static func entries(_ value: ArraySlice<UInt8>, limit: Int = 1_000) -> [AddressListEntry] {
        var lexer = AddressLexer(HeaderText.unfold(value))
        var parser = AddressParser(lexer.tokens(), limit: limit)
        return parser.parse()
    }
}

/// What an address list consists of (RFC 5322 §3.4).
public enum AddressListEntry: Hashable, Sendable {
    /// One address.
    case mailbox(MailAddress)
    /// A named group; without members in `undisclosed-recipients:;`.
    case group(name: String, members: [MailAddress])
}
