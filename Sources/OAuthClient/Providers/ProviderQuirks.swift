import Foundation
import OAuthCore

/// Where a server differs from the specification, as data. The default differs nowhere.
public struct ProviderQuirks: Sendable, Hashable {
    /// How far the JSON types of a token response may be from RFC 6749 §5.1. Default `.lenient`.
    public var typeReading: TypeReading = .lenient
    /// What `expires_in: 0` means. Default `.expired`.
    public var zeroLifetime: ZeroLifetime = .expired
    /// How the members of a token response are spelled. Default `.specification`.
    public var memberSpelling: MemberSpelling = .specification
    /// Token types, in lower case, that are Bearer by another name, such as eBay's `user access token`. Default none.
    public var bearerAliases: Set<String> = []
    /// What stands between the tokens of `scope`. Default a space (RFC 6749 §3.3).
    public var scopeSeparators: Set<Character> = [" "]
    /// The members that lead to the object with the tokens, such as Slack's `authed_user`. Default none.
    public var tokenPath: [String] = []
    /// How id and secret stand in a Basic header. Default `.formEncoded` (RFC 6749 §2.3.1).
    public var basicEncoding: BasicEncoding = .formEncoded
    /// The issuers of a server that speaks for many tenants under one address. Default `nil`: its issuer is the one in
    /// the metadata.
    public var tenantIssuers: TenantIssuers?

    /// No difference.
    public init() {}

    /// How far the JSON types of a token response may be from the specification.
    public enum TypeReading: Sendable, Hashable {
        /// Numbers in strings are numbers, an absent `token_type` is Bearer, an unreadable `expires_in` is none.
        case lenient
        /// Anything but RFC 6749 §5.1 is an error.
        case strict
    }

    /// What `expires_in: 0` means.
    public enum ZeroLifetime: Sendable, Hashable {
        /// The token has expired.
        case expired
        /// The token never expires.
        case never
    }

    /// How the members of a token response are spelled.
    public enum MemberSpelling: Sendable, Hashable {
        /// As RFC 6749 spells them.
        case specification
        /// Also with hyphens or in camel case: `access-token`, `accessToken`.
        case anyCase
    }

    /// How id and secret stand in a Basic header.
    public enum BasicEncoding: Sendable, Hashable {
        /// Each form-encoded first (RFC 6749 §2.3.1).
        case formEncoded
        /// As they are (RFC 7617), for servers that do not decode.
        case raw
    }
}

extension BasicCredentials {
    /// The header without the form encoding that RFC 6749 §2.3.1 asks for.
    static func rawHeaderValue(clientID: String, clientSecret: Secret) -> String {
        "Basic " + Data((clientID + ":" + clientSecret.revealed()).utf8).base64EncodedString()
    }
}
