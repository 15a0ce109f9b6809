import Foundation
import OAuthCore

/// Which properties of attachments are wanted. What only files have is named after their type:
/// `microsoft.graph.fileAttachment/contentId`.
struct AttachmentSelection: Sendable {
    /// In small letters; `nil` for all.
    private let names: Set<String>?

    /// - Parameter text: a `$select`.
    static func parse(_ text: String?, _ api: MailAPI) throws(MailError) -> AttachmentSelection {
        guard let text else { return AttachmentSelection(names: nil) }
        let space = api == .graph ? "microsoft.graph" : "Microsoft.OutlookServices"
        let file = "\(space).FileAttachment/".lowercased()
        let modified = api == .graph ? "lastmodifieddatetime" : "datetimelastmodified"
        let ofAll: Set = ["id", "name", "contenttype", "size", "isinline", modified]
        let ofFiles: Set = ["contentid", "contentbytes"]
        var names: Set<String> = []
        for word in text.split(separator: ",") {
            let name = word.trimmingCharacters(in: .whitespaces)
            let small = name.lowercased()
            let (known, plain) = small.hasPrefix(file) ? (ofFiles, String(small.dropFirst(file.count))) : (ofAll, small)
            guard known.contains(plain) else {
                throw .unknownProperty(name, of: "\(space).\(api == .graph ? "attachment" : "Attachment")", api)
            }
            names.insert(plain)
        }
        return AttachmentSelection(names: names)
    }

    /// Whether the bytes come along.
    var hasBytes: Bool { names?.contains("contentbytes") ?? true }

    /// The attachment with what is wanted of it; its type and identifier always.
    func of(_ attachment: JSONObject) -> JSONObject {
        guard let names else { return attachment }
        var selected: JSONObject = [:]
        for (name, value) in attachment.members
        where name.hasPrefix("@") || name.lowercased() == "id" || names.contains(name.lowercased()) {
            selected[name] = value
        }
        return selected
    }
}

extension MailError {
    /// A `$select` names what the type does not have.
    static func unknownProperty(_ name: some StringProtocol, of type: String, _ api: MailAPI) -> MailError {
        .badRequest(
            api == .graph ? "BadRequest" : "RequestBroker--ParseUri",
            "Parsing OData Select and Expand failed: Could not find a property named '\(name.prefix(64))' on type '\(type)'."
        )
    }
}
