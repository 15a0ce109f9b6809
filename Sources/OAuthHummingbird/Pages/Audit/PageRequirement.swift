/// An element without which a page cannot do its work, looked for in the page rendered from a sample.
enum PageRequirement: Equatable {
    /// An element with this id, which scripts and tests hold on to.
    case id(String)
    /// A form that posts there.
    case form(action: String)
    /// A field that is posted, with the value it must carry when that is given.
    case field(String, value: String? = nil)
    /// A submit button that posts a decision.
    case choice(name: String, value: String)
    /// A link that leads there.
    case link(String)

    func isMet(by elements: [HTMLElement]) -> Bool {
        switch self {
        case .id(let id): elements.contains { $0["id"] == id }
        case .form(let action):
            elements.contains { $0.name == "form" && $0["action"] == action && $0["method"]?.lowercased() == "post" }
        case .field(let name, let value):
            elements.contains {
                ["input", "textarea", "select", "button"].contains($0.name) && $0["name"] == name
                    && (value == nil || $0["value"] == value)
            }
        case .choice(let name, let value):
            elements.contains { $0.name == "button" && $0["name"] == name && $0["value"] == value }
        case .link(let address): elements.contains { $0.name == "a" && $0["href"] == address }
        }
    }

    var explanation: String {
        switch self {
        case .id(let id): "an element with the id “\(id)”"
        case .form: "a form with the method post and the action {{…}} that the page is given"
        case .field(let name, nil): "a field named “\(name)”"
        case .field(let name, _): "a field named “\(name)” with the value that the page is given"
        case .choice(let name, let value): "a button named “\(name)” with the value “\(value)”"
        case .link: "a link to the address that the page is given"
        }
    }
}

extension PageSample {
    /// What a template for this page has to contain.
    static func requirements(of template: PageTemplate) -> [PageRequirement] {
        let token = PageRequirement.field("csrf", value: csrf)
        switch template {
        case .login:
            let fields: [PageRequirement] = [.field("username"), .field("password"), .id("sign-in")]
            return [.form(action: action), token, .field("continue", value: continuation)] + fields
        case .consent: return consentRequirements
        case .error: return [.id("error-id")]
        case .applications: return [.id("new-application"), .link(detailURL)]
        case .applicationForm: return formRequirements
        case .application:
            return [.id("client-id"), .id("edit"), .id("rotate-secret"), .id("delete"), token, .form(action: action)]
        case .applicationSecret: return [.id("client-id"), .id("client-secret"), .id("curl")]
        case .applicationDelete: return [.form(action: action), token, .id("confirm-delete")]
        case .connectedApps: return [.form(action: action), token, .field("client_id", value: clientID)]
        case .account: return []
        case .logout: return [.form(action: action), token, .field(hiddenName, value: hiddenValue), .id("sign-out")]
        case .signedOut: return []
        }
    }

    private static var consentRequirements: [PageRequirement] {
        [
            .form(action: action), .field("request", value: requestID), .field("scope", value: scope),
            .field("subject", value: subject), .field("csrf", value: csrf), .choice(name: "decision", value: "allow"),
            .choice(name: "decision", value: "deny"), .id("allow"), .id("deny"), .form(action: switchAction),
            .id("switch-user"),
        ]
    }

    private static var formRequirements: [PageRequirement] {
        let grants = ApplicationFormPage.Grant.allCases.map(\.rawValue)
        let named = ApplicationFormPage.Field.allCases.filter { $0 != .grants }.map(\.rawValue)
        let fields = (named + grants).map { PageRequirement.field($0) }
        return [.form(action: action), .field("csrf", value: csrf), .id("save")] + fields
    }
}
