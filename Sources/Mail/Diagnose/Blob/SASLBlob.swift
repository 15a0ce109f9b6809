import OAuthCore

/// Reads the credentials that a program sent, or was about to send, as XOAUTH2 or OAUTHBEARER (RFC 7628 §3.1).
///
/// Nothing is refused: whatever is unusual becomes a ``BlobFault``, is undone, and the reading goes on, so that several
/// faults in one text are all named.
public enum SASLBlob {
    /// Bytes that are read; a longer text has the fault ``BlobFault/tooLong``.
    public static let longestText = 65_536

    /// Explains a text: base64 as it stood on the wire, or what a program is about to encode.
    ///
    /// - Parameter text: from a log, quotes and line ends included.
    public static func explain(_ text: String) -> BlobFindings {
        var findings = BlobFindings()
        var bytes = Array(text.utf8.prefix(longestText + 1))
        findings.encodedLength = text.utf8.count
        guard bytes.count <= longestText else {
            findings.note(.tooLong)
            return findings
        }
        bytes = unquoted(trimmed(bytes), &findings)
        guard !bytes.isEmpty else {
            findings.note(.empty)
            return findings
        }
        guard let decoded = decoded(bytes, &findings) else { return findings }
        var reader = BlobReader(bytes: decoded, findings: findings)
        reader.read()
        return reader.findings
    }

    /// The base64 characters undone; the bytes themselves where they are no base64 but the text.
    private static func decoded(_ bytes: [UInt8], _ findings: inout BlobFindings) -> [UInt8]? {
        guard let base64 = LoggedBase64.decode(bytes) else {
            findings.note(looksLikeText(bytes) ? .notEncoded : .notBase64)
            guard looksLikeText(bytes) else { return nil }
            findings.decodedLength = bytes.count
            return bytes
        }
        if base64.isWrapped { findings.note(.lineBreak) }
        if base64.isURLSafe { findings.note(.base64URL) }
        if base64.isUnpadded { findings.note(.missingPadding) }
        findings.decodedLength = base64.bytes.count
        var inner = base64.bytes
        // Twice is common, thrice was seen; more is not worth the time.
        for _ in 0..<2 {
            guard !looksLikeText(inner), let again = LoggedBase64.decode(trimmed(inner)),
                looksLikeText(again.bytes) || LoggedBase64.decode(trimmed(again.bytes)) != nil
            else { break }
            findings.note(.doubleBase64)
            inner = again.bytes
        }
        return inner
    }

    private static func looksLikeText(_ bytes: [UInt8]) -> Bool {
        let start = String(decoding: bytes.prefix(4_096), as: UTF8.self).lowercased()
        return start.contains("user=") || start.contains("auth=") || start.contains("n,a=") || start.contains("bearer ")
            || bytes.contains(0)
    }

    /// Without the white space around it that every log has.
    private static func trimmed(_ bytes: [UInt8]) -> [UInt8] {
        let isSpace = { (byte: UInt8) in byte == 0x20 || 0x09...0x0D ~= byte }
        guard let first = bytes.firstIndex(where: { !isSpace($0) }), let last = bytes.lastIndex(where: { !isSpace($0) })
        else { return [] }
        return Array(bytes[first...last])
    }

    private static func unquoted(_ bytes: [UInt8], _ findings: inout BlobFindings) -> [UInt8] {
        var inner = bytes[...]
        if inner.count >= 3, inner.first == UInt8(ascii: "b"), let quote = inner.dropFirst().first, isQuote(quote) {
            inner = inner.dropFirst()
        }
        guard inner.count >= 2, let quote = inner.first, isQuote(quote), inner.last == quote else { return bytes }
        findings.note(.quoted)
        return Array(inner.dropFirst().dropLast())
    }

    static func isQuote(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "`")
    }
}
