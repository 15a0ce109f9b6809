import OAuthCore
import Testing

@testable import Mail

@Suite("Connections to mail servers")
struct MailStreamTests {
    private func text(_ stream: MailStream, until end: String) async throws -> String {
        var bytes: [UInt8] = []
        while !String(decoding: bytes, as: UTF8.self).hasSuffix(end) { bytes += try await stream.read() }
        return String(decoding: bytes, as: UTF8.self)
    }

    private func server(_ port: Int, host: String = "localhost", _ security: MailServer.Security) -> MailServer {
        MailServer(host: host, port: port, security: security)
    }

    @Test("carry bytes both ways under TLS, and count the flights", arguments: ["localhost", "127.0.0.1"])
    func talks(host: String) async throws {
        let authority = try TestAuthority()
        let script: [ScriptedMailServer.Step] = [
            .send("* OK hello\r\n"), .line("a"), .line("b"), .send("both\r\n"), .line("c"), .send("last\r\n"),
        ]
        try await ScriptedMailServer.run([script], tls: try authority.server()) { running in
            let stream = try await MailStream.connect(
                to: server(running.port, host: host, .implicitTLS),
                options: MailStreamOptions(trust: .pem(authority.pem)))
            #expect(try await text(stream, until: "\r\n") == "* OK hello\r\n")
            try await stream.write(Array("a\r\n".utf8))
            try await stream.write(Array("b\r\n".utf8))
            #expect(try await text(stream, until: "\r\n") == "both\r\n")
            try await stream.write(Array("c\r\n".utf8))
            #expect(try await text(stream, until: "\r\n") == "last\r\n")
            #expect(stream.traffic.flights == 2)
            await stream.close()
        }
    }

    @Test("refuse a certificate that nobody trusted signed")
    func refusesUntrusted() async throws {
        let authority = try TestAuthority()
        let other = try TestAuthority()
        try await ScriptedMailServer.run([[.send("* OK\r\n")]], tls: try authority.server()) { running in
            let stream = try await MailStream.connect(
                to: server(running.port, .implicitTLS), options: MailStreamOptions(trust: .pem(other.pem)))
            await #expect { try await stream.read() } throws: { error in
                if case .certificate = error as? MailStreamError { true } else { false }
            }
        }
    }

    @Test("refuse a certificate for another name", arguments: ["localhost", "127.0.0.1"])
    func refusesWrongName(host: String) async throws {
        let authority = try TestAuthority()
        let tls = try authority.server(name: "mail.example", isLoopback: false)
        try await ScriptedMailServer.run([[.send("* OK\r\n")]], tls: tls) { running in
            let stream = try await MailStream.connect(
                to: server(running.port, host: host, .implicitTLS),
                options: MailStreamOptions(trust: .pem(authority.pem)))
            await #expect { try await stream.read() } throws: { error in
                if case .certificate = error as? MailStreamError { true } else { false }
            }
        }
    }

    @Test("drop what was put before TLS")
    func dropsInjectedBytes() async throws {
        let authority = try TestAuthority()
        let script: [ScriptedMailServer.Step] = [
            .send("* OK\r\n"), .startTLS(after: "ok\r\n* injected\r\n"), .line("x"), .send("inside\r\n"),
        ]
        try await ScriptedMailServer.run([script], startTLS: try authority.server()) { running in
            let stream = try await MailStream.connect(
                to: server(running.port, .startTLS), options: MailStreamOptions(trust: .pem(authority.pem)))
            // All of it is here, and some of it may be waiting unread.
            _ = try await text(stream, until: "* injected\r\n")
            try await stream.startTLS()
            try await stream.write(Array("x\r\n".utf8))
            #expect(try await text(stream, until: "\r\n") == "inside\r\n")
        }
    }

    @Test("say that a server speaks no TLS")
    func saysNoTLS() async throws {
        try await ScriptedMailServer.run([[.send("* OK plain\r\n")]]) { running in
            let stream = try await MailStream.connect(to: server(running.port, .implicitTLS))
            await #expect { try await stream.read() } throws: { error in
                if case .tls = error as? MailStreamError { true } else { false }
            }
        }
    }

    @Test("end a wait at its limit, and when the server leaves")
    func endsWaits() async throws {
        try await ScriptedMailServer.run([[], [.close]]) { running in
            let silent = try await MailStream.connect(
                to: server(running.port, .unsafePlaintext), options: MailStreamOptions(readTimeout: 1))
            await #expect(throws: MailStreamError.timedOut(after: 1)) { try await silent.read() }
            let gone = try await MailStream.connect(to: server(running.port, .unsafePlaintext))
            await #expect(throws: MailStreamError.closed) { try await gone.read() }
        }
    }

    @Test("give up a server that takes nothing: a handshake that never ends")
    func givesUpWriting() async throws {
        let authority = try TestAuthority()
        let script: [ScriptedMailServer.Step] = [.send("* OK\r\n"), .startTLS(after: "ok\r\n")]
        // Without TLS of its own the server leaves the handshake unanswered.
        try await ScriptedMailServer.run([script, script]) { running in
            let options = MailStreamOptions(readTimeout: 1, trust: .pem(authority.pem))
            let stream = try await MailStream.connect(to: server(running.port, .startTLS), options: options)
            _ = try await text(stream, until: "ok\r\n")
            try await stream.startTLS()
            await #expect(throws: MailStreamError.timedOut(after: 1)) { try await stream.write(Array("x\r\n".utf8)) }
            let other = try await MailStream.connect(to: server(running.port, .startTLS))
            _ = try await text(other, until: "ok\r\n")
            try await other.startTLS()
            let writing = Task { try await other.write(Array("x\r\n".utf8)) }
            writing.cancel()
            await #expect(throws: MailStreamError.cancelled) { try await writing.value }
        }
    }

    @Test("say that nobody answers")
    func saysUnreachable() async throws {
        let port = try await ScriptedMailServer.run([]) { $0.port }
        await #expect { try await MailStream.connect(to: server(port, .unsafePlaintext)) } throws: { error in
            if case .unreachable = error as? MailStreamError { true } else { false }
        }
    }

    @Test("end when the caller is cancelled")
    func endsWhenCancelled() async throws {
        try await ScriptedMailServer.run([[]]) { running in
            let stream = try await MailStream.connect(to: server(running.port, .unsafePlaintext))
            let reading = Task { try await stream.read() }
            reading.cancel()
            await #expect(throws: MailStreamError.cancelled) { try await reading.value }
        }
    }
}
