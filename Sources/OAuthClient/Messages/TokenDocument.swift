import OAuthCore

/// The members of a token endpoint's answer, whatever it is written in.
enum TokenDocument {
    /// Reads JSON, or the form encoding that some servers answer instead; what it is tells the first character, because
    /// the content type is often wrong.
    static func parse(_ response: TransportResponse) throws(ClientError) -> JSONObject {
        let body = response.body.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(response.body.dropFirst(3)) : response.body
        guard let first = body.first(where: { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }) else {
            throw .malformed("body")
        }
        if first == UInt8(ascii: "{") {
            do { return try JSONObject.parse(body) } catch { throw .malformed("body") }
        }
        return try form(body)
    }

    private static func form(_ body: [UInt8]) throws(ClientError) -> JSONObject {
        guard let fields = try? FormFields.parse(body), fields["access_token"] != nil || fields["error"] != nil else {
            throw .malformed("body")
        }
        if let name = fields.duplicates.first { throw .malformed(name) }
        var members = JSONObject()
        for name in fields.names {
            // Servers that answer in form encoding are older than `expires_in`.
            members[name == "expires" ? "expires_in" : name] = fields[name].map(JSONValue.string)
        }
        return members
    }

    /// The names of RFC 6749 §5.1 and OpenID Connect Core §3.1.3.3, whatever the spelling.
    ///
    /// - Throws: `ClientError.malformed` when two spellings of one name have different values.
    static func normalised(_ members: JSONObject) throws(ClientError) -> JSONObject {
        var result = members
        for name in TokenResponse.memberNames {
            let words = name.split(separator: "_")
            let camel = words[0] + words.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
            for spelling in [words.joined(separator: "-"), String(camel)] where spelling != name {
                guard let value = members[spelling] else { continue }
                guard result[name] == nil || result[name] == value else { throw .malformed(name) }
                result[name] = value
            }
        }
        return result
    }
}
