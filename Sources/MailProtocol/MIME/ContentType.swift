/// A media type with its parameters (RFC 2045 §5), safe to repeat in a header of one's own.
public struct ContentType: Hashable, Sendable, CustomStringConvertible {
    /// The type in lower case, such as `text`: only letters, digits and RFC 6838's punctuation.
    public let type: String
    /// The subtype in lower case, such as `plain`: only letters, digits and RFC 6838's punctuation.
    public let subtype: String
    /// Parameters by their lower-case names, decoded (RFC 2231). Their values are the sender's: unsafe in a header.
    public let parameters: [String: String]

    init(_ type: String, _ subtype: String, parameters: [String: String] = [:]) {
        self.type = type
        self.subtype = subtype
        self.parameters = parameters
    }

    /// What a part without a type is (RFC 2045 §5.2).
    public static let plainText = Self("text", "plain")
    /// Bytes of no known type.
    public static let octetStream = Self("application", "octet-stream")
    static let embeddedMessage = Self("message", "rfc822")

    /// Reads the value of a `Content-Type` field; `nil` when it is none.
    public static func parse(_ value: ArraySlice<UInt8>) -> Self? {
        let value = ParameterizedValue(value)
        let names = value.value.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard let type = name(names[0]) else { return nil }
        if names.count == 1, type == "text" { return Self("text", "plain", parameters: value.parameters) }
        // What stands behind a blank is a parameter whose semicolon is missing.
        guard names.count == 2, let word = names[1].trimmed.split(whereSeparator: \.isSpace).first,
            let subtype = name(word)
        else { return nil }
        return Self(type, subtype, parameters: value.parameters)
    }

    /// The restricted name of RFC 6838 §4.2, in lower case.
    private static func name(_ bytes: ArraySlice<UInt8>) -> String? {
        let bytes = bytes.trimmed
        guard 1...127 ~= bytes.count, bytes.allSatisfy(isNameCharacter) else { return nil }
        return String(decoding: bytes.map(\.lowercased), as: UTF8.self)
    }

    private static func isNameCharacter(_ byte: UInt8) -> Bool {
        byte.isLetter || byte.isDigit || "!#$&-^_.+".utf8.contains(byte)
    }

    /// Without parameters: `text/plain`.
    public var description: String { "\(type)/\(subtype)" }

    /// The type to serve these bytes as, so that no browser runs them: this one where it is known to be passive
    /// (pictures other than SVG, sound, video, plain text, PDF, archives, office documents), else
    /// `application/octet-stream`.
    public var safeForDownload: ContentType {
        let bare = ContentType(type, subtype)
        switch type {
        case "audio", "video", "font": return bare
        case "image": return subtype.hasPrefix("svg") ? .octetStream : bare
        case "text": return ["plain", "csv", "calendar", "vcard"].contains(subtype) ? bare : .octetStream
        case "application":
            let isOffice = subtype.hasPrefix("vnd.") && !subtype.hasSuffix("+xml")
            return isOffice || Self.passiveApplications.contains(subtype) ? bare : .octetStream
        default: return .octetStream
        }
    }

    private static let passiveApplications: Set<String> = [
        "pdf", "zip", "gzip", "x-gzip", "x-tar", "x-7z-compressed", "x-bzip2", "x-xz", "vnd.rar", "msword", "rtf",
        "json", "pgp-signature", "pgp-encrypted", "pkcs7-signature", "pkcs7-mime", "x-pkcs7-signature", "ics",
    ]

    func isEqual(to type: String, _ subtype: String) -> Bool { self.type == type && self.subtype == subtype }
}

/// How a part wants to be shown (RFC 2183).
public struct ContentDisposition: Hashable, Sendable {
    /// Whether the part is to be shown in place; every type but `inline` is an attachment (RFC 2183 §2.8).
    public let isInline: Bool
    /// Parameters by their lower-case names, decoded (RFC 2231).
    public let parameters: [String: String]

    /// Reads the value of a `Content-Disposition` field.
    public static func parse(_ value: ArraySlice<UInt8>) -> Self {
        let value = ParameterizedValue(value)
        let isInline = value.value.isEmpty || value.value[...].equalsIgnoringCase("inline")
        return Self(isInline: isInline, parameters: value.parameters)
    }
}
