/// A message's parts, as a server describes them (RFC 9051 §7.5.2, `BODYSTRUCTURE` and `BODY`).
public struct IMAPBodyStructure: Hashable, Sendable {
    /// What a part consists of.
    public indirect enum Content: Hashable, Sendable {
        /// A body that is no structure of parts.
        case leaf
        /// The parts of a multipart; a few servers list none.
        case multipart([IMAPBodyStructure])
        /// The message inside a `message/rfc822` or `message/global`.
        case message(IMAPEnvelope, IMAPBodyStructure)
    }

    /// The position among the parts, such as `1.2`; empty for a whole message that is a multipart.
    public var section: String
    /// The type.
    public var contentType: ContentType
    /// How the part wants to be shown, if it says so.
    public var disposition: ContentDisposition?
    /// The encoding of the body, such as `base64`, in small letters; empty where a multipart has none.
    public var transferEncoding: String = ""
    /// `Content-ID` without its angle brackets.
    public var contentID: String?
    /// `Content-Description`, decoded.
    public var description: String?
    /// Bytes of the body in its transfer encoding; `nil` for a multipart.
    public var size: UInt64?
    /// Lines of the body, where the server counts them.
    public var lines: UInt64?
    /// Its languages, such as `de`.
    public var languages: [String] = []
    /// What the part consists of.
    public var content: Content

    /// A part.
    public init(section: String, contentType: ContentType, content: Content = .leaf) {
        self.section = section
        self.contentType = contentType
        self.content = content
    }

    /// The parts directly inside.
    public var children: [IMAPBodyStructure] {
        switch content {
        case .leaf: []
        case .multipart(let parts): parts
        case .message(_, let part): [part]
        }
    }

    /// The part with this position, this one or one inside.
    public func part(section: String) -> IMAPBodyStructure? {
        if self.section == section { return self }
        for child in children {
            if let found = child.part(section: section) { return found }
        }
        return nil
    }
}
