import MailProtocol

/// The bytes of a text.
func bytes(_ text: String) -> ArraySlice<UInt8> { Array(text.utf8)[...] }

/// The bytes that hexadecimal digits stand for.
func bytes(hexadecimal text: String) -> ArraySlice<UInt8> {
    var output: [UInt8] = []
    var rest = text[...]
    while let byte = UInt8(rest.prefix(2), radix: 16) {
        output.append(byte)
        rest = rest.dropFirst(2)
    }
    return output[...]
}

func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }

/// A message written with line feeds, as it is on the wire.
func message(_ text: String) -> ArraySlice<UInt8> { bytes(text.replacing("\n", with: "\r\n")) }

func parse(_ text: String, limits: MIMELimits = MIMELimits()) -> MIMEPart { .parse(message(text), limits: limits) }

func read(_ text: String, limits: MIMELimits = MIMELimits()) -> Message {
    Message(parse(text, limits: limits), id: MessageID("1"), isRead: false, limits: limits)
}
