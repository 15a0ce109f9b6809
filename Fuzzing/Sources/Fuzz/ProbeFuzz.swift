import MailProtocol
import OAuthCore

/// A probe that hears anything must do the same in whatever pieces it comes.
enum ProbeFuzz {
    static func run(_ input: FuzzInput) {
        let mechanism: SASLMechanism = input.variant & 4 == 0 ? .xoauth2 : .oauthBearer
        guard
            let credentials = try? SASLCredentials(
                mechanism, user: "a@b.example", token: Secret("t"), host: "b.example", port: 993)
        else { return }
        let options = ProbeOptions(protection: input.variant & 8 == 0 ? .asItIs : .startTLS)
        switch input.variant & 3 {
        // What comes before IMAP's question cannot be an answer to it, so that here pieces do matter.
        case 0: _ = actions(IMAPProbe(credentials, options: options), input.pieces)
        case 1: compare(SMTPProbe(credentials, options: options), input)
        default: compare(POPProbe(credentials, options: options), input)
        }
    }

    private static func compare(_ probe: some FuzzedProbe, _ input: FuzzInput) {
        let whole = actions(probe, [input.bytes])
        let parts = actions(probe, input.pieces)
        precondition(whole == parts, "pieces change what a probe does")
    }

    private static func actions(_ probe: some FuzzedProbe, _ pieces: [ArraySlice<UInt8>]) -> [ProbeAction] {
        var probe = probe
        var actions: [ProbeAction] = []
        for piece in pieces {
            guard let more = try? probe.receive(piece) else { return actions }
            actions += more
            if actions.contains(.startTLS) || actions.contains(.close) { return actions }
        }
        return actions
    }
}

/// What the probes have in common.
private protocol FuzzedProbe {
    mutating func receive(_ bytes: some Collection<UInt8>) throws(ProbeError) -> [ProbeAction]
}

extension IMAPProbe: FuzzedProbe {}
extension SMTPProbe: FuzzedProbe {}
extension POPProbe: FuzzedProbe {}
