import Foundation
import Mustache
import OAuthCore

/// The emulator's own pages, from one template. Mustache escapes every value.
struct EmulatorPages: Sendable {
    private let library: MustacheLibrary

    init() throws {
        var library = MustacheLibrary()
        try library.register(String(decoding: PackageResources.page_mustache, as: UTF8.self), named: "page")
        self.library = library
    }

    /// What stands on a page.
    enum Page: Sendable {
        case signIn(app: String, action: String, token: String, hint: String, alert: String?)
        case consent(ConsentQuestion, action: String, token: String)
        /// The answer on its way by `form_post`.
        case answer(action: String, fields: FormFields, nonce: String)
        case error(String, details: String)
        /// What a number means that an application was told.
        case meaning(code: Int, String)
    }

    func html(_ page: Page) -> String {
        var values: [String: Any] = [:]
        switch page {
        case .signIn(let app, let action, let token, let hint, let alert):
            values = ["title": "Sign in", "signIn": ["app": app, "action": action, "token": token, "hint": hint]]
            values["alert"] = alert
        case .consent(let question, let action, let token):
            let content: [String: Any] = [
                "app": question.appName, "tenant": question.tenantName, "permissions": question.permissions,
                "everybody": question.forEverybody, "action": action, "token": token,
            ]
            values = ["title": "Permissions requested", "consent": content]
        case .answer(let action, let fields, let nonce):
            let inputs = fields.names.map { ["name": $0, "value": fields[$0] ?? ""] }
            values = [
                "title": "Signed in", "answer": ["action": action, "fields": inputs, "nonce": nonce] as [String: Any],
            ]
        case .error(let text, let details):
            values = ["title": "This request cannot go on", "alert": text, "isRefusal": true, "details": details]
        case .meaning(let code, let text): values = ["title": "AADSTS\(code)", "meaning": text]
        }
        return library.render(values, withTemplate: "page") ?? ""
    }
}
