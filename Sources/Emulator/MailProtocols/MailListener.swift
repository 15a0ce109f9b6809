import Logging
import MailProtocol
import NIOCore
import NIOPosix
import NIOSSL
import OAuthCore
import Synchronization

/// One port of a mail protocol, on loopback.
struct MailListener: Sendable {
    /// Which protocol, in whose words.
    enum Kind: String, Sendable { case imap, smtp, pop, gmail }

    typealias Channel = NIOAsyncChannel<MailConnectionEvent, ByteBuffer>

    /// A connection as it was accepted.
    struct Accepted: Sendable {
        var channel: Channel
        /// What was asked to go wrong with it.
        var fault: Fault.Kind?
    }

    let kind: Kind
    let port: Int
    let tls: NIOSSLContext
    let cloud: CloudHolder
    let controls: Controls
    let accounts: MailAccounts
    let gmailTokens: GmailTokens
    let logger: Logger

    /// Connections at once; those beyond are closed.
    static let connectionLimit = 256

    var place: Fault.Place {
        switch kind {
        case .imap: .imap
        case .smtp: .smtp
        case .pop: .pop
        case .gmail: .gmail
        }
    }

    /// Listens.
    func bind() async throws -> NIOAsyncChannel<Accepted, Never> {
        try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .bind(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture { try accept(channel) }
            }
    }

    private func accept(_ channel: any NIOCore.Channel) throws -> Accepted {
        let fault = controls.take(place) { kind in
            switch kind {
            case .drop, .slow: true
            case .mail(let fault): fault.moment == .connection
            case .error, .throttle, .unsignedIDToken: false
            }
        }
        let isPlain = kind == .smtp || fault == .mail(.noTLS) || fault == .mail(.hang)
        if !isPlain { try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls)) }
        try channel.pipeline.syncOperations.addHandler(MailConnectionHandler(tls: tls, isSecure: !isPlain))
        return Accepted(channel: try Channel(wrappingChannelSynchronously: channel), fault: fault)
    }

    /// Serves connections until the task is cancelled.
    func run(_ server: NIOAsyncChannel<Accepted, Never>) async throws {
        let connections = ConnectionCount(limit: Self.connectionLimit)
        try await server.executeThenClose { inbound in
            try await withThrowingDiscardingTaskGroup { group in
                for try await accepted in inbound {
                    let isAllowed = connections.begin()
                    group.addTask {
                        await serve(accepted, isAllowed: isAllowed)
                        if isAllowed { connections.end() }
                    }
                }
            }
        }
    }

    /// One connection never ends the listener, whatever happens to it.
    private func serve(_ accepted: Accepted, isAllowed: Bool) async {
        do {
            try await accepted.channel.executeThenClose { inbound, outbound in
                guard isAllowed, accepted.fault != .drop else { return }
                let serving = MailServing(
                    listener: self, channel: accepted.channel.channel, outbound: outbound, session: session(accepted))
                try await serving.run(inbound, fault: accepted.fault)
            }
        } catch {
            logger.debug("A mail connection ended.", metadata: ["mail.protocol": "\(kind.rawValue)"])
        }
    }

    private func session(_ accepted: Accepted) -> any MailServerSession {
        switch kind {
        case .imap: IMAPConnection(.exchange(host: Self.name))
        case .gmail: IMAPConnection(.gmail)
        case .pop: POPSession(host: Self.name)
        case .smtp: SMTPSession(host: Self.name, offersTLS: accepted.fault != .mail(.noTLS))
        }
    }

    private static let name = "emulator.localhost"

    // MARK: Login

    /// Decides a login. What was asked to go wrong comes first.
    func login(_ message: SASLBearerMessage) -> (login: MailLogin, until: UnixTime?) {
        let fault = controls.take(place) { kind in
            if case .mail(let fault) = kind { fault.moment == .login } else { false }
        }
        if case .mail(let fault)? = fault { return (fault.login, nil) }
        guard let service = MailService(rawValue: kind.rawValue) else {
            guard let (user, end) = gmailTokens.login(message, now: controls.now) else { return (.refused, nil) }
            return (.accepted(accounts.account(user, layout: .gmail)), end)
        }
        switch cloud.current.mailLogin(message, service, now: controls.now) {
        case .accepted(let user, let end):
            return (.accepted(accounts.account(user.userPrincipalName, layout: .exchange)), end)
        case .notConnected: return (.notConnected, nil)
        case .refused: return (.refused, nil)
        case .smtpDisabled(let isForTenant):
            return (.refusedBySMTP(isForTenant ? .disabledForTenant : .disabledForMailbox), nil)
        }
    }

    /// Whether the next command of somebody who is logged in meets a token that is out of date.
    func takesExpiry() -> Bool { controls.take(place) { $0 == .mail(.expireSession) } != nil }
}

/// How many connections there are.
private final class ConnectionCount: Sendable {
    private let count = Mutex(0)
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    /// - Returns: whether there is room for one more.
    func begin() -> Bool {
        count.withLock { count in
            guard count < limit else { return false }
            count += 1
            return true
        }
    }

    func end() { count.withLock { $0 -= 1 } }
}
