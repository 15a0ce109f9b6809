import MailProtocol

/// What may be asked to go wrong with mail protocols, by the names of the control endpoint.
enum MailFault: String, Sendable, Hashable, CaseIterable {
    /// The next login fails in the service's own words, whatever the token.
    case refuse
    /// The next login succeeds, and nothing works after it.
    case notConnected = "not_connected"
    /// The next command of somebody who is logged in meets a token that is out of date.
    case expireSession = "expire_session"
    /// The next connection is never answered, not even its TLS.
    case hang
    /// The next connection gets TLS and no greeting.
    case silent
    /// The next connection gets no TLS: the greeting comes as plain text; SMTP does not offer `STARTTLS`.
    case noTLS = "no_tls"
    /// SMTP logins are switched off for the organisation.
    case smtpDisabledForTenant = "smtp_disabled_for_tenant"
    /// SMTP logins are switched off for the mailbox.
    case smtpDisabledForMailbox = "smtp_disabled_for_mailbox"
    /// A policy of the organisation forbids the SMTP login.
    case securityDefaults = "security_defaults"
    /// SMTP calls the credentials incorrect.
    case credentialsIncorrect = "credentials_incorrect"
    /// SMTP takes no token with so little life left.
    case tokenExpiresSoon = "token_expires_soon"
    /// POP ends the connection at the next login.
    case protocolError = "protocol_error"

    /// Where it can happen.
    var places: Set<Fault.Place> {
        switch self {
        case .refuse, .hang, .silent, .noTLS: [.imap, .pop, .smtp, .gmail]
        case .notConnected: [.imap]
        case .expireSession: [.imap, .gmail]
        case .smtpDisabledForTenant, .smtpDisabledForMailbox, .securityDefaults, .credentialsIncorrect,
            .tokenExpiresSoon:
            [.smtp]
        case .protocolError: [.pop]
        }
    }

    /// When a connection meets it.
    enum Moment { case connection, login, command }

    var moment: Moment {
        switch self {
        case .hang, .silent, .noTLS: .connection
        case .expireSession: .command
        default: .login
        }
    }

    /// What it makes of a login.
    var login: MailLogin {
        switch self {
        case .notConnected: .notConnected
        case .smtpDisabledForTenant: .refusedBySMTP(.disabledForTenant)
        case .smtpDisabledForMailbox: .refusedBySMTP(.disabledForMailbox)
        case .securityDefaults: .refusedBySMTP(.securityDefaults)
        case .credentialsIncorrect: .refusedBySMTP(.credentialsIncorrect)
        case .tokenExpiresSoon: .refusedBySMTP(.tokenExpiresSoon)
        case .protocolError: .protocolError
        case .refuse, .expireSession, .hang, .silent, .noTLS: .refused
        }
    }
}

/// What became of a login, for the protocol's words.
enum MailLogin: Sendable {
    case accepted(any IMAPServerAccount)
    case notConnected
    case refused
    case refusedBySMTP(SMTPRefusal)
    /// POP ends the connection.
    case protocolError
}

/// Exchange's reasons to refuse an SMTP login, with the words that programs show.
enum SMTPRefusal: String, Sendable {
    case disabledForTenant =
        "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant. Visit https://aka.ms/smtp_auth_disabled for more information."
    case disabledForMailbox =
        "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox. Visit https://aka.ms/smtp_auth_disabled for more information."
    case securityDefaults =
        "535 5.7.139 Authentication unsuccessful, user is locked by your organization's security defaults policy. Contact your administrator."
    case credentialsIncorrect = "535 5.7.139 Authentication unsuccessful, the user credentials were incorrect."
    case tokenExpiresSoon = "501 5.5.127 Token will expire soon"
}

extension Fault.Kind {
    /// Whether a mail protocol can show it.
    var isForMailProtocols: Bool {
        switch self {
        case .slow, .drop, .mail: true
        case .error, .throttle, .unsignedIDToken: false
        }
    }
}
