/// What can be fuzzed. Each target's seeds are in a folder of its name in `Corpus`.
enum FuzzTarget: String, CaseIterable {
    /// The client's side of IMAP, fed with what a server says.
    case imapClient = "imap-client"
    /// The server's side of IMAP, fed with what a client says.
    case imapServer = "imap-server"
    /// Compressed bytes of an IMAP connection.
    case inflate
    /// A message.
    case mime
    /// Header fields: words, addresses, dates, types.
    case header
    /// What a program sent as its login.
    case blob
    /// What a program printed.
    case response
    /// The logins that `diagnose` tries, fed with what a server says.
    case probes

    /// Runs one input. A trap, or a broken promise, ends the process.
    func run(_ input: [UInt8]) {
        switch self {
        case .imapClient: IMAPClientFuzz.run(FuzzInput(input))
        case .imapServer: IMAPServerFuzz.run(FuzzInput(input))
        case .inflate: InflateFuzz.run(FuzzInput(input))
        case .mime: MIMEFuzz.run(input[...])
        case .header: HeaderFuzz.run(input[...])
        case .blob: DiagnosisFuzz.runBlob(FuzzInput(input))
        case .response: DiagnosisFuzz.runResponse(FuzzInput(input))
        case .probes: ProbeFuzz.run(FuzzInput(input))
        }
    }
}

/// An input that begins with two bytes for the harness: which variant, and how what follows is cut into pieces. Seeds
/// write both as printable characters.
struct FuzzInput {
    let variant: UInt8
    private let cut: UInt8
    let bytes: ArraySlice<UInt8>

    init(_ input: [UInt8]) {
        variant = input.first ?? 0
        cut = input.dropFirst().first ?? 0
        bytes = input.dropFirst(2)
    }

    /// The bytes in pieces: one after the other where the second byte is `0`, else of sizes that follow from it.
    var pieces: [ArraySlice<UInt8>] {
        var pieces: [ArraySlice<UInt8>] = []
        var rest = bytes
        var state = UInt32(cut)
        while !rest.isEmpty {
            state = state &* 1_664_525 &+ 1_013_904_223
            let size = cut == UInt8(ascii: "0") ? 1 : 1 + Int(state >> 16) % (cut & 1 == 0 ? 7 : 97)
            pieces.append(rest.prefix(size))
            rest = rest.dropFirst(size)
        }
        return pieces
    }
}
