/// Whose server it is, as far as its words tell.
public enum ServerPersona: String, Hashable, Sendable, CaseIterable {
    /// Exchange Online: Microsoft 365 and Outlook.com.
    case exchange
    /// Gmail.
    case gmail
    /// Dovecot.
    case dovecot
    /// Cannot be told.
    case unknown

    /// What it is called in a report.
    public var name: String {
        switch self {
        case .exchange: "Exchange Online"
        case .gmail: "Gmail"
        case .dovecot: "Dovecot"
        case .unknown: "an unknown server"
        }
    }

    private static let words: [(text: String, persona: ServerPersona)] = [
        ("microsoft exchange", .exchange), ("microsoft esmtp", .exchange),
        ("authenticated but not connected", .exchange),
        ("5.7.139", .exchange), ("535 5.7.3", .exchange), ("535, b'5.7.3", .exchange), ("basicauthblocked", .exchange),
        ("accesstokenexpired", .exchange), ("no authenticate failed", .exchange), ("no login failed", .exchange),
        ("b'authenticate failed.'", .exchange), ("office365.com", .exchange), ("aadsts", .exchange),
        ("gimap", .gmail), ("gpop", .gmail), ("gsmtp", .gmail), ("(failure)", .gmail), ("mail.google.com", .gmail),
        ("support.google.com", .gmail), ("imap.gmail.com", .gmail), ("smtp.gmail.com", .gmail),
        ("dovecot", .dovecot),
    ]

    /// Guesses from what the server said, and then from its name.
    static func guess(texts: [String], host: String?) -> ServerPersona {
        for text in texts {
            let text = SearchableText(text, limit: Diagnosis.longestResponse)
            if let found = words.first(where: { text.contains($0.text) }) { return found.persona }
        }
        guard let host = host?.lowercased() else { return .unknown }
        if host.hasSuffix("office365.com") || host.hasSuffix("outlook.com") || host.hasSuffix("partner.outlook.cn")
            || host.hasSuffix("office365.us")
        {
            return .exchange
        }
        return host.hasSuffix(".gmail.com") || host.hasSuffix(".googlemail.com") ? .gmail : .unknown
    }
}
