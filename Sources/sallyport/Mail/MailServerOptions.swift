public import ArgumentParser
public import Mail
import Microsoft365
import OAuthCore

/// A mail server that is named on the command line.
struct MailServerOptions: ParsableArguments {
    @Option(help: "The mail server, which gets the token. Default: the account's cloud's own.")
    var host: String?
    @Option(help: "Its port. Default: 993 for IMAP, 587 for SMTP, 995 for POP.")
    var port: Int?
    @Option(help: "TLS: implicit, starttls, or unsafe-none, which is for loopback only. Default: what the port is for.")
    var tls: Protection?
    @Option(help: ArgumentHelp("A PEM file of authorities to trust besides the system's.", valueName: "file"))
    var caFile: String?

    /// How the connection is protected.
    enum Protection: String, CaseIterable, ExpressibleByArgument {
        case implicit, starttls
        case unsafeNone = "unsafe-none"
    }

    var isGiven: Bool { host != nil || port != nil || tls != nil || caFile != nil }

    func validate() throws {
        if let port, !(1...65_535).contains(port) { throw ValidationError("--port is 1 to 65535.") }
        if let host, host.isEmpty || PlainText.line(host) != host || host.contains(where: { " /@".contains($0) }) {
            throw ValidationError("\(PlainText.line(host)) is no host.")
        }
        guard tls == .unsafeNone, !Self.isLoopback(host) else { return }
        throw ValidationError("Without TLS a token is sent to this computer alone: give --host localhost.")
    }

    /// The server, where one is named here or known.
    func server(for service: MailService, known: Cloud.MailHost? = nil) -> MailServer? {
        guard let name = host ?? known?.host else { return nil }
        let port = port ?? (host == nil ? known?.port : nil) ?? service.port
        return MailServer(host: name, port: port, security: security(for: service, port))
    }

    /// How connections are made, trusting an account's authorities as well.
    ///
    /// - Parameter patience: the longest wait for the connection and for each answer, in seconds; the usual ones for
    ///   `nil`.
    func stream(authorities: String? = nil, patience: Seconds? = nil) throws(CommandFailure) -> MailStreamOptions {
        var pem = authorities ?? ""
        if let caFile { pem += "\n" + (try Files.authorities(caFile)) }
        var options = MailStreamOptions(trust: pem.isEmpty ? .system : .systemAnd(pem: Array(pem.utf8)))
        if let patience {
            (options.connectTimeout, options.readTimeout) = (min(patience, options.connectTimeout), patience)
        }
        return options
    }

    private func security(for service: MailService, _ port: Int) -> MailServer.Security {
        switch tls {
        case .implicit: .implicitTLS
        case .starttls: .startTLS
        case .unsafeNone: .unsafePlaintext
        // SMTP's other port has TLS from the first byte (RFC 8314 §3.3).
        case nil: service == .smtp && port != 465 ? .startTLS : .implicitTLS
        }
    }

    /// Whether a host is this computer, by its name or address.
    private static func isLoopback(_ host: String?) -> Bool {
        guard let host else { return false }
        return URI("http://" + (host.contains(":") ? "[\(host)]" : host))?.hostIsLoopback ?? false
    }
}

extension MailService: ExpressibleByArgument {
    /// Where it is served.
    fileprivate var port: Int {
        switch self {
        case .imap: 993
        case .smtp: 587
        case .pop: 995
        }
    }
}
