/// What can be wrong with the credentials that a program sent: the names are stable, and are what reports call them.
public enum BlobFault: String, Hashable, Sendable, CaseIterable {
    /// Nothing was there.
    case empty = "blob.empty"
    /// Longer than 64 KiB.
    case tooLong = "blob.too-long"
    /// Python's `b'…'`, or quotes around the base64.
    case quoted = "blob.quoted"
    /// White space or a line end inside or around the base64.
    case lineBreak = "blob.line-break"
    /// `-` and `_` instead of `+` and `/`.
    case base64URL = "blob.base64url"
    /// `=` missing at the end.
    case missingPadding = "blob.missing-padding"
    /// Not base64 at all.
    case notBase64 = "blob.not-base64"
    /// The text itself, not its base64. Right for a library that encodes by itself, wrong on the wire.
    case notEncoded = "blob.not-encoded"
    /// Base64 of base64.
    case doubleBase64 = "blob.double-base64"
    /// UTF-16 instead of UTF-8, as PowerShell's `Unicode` writes it.
    case utf16 = "blob.utf-16"
    /// A byte order mark in front.
    case byteOrderMark = "blob.byte-order-mark"
    /// A backslash and digits (`\1`, `\x01`), or `^A`, where the byte 0x01 belongs.
    case literalControlA = "blob.literal-control-a"
    /// Another separator (NUL, a line end) where the byte 0x01 belongs.
    case wrongSeparator = "blob.wrong-separator"
    /// SASL PLAIN: a name and a password, or a token in place of the password.
    case plain = "blob.plain"
    /// White space in front of `user=` or of the gs2 header.
    case leadingSpace = "blob.leading-space"
    /// Neither `user=` nor a gs2 header.
    case missingUser = "blob.missing-user"
    /// Percent-encoding in the user's name: `%40` for `@`.
    case encodedUser = "blob.encoded-user"
    /// OAUTHBEARER's key-values without `n,a=…,` in front (RFC 7628 §3.1).
    case missingGS2Header = "blob.missing-gs2-header"
    /// A gs2 header that does not begin with `n,`: channel binding was not agreed on.
    case wrongGS2Header = "blob.wrong-gs2-header"
    /// A gs2 header without `a=`: which mailbox is not said. RFC 7628 allows it; Dovecot refuses it.
    case missingAuthzid = "blob.missing-authzid"
    /// A comma or equals sign in the user's name that is not written `=2C` or `=3D` (RFC 5801 §4).
    case unescapedAuthzid = "blob.unescaped-authzid"
    /// `auth=` is missing altogether.
    case missingAuth = "blob.missing-auth"
    /// `auth=` without `Bearer ` behind it.
    case missingBearer = "blob.missing-bearer"
    /// `Bearer ` twice.
    case doubledBearer = "blob.doubled-bearer"
    /// More than one space behind `Bearer`.
    case extraSpace = "blob.extra-space"
    /// The credentials do not end in two bytes 0x01.
    case missingFinalControlA = "blob.missing-final-control-a"
    /// Something behind the last 0x01, such as the line end that `echo` adds.
    case trailingBytes = "blob.trailing-bytes"
    /// White space inside the token.
    case tokenWhitespace = "blob.token-whitespace"
    /// A line end in or behind the token.
    case tokenLineBreak = "blob.token-line-break"
    /// Quotation marks around the token.
    case tokenQuotes = "blob.token-quotes"
    /// A JSON document where the token belongs.
    case tokenIsJSON = "blob.token-is-json"
    /// A refresh token where the access token belongs.
    case tokenIsRefreshToken = "blob.token-is-refresh-token"
    /// An ID token where the access token belongs.
    case tokenIsIDToken = "blob.token-is-id-token"
    /// A code or a client secret where the access token belongs.
    case tokenIsOtherSecret = "blob.token-is-other-secret"
    /// `None`, `null` or `undefined` where the token belongs: the token request had failed.
    case tokenIsPlaceholder = "blob.token-is-placeholder"
    /// No token.
    case tokenEmpty = "blob.token-empty"
}

extension BlobFault {
    /// Whether servers accept it all the same: some do, so it may not be the cause.
    public var isTolerated: Bool {
        switch self {
        case .missingFinalControlA, .missingAuthzid, .missingPadding, .base64URL, .encodedUser, .quoted, .notEncoded:
            true
        default: false
        }
    }

    /// What it is, in a sentence.
    public var explanation: String { words.explanation }

    /// What to do about it, in a sentence.
    public var fix: String { words.fix }
}
