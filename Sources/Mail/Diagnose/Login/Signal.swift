/// A statement that servers and programs make about a login, recognised in their words.
public enum Signal: String, Hashable, Sendable, CaseIterable {
    /// The credentials were refused, without a word about why.
    case authenticationRefused = "authentication-refused"
    /// A command with a password was refused.
    case passwordRefused = "password-refused"
    /// Passwords are refused on principle.
    case basicAuthenticationBlocked = "basic-authentication-blocked"
    /// Logged in, and the mailbox cannot be opened.
    case notConnected = "authenticated-but-not-connected"
    /// The server could not read the credentials.
    case credentialsUnreadable = "credentials-unreadable"
    /// Gmail's refusal.
    case gmailRefusal = "gmail-refusal"
    /// The mailbox does not serve this protocol.
    case protocolDisabled = "protocol-disabled"
    /// SMTP AUTH is off for the tenant.
    case smtpDisabledForTenant = "smtp-disabled-for-tenant"
    /// SMTP AUTH is off for the mailbox.
    case smtpDisabledForMailbox = "smtp-disabled-for-mailbox"
    /// A policy of the organisation stands in the way.
    case policy = "policy"
    /// The token ends too soon.
    case tokenEndsSoon = "token-ends-soon"
    /// POP's "protocol error".
    case popProtocolError = "pop-protocol-error"
    /// The session was ended because its token did.
    case accessTokenExpired = "access-token-expired"
    /// The program has no code for the mechanism.
    case noLocalMechanism = "no-local-mechanism"
    /// The server sent a challenge that the program did not expect.
    case unexpectedChallenge = "unexpected-challenge"
    /// The server does not know the mechanism.
    case mechanismUnknown = "mechanism-unknown"
    /// TLS was spoken to a server that does not, or the other way round.
    case tlsMismatch = "tls-mismatch"
    /// The certificate is not trusted.
    case certificateRefused = "certificate-refused"
    /// Nobody answers.
    case noConnection = "no-connection"
    /// No answer in time.
    case timedOut = "timed-out"
    /// The name of the server is unknown.
    case unknownHost = "unknown-host"
    /// A line was too long.
    case lineTooLong = "line-too-long"
    /// Too many connections or requests.
    case throttled = "throttled"
    /// The token request failed and the program did not look.
    case tokenMissing = "token-missing"
    /// A mailbox was opened although nobody was logged in.
    case selectWithoutLogin = "select-without-login"
    /// The same credentials stand in the text more than once.
    case credentialsSentTwice = "credentials-sent-twice"
    /// A refresh token was refused.
    case invalidGrant = "invalid-grant"
    /// The program's text is broken.
    case brokenProgram = "broken-program"
    /// A browser refused to call across origins.
    case crossOrigin = "cross-origin"
}
