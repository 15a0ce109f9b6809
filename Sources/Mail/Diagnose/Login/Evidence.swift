public import MailProtocol

/// Everything that is known about one login, cleaned and without any token: what the rows of the table look at.
public struct Evidence: Hashable, Sendable {
    /// The service.
    public internal(set) var service: MailService?
    /// The server, where one was spoken to.
    public internal(set) var server: MailServer?
    /// Whose server it is.
    public internal(set) var persona: ServerPersona = .unknown
    /// How far the login came.
    public internal(set) var reached: LoginStage?
    /// Why the last stage failed.
    public internal(set) var failure: LoginFailure?
    /// Whether the login led into the mailbox.
    public internal(set) var isLoggedIn = false
    /// What the server or the program said, cleaned.
    public internal(set) var answers: [String] = []
    /// The program that wrote the text, where it can be told.
    public internal(set) var program: String?
    /// What was recognised in these words.
    public internal(set) var signals: Set<Signal> = []
    /// The error challenge.
    public internal(set) var challenge: SASLFailure?
    /// What the server offers.
    public internal(set) var capabilities: [String] = []
    /// The token's look.
    public internal(set) var token: TokenLook?
    /// What was found in the credentials that a program sent.
    public internal(set) var blob: BlobFindings?
    /// Bytes of the line that carried the credentials.
    public internal(set) var credentialsLength: Int?
    /// Codes of Microsoft's sign-in, from the text or the refresh.
    public internal(set) var signInCodes: [Int] = []
    /// Faults of the program, where its text was given.
    public internal(set) var programFaults: [ProgramFault] = []
    /// What was known besides. Its token is gone.
    public internal(set) var context: LoginContext

    init(context: LoginContext, clean: CleanText) {
        token = context.token.map(TokenLook.examine)
        self.context = context
        self.context.token = nil
        service = context.service
        signInCodes = SignInCode.codes(in: context.refresh?.text ?? "")
        self.context.refresh?.code = clean.line(context.refresh?.code ?? "", limit: 60)
        self.context.refresh?.text = context.refresh?.text.map { clean.line($0) }
        self.context.tokenInformation?.scopes = context.tokenInformation?.scopes.prefix(64).map { clean.line($0) } ?? []
    }
}

extension Evidence {
    /// What a token needs for the service.
    struct Permission {
        var delegated: String
        var application: String
    }

    var permission: Permission {
        switch service {
        case .smtp: Permission(delegated: "SMTP.Send", application: "SMTP.SendAsApp")
        case .pop: Permission(delegated: "POP.AccessAsUser.All", application: "POP.AccessAsApp")
        case .imap, nil: Permission(delegated: "IMAP.AccessAsUser.All", application: "IMAP.AccessAsApp")
        }
    }

    var claims: TokenClaims? { token?.claims }

    /// The mailbox that was asked for: the context's, or the one in the credentials.
    var mailbox: String? { context.mailbox ?? blob?.user }

    /// The app, by the token or the context.
    var appID: String? { claims?.appID ?? context.appID }

    /// Whether the token speaks for another address than the mailbox; `nil` where that cannot be told.
    var isOtherPerson: Bool? {
        guard let person = claims?.person, let mailbox else { return nil }
        return person.lowercased() != mailbox.lowercased()
    }

    /// Whether this is Microsoft's server, as far as can be told.
    var isExchange: Bool { persona == .exchange || (persona == .unknown && (token?.isMicrosoft ?? false)) }

    /// Whether a server refused a token, and gave no other reason that would be the cause.
    var isTokenRefused: Bool {
        guard !isLoggedIn, signals.isDisjoint(with: Self.reasons) else { return false }
        if failure == .refused, reached == .authenticate { return true }
        return signals.contains(.authenticationRefused) || signals.contains(.gmailRefusal)
            || signals.contains(.unexpectedChallenge) || challenge != nil
    }

    /// Whether the token is worth a look: it was refused, or somebody shows credentials that are in order and fail.
    var isTokenInQuestion: Bool {
        isTokenRefused || (blob?.faults.isEmpty == true && answers.isEmpty && reached == nil)
    }

    /// Whether our own login at the same service worked with this token: nothing in it can be the cause then.
    var isTokenProven: Bool {
        context.ownLogin == .succeeded && (service ?? .imap) == (context.service ?? .imap)
    }

    /// Statements that say themselves what is the matter.
    private static let reasons: Set<Signal> = [
        .basicAuthenticationBlocked, .passwordRefused, .notConnected, .protocolDisabled, .smtpDisabledForTenant,
        .smtpDisabledForMailbox, .tokenEndsSoon, .popProtocolError, .accessTokenExpired, .noLocalMechanism, .throttled,
    ]

    /// Whether the login was accepted and led nowhere.
    var isHalfAuthenticated: Bool { signals.contains(.notConnected) }
}

extension Evidence {
    private static let personalDomains: Set<String> = [
        "outlook.com", "hotmail.com", "live.com", "msn.com", "passport.com",
    ]

    /// The domain of an address, in lower case.
    static func domain(of address: String) -> String? {
        guard let at = address.lastIndex(of: "@") else { return nil }
        let domain = address[address.index(after: at)...].lowercased()
        return domain.isEmpty ? nil : domain
    }

    /// Whether the mailbox's domain is one of Microsoft's for everybody (`outlook.fr` as well as `outlook.com`).
    var isPersonalMailbox: Bool? {
        guard let domain = mailbox.flatMap(Self.domain) else { return nil }
        if Self.personalDomains.contains(domain) { return true }
        let labels = domain.split(separator: ".")
        return ["outlook", "hotmail", "live"].contains(labels.first.map(String.init) ?? "")
            && (labels.count == 2 || (labels.count == 3 && labels[1].count <= 3))
    }
}
