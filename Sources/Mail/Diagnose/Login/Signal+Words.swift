extension Signal {
    /// Pieces of what servers and programs write, in lower case. The first column of each row is what it means.
    static let words: [(signal: Signal, texts: [String])] =
        [
            (
                .authenticationRefused,
                [
                    "authenticate failed", "[authenticationfailed]", "authentication failed",
                    "authentication unsuccessful",
                    "authentication failure", "535 5.7.", "535-5.7.", "535, b'5.7.", "5.7.8", "[auth]",
                    "-err authentication", "login denied", "autherror", "query status=3 (authfail)",
                    "authorization failure on", "authenticationexception", "authenticationfailedexception",
                    "smtpauthenticationerror", "authenticate command failed", "sasl authentication failed",
                    "logon failure", "unable to log on",
                ]
            ),
            (
                .passwordRefused,
                [
                    "no login failed", "b'login failed.'", "login failed.", "application-specific password required",
                    "web login required", "username and password not accepted", "please log in via your web browser",
                ]
            ),
            (
                .basicAuthenticationBlocked,
                [
                    "basicauthblocked", "basic authentication is disabled", "basic authentication is not supported",
                    "logondenied-basicauth", "5.7.30 basic",
                ]
            ),
            (.notConnected, ["authenticated but not connected"]),
            (
                .credentialsUnreadable,
                [
                    "invalid sasl argument", "invalid base64", "cannot decode", "can't decode", "5.5.2 cannot",
                    "not a valid sasl", "sasl(-7)", "invalid initial response", "5.5.4 invalid",
                    "malformed authentication",
                ]
            ),
            (.gmailRefusal, ["invalid credentials (failure)", "invalid credentials. (failure)"]),
            (
                .protocolDisabled,
                [
                    "not enabled for imap", "imap access is disabled", "imap is disabled", "pop is disabled",
                    "not enabled for pop", "enable imap", "imap is disabled for",
                ]
            ),
            (
                .smtpDisabledForTenant,
                ["smtpclientauthentication is disabled for the tenant", "smtp_auth_disabled"]
            ),
            (.smtpDisabledForMailbox, ["smtpclientauthentication is disabled for the mailbox"]),
            (
                .policy,
                [
                    "user credentials were incorrect", "security defaults", "did not meet the criteria",
                    "conditional access", "blocked by your organization", "blocked by your administrator",
                ]
            ),
            (.tokenEndsSoon, ["token will expire soon", "5.5.127"]),
            (.popProtocolError, ["-err protocol error"]),
            (.accessTokenExpired, ["accesstokenexpired"]),
            (
                .noLocalMechanism,
                [
                    "sasl(-4)", "no mechanism available", "unable to find a callback", "no worthy mechs",
                    "sasl mechanism not available", "unsupported sasl mechanism", "no such mechanism",
                ]
            ),
            (.unexpectedChallenge, ["wants more steps despite"]),
            (
                .mechanismUnknown,
                [
                    "unrecognized authentication type", "mechanism not supported",
                    "unsupported authentication mechanism",
                    "no supported authentication", "unknown authentication mechanism", "authentication mechanism not",
                    "no auth mechanism", "504 5.7.4", "504 5.5.4",
                ]
            ),
        ] + connectionWords

    private static let connectionWords: [(signal: Signal, texts: [String])] = [
        (
            .tlsMismatch,
            [
                "wrong version number", "wrong_version_number", "packet length too long", "record overflow",
                "unsupported or unrecognized ssl message", "unexpected message", "record layer failure",
                "http request", "tls packet with unexpected length",
            ]
        ),
        (
            .certificateRefused,
            [
                "certificate verify failed", "certificate_verify_failed", "self signed certificate",
                "self-signed certificate", "unable to get local issuer", "hostname mismatch", "pkix path building",
                "certificate has expired", "certificate is not trusted", "no alternative certificate subject name",
                "unable to verify the first certificate",
            ]
        ),
        (.noConnection, ["connection refused", "no route to host", "network is unreachable", "econnrefused"]),
        (
            .timedOut,
            ["timed out", "timeouterror", "timeoutexception", "connection timeout", "read timeout", "etimedout"]
        ),
        (
            .unknownHost,
            [
                "name or service not known", "getaddrinfo", "could not resolve", "nodename nor servname",
                "unknownhostexception", "enotfound", "no such host",
            ]
        ),
        (.lineTooLong, ["line too long", "line is too long", "too long argument", "command too long", "too big"]),
        (
            .throttled,
            [
                "too many simultaneous", "[throttled]", "[limit]", "too many connections", "server busy",
                "command or bandwidth limits", "too many login attempts", "request is throttled", "[unavailable]",
                "maximum number of connections",
            ]
        ),
        (
            .tokenMissing,
            [
                "keyerror: 'access_token'", "keyerror: \"access_token\"", "no access_token",
                "undefined array key \"access_token\"",
            ]
        ),
        (.selectWithoutLogin, ["illegal in state nonauth", "illegal in state auth, only allowed in states selected"]),
        (.invalidGrant, ["invalid_grant"]),
        (.brokenProgram, ["indentationerror", "unexpected indent", "expected an indented block"]),
        (
            .crossOrigin,
            ["blocked by cors policy", "cross-origin request blocked", "no 'access-control-allow-origin'"]
        ),
    ]

    /// Every statement in a text.
    static func all(in text: SearchableText) -> Set<Signal> {
        var found: Set<Signal> = []
        for (signal, texts) in words where texts.contains(where: { text.contains($0) }) { found.insert(signal) }
        if found.contains(.authenticationRefused), found.contains(.passwordRefused) {
            // "Username and password not accepted" is how Gmail words the refusal of a token as well.
            if !text.contains("login failed"), !text.contains("application-specific") { found.remove(.passwordRefused) }
        }
        return found
    }
}
