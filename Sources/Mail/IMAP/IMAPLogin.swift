import MailProtocol
import OAuthCore

/// The way from a server's address to an open inbox, in as few flights as the server allows.
struct IMAPLogin {
    var server: MailServer
    var user: String
    var token: MailToken
    var options: IMAPMailboxOptions
    var memory: IMAPMailboxMemory
    var now: UnixTime

    /// Connects, begins TLS where it is asked for, and learns what the server can do.
    func connect() async throws(IMAPClientError) -> IMAPConnection {
        let stream: MailStream
        do { stream = try await MailStream.connect(to: server, options: options.stream) } catch {
            throw .stream(error)
        }
        let connection = IMAPConnection(stream: stream, limits: options.limits)
        do throws(IMAPClientError) {
            try await greet(connection)
            if server.security == .startTLS { try await startTLS(connection) }
            if let known = memory.capabilities ?? options.assumedCapabilities { connection.assume(known) }
            if connection.session.capabilities == nil { try await connection.run(.capability) }
            memory.capabilities = connection.session.capabilities
            return connection
        } catch {
            await connection.close()
            throw error
        }
    }

    private func greet(_ connection: IMAPConnection) async throws(IMAPClientError) {
        while true {
            guard case .greeting(let status) = try await connection.nextEvent() else { continue }
            guard status.condition != .bye else { throw .unwelcome(status) }
            return
        }
    }

    private func startTLS(_ connection: IMAPConnection) async throws(IMAPClientError) {
        do throws(IMAPClientError) { try await connection.run(.startTLS) } catch {
            switch error {
            case .refused, .command: throw .startTLSRefused
            default: throw error
            }
        }
    }

    /// Logs in, and sends commands right behind the login where the token is known to be fresh.
    ///
    /// - Returns: the commands' ids; their answers have not come.
    func logIn(
        _ connection: IMAPConnection, then commands: [IMAPCommand]
    ) async throws(IMAPClientError) -> [IMAPCommandID] {
        guard connection.session.state == .notAuthenticated else {
            return try await submit(commands, on: connection, .whenSafe)
        }
        let login = try await connection.submit(.authenticate(try credentials(for: connection)))
        var ids: [IMAPCommandID] = []
        if isFresh { ids = try await submit(commands, on: connection, .behindFreshLogin) }
        var failure: SASLFailure?
        do throws(IMAPClientError) {
            try await connection.wait(for: login) { event in
                if case .loginRefused(login, let reason) = event { failure = reason }
            }
        } catch {
            if case .refused(let status) = error { throw .loginRefused(status, failure) }
            throw error
        }
        if isFresh { return ids }
        if compresses(connection) { try await connection.run(.compress) }
        return try await submit(commands, on: connection, .whenSafe)
    }

    /// Whether the connection will be compressed, before which nothing else may be in flight.
    private func compresses(_ connection: IMAPConnection) -> Bool {
        options.compression == .whenOffered && connection.session.capabilities?.supports(.compressDeflate) ?? false
    }

    private func submit(
        _ commands: [IMAPCommand], on connection: IMAPConnection, _ pipelining: IMAPPipelining
    ) async throws(IMAPClientError) -> [IMAPCommandID] {
        var ids: [IMAPCommandID] = []
        for command in commands { ids.append(try await connection.submit(command, pipelining)) }
        return ids
    }

    private var isFresh: Bool {
        guard options.compression == .never, let margin = options.freshFor, let end = token.expiresAt else {
            return false
        }
        return now + margin < end
    }

    private func credentials(for connection: IMAPConnection) throws(IMAPClientError) -> SASLCredentials {
        let offered = connection.session.capabilities?.mechanisms ?? []
        guard let mechanism = options.mechanisms.first(where: offered.contains) else {
            let names = (connection.session.capabilities?.list ?? []).map(\.name).filter { $0.hasPrefix("AUTH=") }
            throw .noMechanism(offered: Array(names.prefix(20)))
        }
        do {
            return try SASLCredentials(
                mechanism, user: user, token: token.secret, host: server.host, port: UInt16(clamping: server.port))
        } catch {
            throw .credentials(error)
        }
    }
}
