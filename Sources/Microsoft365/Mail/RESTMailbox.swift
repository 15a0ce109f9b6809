import HTTPTypes
import MailProtocol
import OAuthClient
import OAuthCore

/// A mailbox over either of the two REST services, which differ only in their dialect.
struct RESTMailbox: Mailbox {
    let dialect: MailDialect
    /// Where the service is, as the cloud's description has it.
    let base: String
    let address: String?
    let session: TokenSession
    let options: RESTMailboxOptions

    var json: MailJSON { MailJSON(dialect: dialect, limits: options.limits) }

    /// Where the mailbox is.
    func location() throws(MailboxError) -> MailboxLocation {
        guard let base = URI(base), !base.host.isEmpty, base.userInfo == nil, base.query == nil, base.fragment == nil
        else {
            throw MailboxError(
                .unavailable, reason: "the cloud's description has no address of \(dialect.name)",
                remedy: "correct the description")
        }
        guard let location = MailboxLocation(base: base, dialect: dialect, address: address) else {
            throw MailboxError(.mailboxNotFound, reason: "that is no mail address", remedy: "check the address")
        }
        return location
    }
}

/// One request to a mailbox.
struct MailRequest: Hashable, Sendable {
    var subject: MailSubject
    /// The names of the path below the mailbox.
    var names: [String]
    /// Escaped.
    var query: String?
}

extension RESTMailbox {
    /// The members of an answer in JSON.
    func object(_ request: MailRequest, in location: MailboxLocation, limit: Int? = nil) async throws(MailboxError)
        -> JSONObject
    {
        let body = try await bytes(request, in: location)
        do throws(JSONError) {
            return try JSONObject.parse(body, limit: limit ?? options.answerBytes)
        } catch .tooLarge(_, let limit) {
            throw MailboxError(
                .tooLarge, reason: "the answer is longer than \(limit) bytes", remedy: "ask for fewer messages")
        } catch {
            throw malformed("its answer is no JSON object")
        }
    }

    func malformed(_ what: String) -> MailboxError {
        MailboxError(.malformedAnswer, reason: "\(dialect.name) makes no sense: \(what)")
    }

    /// The bytes of an answer; waits where the service asks for it, as far as the options let it.
    func bytes(_ request: MailRequest, in location: MailboxLocation) async throws(MailboxError) -> [UInt8] {
        var waited: Int64 = 0
        while true {
            let failure: MailboxError
            do throws(MailboxError) {
                return try await attempt(request, in: location)
            } catch {
                failure = error
            }
            guard case .wait(let limit, let sleep) = options.throttling,
                case .throttled(let asked?) = failure.kind
            else { throw failure }
            // At least a second, so that no service makes it spin.
            let pause = max(asked, 1)
            guard pause.count <= limit.count - waited else { throw failure }
            waited += pause.count
            do { try await sleep(pause) } catch { throw .cancelled }
        }
    }

    private func attempt(_ request: MailRequest, in location: MailboxLocation) async throws(MailboxError) -> [UInt8] {
        let lane = MailTraffic.Lane(mailbox: location.key, tokens: session.key)
        guard await options.traffic.enter(lane) else { throw .cancelled }
        defer { options.traffic.leave(lane) }
        let failure = MailFailure(
            dialect: dialect, isOwnMailbox: location.isOwn, subject: request.subject,
            clock: options.traffic.environment?.clock)
        if let wait = options.traffic.wait(lane) { throw failure.throttled(wait, nil) }
        let response: TransportResponse
        do {
            // Microsoft's mail APIs name their reasons in the body; a 401 is about the token whatever they say there.
            response = try await session.send(
                head(request, in: location), isRefused: { $0.head.status == .unauthorized })
        } catch {
            throw MailboxError(error)
        }
        guard response.head.status != .ok else { return response.body }
        let error = failure.error(of: response)
        if case .throttled(let retryAfter?) = error.kind {
            options.traffic.hold(lane, for: retryAfter)
        }
        throw error
    }

    private func head(_ request: MailRequest, in location: MailboxLocation) -> HTTPRequest {
        var head = HTTPRequest(
            method: .get, scheme: location.base.scheme, authority: location.authority,
            path: location.path(request.names) + (request.query.map { "?" + $0 } ?? ""))
        if let random = options.traffic.environment?.random {
            // Names the request in Microsoft's logs.
            Self.set("client-request-id", Self.requestID(random), in: &head)
            Self.set("return-client-request-id", "true", in: &head)
        }
        if dialect.hasImmutableIDs { Self.set("Prefer", "IdType=\"ImmutableId\"", in: &head) }
        return head
    }

    private static func set(_ name: String, _ value: String, in head: inout HTTPRequest) {
        if let name = HTTPField.Name(name) { head.headerFields[name] = value }
    }

    /// A random GUID (RFC 9562 §5.4).
    private static func requestID(_ random: RandomSource) -> String {
        var bytes = random.bytes(16)
        bytes[6] = bytes[6] & 0x0F | 0x40
        bytes[8] = bytes[8] & 0x3F | 0x80
        var text = ""
        for (index, byte) in bytes.enumerated() {
            if [4, 6, 8, 10].contains(index) { text += "-" }
            text += (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
        return text
    }
}
