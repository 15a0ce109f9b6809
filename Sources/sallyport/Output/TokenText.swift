import Foundation
import OAuthCore

/// A token taken apart for reading; nothing in it is proven.
struct TokenText {
    /// What its form says it is.
    enum Form: Hashable {
        /// A signed token (RFC 7515), or one that says it is unsigned.
        case signed
        /// An encrypted token (RFC 7516), of which only the header can be read.
        case encrypted
    }

    let form: Form
    let header: JSONObject
    let claims: JSONObject

    /// Why a text cannot be read as a JWT, and what it probably is.
    struct Unreadable: Error {
        let reason: String
    }

    init(_ text: String) throws(Unreadable) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3 || parts.count == 5 else { throw Unreadable(reason: Self.guess(text)) }
        guard let header = Self.object(parts[0]) else { throw Unreadable(reason: Self.guess(text)) }
        self.header = header
        form = parts.count == 5 ? .encrypted : .signed
        guard form == .signed else {
            claims = JSONObject()
            return
        }
        guard let claims = Self.object(parts[1]) else {
            throw Unreadable(reason: "Its header is a JWT's, but its payload is no JSON object.")
        }
        self.claims = claims
    }

    /// A time claim.
    func time(_ name: String) -> UnixTime? {
        switch claims[name] {
        case .integer(let seconds): UnixTime(seconds)
        case .double(let seconds): Int64(exactly: seconds.rounded(.down)).map { UnixTime($0) }
        default: nil
        }
    }

    private static func object(_ part: Substring) -> JSONObject? {
        Base64URL.decode(part).flatMap { try? JSONObject.parse($0) }
    }

    private static func guess(_ text: String) -> String {
        let known = [
            ("sp_at_", "an access token of Sallyport"), ("sp_rt_", "a refresh token of Sallyport"),
            ("sp_ac_", "an authorization code of Sallyport"), ("sp_cs_", "a client secret of Sallyport"),
            ("EwB", "a token of a personal Microsoft account"), ("EwA", "a token of a personal Microsoft account"),
            ("ya29.", "an access token of Google"), ("1//", "a refresh token of Google"),
            ("1.A", "a refresh token of Microsoft"), ("0.A", "a refresh token of Microsoft"),
        ]
        guard let what = known.first(where: { text.hasPrefix($0.0) })?.1 else {
            return "It is not a JWT; probably it is opaque."
        }
        return "It is \(what), which is opaque: only its server can read it."
    }
}

extension JSONObject {
    /// The object in lines, a member each, for a person.
    func lines(indent: String) -> [String] {
        members.map { name, value in
            let text =
                value.string.map { "\"\(PlainText.line($0))\"" }
                ?? PlainText.line(String(decoding: value.encoded(), as: UTF8.self))
            return "\(indent)\(PlainText.line(name)): \(text)"
        }
    }
}
