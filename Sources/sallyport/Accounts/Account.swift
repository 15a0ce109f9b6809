import Foundation
import Microsoft365
import OAuthCore

/// Somebody's access to an authorization server, or a program's own, as it is kept between commands.
struct Account: Sendable, Hashable {
    /// By which commands call it.
    var name: String
    /// Where the tokens come from.
    var service: Service
    /// The client that asks for them.
    var clientID: String
    /// How the client proves who it is.
    var credential: Credential
    /// For whom the tokens are.
    var holder: Holder
    /// What is asked for at a sign-in, and for a program's own tokens.
    var scope: Scope
    /// The PEM text of authorities that are trusted besides the system's.
    var authorities: String?
    /// Origins that may get the tokens besides those that the service has itself, as in `https://api.example`.
    var apiOrigins: [String] = []
    /// When it was made.
    var createdAt: UnixTime

    /// Where tokens come from.
    enum Service: Sendable, Hashable {
        /// Any server, by its issuer.
        case issuer(String)
        /// Microsoft's, in one of its clouds; a tenant's id or domain, or `common`, `organizations`, `consumers`.
        case microsoft365(Cloud, tenant: String)
    }

    /// For whom tokens are.
    enum Holder: Sendable, Hashable {
        /// A person; the subject of the ID token, and a name to show.
        case person(subject: String?, name: String?)
        /// The program itself.
        case program
    }

    /// What the client proves itself with. Paths are absolute.
    enum Credential: Sendable, Hashable {
        case none
        case secret(Secret)
        case certificate(path: String, key: String?, passphrase: Secret?)
    }

    /// Whether a text can be a name.
    static func isName(_ text: String) -> Bool {
        (1...128).contains(text.utf8.count) && !text.hasPrefix("-") && PlainText.line(text) == text
            && !text.contains(where: \.isWhitespace)
    }

    /// Whether both are the same access, so that one may take the other's place.
    func isSameAccess(as other: Account) -> Bool {
        guard clientID == other.clientID, service == other.service else { return false }
        switch (holder, other.holder) {
        case (.program, .program): return true
        case (.person(let subject, _), .person(let otherSubject, _)): return subject == otherSubject
        default: return false
        }
    }
}

extension Account {
    /// Who the tokens speak for, for a person.
    var holderText: String {
        switch holder {
        case .program: "the application itself"
        case .person(let subject, let name): name ?? subject ?? "a person"
        }
    }

    /// Where the tokens come from, for a person.
    var serviceText: String {
        switch service {
        case .issuer(let issuer): issuer
        case .microsoft365(let cloud, let tenant): "microsoft365 \(tenant) (\(cloud.name))"
        }
    }
}

extension Account: CustomStringConvertible, CustomReflectable {
    var description: String { "Account(\(name))" }
    var customMirror: Mirror { Mirror(self, children: []) }
}
