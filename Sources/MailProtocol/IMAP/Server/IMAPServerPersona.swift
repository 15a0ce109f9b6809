/// How a server introduces itself and says things: data, so that one machine can be several servers.
public struct IMAPServerPersona: Hashable, Sendable {
    /// What stands behind `* OK ` when a connection begins.
    public var greeting: String
    /// Capabilities before login.
    public var capabilities: [String]
    /// Capabilities after login.
    public var capabilitiesAfterLogin: [String]
    /// What a finished command says; `{command}` stands for its name.
    public var completed: String
    /// What a finished `CAPABILITY` says.
    public var capabilityCompleted: String
    /// What a login says that worked; `{user}` stands for the mailbox. A capability code goes before it where
    /// ``announcesAfterLogin`` is set.
    public var authenticated: String
    /// Whether capabilities come unasked after login.
    public var announcesAfterLogin: Bool
    /// What `NO` says to a token that is refused.
    public var refused: String
    /// What `NO` says to a SASL message that is none.
    public var malformedMessage: String
    /// What `NO` says to `LOGIN`.
    public var loginRefused: String
    /// The JSON that is sent as a challenge before a token is refused (RFC 7628 §3.2.2); `nil` for none.
    public var challenge: String?
    /// What `BAD` says to a command that is unknown.
    public var unknownCommand: String
    /// What `BAD` says to a command that cannot be read.
    public var malformedCommand: String
    /// What `BAD` says to a command at the wrong time.
    public var wrongState: String
    /// What `NO` says to a folder that is not there.
    public var noSuchFolder: String
    /// What `BYE` says to a client that says goodbye.
    public var goodbye: String
    /// What `BYE` says when the connection is ended for the client's own fault.
    public var closed: String
    /// What `BYE` says when the token of a session is out of date.
    public var tokenExpired: String
    /// Names and values that `ID` tells (RFC 2971).
    public var identity: [String]

    /// Exchange Online's words.
    ///
    /// - Parameter host: the server's name, told in the greeting.
    public static func exchange(host: String) -> IMAPServerPersona {
        let name = StrictBase64.encode(host.utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] })
        let before = [
            "IMAP4", "IMAP4rev1", "AUTH=PLAIN", "AUTH=XOAUTH2", "SASL-IR", "UIDPLUS", "ID", "UNSELECT", "CHILDREN",
            "IDLE", "NAMESPACE", "LITERAL+",
        ]
        return IMAPServerPersona(
            greeting: "The Microsoft Exchange IMAP4 service is ready. [\(name)]", capabilities: before,
            capabilitiesAfterLogin: before.filter { !$0.hasPrefix("AUTH=") && $0 != "SASL-IR" } + [
                "MOVE", "CLIENTACCESSRULES", "CLIENTNETWORKPRESENCELOCATION", "BACKENDAUTHENTICATE",
            ],
            completed: "{command} completed.", capabilityCompleted: "CAPABILITY completed.",
            authenticated: "AUTHENTICATE completed.", announcesAfterLogin: false, refused: "AUTHENTICATE failed.",
            malformedMessage: "AUTHENTICATE failed.", loginRefused: "LOGIN failed.", challenge: nil,
            unknownCommand: "Command Error. 12", malformedCommand: "Command Argument Error. 12",
            wrongState: "Command received in Invalid state.", noSuchFolder: "Mailbox does not exist.",
            goodbye: "Microsoft Exchange Server IMAP4 server signing off.", closed: "Connection closed. 14",
            tokenExpired: "Session invalidated - AccessTokenExpired",
            identity: ["name", "Microsoft.Exchange.Imap4.Imap4Server", "version", "15.20"])
    }

    /// Gmail's words.
    public static let gmail = IMAPServerPersona(
        greeting: "Gimap ready for requests from 127.0.0.1 emulated",
        capabilities: [
            "IMAP4rev1", "UNSELECT", "IDLE", "NAMESPACE", "ID", "XLIST", "CHILDREN", "SASL-IR", "AUTH=XOAUTH2",
            "AUTH=PLAIN", "AUTH=OAUTHBEARER",
        ],
        capabilitiesAfterLogin: [
            "IMAP4rev1", "UNSELECT", "IDLE", "NAMESPACE", "ID", "XLIST", "CHILDREN", "UIDPLUS", "MOVE", "ESEARCH",
            "LIST-EXTENDED", "LIST-STATUS", "LITERAL-", "SPECIAL-USE", "APPENDLIMIT=35651584",
        ],
        completed: "Success", capabilityCompleted: "Thats all she wrote! emulated",
        authenticated: "{user} authenticated (Success)", announcesAfterLogin: true,
        refused: "[AUTHENTICATIONFAILED] Invalid credentials (Failure)",
        malformedMessage: "Invalid SASL argument",
        loginRefused: "[AUTHENTICATIONFAILED] Invalid credentials (Failure)",
        challenge: "{\"status\":\"400\",\"schemes\":\"Bearer\",\"scope\":\"https://mail.google.com/\"}",
        unknownCommand: "Unknown command", malformedCommand: "Could not parse command",
        wrongState: "Not allowed in this state", noSuchFolder: "[NONEXISTENT] Unknown Mailbox (Failure)",
        goodbye: "LOGOUT Requested", closed: "Too many bad commands",
        tokenExpired: "Session expired, please login again.",
        identity: ["name", "GImap", "vendor", "Google, Inc.", "support-url", "https://support.google.com/mail"])
}
