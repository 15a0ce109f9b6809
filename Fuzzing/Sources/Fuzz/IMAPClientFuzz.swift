import MailProtocol
import OAuthCore

/// A client's session that hears anything must end or go on, and must make the same of it in whatever pieces it comes.
enum IMAPClientFuzz {
    static func run(_ input: FuzzInput) {
        var whole = conversation(input.variant)
        var parts = whole
        let inOnePiece = whole.receive(Array(input.bytes)) + whole.receiveEnd()
        var inPieces: [IMAPAction] = []
        for piece in input.pieces { inPieces += parts.receive(Array(piece)) }
        inPieces += parts.receiveEnd()
        // What follows an agreement on TLS or compression is not IMAP, and how much of it has come is chance.
        precondition(normal(inOnePiece) == normal(inPieces), "pieces change the meaning")
        precondition(whole.state == .closed && parts.state == .closed, "the end of the stream is no end")
    }

    /// A session with commands that wait for their turn.
    private static func conversation(_ variant: UInt8) -> IMAPSession {
        var limits = IMAPLimits()
        if variant & 0x10 != 0 { limits = tight }
        var session = IMAPSession(limits: limits)
        for command in commands(variant & 0x0F) {
            // Some need what only a server's answer brings.
            _ = try? session.submit(command, variant & 0x20 == 0 ? .whenSafe : .behindFreshLogin)
        }
        return session
    }

    private static func commands(_ number: UInt8) -> [IMAPCommand] {
        let login = SASLMechanism.allCases.compactMap { mechanism in
            (try? SASLCredentials(mechanism, user: "a@b.example", token: Secret("t"), host: "b.example", port: 993))
                .map(IMAPCommand.authenticate)
        }
        let select = IMAPCommand.select(IMAPSelect(.inbox, access: .readWrite))
        let fetch = IMAPCommand.fetch(
            IMAPFetchRequest(.range(1...9), .sequence, IMAPFetchRequest.summary + [.section(.message)]))
        return switch number {
        case 0: Array(login.prefix(1)) + [select, fetch]
        case 1: Array(login.suffix(1)) + [select, fetch]
        case 2: [select, fetch, .search(IMAPSearch(.everything)), .noop, .idle]
        case 3: [.capability, .startTLS] + login.prefix(1)
        case 4: [.compress, select]
        case 5: [.namespace, .id([:]), .list(IMAPList()), .status(.inbox, [.messages, .uidNext])]
        case 6: [.enable([.qResync]), select, .idle, .noop, .logout]
        case 7: [.append(IMAPAppend(to: .inbox, message: Array("a\r\nb".utf8))), .noop]
        default: [select, fetch]
        }
    }

    private static var tight: IMAPLimits {
        var limits = IMAPLimits()
        limits.textLineBytes = 200
        limits.dataLineBytes = 400
        limits.literalBytes = 16
        limits.streamedLiteralBytes = 1_000
        limits.streamedLiterals = 3
        limits.responseBytes = 1_000
        limits.nesting = 5
        limits.untaggedResponses = 20
        limits.untaggedBeforeLogin = 5
        limits.capabilities = 10
        limits.listItems = 20
        limits.challengeBytes = 100
        return limits
    }

    private static func normal(_ actions: [IMAPAction]) -> [IMAPAction] {
        var output: [IMAPAction] = []
        for action in actions {
            switch (action, output.last) {
            case (.event(.literalBytes(let id, let more)), .event(.literalBytes(let last, let bytes))?) where id == last:
                output[output.count - 1] = .event(.literalBytes(id, bytes + more))
            case (.startTLS, _), (.startCompression, _): return output
            default: output.append(action)
            }
        }
        return output
    }
}
