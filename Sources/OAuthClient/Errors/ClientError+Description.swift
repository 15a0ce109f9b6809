import Foundation
import OAuthCore

extension ClientError: CustomStringConvertible {
    /// What failed and what to do about it, in one line for a person.
    public var description: String {
        switch self {
        case .transport(let error): Self.describe(error)
        case .server(let error): "the server refused: \(error)"
        case .http(let failure): "the server answered \(failure.status)" + (failure.excerpt.map { " (\($0))" } ?? "")
        case .malformed(let member): "the server's answer cannot be used: \(member) is missing or malformed"
        case .unsupportedTokenType(let type):
            "the server issued a token of type \(type), which cannot be used as Bearer"
        case .missingScope(let scope): "the server did not grant \(scope)"
        case .metadata(.missing(let member)): "the server's metadata lacks \(member)"
        case .metadata(.wrongType(let member)): "\(member) in the server's metadata has a wrong type"
        case .metadata(.notJSON): "the server's metadata is not a JSON object; check the issuer"
        case .issuer(.notHTTPS), .insecureURL: describeInsecureURL
        case .issuer: "the issuer must be an https URL without query, fragment and user name"
        case .issuerMismatch(let expected, let found):
            "the metadata names the issuer \(found), asked was \(expected); they must be equal to the last slash"
        case .missingEndpoint(let member): "the server's metadata has no \(member): it does not offer this"
        case .unsupportedAuthentication(let offered):
            "the server authenticates clients only by \(offered.joined(separator: ", ")); choose one of these"
        case .assertion(let error): "the client cannot prove who it is: \(error)"
        case .reservedParameter(let name): "\(name) cannot be an additional parameter: the protocol sets it"
        case .callback(let error): "the sign-in was not accepted: \(error)"
        case .idToken(let error): "the ID token was not accepted: \(error)"
        case .subjectMismatch: "userinfo speaks of another person than the ID token"
        case .reauthenticationRequired: "the sign-in has ended; sign in again"
        case .store(let error): "the token store failed: \(error.reason)"
        case .cancelled: "cancelled"
        }
    }

    private var describeInsecureURL: String {
        let subject = if case .insecureURL(let member) = self { member } else { "the issuer" }
        return "\(subject) is not https; use https, or a loopback address for development"
    }

    private static func describe(_ error: TransportError) -> String {
        switch error {
        case .unreachable(let host, let reason): "the server \(host) cannot be reached: \(reason)"
        case .tls(let host, let reason): "no secure connection to \(host): \(reason)"
        case .timedOut(let host, let after): "the server \(host) did not answer within \(after.count) s; try again"
        case .bodyTooLarge(let host, let limit): "the answer of \(host) is longer than \(limit) bytes"
        case .refusedURL(let reason): reason
        case .cancelled: "cancelled"
        }
    }
}

extension ClientAssertionError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .certificateNotYetValid(let notBefore, let now):
            "its certificate is valid from \(notBefore.timestamp), now is \(now.timestamp); check the clock"
        case .certificateExpired(let notAfter, let now):
            "its certificate expired at \(notAfter.timestamp), now is \(now.timestamp); use a new one"
        case .signing(let error): "the assertion cannot be signed (\(error))"
        }
    }
}

extension UnixTime {
    /// `2026-01-01T00:00:00Z`.
    fileprivate var timestamp: String { Date(timeIntervalSince1970: TimeInterval(seconds)).formatted(.iso8601) }
}

extension ServerError: CustomStringConvertible {
    public var description: String { code.rawValue + (errorDescription.map { ": \($0)" } ?? "") }
}

extension CallbackError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .malformed: "the answer is not a well-formed URL"
        case .wrongRedirectURI: "the answer came to another address than the redirect URI"
        case .duplicateParameter(let name): "\(name) comes more than once"
        case .stateMismatch: "state is not the one that was sent; begin again"
        case .unknownAttempt: "no sign-in with this state is open; begin again"
        case .expired: "it took too long; begin again"
        case .missingIssuer(let expected): "iss is missing, expected \(expected)"
        case .issuerMismatch(let expected, let found): "iss is \(found), expected \(expected)"
        case .unexpectedToken: "a token in the address"
        case .missingCode: "neither code nor error came"
        case .alreadyRedeemed: "the code was used already; begin again"
        }
    }
}
