extension ProgramFault {
    /// Which of the faults a text shows: a program's own text, or what the program printed.
    ///
    /// Patterns, not a parser: what is found deserves a look, and what is not found may be there all the same.
    ///
    /// - Parameter text: at most 64 KiB of it are read.
    public static func find(in text: String) -> [ProgramFault] {
        let text = String(decoding: text.utf8.prefix(Diagnosis.longestResponse), as: UTF8.self)
        let source = Source(text)
        return allCases.filter { $0.isFound(in: source) }
    }

    private struct Source {
        let text: String
        /// Its lines, each cut where no program's line goes on.
        let lines: [Substring]
        private let searchable: SearchableText

        init(_ text: String) {
            self.text = text
            lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map { $0.prefix(500) }
            searchable = SearchableText(text, limit: Diagnosis.longestResponse)
        }

        func has(_ piece: String) -> Bool { searchable.contains(piece) }
        func hasAny(_ pieces: [String]) -> Bool { pieces.contains { has($0) } }

        /// Whether a line that opens a block is followed by one at the same left edge.
        var opensBlockWithoutIndentation: Bool {
            zip(lines, lines.dropFirst()).contains { line, next in
                ["def ", "with ", "try:", "if ", "for "].contains { line.hasPrefix($0) } && line.hasSuffix(":")
                    && next.first.map { !$0.isWhitespace } == true
            }
        }

        var usesIMAPLib: Bool { has("imap4_ssl(") || has("imaplib.imap4(") }
        var usesMSAL: Bool { has("confidentialclientapplication(") || has("publicclientapplication(") }
        var authenticates: Bool { has(".authenticate(") }
    }

    private func isFound(in source: Source) -> Bool {
        switch self {
        case .literalControlA: source.hasAny([#"\\1auth="#, #"\\x01auth="#, #"\\001auth="#, #"\\u0001auth="#])
        case .doubleBase64: source.authenticates && source.has("b64encode(")
        case .challengeIgnored:
            (source.lines.contains { $0.contains("authenticate(") && $0.contains("lambda") }
                && !source.hasAny(["if challenge", "if not challenge", "else b\"\"", "else b''"]))
                || Self.repeatsCredentials(source.text)
        case .tokenErrorHidden:
            source.hasAny(["keyerror: 'access_token'", "keyerror: \"access_token\""])
                || (source.hasAny(["['access_token']", "[\"access_token\"]"])
                    && !source.hasAny(["error_description", "'access_token' in", "\"access_token\" in"]))
        case .certificateUnverified:
            (source.has("imap4_ssl(") && !source.has("ssl_context")) || source.has("_create_unverified_context")
                || source.has("cert_none")
        case .noTimeout: source.usesIMAPLib && !source.has("timeout=")
        case .selectUnchecked:
            (source.usesIMAPLib && source.has(".select(") && !source.has("readonly=true"))
                || source.has("illegal in state nonauth")
        case .tokenNotCached:
            source.usesMSAL
                && source.lines.contains { line in
                    line.first?.isWhitespace == true && line.contains("ClientApplication(")
                }
        case .setupOmitted:
            source.has("acquire_token_for_client") && source.authenticates
                && !source.hasAny(["accessasapp", "new-serviceprincipal"])
        case .defaultScope:
            source.has(".default")
                && source.hasAny(["acquire_token_interactive", "acquire_token_by_username", "device_flow"])
        case .retiredAPI:
            source.hasAny([
                "outlook.office.com/api/v", "outlook.office365.com/api/v", "blocked by cors policy",
                "cross-origin request blocked",
            ])
        case .indentationLost:
            source.hasAny(["indentationerror", "unexpected indent", "expected an indented block"])
                || source.opensBlockWithoutIndentation
        }
    }

    /// Whether encoded credentials stand in a text more than once, as in a log of what was sent.
    static func repeatsCredentials(_ text: String) -> Bool {
        var seen: Set<Substring> = []
        for match in text.matches(of: /(?:dXNlcj|bixhPX|ZFhObGNq|Yml4aFBY)[A-Za-z0-9+\/_\-]{12,}={0,2}/) {
            guard seen.insert(match.0).inserted else { return true }
        }
        return false
    }
}
