import OAuthCore

/// Reads decoded credentials from front to back, undoing each fault that it notes.
struct BlobReader {
    var bytes: [UInt8]
    var findings: BlobFindings

    private static let controlA: UInt8 = 1

    mutating func read() {
        undoUTF16()
        undoByteOrderMark()
        if readPlain() { return }
        undoSeparators()
        undoLeadingSpace()
        cutEnd()
        let fields = bytes.split(separator: Self.controlA, omittingEmptySubsequences: false)
        readUser(fields.first ?? [])
        readAuth(fields)
    }

    // MARK: Undoing

    private mutating func undoUTF16() {
        let marked = bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF])
        let zeros = bytes.count(where: { $0 == 0 })
        guard marked || (bytes.count >= 8 && zeros * 3 > bytes.count) else { return }
        findings.note(.utf16)
        bytes = bytes.dropFirst(marked ? 2 : 0).filter { $0 != 0 }
    }

    private mutating func undoByteOrderMark() {
        guard bytes.starts(with: [0xEF, 0xBB, 0xBF]) else { return }
        findings.note(.byteOrderMark)
        bytes.removeFirst(3)
    }

    /// What stands for 0x01 in texts that were meant to hold it. Longer spellings come first.
    private static let spellings = [
        #"\\x01"#, #"\\u0001"#, #"\\001"#, #"\\1"#, #"\x01"#, #"\u0001"#, #"\u{1}"#, #"\001"#, #"\01"#, #"\1"#, "%01",
        "^A", "<SOH>", "&#1;", "\u{2401}",
    ]

    private mutating func undoSeparators() {
        if !bytes.contains(Self.controlA) {
            for spelling in Self.spellings where bytes.firstRange(of: Array((spelling + "auth=").utf8)) != nil {
                findings.note(.literalControlA)
                replace(spelling)
                return
            }
            undoOtherSeparator()
        } else if let spelling = Self.spellings.first(where: { hasSuffix($0) }) {
            findings.note(.literalControlA)
            replace(spelling)
        }
    }

    private func hasSuffix(_ text: String) -> Bool { bytes.suffix(text.utf8.count).elementsEqual(text.utf8) }

    /// A NUL, line end or other single byte right before `auth=` and at the end.
    private mutating func undoOtherSeparator() {
        guard let auth = bytes.firstRange(of: Array("auth=".utf8)), auth.lowerBound > 0 else { return }
        let separator = bytes[auth.lowerBound - 1]
        findings.note(.wrongSeparator)
        guard !TokenLook.isTokenCharacter(separator) else {
            bytes.insert(Self.controlA, at: auth.lowerBound)
            return
        }
        for index in bytes.indices where bytes[index] == separator && (index < auth.lowerBound || separator < 0x20) {
            bytes[index] = Self.controlA
        }
    }

    private mutating func replace(_ spelling: String) {
        bytes.replace(Array(spelling.utf8), with: [Self.controlA])
    }

    private mutating func undoLeadingSpace() {
        let spaces = bytes.prefix { $0 == 0x20 || 0x09...0x0D ~= $0 }.count
        guard spaces > 0 else { return }
        findings.note(.leadingSpace)
        bytes.removeFirst(spaces)
    }

    /// Takes the two final bytes 0x01 off, and whatever follows them.
    private mutating func cutEnd() {
        guard let last = bytes.lastIndex(of: Self.controlA) else {
            findings.note(.missingFinalControlA)
            return
        }
        let tail = bytes[(last + 1)...]
        // `auth=` in the tail: the last 0x01 separates, and none stands at the end.
        if tail.firstRange(of: Array("auth=".utf8)) != nil || tail.firstRange(of: Array("Bearer".utf8)) != nil {
            findings.note(.missingFinalControlA)
            return
        }
        if !tail.isEmpty { findings.note(.trailingBytes) }
        if last == 0 || bytes[last - 1] != Self.controlA { findings.note(.missingFinalControlA) }
        bytes.removeSubrange(last...)
        while bytes.last == Self.controlA { bytes.removeLast() }
    }

    // MARK: Reading

    /// SASL PLAIN (RFC 4616 §2): `[authzid] NUL authcid NUL password`.
    private mutating func readPlain() -> Bool {
        let parts = bytes.split(separator: 0, omittingEmptySubsequences: false)
        guard parts.count == 3, !bytes.contains(Self.controlA), bytes.firstRange(of: Array("auth=".utf8)) == nil else {
            return false
        }
        findings.mechanism = .plain
        findings.note(.plain)
        findings.user = text(parts[1])
        // The third part is a password, unless it looks like a token; of a password not even the length is told.
        let look = TokenLook.examine(Secret(bytes: parts[2]))
        if look.kind != .opaque, look.kind != .empty, look.kind != .placeholder { findings.token = look }
        return true
    }

    private mutating func readUser(_ field: ArraySlice<UInt8>) {
        let text = String(decoding: field, as: UTF8.self)
        if text.lowercased().hasPrefix("user=") {
            findings.mechanism = .xoauth2
            setUser(String(text.dropFirst(5)))
        } else if text.hasPrefix("n,") || text.hasPrefix("y,") || text.hasPrefix("p=") {
            findings.mechanism = .oauthBearer
            readGS2Header(text)
        } else if text.hasPrefix("a=") || text.hasPrefix("host=") || text.hasPrefix("port=") {
            findings.mechanism = .oauthBearer
            findings.note(.missingGS2Header)
        } else {
            findings.note(.missingUser)
        }
    }

    /// `n,a=user,`: the flag, the escaped name, a comma (RFC 5801 §4).
    private mutating func readGS2Header(_ text: String) {
        if !text.hasPrefix("n,") { findings.note(.wrongGS2Header) }
        let parts = text.split(separator: ",", maxSplits: 1, omittingEmptySubsequences: false)
        var name = String(parts.count > 1 ? parts[1] : "")
        if name.hasSuffix(",") { name.removeLast() } else { findings.note(.wrongGS2Header) }
        guard name.hasPrefix("a=") else {
            findings.note(.missingAuthzid)
            return
        }
        name.removeFirst(2)
        let unescaped = name.replacing("=2C", with: ",").replacing("=3D", with: "=")
        if name.replacing("=2C", with: "").replacing("=3D", with: "").contains(where: { $0 == "," || $0 == "=" }) {
            findings.note(.unescapedAuthzid)
        }
        setUser(unescaped)
    }

    private mutating func setUser(_ name: String) {
        if name.isEmpty {
            findings.note(.missingUser)
            return
        }
        if name.contains("%40") { findings.note(.encodedUser) }
        findings.user = CleanText().line(name.replacing("%40", with: "@"), limit: 200)
    }

    private mutating func readAuth(_ fields: [ArraySlice<UInt8>]) {
        var auth: ArraySlice<UInt8>?
        for field in fields {
            let start = String(decoding: field.prefix(64), as: UTF8.self)
            let trimmed = start.drop { $0.isWhitespace }
            if trimmed.lowercased().hasPrefix("auth=") {
                if trimmed.startIndex != start.startIndex { findings.note(.leadingSpace) }
                auth = field.drop { $0 == 0x20 || 0x09...0x0D ~= $0 }.dropFirst(5)
            } else if start.hasPrefix("host=") {
                findings.host = text(field.dropFirst(5))
            } else if start.hasPrefix("port=") {
                findings.port = text(field.dropFirst(5))
            }
        }
        if let auth { return readToken(auth) }
        findings.note(.missingAuth)
        // Right behind the separator stands the token by itself, or with Bearer in front.
        if fields.count > 1, let last = fields.last, !last.isEmpty { readToken(last) }
    }

    private func text(_ bytes: ArraySlice<UInt8>) -> String {
        CleanText().line(String(decoding: bytes, as: UTF8.self), limit: 200)
    }
}
