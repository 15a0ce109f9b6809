/// A message, or one part of it (RFC 2045, RFC 2046, RFC 5322). Its bytes are slices of the message's.
public struct MIMEPart: Sendable {
    /// What a part consists of.
    public indirect enum Content: Sendable {
        /// A body that is no structure of parts.
        case leaf
        /// The parts of a multipart, at least one.
        case multipart([MIMEPart])
        /// The message inside a `message/rfc822` or `message/global`.
        case message(MIMEPart)
    }

    /// The position among the parts as IMAP counts them (RFC 9051 §6.4.5.1), such as `1.2`; empty for a whole message
    /// that is a multipart.
    public internal(set) var section: String
    /// The header.
    public internal(set) var header: HeaderFields
    /// The header's bytes, the empty line included.
    public internal(set) var rawHeader: ArraySlice<UInt8>
    /// The body as it was sent, in its transfer encoding.
    public internal(set) var body: ArraySlice<UInt8>
    /// The type, or what stands for it where none was given.
    public internal(set) var contentType: ContentType
    /// How the part wants to be shown, if it says so.
    public internal(set) var disposition: ContentDisposition?
    /// The encoding of the body.
    public internal(set) var transferEncoding: TransferEncoding
    /// What the body consists of.
    public internal(set) var content: Content
    /// What is wrong with this part itself; see `allDefects` for those inside.
    public internal(set) var defects: Set<MIMEDefect>

    /// Reads a message. Every sequence of bytes is one; what is wrong with it is in `defects`.
    ///
    /// The time is linear in the number of bytes, times at most the depth of nesting.
    public static func parse(_ message: ArraySlice<UInt8>, limits: MIMELimits = MIMELimits()) -> MIMEPart {
        var parser = MIMEParser(message, limits: limits)
        return parser.parseMessage()
    }

    /// The defects of this part and of all parts inside.
    public var allDefects: Set<MIMEDefect> {
        children.reduce(defects) { $0.union($1.allDefects) }
    }

    /// The parts directly inside.
    public var children: [MIMEPart] {
        switch content {
        case .leaf: []
        case .multipart(let parts): parts
        case .message(let message): [message]
        }
    }

    /// The part with this position, this one or one inside.
    public func part(section: String) -> MIMEPart? {
        if self.section == section { return self }
        for child in children {
            if let found = child.part(section: section) { return found }
        }
        return nil
    }

    /// The body without its transfer encoding.
    ///
    /// - Parameter limit: bytes, at least 0.
    public func decodedBody(limit: Int) -> DecodedBody { transferEncoding.decode(body, limit: limit) }

    /// The name that the sender gave to the file, made safe; `nil` if none was given.
    public var fileName: String? {
        let given = disposition?.parameters["filename"] ?? contentType.parameters["name"]
        return given.map { FileName.safe($0, type: contentType) }
    }

    /// `Content-ID` without its angle brackets, by which HTML refers to the part (RFC 2392).
    public var contentID: String? {
        guard let text = header.first("Content-ID")?.text, text.utf8.count <= 998 else { return nil }
        let id = text.drop { $0 == "<" || $0 == " " }.prefix { $0 != ">" }
        return id.isEmpty ? nil : String(id)
    }
}
