import Microsoft365

/// Replaces identifiers by words with a number: the same identifier by the same word all through a report, so that one
/// can still see what is equal to what.
struct Masker {
    private let disclosure: Disclosure
    private var masks: [String: String] = [:]
    private var counts: [String: Int] = [:]

    init(_ disclosure: Disclosure) { self.disclosure = disclosure }

    /// Whether anything was replaced.
    var hasMasked: Bool { !masks.isEmpty }

    /// A text with its identifiers masked.
    mutating func text(_ text: ReportText) -> String {
        text.fragments.map { fragment in
            switch fragment {
            case .plain(let plain): plain
            case .identifier(let identifier): mask(identifier)
            case .quote(let quote): mask(quote: quote)
            }
        }.joined()
    }

    /// Learns the identifiers of a text, so that a quotation before it does not show them.
    mutating func learn(_ identifier: Identifier) { _ = mask(identifier) }

    mutating func mask(_ identifier: Identifier) -> String {
        guard disclosure == .masked else { return identifier.value }
        switch identifier.kind {
        case .address: return mask(address: identifier.value)
        case .host: return mask(host: identifier.value)
        case .app, .object, .tenant:
            if identifier.value.contains("@") { return mask(address: identifier.value) }
            if TenantID(identifier.value) != nil { return word(identifier.kind.rawValue, for: identifier.value) }
            return identifier.value.contains(".")
                ? mask(host: identifier.value) : word(identifier.kind.rawValue, for: identifier.value)
        }
    }

    private mutating func word(_ kind: String, for value: String) -> String {
        let key = value.lowercased()
        if let known = masks[key] { return known }
        if Self.publicIdentifiers.contains(key) { return value }
        counts[kind, default: 0] += 1
        let word = "\(kind)-\(counts[kind, default: 0])"
        masks[key] = word
        return word
    }

    private mutating func mask(address: String) -> String {
        guard let at = address.lastIndex(of: "@") else { return word("person", for: address) }
        let domain = String(address[address.index(after: at)...])
        let person = word("person", for: address)
        // The name alone, as servers write it, is the person as well. Short ones would match by accident.
        let name = address[..<at].lowercased()
        if name.count >= 3, masks[name] == nil { masks[name] = person }
        return person + "@" + mask(host: domain)
    }

    private mutating func mask(host: String) -> String {
        if let known = masks[host.lowercased()] { return known }
        if Self.isPublic(host) { return host }
        for suffix in Self.tenantSuffixes where host.lowercased().hasSuffix(suffix) {
            return word("tenant", for: String(host.dropLast(suffix.count))) + suffix
        }
        return word("host", for: host)
    }

    // MARK: Quotations

    mutating func mask(quote: String) -> String {
        guard disclosure == .masked else { return quote }
        var output = ""
        var run = ""
        for character in quote {
            if Self.isPart(character) {
                run.append(character)
            } else {
                output += mask(run: run)
                output.append(character)
                run = ""
            }
        }
        return output + mask(run: run)
    }

    private static func isPart(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || "@._+-%#:".contains(character)
    }

    private mutating func mask(run: String) -> String {
        let core = run.drop { ".:-".contains($0) }
        guard !core.isEmpty else { return run }
        let start = run[..<core.startIndex]
        let kept = core.lastIndex { !".:-".contains($0) }.map { core[...$0] } ?? core
        let end = core[kept.endIndex...]
        return start + mask(word: String(kept)) + end
    }

    private mutating func mask(word text: String) -> String {
        if let known = masks[text.lowercased()] { return known }
        if text.contains("@") { return mask(address: text) }
        if TenantID(text) != nil { return word("id", for: text) }
        if Self.isNetworkAddress(text) { return word("ip", for: text) }
        // A port, or a prefix such as `user:`, is looked at by itself.
        if let colon = text.lastIndex(of: ":") {
            let rest = String(text[text.index(after: colon)...])
            return mask(word: String(text[..<colon])) + ":" + (rest.isEmpty ? "" : mask(word: rest))
        }
        return Self.isHostName(text) ? mask(host: text) : text
    }
}

extension Masker {
    private static let tenantSuffixes = [
        ".onmicrosoft.com", "-my.sharepoint.com", ".sharepoint.com", ".onmicrosoft.us", ".mail.protection.outlook.com",
    ]

    /// Identifiers that identify nobody.
    private static let publicIdentifiers: Set<String> = [
        TokenClaims.personalTenant, "00000003-0000-0000-c000-000000000000", "00000002-0000-0000-c000-000000000000",
        "00000002-0000-0ff1-ce00-000000000000",
    ]

    private static let publicHosts: Set<String> = [
        "office365.com", "office.com", "outlook.com", "outlook.cn", "office365.us", "gmail.com", "googlemail.com",
        "google.com", "googleapis.com", "microsoft.com", "microsoftonline.com", "microsoftonline.us", "windows.net",
        "chinacloudapi.cn", "microsoftonline.cn", "aka.ms", "hotmail.com", "live.com", "msn.com", "localhost",
        "microsoft.us", "azure.com",
    ]

    /// Whether everybody knows the host: it or a domain above it is a provider's. Names of tenants are no such hosts.
    static func isPublic(_ host: String) -> Bool {
        let host = host.lowercased()
        guard !tenantSuffixes.contains(where: { host.hasSuffix($0) }) else { return false }
        return host == "127.0.0.1" || publicHosts.contains(host) || publicHosts.contains { host.hasSuffix("." + $0) }
    }

    private static func isNetworkAddress(_ text: String) -> Bool {
        let numbers = text.split(separator: ".", omittingEmptySubsequences: false)
        if numbers.count == 4, numbers.allSatisfy({ UInt8($0) != nil }) { return true }
        let groups = text.split(separator: ":", omittingEmptySubsequences: false)
        return groups.count >= 4 && groups.allSatisfy { $0.count <= 4 && $0.allSatisfy(\.isHexDigit) }
    }

    /// Whether it looks like a host's name: labels between dots, the last of letters of one case. `5.7.139` and
    /// `Mail.Read` are none.
    private static func isHostName(_ text: String) -> Bool {
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        guard labels.count >= 2, let last = labels.last, (2...24).contains(last.count), last.allSatisfy(\.isLetter),
            labels.allSatisfy({ !$0.isEmpty && $0.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" } })
        else { return false }
        guard last == last.lowercased() || last == last.uppercased() else { return false }
        return !programNames.contains(labels[0].lowercased())
    }

    /// What dots stand in besides hosts: modules of programs.
    private static let programNames: Set<String> = [
        "imaplib", "smtplib", "poplib", "mailkit", "javax", "jakarta", "com", "org",
    ]
}
