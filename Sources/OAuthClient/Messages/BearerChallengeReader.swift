import HTTPTypes
import OAuthCore

/// Reads what an API says in `WWW-Authenticate: Bearer …` (RFC 6750 §3, RFC 9110 §11.6.1).
enum BearerChallengeReader {
    /// The error of the answer's Bearer challenge, where it has one.
    static func error(in response: TransportResponse) -> ServerError? {
        guard let value = response.head.headerFields[.wwwAuthenticate] else { return nil }
        let parameters = bearerParameters(value)
        guard let code = parameters["error"].flatMap({ Redaction.excerpt($0, limit: 80) }) else { return nil }
        let text = parameters["error_description"].flatMap { Redaction.excerpt($0, limit: 400) }
        return ServerError(ErrorCode(rawValue: code), errorDescription: text, status: response.head.status.code)
    }

    /// The parameters behind the scheme `Bearer`, up to the next scheme.
    private static func bearerParameters(_ value: String) -> [String: String] {
        var parameters: [String: String] = [:]
        var isBearer = false
        for var item in split(value) {
            // `Scheme name=value` begins a challenge; `name=value` goes on with it.
            if let space = item.firstIndex(of: " "), !item[..<space].contains("=") {
                isBearer = item[..<space].lowercased() == "bearer"
                item = item[item.index(after: space)...].drop { $0 == " " }
            } else if !item.contains("=") {
                isBearer = item.lowercased() == "bearer"
            }
            guard isBearer, let equals = item.firstIndex(of: "=") else { continue }
            let name = item[..<equals].lowercased()
            if parameters[name] == nil { parameters[name] = unquoted(item[item.index(after: equals)...]) }
        }
        return parameters
    }

    /// The parts between commas that stand outside of quotes.
    private static func split(_ value: String) -> [Substring] {
        var parts: [Substring] = []
        var start = value.startIndex
        var isQuoted = false
        var isEscaped = false
        for index in value.indices {
            let character = value[index]
            defer { isEscaped = isQuoted && character == "\\" && !isEscaped }
            if character == "\"", !isEscaped { isQuoted.toggle() }
            guard character == ",", !isQuoted else { continue }
            parts.append(value[start..<index])
            start = value.index(after: index)
        }
        parts.append(value[start...])
        return parts.map { part in
            let trimmed = part.drop { $0 == " " || $0 == "\t" }
            return trimmed[
                ..<(trimmed.lastIndex { $0 != " " && $0 != "\t" }.map(trimmed.index(after:)) ?? trimmed.endIndex)]
        }
    }

    private static func unquoted(_ value: Substring) -> String {
        guard value.count > 1, value.hasPrefix("\""), value.hasSuffix("\"") else { return String(value) }
        var text = ""
        var isEscaped = false
        for character in value.dropFirst().dropLast() {
            if character == "\\", !isEscaped {
                isEscaped = true
            } else {
                text.append(character)
                isEscaped = false
            }
        }
        return text
    }
}
