public import Logging
import NIOCore
import NIOSSL
public import ServiceLifecycle

/// The emulator's mail protocols as a service, to run beside its HTTP application.
public struct Microsoft365MailService: Service {
    private let listeners: [MailListener]
    private let opened: AsyncStream<Void>
    private let openedContinuation: AsyncStream<Void>.Continuation

    init(_ listeners: [MailListener]) {
        self.listeners = listeners
        (opened, openedContinuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Waits until every port is listened at, or the task is cancelled. For one caller.
    public func waitUntilListening() async {
        for await _ in opened { return }
    }

    /// Listens and serves until the service is shut down.
    ///
    /// - Throws: where a port cannot be listened at.
    public func run() async throws {
        do {
            try await cancelWhenGracefulShutdown { try await serve() }
        } catch is CancellationError {
            return
        }
    }

    private func serve() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            do {
                for listener in listeners {
                    let server = try await listener.bind()
                    group.addTask { try await listener.run(server) }
                }
            } catch {
                group.cancelAll()
                throw error
            }
            openedContinuation.yield()
            // Without a listener there is nothing to do, and still no reason to end before the others.
            group.addTask { try await Task.sleep(for: .seconds(1_000_000_000)) }
            try await group.waitForAll()
        }
    }
}

extension Microsoft365Emulator {
    /// The mail protocols on the ports of the configuration. Without ports it only waits for the end.
    ///
    /// - Throws: what ``tlsConfiguration()`` throws.
    public func mailService(logger: Logger) throws -> Microsoft365MailService {
        let tls = try NIOSSLContext(configuration: try tlsConfiguration())
        let ports: [(MailListener.Kind, Int?)] = [
            (.imap, mailPorts.imap), (.smtp, mailPorts.smtp), (.pop, mailPorts.pop), (.gmail, mailPorts.gmailIMAP),
        ]
        return Microsoft365MailService(
            ports.compactMap { kind, port in
                port.map { port in
                    MailListener(
                        kind: kind, port: port, tls: tls, cloud: holder, controls: controls, accounts: mailAccounts,
                        gmailTokens: gmailTokens, logger: logger)
                }
            })
    }
}
