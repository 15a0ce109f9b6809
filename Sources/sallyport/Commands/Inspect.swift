import ArgumentParser
import Foundation
import HTTPTypes
import OAuthClient
import OAuthCore
import OAuthHTTPClient

/// A look into a token.
struct Inspect: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Decode a JWT, and verify its signature with the keys of an issuer or an account.")

    @Argument(help: "The token; - reads it from standard input, which keeps it out of the shell's history.")
    var token: String
    @Option(help: "Verify with the keys of this issuer.") var issuer: String?
    @Option(help: "Verify with the keys of this account's server.") var account: String?
    @Option(help: "A PEM file of authorities to trust besides the system's, for --issuer.") var caFile: String?
    @OptionGroup var accounts: AccountOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if issuer != nil, account != nil { throw ValidationError("Give --issuer or --account, not both.") }
    }

    func run() async throws {
        let text = token == "-" ? try Secrets.readLine("token").revealed() : token
        let decoded: TokenText
        do { decoded = try TokenText(text.trimmingCharacters(in: .whitespacesAndNewlines)) } catch {
            throw CommandFailure(error.reason, next: "Ask its issuer's introspection endpoint about it.")
        }
        let verdict = try await verdict(on: text.trimmingCharacters(in: .whitespacesAndNewlines))
        let now = UnixTime.systemNow()
        output.print(.object(json(decoded, verdict, now: now))) { lines(decoded, verdict, now: now) }
        switch verdict {
        case .notChecked, .valid: break
        // Whoever asked for a check must not take the command's success for one.
        case .recipientOnly:
            throw CommandFailure(
                "The signature was not verified: the header has a nonce, which Microsoft Graph alone can undo.",
                next: "Call Graph with the token to learn whether it holds.")
        case .invalid(let reason):
            throw CommandFailure("The signature is not valid: \(reason).", next: "Do not trust what the token says.")
        }
    }

    private enum Verdict {
        case notChecked
        /// Only the service that the token is for can check it.
        case recipientOnly
        case valid(issuer: String, saysSo: Bool)
        case invalid(String)
    }

    private func verdict(on text: String) async throws -> Verdict {
        guard let provider = try await provider() else { return .notChecked }
        let metadata = provider.configuration.metadata
        let claimed = (try? TokenText(text))?.claims["iss"]?.string
        let keys = try await Self.keys(of: metadata, provider.environment)
        do throws(JOSEError) {
            _ = try CompactJWS.parse(text).verify(with: keys, algorithms: JWSAlgorithm.asymmetric)
            let issuers = Self.issuers(
                of: provider.configuration, tenant: (try? TokenText(text))?.claims["tid"]?.string)
            return .valid(issuer: metadata.issuer, saysSo: claimed.map(issuers.contains) ?? false)
        } catch {
            return Self.isForItsRecipientAlone(text, error) ? .recipientOnly : .invalid(Self.reason(error))
        }
    }

    /// Microsoft signs Graph's tokens over a header with another `nonce` than the one that is sent, so that nobody but
    /// Graph can check them.
    private static func isForItsRecipientAlone(_ text: String, _ error: JOSEError) -> Bool {
        guard case .invalidSignature = error else { return false }
        return (try? TokenText(text))?.header["nonce"] != nil
    }

    private func provider() async throws -> Provider? {
        if let account {
            let accounts = try await accounts.open()
            return try await AccountConnection(try await accounts.require(account), in: accounts).provider()
        }
        guard let issuer else { return nil }
        let environment = try Outbound.environment(authorities: try caFile.map(Files.authorities))
        return try await AccountConnection.discover(
            issuer: issuer, clientID: "", credential: .none, environment)
    }

    /// What a server's tokens may name as their issuer. Microsoft's keys sign tokens of two generations and, at addresses
    /// that are no tenant's, of all tenants.
    private static func issuers(of client: ClientConfiguration, tenant: String?) -> [String] {
        let templates = client.options.quirks.tenantIssuers?.keyTemplates ?? []
        return [client.metadata.issuer] + templates.map { $0.replacing("{tenantid}", with: tenant ?? "") }
    }

    private static func keys(
        of metadata: AuthorizationServerMetadata, _ environment: ClientEnvironment
    ) async throws -> JSONWebKeySet {
        guard let url = metadata.jwksURI.flatMap(URI.init) else {
            throw CommandFailure(ClientError.missingEndpoint("jwks_uri"))
        }
        do {
            let request = HTTPRequest(.get, url, headerFields: [.accept: "application/json"])
            let response = try await environment.transport.send(request, body: [])
            guard response.head.status == .ok else {
                throw ClientError.http(HTTPFailure(status: response.head.status.code))
            }
            return try JSONWebKeySet.parse(response.body)
        } catch let error as TransportError {
            throw CommandFailure(ClientError.transport(error))
        } catch let error as ClientError {
            throw CommandFailure(error)
        } catch {
            throw CommandFailure("The keys at \(url) cannot be read.", next: "Check the issuer.")
        }
    }

    private static func reason(_ error: JOSEError) -> String {
        switch error {
        case .noMatchingKey: "no key of this issuer made it"
        case .invalidSignature: "it does not belong to this header and these claims"
        case .unsecured: "the token is unsigned"
        case .algorithmNotAllowed(let algorithm):
            "\(algorithm) needs a shared secret, and cannot be checked with public keys"
        default: "\(error)"
        }
    }
}

extension Inspect {
    private func json(_ token: TokenText, _ verdict: Verdict, now: UnixTime) -> JSONObject {
        var object: JSONObject = ["header": .object(token.header)]
        if token.form == .signed { object["claims"] = .object(token.claims) }
        if let end = token.time("exp") {
            object["expires_at"] = .integer(end.seconds)
            object["expired"] = .bool(end <= now)
        }
        switch verdict {
        case .notChecked: object["signature"] = "not_checked"
        case .recipientOnly: object["signature"] = "recipient_only"
        case .valid(_, let saysSo):
            object["signature"] = "valid"
            object["issuer_matches"] = .bool(saysSo)
        case .invalid: object["signature"] = "invalid"
        }
        return object
    }

    private func lines(_ token: TokenText, _ verdict: Verdict, now: UnixTime) -> [String] {
        var lines = ["Header"] + token.header.lines(indent: "  ")
        if token.form == .encrypted {
            return lines + ["", "It is encrypted: only its recipient can read the claims."]
        }
        lines += ["", "Claims"] + token.claims.lines(indent: "  ") + [""]
        for (name, words) in [("iat", "Issued"), ("nbf", "Valid from"), ("exp", "Expires")] {
            guard let time = token.time(name) else { continue }
            let verb = name == "exp" && time <= now ? "Expired" : words
            lines.append("\(verb) \(time.inWords(at: now)), \(time.utcText)")
        }
        if token.time("exp") == nil { lines.append("It does not say when it expires.") }
        lines.append(words(verdict))
        return lines
    }

    private func words(_ verdict: Verdict) -> String {
        switch verdict {
        case .notChecked: "The signature was not checked; --issuer or --account does."
        case .recipientOnly:
            "The signature cannot be checked here: the header's nonce leaves that to the service that the token is for."
        case .invalid(let reason): "The signature is NOT valid: \(reason)."
        case .valid(let issuer, saysSo: true): "The signature is valid: a key of \(issuer) made it."
        case .valid(let issuer, saysSo: false):
            "The signature is by a key of \(issuer), but the token says that it is of another issuer."
        }
    }
}
