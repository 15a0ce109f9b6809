extension AADSTS {
    /// The person's account.
    static let accountRows: [Row] = [
        Row(
            16_000, error: "interaction_required", "the account is not one of this tenant's",
            fix: "sign in with an account of the organisation, or have it invited as a guest"),
        Row(
            50_020, error: "invalid_grant", "the account is another organisation's and no guest in this tenant",
            fix: "sign in with an account of the right organisation, or invite this one as a guest"),
        Row(
            50_034, error: "invalid_grant", "there is no such account in the tenant",
            fix: "check the spelling of the account and which tenant was asked"),
        Row(
            50_053, error: "invalid_grant", "the account is locked, or the address it signs in from is blocked",
            fix: "wait some minutes; the tenant's sign-in log says which"),
        Row(
            50_055, 50_144, error: "invalid_grant", "the password has expired",
            fix: "change the password by signing in with a browser"),
        Row(
            50_056, error: "invalid_grant", "the directory holds no password for the account",
            fix: "sign in with a browser, where the organisation's own sign-in answers"),
        Row(
            50_057, error: "invalid_grant", "the account is disabled",
            fix: "have an administrator enable the account"),
        Row(
            50_058, error: "login_required", "nobody is signed in, and no page was to be shown",
            fix: "sign in with a browser"),
        Row(
            50_105, error: "access_denied", "the account is not assigned to the app",
            fix: "have an administrator assign the user, or a group of theirs, to the app"),
        Row(
            50_126, error: "invalid_grant", "the user name or the password is wrong",
            fix: "check both; accounts with a second factor must sign in with a browser"),
    ]

    /// What the organisation asks for besides a password.
    static let policyRows: [Row] = [
        Row(
            50_072, 50_074, 50_076, 50_079, error: "interaction_required", "a second factor is required",
            fix: "sign in again with a browser and answer the second factor"),
        Row(
            53_000, 53_003, 530_034, error: "interaction_required", "a policy for conditional access forbids it",
            fix: "use a device and a place that the policy allows, or have an administrator except the app"),
        Row(
            530_032, 530_035, error: "access_denied", "the tenant's security defaults or a policy forbid this way",
            fix: "sign in with a browser; passwords and often device codes are not allowed"),
        Row(
            50_173, error: "invalid_grant", "the sign-in was revoked, as by a change of the password",
            fix: "sign in again"),
    ]

    /// Consent and permissions.
    static let consentRows: [Row] = [
        Row(
            65_001, error: "invalid_grant", "the tenant, or the person, has not consented to the app",
            fix:
                "have an administrator of the tenant consent to the app; a person may sign in again and ask for this permission"
        ),
        Row(
            65_004, error: "access_denied", "the consent was declined",
            fix: "begin again, and allow what the app asks for"),
        Row(
            65_005, 650_056, 650_057, error: "invalid_resource", "the app's registration lacks the permission",
            fix: "add the API permission to the app's registration, then consent again"),
        Row(
            90_093, error: "access_denied", "only an administrator may do this, and the account is none",
            fix: "sign in with an administrator's account"),
        Row(
            90_094, error: "consent_required", "an administrator has to consent",
            fix: "send an administrator of the tenant the address for consent"),
        Row(
            50_001, 500_011, error: "invalid_resource", "the tenant does not know the resource",
            fix: "check the spelling of the resource; consent to it, or have the API provisioned in the tenant"),
        Row(
            650_052, error: "invalid_resource", "the tenant has no licence for the service",
            fix: "assign a licence for the service, or use the right tenant"),
        Row(
            650_053, error: "invalid_scope", "the resource has no scope of this name",
            fix: "check which API the scope belongs to: Graph and Outlook name theirs alike"),
        Row(
            70_001, 700_016, error: "unauthorized_client", "the app is not in this tenant",
            fix:
                "check the client id and the tenant; another organisation's app needs an administrator's consent first"
        ),
        Row(
            7_000_112, error: "unauthorized_client", "the app is disabled",
            fix: "enable the app, or register one and use its client id"),
        Row(
            65_002, error: "invalid_client", "the client id is one of Microsoft's own apps",
            fix: "register an app and use its client id"),
    ]

    /// Codes, refresh tokens and other grants.
    static let grantRows: [Row] = [
        Row(
            50_013, error: "invalid_grant", "the assertion that stands for a person cannot be used",
            fix: "get a fresh token of the person's for this app, and use that"),
        Row(
            500_133, error: "invalid_grant", "the assertion that stands for a person has expired",
            fix: "get a fresh token of the person's for this app, and use that"),
        Row(50_089, error: "invalid_grant", "the sign-in took too long", fix: "begin the sign-in again"),
        Row(
            50_196, error: "invalid_grant", "the app asks for the same token again and again",
            fix: "keep tokens until they expire, and wait longer after a failure"),
        Row(
            501_481, error: "invalid_grant", "the code verifier is not the one of the challenge",
            fix: "send the verifier that the sign-in was begun with"),
        Row(
            54_005, error: "invalid_grant", "the code was redeemed already",
            fix: "redeem a code once; use the refresh token for tokens of other resources"),
        Row(
            70_000, error: "invalid_grant", "the code or refresh token is not valid for this client and scope",
            fix: "sign in again; check that the client id is the same"),
        Row(
            700_005, error: "invalid_grant", "the code is redeemed at another tenant than it was issued by",
            fix: "use one authority for both steps"),
        Row(70_008, 700_082, error: "invalid_grant", "the code or refresh token has expired", fix: "sign in again"),
        Row(
            700_084, error: "invalid_grant", "the refresh token of a page's app has lived its 24 hours",
            fix: "sign in again"),
        Row(
            70_016, error: "authorization_pending", "the device code waits for the person",
            fix: "go on asking at the interval that was given"),
        Row(70_018, error: "bad_verification_code", "the device code was typed wrongly", fix: "type the code again"),
        Row(70_019, error: "expired_token", "the device code has expired", fix: "begin again with a new device code"),
    ]

    /// How the app proves who it is.
    static let clientRows: [Row] = [
        Row(
            50_012, error: "invalid_client", "the app's certificate is not one of its registration",
            fix: "upload this certificate to the app's registration, or use the one that is there"),
        Row(
            70_002, error: "invalid_client", "the app's credential was refused",
            fix: "check the secret or certificate; another number in the message says more"),
        Row(
            700_021, error: "invalid_client", "the assertion is another app's than the client id says",
            fix: "use one client id, in the assertion and beside it"),
        Row(
            700_023, error: "invalid_client", "the assertion is for another address than this token endpoint",
            fix: "make the audience the address of the token endpoint, to the last character"),
        Row(
            700_024, error: "invalid_client", "the assertion is not within its time",
            fix: "set this computer's clock right"),
        Row(
            700_025, error: "invalid_client", "the app is public, and sent a secret or an assertion",
            fix: "send none, or give the app's registration a platform that is not public"),
        Row(
            700_027, error: "invalid_client", "the signature of the app's assertion was not accepted",
            fix:
                "upload this certificate to the app's registration; check its end, the clock, and the audience"
        ),
        Row(
            7_000_215, error: "invalid_client", "the app's secret is wrong",
            fix: "use the secret's value; its id, which stands beside it, does not work"),
        Row(
            7_000_218, error: "invalid_client", "the app sent neither a secret nor an assertion",
            fix: "send one, or allow public client flows in the app's registration"),
        Row(
            7_000_222, error: "invalid_client", "the app's secret has expired",
            fix: "make a new secret in the app's registration"),
    ]

    /// How the request is made.
    static let requestRows: [Row] = [
        Row(
            50_011, error: nil, "the redirect URI is not one of the app's registration",
            fix: "register exactly this URI, with its port and last slash, under the right platform"),
        Row(
            50_059, 90_019, error: "invalid_request", "the request names no tenant",
            fix: "use the tenant's own authority"),
        Row(50_128, error: "invalid_request", "no tenant has this domain", fix: "check the spelling of the domain"),
        Row(
            50_194, error: "invalid_request", "an app of one organisation was used where any may sign in",
            fix: "use the organisation's own authority, or make the app multi-tenant"),
        Row(
            28_002, 70_011, error: "invalid_scope", "the scope is malformed, or mixes two ways of writing",
            fix: "ask for scopes of one resource, each with the resource's whole address"),
        Row(
            28_000, 700_022, error: "invalid_scope", "the request asks for several resources",
            fix: "ask for one token per resource"),
        Row(
            700_054, error: "unsupported_response_type", "the app may not be given ID tokens at sign-in",
            fix: "enable ID tokens in the app's registration, under Authentication"),
        Row(
            90_002, error: "invalid_request", "there is no such tenant in this cloud",
            fix: "check the tenant, and that it is in this cloud"),
        Row(
            90_014, 900_144, error: "invalid_request", "a parameter is missing, or the body is no form",
            fix: "send every parameter, as application/x-www-form-urlencoded"),
        Row(
            90_124, 9_001_023, error: "invalid_request", "this grant works only at a tenant's own authority",
            fix: "use the tenant's own authority"),
        Row(900_561, error: "invalid_request", "the endpoint takes POST and was asked with GET", fix: "use POST"),
        Row(9_002_325, error: "invalid_request", "the sign-in must use PKCE", fix: "send a code challenge"),
        Row(
            9_002_326, error: "invalid_request", "a page redeemed a code whose redirect URI is no page's",
            fix: "register the redirect URI for a single-page application, or redeem the code at the server"),
        Row(901_002, error: "invalid_request", "the newer endpoint was sent a resource", fix: "ask by scope instead"),
        Row(
            500_113, 900_971, error: "invalid_request", "the app has no redirect URI",
            fix: "register the redirect URI"),
    ]
}
