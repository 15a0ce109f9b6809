import Foundation
import OAuthCore

/// A property of an attachment, by both its names.
enum AttachmentProperty: String, CaseIterable, Sendable {
    case id, name, contentType, size, isInline, lastModifiedDateTime, contentId, contentBytes

    func name(_ api: MailAPI) -> String {
        guard api == .outlook else { return rawValue }
        return self == .lastModifiedDateTime
            ? "DateTimeLastModified" : rawValue.prefix(1).uppercased() + rawValue.dropFirst()
    }

    /// What only files have is selected by the name of their type, as in `microsoft.graph.fileAttachment/contentId`.
    private func selector(_ api: MailAPI) -> String {
        switch self {
        case .contentId, .contentBytes: api.typeNamespace + ".FileAttachment/" + name(api)
        default: name(api)
        }
    }

    /// What `$select` asks for, and the id in any case; everything where it asks for nothing.
    static func selected(_ fields: FormFields, _ api: MailAPI) throws(MailError) -> Set<AttachmentProperty> {
        guard let text = fields["$select"] else { return Set(allCases) }
        var selected: Set<AttachmentProperty> = [.id]
        for word in text.split(separator: ",") {
            let word = word.trimmingCharacters(in: .whitespaces)
            guard let known = allCases.first(where: { $0.selector(api).lowercased() == word.lowercased() }) else {
                throw .unknownProperty(word, of: "Attachment", api)
            }
            selected.insert(known)
        }
        return selected
    }
}

extension MailAPI {
    fileprivate var typeNamespace: String { self == .graph ? "microsoft.graph" : "Microsoft.OutlookServices" }
}

extension MailError {
    /// A `$select` that names what the type does not have.
    static func unknownProperty(_ name: some StringProtocol, of type: String, _ api: MailAPI) -> MailError {
        let known = "\(api.typeNamespace).\(api == .graph ? type.lowercased() : type)"
        return .badRequest(
            api == .graph ? "BadRequest" : "RequestBroker--ParseUri",
            "Parsing OData Select and Expand failed: Could not find a property named '\(name.prefix(64))' on type '\(known)'."
        )
    }
}
