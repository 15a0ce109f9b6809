import MailProtocol

extension Attachment {
    /// `Content-Disposition` for a download under the attachment's name: in ASCII for old programs, and whole in UTF-8
    /// (RFC 6266 §4.3, RFC 8187).
    var downloadDisposition: String {
        let plain = name.unicodeScalars.map { scalar -> Character in
            let isSafe = (0x20...0x7E).contains(scalar.value) && !"\"\\%".unicodeScalars.contains(scalar)
            return isSafe ? Character(scalar) : "_"
        }
        return "attachment; filename=\"\(String(plain))\"; filename*=UTF-8''\(Self.percentEncoded(name))"
    }

    /// The `attr-char`s of RFC 8187 §3.2.1 as they are, all other bytes as `%XX`.
    private static func percentEncoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF")
        return text.utf8.reduce(into: "") { result, byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                result.append(Character(Unicode.Scalar(byte)))
            case _ where "!#$&+-.^_`|~".utf8.contains(byte): result.append(Character(Unicode.Scalar(byte)))
            default:
                result.append("%")
                result.append(digits[Int(byte >> 4)])
                result.append(digits[Int(byte & 15)])
            }
        }
    }
}
