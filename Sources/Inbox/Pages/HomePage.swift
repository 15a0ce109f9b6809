import Microsoft365
import OAuthHummingbird

/// Who is signed in, which organisations they can go on to, and how to connect another.
struct HomePage: Sendable {
    /// One organisation in the list.
    struct Row: Hashable, Sendable {
        var name: String
        var id: String
        /// As whom the person reads its mail; `nil` for one that only the owner sees, to give it.
        var role: Access.Role?
        var mailURL: String
        /// Absent for those who may not manage it.
        var manageURL: String?
    }

    /// Where the browser will warn of a certificate, and what to do about it.
    struct Trust: Hashable, Sendable {
        var host: String
        var authorityFile: String
    }

    var reader: Reader
    var isOwner: Bool
    var rows: [Row]
    var trust: Trust?
    var connectAction: String
    var administratorAction: String
    var operatorURL: String
    var logoutAction: String

    func fields(_ catalog: StringCatalog) -> TemplateFields {
        let administrator = reader.administrator
        return [
            "operatorName": .optional(reader.operator?.name), "operatorSubject": .optional(reader.operator?.subject),
            "administratorName": .optional(administrator?.name),
            "administratorTenant": .optional(administrator?.tenant.description), "isOwner": .flag(isOwner),
            "hasRows": .flag(!rows.isEmpty), "isNobody": .flag(reader == Reader()),
            "rows": .list(rows.map { $0.fields(catalog) }),
            "trust": trust.map { .fields(["host": .text($0.host), "authorityFile": .text($0.authorityFile)]) }
                ?? .absent,
            "connectAction": .text(connectAction), "administratorAction": .text(administratorAction),
            "operatorURL": .text(operatorURL), "logoutAction": .text(logoutAction),
        ]
    }
}

extension HomePage.Row {
    fileprivate func fields(_ catalog: StringCatalog) -> TemplateFields {
        [
            "tenantName": .text(name), "tenantID": .text(id), "mailURL": role == nil ? .absent : .text(mailURL),
            "manageURL": .optional(manageURL),
            "role": .html(PageText("inbox.role.\(role?.rawValue ?? "none")").resolved(in: catalog)),
        ]
    }
}
