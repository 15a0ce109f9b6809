/// The faults of the program that is copied most for reading mail with a token (Python, MSAL, imaplib), and of its
/// relative in JavaScript. `Docs/MailLogins.md` tells what each does on the wire.
public enum ProgramFault: String, Hashable, Sendable, CaseIterable {
    /// 1: `\\1` is a backslash and a digit.
    case literalControlA = "program.literal-control-a"
    /// 2: base64 by hand where the library encodes.
    case doubleBase64 = "program.double-base64"
    /// 3: the callback ignores the challenge, so that the credentials are sent again in answer to the error.
    case challengeIgnored = "program.challenge-ignored"
    /// 4: `result['access_token']` without a look at `error`.
    case tokenErrorHidden = "program.token-error-hidden"
    /// 5: TLS without verification.
    case certificateUnverified = "program.certificate-unverified"
    /// 6: no timeout, no logout.
    case noTimeout = "program.no-timeout"
    /// 7: `select` for writing, its answer unread.
    case selectUnchecked = "program.select-unchecked"
    /// 8: a new token for each call.
    case tokenNotCached = "program.token-not-cached"
    /// 9: the application permission and the service principal are never mentioned.
    case setupOmitted = "program.setup-omitted"
    /// 10: `.default` where a person signs in, or in place of a permission.
    case defaultScope = "program.default-scope"
    /// 11: JavaScript against an API that is gone, with a token for something else.
    case retiredAPI = "program.retired-api"
    /// 12: the indentation is lost.
    case indentationLost = "program.indentation-lost"

    /// 1...12, as the page counts.
    public var number: Int { (Self.allCases.firstIndex(of: self) ?? 0) + 1 }
}

extension ProgramFault {
    /// What it is, and what to write instead.
    public var advice: String {
        switch self {
        case .literalControlA:
            #"\\1 is a backslash and a digit: write \x01, with one backslash, in a string that is not raw"#
        case .doubleBase64: "imaplib's authenticate encodes what the callback returns: return the plain bytes"
        case .challengeIgnored:
            "the callback answers every challenge with the credentials: answer the second one with b\"\" and print it"
        case .tokenErrorHidden:
            "access_token is taken from an answer that may be an error: print error and error_description first"
        case .certificateUnverified:
            "IMAP4_SSL without ssl_context verifies no certificate: pass ssl.create_default_context()"
        case .noTimeout: "without timeout= a silent server hangs the program for ever: pass one, and log out at the end"
        case .selectUnchecked:
            "select opens for writing and its status is not looked at: pass readonly=True and check for OK"
        case .tokenNotCached:
            "a new application object for every call asks for a new token each time: keep one, it caches"
        case .setupOmitted:
            "an app for itself needs IMAP.AccessAsApp with consent, New-ServicePrincipal and Add-MailboxPermission"
        case .defaultScope:
            ".default is for apps that act for themselves: where a person signs in, ask for IMAP.AccessAsUser.All"
        case .retiredAPI: "the Outlook REST API is closed, and /me does not exist for an app: use Microsoft Graph"
        case .indentationLost: "the program's indentation was lost on its way: Python cannot read it"
        }
    }
}
