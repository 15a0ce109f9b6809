/// One application, for the person who registered it.
///
/// `#edit` leads to the form, `#rotate-secret` posts `csrf`, `#delete` leads to the question before deleting.
public struct ApplicationPage: Sendable {
    /// Where its buttons lead.
    public struct Actions: Sendable {
        /// The form that changes it.
        public var editURL: String
        /// Where the secret's rotation is posted; nil when there is no secret.
        public var rotateSecret: String?
        /// The page that asks before deleting.
        public var deleteURL: String
        /// Back to the list.
        public var listURL: String
        /// The token against cross-site request forgery.
        public var csrf: String

        /// Names the addresses.
        public init(editURL: String, rotateSecret: String?, deleteURL: String, listURL: String, csrf: String) {
            self.editURL = editURL
            self.rotateSecret = rotateSecret
            self.deleteURL = deleteURL
            self.listURL = listURL
            self.csrf = csrf
        }
    }

    /// Its client identifier.
    public var clientID: String
    /// Its registration, with addresses one to a line, as the form has them.
    public var values: ApplicationFormPage.Values
    /// Its grants, as the protocol names them.
    public var grants: [String]
    /// The day it was registered, as ``PageRenderer/date(_:)`` writes it.
    public var created: String
    /// The day its secret was made.
    public var secretCreated: String?
    /// Where its buttons lead.
    public var actions: Actions

    /// Describes an application.
    public init(
        clientID: String, values: ApplicationFormPage.Values, grants: [String], created: String,
        secretCreated: String? = nil, actions: Actions
    ) {
        self.clientID = clientID
        self.values = values
        self.grants = grants
        self.created = created
        self.secretCreated = secretCreated
        self.actions = actions
    }

    func fields(_ catalog: StringCatalog) -> TemplateFields {
        [
            "application": .text(values.name), "clientID": .text(clientID),
            "clientType": values.clientType.name(catalog),
            "redirectURIs": lines(values.redirectURIs),
            "postLogoutRedirectURIs": lines(values.postLogoutRedirectURIs), "origins": lines(values.origins),
            "grants": .list(grants.map { grantFields($0, catalog) }),
            "scopes": .texts(values.scope.split(separator: " ").map(String.init)),
            "created": .text(created), "secretCreated": .optional(secretCreated),
            "editURL": .text(actions.editURL), "rotateAction": .optional(actions.rotateSecret),
            "deleteURL": .text(actions.deleteURL), "listURL": .text(actions.listURL), "csrf": .text(actions.csrf),
        ]
    }

    private func lines(_ text: String) -> TemplateValue {
        .texts(text.split(whereSeparator: \.isNewline).map(String.init))
    }
}

/// Asks before an application is deleted. It posts `csrf`; its button is `#confirm-delete`.
public struct ApplicationDeletePage: Sendable {
    /// The application's name.
    public var name: String
    /// Its client identifier.
    public var clientID: String
    /// Where the deletion is posted.
    public var action: String
    /// The token against cross-site request forgery.
    public var csrf: String
    /// Where to go instead.
    public var cancelURL: String

    /// Describes the question.
    public init(name: String, clientID: String, action: String, csrf: String, cancelURL: String) {
        self.name = name
        self.clientID = clientID
        self.action = action
        self.csrf = csrf
        self.cancelURL = cancelURL
    }

    func fields(_ catalog: StringCatalog) -> TemplateFields {
        [
            "application": .text(name), "clientID": .text(clientID), "action": .text(action), "csrf": .text(csrf),
            "cancelURL": .text(cancelURL),
        ]
    }
}
