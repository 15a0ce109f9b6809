import HTTPTypes
import OAuthCore

extension EndpointRequest {
    /// Reads a posted form, whole and without doubled parameters (RFC 6749 §3.2).
    func form() throws(Refusal) -> FormFields {
        guard let body else {
            throw Self.malformed(.tooLarge(limit: FormFields.sizeLimit))
        }
        try Self.requireForm(contentType: headers[.contentType] ?? "")
        let fields: FormFields
        do { fields = try FormFields.parse(body) } catch { throw Self.malformed(error) }
        guard fields.duplicates.isEmpty else {
            let names = fields.duplicates.joined(separator: " ")
            throw Refusal(
                .invalidRequest, "a parameter was sent more than once: \(names)",
                Diagnostic("request.parameter-repeated", expected: "each once", found: names))
        }
        return fields
    }

    private static func requireForm(contentType: String) throws(Refusal) {
        let form = "application/x-www-form-urlencoded"
        // As nearly everyone writes it.
        if contentType == form { return }
        let parts = contentType.lowercased().split(separator: ";").map { $0.filter { $0 != " " && $0 != "\"" } }
        let charsets = parts.dropFirst().filter { $0.hasPrefix("charset=") }
        guard parts.first == form, charsets.allSatisfy({ $0 == "charset=utf-8" }) else {
            throw Refusal(
                .invalidRequest, "the body must be \(form) in UTF-8",
                Diagnostic(
                    "request.content-type", expected: form, found: String(parts.joined(separator: ";").prefix(64))))
        }
    }

    static func malformed(_ error: FormError) -> Refusal {
        let description =
            switch error {
            case .tooLarge(let limit): "longer than \(limit) bytes"
            case .tooManyFields(let limit): "more than \(limit) parameters"
            case .malformedPercentEncoding: "malformed percent-encoding"
            case .invalidUTF8: "not UTF-8"
            case .controlCharacter: "a control character"
            case .structuredName: "a parameter name with brackets"
            }
        return Refusal(
            .invalidRequest, "the request's parameters cannot be read: \(description)",
            Diagnostic("request.malformed", expected: "form parameters", found: description))
    }
}

extension FormFields {
    /// A parameter that must be there.
    func required(_ name: String) throws(Refusal) -> String {
        guard let value = self[name] else {
            throw Refusal(
                .invalidRequest, "parameter \(name) is missing",
                Diagnostic("request.parameter-missing", expected: name, found: "absent"))
        }
        return value
    }

    /// The `scope` parameter, where it was sent.
    func scope() throws(Refusal) -> Scope? {
        guard let text = self["scope"] else { return nil }
        guard let scope = Scope.parse(text) else {
            throw Refusal(
                .invalidScope, "the scope has characters that no scope has",
                Diagnostic("request.scope-malformed", expected: "scope tokens", found: "other characters"))
        }
        return scope
    }
}
