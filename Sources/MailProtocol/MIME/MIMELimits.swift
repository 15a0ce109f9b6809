/// What one message may make its reader do. What lies beyond is left out and marked, never an error.
public struct MIMELimits: Hashable, Sendable {
    /// Multiparts and embedded messages inside one another, 1...100. Default 30.
    public var depth: Int
    /// Parts of a message, 1 or more. Default 1,000.
    public var parts: Int
    /// Bytes of one header, 1 or more. Default 262,144.
    public var headerBytes: Int
    /// Fields of one header, 1 or more. Default 1,000.
    public var fields: Int
    /// Bytes of text, decoded, that a message is shown with. Default 2,097,152.
    public var textBytes: Int
    /// Bytes of one attachment, decoded. Default 67,108,864.
    public var attachmentBytes: Int

    /// Limits that every usual message stays within.
    public init(
        depth: Int = 30, parts: Int = 1_000, headerBytes: Int = 262_144, fields: Int = 1_000,
        textBytes: Int = 2_097_152, attachmentBytes: Int = 67_108_864
    ) {
        self.depth = min(max(1, depth), 100)
        self.parts = max(1, parts)
        self.headerBytes = max(1, headerBytes)
        self.fields = max(1, fields)
        self.textBytes = max(0, textBytes)
        self.attachmentBytes = max(0, attachmentBytes)
    }
}

/// What was wrong with a part, or left out of it.
public enum MIMEDefect: Hashable, Sendable {
    /// A header is longer, or has more fields, than the limit; the rest of it was left out.
    case headerTruncated
    /// A line among the fields is none and was passed over, or ended the header without an empty line.
    case malformedHeaderLine
    /// `Content-Type` cannot be read; the part counts as plain text (RFC 2045 §5.2).
    case malformedContentType
    /// A multipart names no boundary; the first line that looks like one was taken.
    case missingBoundary
    /// A multipart's boundary never occurs; the part counts as plain text.
    case boundaryNotFound
    /// A multipart has no closing boundary.
    case unterminatedMultipart
    /// The part lies as deep as the limit; what is inside was not read.
    case tooDeep
    /// The message has as many parts as the limit; those after this one were left out.
    case tooManyParts
    /// The transfer encoding is unknown; the part counts as `application/octet-stream` (RFC 2045 §6.4).
    case unknownTransferEncoding
}
