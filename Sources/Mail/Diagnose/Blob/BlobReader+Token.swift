import OAuthCore

extension BlobReader {
    private static let bearer = Array("bearer".utf8)

    /// Reads what stands behind `auth=`.
    mutating func readToken(_ field: ArraySlice<UInt8>) {
        var rest = field
        guard startsWithBearer(rest) else {
            findings.note(findings.faults.contains(.missingAuth) ? .missingAuth : .missingBearer)
            return look(at: rest)
        }
        rest = dropBearer(rest)
        while startsWithBearer(rest) {
            findings.note(.doubledBearer)
            rest = dropBearer(rest)
        }
        look(at: rest)
    }

    private func startsWithBearer(_ bytes: ArraySlice<UInt8>) -> Bool {
        let word = bytes.prefix(6).map { $0 | 0x20 }
        guard word == Self.bearer else { return false }
        // `BearereyJ…` is the word with its space lost; nothing else begins so.
        return true
    }

    private mutating func dropBearer(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let rest = bytes.dropFirst(6)
        let spaces = rest.prefix { $0 == 0x20 }.count
        if spaces == 0, !rest.isEmpty { findings.note(.missingBearer) }
        if spaces > 1 { findings.note(.extraSpace) }
        return rest.dropFirst(spaces)
    }

    private mutating func look(at field: ArraySlice<UInt8>) {
        var token = Array(field)
        if token.first == UInt8(ascii: "{") {
            findings.note(.tokenIsJSON)
            findings.token = TokenLook.examine(Secret(bytes: token))
            return
        }
        if token.contains(where: { 0x0A...0x0D ~= $0 }) {
            findings.note(.tokenLineBreak)
            token.removeAll { 0x0A...0x0D ~= $0 }
        }
        if let quote = token.first, SASLBlob.isQuote(quote) || token.last.map(SASLBlob.isQuote) == true {
            findings.note(.tokenQuotes)
            token.removeAll(where: SASLBlob.isQuote)
        }
        if token.contains(where: { $0 == 0x20 || $0 == 0x09 }) {
            findings.note(.tokenWhitespace)
            token.removeAll { $0 == 0x20 || $0 == 0x09 }
        }
        let look = TokenLook.examine(Secret(bytes: token))
        if let fault = fault(of: look) { findings.note(fault) }
        findings.token = look
    }

    private func fault(of look: TokenLook) -> BlobFault? {
        switch look.kind {
        case .empty: .tokenEmpty
        case .placeholder: .tokenIsPlaceholder
        case .json: .tokenIsJSON
        case .googleRefresh, .microsoftRefresh, .sallyportRefresh: .tokenIsRefreshToken
        case .authorizationCode, .clientSecret: .tokenIsOtherSecret
        case .jwt, .encryptedJWT, .microsoftPersonal, .google, .sallyport, .opaque:
            look.claims?.looksLikeIDToken == true ? .tokenIsIDToken : nil
        }
    }
}
