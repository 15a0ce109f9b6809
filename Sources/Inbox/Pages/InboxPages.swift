import Foundation
import OAuthCore
import OAuthHummingbird

/// Turns pages into HTML, in the look of the authorization server's.
struct InboxPages: Sendable {
    let catalog: StringCatalog
    private let set: TemplateSet

    init() throws {
        catalog = try StringCatalog(
            language: "en", json: Data(PackageResources.strings_en_json), fallback: try .english())
        var originals = TemplateSet.originals.filter { $0.key == "mark" || $0.key == "error" }
        originals.merge(Self.templates) { _, own in own }
        set = try TemplateSet(originals: originals)
    }

    /// The sources of the inbox's own templates, by name.
    static var templates: [String: String] {
        let embedded = [
            "base": PackageResources.base_mustache, "home": PackageResources.home_mustache,
            "tenant": PackageResources.tenant_mustache, "address": PackageResources.address_mustache,
            "messages": PackageResources.messages_mustache, "message": PackageResources.message_mustache,
            "diagnosis": PackageResources.diagnosis_mustache, "failure": PackageResources.failure_mustache,
        ]
        return embedded.mapValues { String(decoding: $0, as: UTF8.self) }
    }

    /// What the pages refer to besides the authorization server's stylesheet and icon.
    static var assets: [PageAsset] {
        [
            PageAsset(name: "inbox.css", contentType: "text/css; charset=utf-8", bytes: PackageResources.inbox_css),
            PageAsset(
                name: "inbox.js", contentType: "text/javascript; charset=utf-8", bytes: PackageResources.inbox_js),
        ]
    }

    /// The page as an HTML document.
    func render(_ page: InboxPage, in layout: InboxLayout) -> String {
        let fields = page.fields(catalog).merging(layout.fields(for: page, catalog)) { own, _ in own }
        return set.render(page.template, fields, catalog: catalog)
    }

    /// An error as the page script shows it.
    func json(_ page: ErrorPage) -> JSONObject {
        let known = catalog.contains("error.\(page.id).explanation")
        let text = PageText("error.\(known ? page.id : "other").explanation", page.parameters)
        return ["error": .string(page.id), "message": .string(text.plain(in: catalog))]
    }
}

/// A page and what it shows.
enum InboxPage: Sendable {
    /// Who is signed in, and which organisations they can go on to.
    case home(HomePage)
    /// How an organisation is connected.
    case tenant(TenantPage)
    /// Asks whose mailbox to open.
    case address(AddressPage)
    /// Some messages of a mailbox.
    case messages(MessagesPage)
    /// One message.
    case message(OpenMessagePage)
    /// Why a mailbox does not open.
    case diagnosis(DiagnosisPage)
    /// What went wrong, why, and what to do.
    case failure(FailurePage)

    var template: String {
        switch self {
        case .home: "home"
        case .tenant: "tenant"
        case .address: "address"
        case .messages: "messages"
        case .message: "message"
        case .diagnosis: "diagnosis"
        case .failure: "failure"
        }
    }

    /// What the stylesheets know the page by: an error looks like one of the authorization server's.
    var look: String {
        if case .failure = self { "error" } else { template }
    }

    func fields(_ catalog: StringCatalog) -> TemplateFields {
        switch self {
        case .home(let page): page.fields(catalog)
        case .tenant(let page): page.fields(catalog)
        case .address(let page): page.fields(catalog)
        case .messages(let page): page.fields(catalog)
        case .message(let page): page.fields(catalog)
        case .diagnosis(let page): page.fields()
        case .failure(let page): page.fields(catalog)
        }
    }
}

/// What went wrong, and the ways on from there.
struct FailurePage: Sendable {
    var error: ErrorPage
    /// Names the text on the button that leads on.
    var wayOn: String?
    /// Where the cause is looked for.
    var diagnoseURL: String?

    func fields(_ catalog: StringCatalog) -> TemplateFields {
        let own: TemplateFields = [
            "diagnoseURL": .link(diagnoseURL),
            "wayOn": wayOn.map { .html(PageText("inbox.way.\($0)").resolved(in: catalog)) } ?? .absent,
        ]
        return own.merging(error.fields(catalog)) { own, _ in own }
    }
}

/// What every page shows around its own content.
struct InboxLayout: Sendable {
    var assets: String
    var nonce: String
    var homeURL: String
    var logoutURL: String
    var csrf: String
    var reader: Reader

    func fields(for page: InboxPage, _ catalog: StringCatalog) -> TemplateFields {
        let people = [reader.operator?.name, reader.administrator?.name].compactMap(\.self)
        return [
            "assets": .text(assets), "nonce": .text(nonce), "site": .text("Sallyport Inbox"),
            "language": .text(catalog.language), "direction": .text(catalog.direction),
            "template": .text(page.look), "door": .text(people.isEmpty ? "first" : "second"),
            "title": .html(PageText("inbox.\(page.template).title").resolved(in: catalog)),
            "homeURL": .text(homeURL), "logoutURL": .text(logoutURL), "csrf": .text(csrf),
            "isSignedIn": .flag(!people.isEmpty),
            "person": .text(Set(people).count == 1 ? people[0] : people.joined(separator: " · ")),
        ]
    }
}

extension StringCatalog {
    /// A moment as the pages write it, in UTC: `21 Nov 2026, 14:05`.
    func moment(_ time: UnixTime) -> String {
        let minute = (time.seconds % 86_400 + 86_400) % 86_400 / 60
        let clock = [minute / 60, minute % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
        return "\(date(time)), \(clock)"
    }
}
