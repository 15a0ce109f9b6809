/// Says what went wrong, why, and what to do next.
///
/// The texts are the catalogue's `error.ID.title`, `error.ID.explanation` and `error.ID.next`; an id without texts gets
/// those of `error.other`.
public struct ErrorPage: Sendable {
    /// The HTTP status of the response.
    public var status: Int
    /// The error's stable id, such as `authorize.redirect-uri-mismatch`.
    public var id: String
    /// Values for the texts' parameters. They come from the request, so treat them as a stranger's words.
    public var parameters: [String: String]
    /// The request's id, which finds it in the operator's logs.
    public var requestID: String?
    /// Where to try again, when that can help.
    public var retryURL: String?

    /// Describes an error.
    public init(
        status: Int, id: String, parameters: [String: String] = [:], requestID: String? = nil, retryURL: String? = nil
    ) {
        self.status = status
        self.id = id
        self.parameters = parameters
        self.requestID = requestID
        self.retryURL = retryURL
    }

    /// What the template `error` shows.
    package func fields(_ catalog: StringCatalog) -> TemplateFields {
        func part(_ name: String) -> TemplateValue {
            let known = catalog.contains("error.\(id).title")
            let key = "error.\(known ? id : "other").\(name)"
            return catalog.contains(key) ? .html(PageText(key, parameters).resolved(in: catalog)) : .absent
        }
        return [
            "status": .text(String(status)), "heading": part("title"), "explanation": part("explanation"),
            "next": part("next"), "errorID": .text(id), "requestID": .optional(requestID), "retryURL": .link(retryURL),
        ]
    }
}
