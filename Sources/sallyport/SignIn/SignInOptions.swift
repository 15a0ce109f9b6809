import ArgumentParser
import OAuthCore

/// How a person's browser brings an answer back.
struct SignInOptions: ParsableArguments {
    @Flag(help: "Listen nowhere: read the address that the browser ends at from standard input.")
    var paste = false
    @Option(help: "The port of 127.0.0.1 to wait at; 0 for any free one.")
    var port = 0
    @Option(
        help: ArgumentHelp(
            "The registered redirect URI; --port, where it names none. Default: http://127.0.0.1:PORT/callback.",
            valueName: "uri"))
    var redirectURI: String?
    @Option(help: ArgumentHelp("How long to wait for the browser.", valueName: "seconds"))
    var timeout = 300
    @Flag(help: "Open no browser: only print the address.")
    var noBrowser = false

    func validate() throws {
        guard (0...65_535).contains(port) else { throw ValidationError("--port is a number from 0 to 65535.") }
        guard (1...3_600).contains(timeout) else { throw ValidationError("--timeout is 1 to 3600 seconds.") }
        guard let redirectURI else { return }
        guard let uri = URI(redirectURI), !uri.host.isEmpty, uri.fragment == nil, uri.userInfo == nil else {
            throw ValidationError("\(redirectURI) is no redirect URI.")
        }
        if !paste, uri.scheme != "http" || !uri.hostIsLoopback || uri.query != nil {
            throw ValidationError(
                "Only http on 127.0.0.1 or localhost can be waited at; with --paste \(redirectURI) will do.")
        }
    }

    /// Where to wait.
    var place: LoopbackPlace {
        let uri = redirectURI.flatMap(URI.init)
        return LoopbackPlace(
            host: uri?.host ?? "127.0.0.1", port: uri?.port ?? port, path: uri.map(\.path) ?? "/callback")
    }

    /// The redirect URI where nobody waits.
    var pasteRedirectURI: String {
        redirectURI ?? (port == 0 ? "http://127.0.0.1/callback" : "http://127.0.0.1:\(port)/callback")
    }
}
