import OAuthCore
import Testing

/// A signed token, taken apart without belief.
struct IDToken {
    let header: JSONObject
    let claims: JSONObject

    init(_ text: String?) throws {
        let parts = try #require(text).split(separator: ".")
        header = try JSONObject.parse(try #require(Base64URL.decode(parts[0])))
        claims = try JSONObject.parse(try #require(Base64URL.decode(parts[1])))
    }
}

extension Seconds {
    static func - (left: Self, right: Self) -> Self { Seconds(left.count - right.count) }
}
