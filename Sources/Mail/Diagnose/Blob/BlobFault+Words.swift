extension BlobFault {
    var words: (explanation: String, fix: String) {
        switch self {
        case .empty, .tooLong, .quoted, .lineBreak, .base64URL, .missingPadding, .notBase64, .notEncoded,
            .doubleBase64, .utf16, .byteOrderMark:
            encodingWords
        case .tokenWhitespace, .tokenLineBreak, .tokenQuotes, .tokenIsJSON, .tokenIsRefreshToken, .tokenIsIDToken,
            .tokenIsOtherSecret, .tokenIsPlaceholder, .tokenEmpty:
            tokenWords
        default: formWords
        }
    }

    private var encodingWords: (explanation: String, fix: String) {
        switch self {
        case .empty: ("There is nothing in it.", "Send base64 of user=…^Aauth=Bearer …^A^A.")
        case .tooLong: ("It is longer than 64 KiB.", "Check what is put in place of the token.")
        case .quoted:
            (
                "Quotation marks or Python's b'…' stand around the base64.",
                "Decode the bytes to text before sending them."
            )
        case .lineBreak:
            (
                "There is white space or a line end in the base64; a server takes the line's end for its end.",
                "Encode without wrapping: base64 -w0, or the encoder's option for one line."
            )
        case .base64URL:
            ("It uses the URL-safe alphabet (- and _).", "Use standard base64 (+ and /); SASL knows no other.")
        case .missingPadding: ("The padding (=) at its end is missing.", "Keep the padding.")
        case .notBase64: ("It is not base64.", "Send base64 of user=…^Aauth=Bearer …^A^A, once.")
        case .notEncoded:
            (
                "It is the text itself and not its base64.",
                "Right for a library that encodes by itself (imaplib does); on the wire it must be base64."
            )
        case .doubleBase64:
            (
                "It is base64 of base64: the library encodes what the program had encoded already.",
                "Hand the library the plain bytes; imaplib's authenticate encodes what the callback returns."
            )
        case .utf16:
            ("The text was encoded as UTF-16.", "Encode as UTF-8; in PowerShell, [Text.Encoding]::UTF8.")
        default: ("A byte order mark stands in front of the text.", "Encode as UTF-8 without a byte order mark.")
        }
    }

    private var formWords: (explanation: String, fix: String) {
        switch self {
        case .literalControlA:
            (
                "A backslash and digits, or a caret and A, stand where the single byte 0x01 belongs.",
                "Write \"\\x01\" in a string that is not raw, with one backslash."
            )
        case .wrongSeparator:
            ("The parts are not separated by the byte 0x01.", "Put the byte 0x01 before auth= and twice at the end.")
        case .plain:
            (
                "These are credentials of SASL PLAIN (name and password), not of XOAUTH2.",
                "Choose the mechanism XOAUTH2; a token is no password."
            )
        case .leadingSpace: ("White space stands in front of it.", "Begin with user= or n,a= at the first byte.")
        case .missingUser:
            ("It does not say user=, or the name is empty.", "Begin with user= and the mailbox's address.")
        case .encodedUser: ("The user's name is percent-encoded.", "Write @ as it is.")
        case .missingGS2Header: ("OAUTHBEARER's header is missing.", "Begin with n,a= and the address and a comma.")
        case .wrongGS2Header:
            ("The gs2 header asks for channel binding.", "Begin with n,a= and the address and a comma.")
        case .missingAuthzid: ("The gs2 header names no user.", "Write n,a= and the address and a comma.")
        case .unescapedAuthzid: ("The user's name holds a bare comma or equals sign.", "Write them =2C and =3D.")
        case .missingAuth: ("auth=Bearer is missing.", "Write auth=Bearer, one space, the token.")
        case .missingBearer:
            ("The word Bearer, or the space behind it, is missing.", "Write auth=Bearer, one space, the token.")
        case .doubledBearer: ("The word Bearer comes twice.", "Leave it out of what is put in place of the token.")
        case .extraSpace: ("More than one space stands behind Bearer.", "Write one space.")
        case .missingFinalControlA:
            ("It does not end in two bytes 0x01.", "End with two bytes 0x01; some servers insist on both.")
        default:
            (
                "Something follows the last byte 0x01, such as the line end that echo adds.",
                "End with the two bytes 0x01; use printf instead of echo."
            )
        }
    }

    private var tokenWords: (explanation: String, fix: String) {
        switch self {
        case .tokenWhitespace: ("There is white space in the token.", "Trim the token; it has no spaces.")
        case .tokenLineBreak:
            (
                "There is a line end in or behind the token.",
                "Strip it where the token is read (a file, a command's output)."
            )
        case .tokenQuotes:
            ("Quotation marks stand around the token.", "Parse the JSON instead of cutting text out of it.")
        case .tokenIsJSON:
            ("A JSON document stands where the token belongs.", "Use its member access_token.")
        case .tokenIsRefreshToken:
            ("It is a refresh token.", "Exchange it for an access token at the token endpoint first.")
        case .tokenIsIDToken:
            (
                "It is an ID token: it tells an app who signed in, and opens nothing.",
                "Use access_token of the same answer."
            )
        case .tokenIsOtherSecret:
            ("It is an authorization code or a client secret.", "Exchange it for an access token first.")
        case .tokenIsPlaceholder:
            (
                "The word that a program writes for \"no value\" stands where the token belongs.",
                "The token request had failed: print its error and error_description."
            )
        default: ("There is no token.", "The token request had failed: print its error and error_description.")
        }
    }
}
