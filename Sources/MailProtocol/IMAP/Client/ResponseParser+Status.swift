extension ResponseParser {
    /// `OK`, `NO`, `BAD`, `BYE` or `PREAUTH` with what follows; the word has been read.
    mutating func status(_ word: ArraySlice<UInt8>, _ what: IMAPMalformation) throws(IMAPError) -> IMAPStatus {
        guard let condition = Self.condition(word) else { throw .malformed(what) }
        var status = IMAPStatus(condition)
        skipSpaces()
        if skip(UInt8(ascii: "[")) {
            status.code = try responseCode()
            skipSpaces()
        }
        status.text = takeRest().displayText(limit: 8_192)
        return status
    }

    static func condition(_ word: ArraySlice<UInt8>) -> IMAPStatus.Condition? {
        switch word.count {
        case 2 where word.equalsIgnoringCase("OK"): .ok
        case 2 where word.equalsIgnoringCase("NO"): .no
        case 3 where word.equalsIgnoringCase("BAD"): .bad
        case 3 where word.equalsIgnoringCase("BYE"): .bye
        case 7 where word.equalsIgnoringCase("PREAUTH"): .preAuth
        default: nil
        }
    }

    /// The code whose opening bracket has been read, and its closing bracket. Brackets without a code, as Exchange's
    /// and Gmail's greetings have them elsewhere, are only text.
    private mutating func responseCode() throws(IMAPError) -> IMAPResponseCode? {
        let begin = index
        let word = take { $0.isAtomCharacter && $0 != UInt8(ascii: "[") }
        let name = String(decoding: word.prefix(100), as: UTF8.self).uppercased()
        do throws(IMAPError) {
            _ = skip(.space)
            if let code = try knownCode(name), skip(UInt8(ascii: "]")) { return code }
        } catch {
            // A number or a list that breaks a limit is not merely text.
            if error.isFatal, error != .malformed(.status) { throw error }
        }
        index = begin + word.count
        let rest = take { $0 != UInt8(ascii: "]") }.trimmed
        guard skip(UInt8(ascii: "]")), !name.isEmpty else {
            index = begin - 1
            return nil
        }
        return .other(name, rest.isEmpty ? nil : rest.displayText(limit: 1_000))
    }

    private mutating func knownCode(_ name: String) throws(IMAPError) -> IMAPResponseCode? {
        switch name {
        case "ALERT": .alert
        case "CAPABILITY": .capability(try capabilities())
        case "PERMANENTFLAGS": .permanentFlags(try flags(.status))
        case "READ-ONLY": .readOnly
        case "READ-WRITE": .readWrite
        case "TRYCREATE": .tryCreate
        case "UIDNEXT": .uidNext(try number(.status))
        case "UIDVALIDITY": .uidValidity(try number(.status))
        case "UNSEEN": .unseen(try number(.status))
        case "UIDNOTSTICKY": .uidNotSticky
        case "HIGHESTMODSEQ": .highestModSeq(try number64(.status))
        case "NOMODSEQ": .noModSeq
        case "CLOSED": .closed
        case "COMPRESSIONACTIVE": .compressionActive
        case "MODIFIED": .modified(try numberSet(.status))
        case "APPENDUID": try appendUID()
        case "COPYUID": try copyUID()
        case "BADCHARSET": .badCharset(try charsets())
        default: nil
        }
    }

    private mutating func appendUID() throws(IMAPError) -> IMAPResponseCode {
        let validity = try number(.status)
        skipSpaces()
        return .appendUID(uidValidity: validity, uids: try numberSet(.status))
    }

    private mutating func copyUID() throws(IMAPError) -> IMAPResponseCode {
        let validity = try number(.status)
        skipSpaces()
        let from = try numberSet(.status)
        skipSpaces()
        return .copyUID(uidValidity: validity, from: from, to: try numberSet(.status))
    }

    private mutating func charsets() throws(IMAPError) -> [String] {
        guard peek == UInt8(ascii: "(") else { return [] }
        var names: [String] = []
        try list(.status) { parser throws(IMAPError) in
            names.append(try parser.astring(.status).displayText(limit: 100))
        }
        return names
    }

    /// Capabilities up to the end or the closing bracket.
    mutating func capabilities() throws(IMAPError) -> IMAPCapabilities {
        var list: [IMAPCapability] = []
        while true {
            skipSpaces()
            let word = take { $0 != .space && $0 != UInt8(ascii: "]") }
            guard !word.isEmpty else { return IMAPCapabilities(list) }
            guard list.count < limits.capabilities else {
                throw .tooManyCapabilities(limit: limits.capabilities)
            }
            list.append(IMAPCapability(word.displayText(limit: 200)))
        }
    }
}
