extension Attachment {
    /// The value of `Content-Disposition` (RFC 6266 §4) by which a browser saves the attachment under its name and never
    /// shows it: ASCII alone, without line ends, whatever the sender wrote.
    ///
    /// `filename` is an approximation in ASCII for programs that know no better; `filename*` the name itself in UTF-8
    /// (RFC 8187 §3.2), left out where it says the same.
    public var contentDisposition: String {
        let ascii = String(decoding: approximation, as: UTF8.self)
        let value = "attachment; filename=\"\(ascii)\""
        return ascii == name ? value : value + "; filename*=UTF-8''" + extendedName
    }

    /// Every character beyond what is safe between quotes in all programs as a low line. RFC 6266 Appendix D warns of
    /// backslashes, quotes and of `%`, which some programs decode.
    private var approximation: [UInt8] {
        name.map { character in
            guard let byte = character.asciiValue, 0x20...0x7E ~= byte, !"\"\\%".utf8.contains(byte) else {
                return UInt8(ascii: "_")
            }
            return byte
        }
    }

    /// `value-chars` of RFC 8187 §3.2.1.
    private var extendedName: String { PercentEncoding.encode(name, keeping: "!#$&+-.^_`|~") }
}
