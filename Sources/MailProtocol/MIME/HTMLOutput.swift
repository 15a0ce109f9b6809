/// The lines that HTML becomes: blanks collapsed, quotations marked, never more than one empty line.
struct HTMLOutput {
    private var bytes: [UInt8] = []
    /// Line feeds to write before the next character.
    private var breaks = 0
    private var needsBlank = false
    private var quotations = 0
    private var preformatted = 0
    private var isAtLineStart = true

    /// Where the next text will begin; see `text(since:)`.
    var position: Int { bytes.count }

    /// What was written since a position.
    func text(since position: Int) -> ArraySlice<UInt8> { bytes[min(position, bytes.count)...] }

    mutating func append(_ text: ArraySlice<UInt8>) {
        for byte in text {
            if preformatted > 0, byte == .lineFeed {
                breaks += 1
                isAtLineStart = true
            } else if preformatted > 0 ? byte == .carriageReturn : byte.isSpace {
                needsBlank = preformatted == 0
            } else if byte >= 0x20 && byte != 0x7F || byte == .tab {
                write(byte)
            }
        }
    }

    private mutating func write(_ byte: UInt8) {
        if breaks > 0 || bytes.isEmpty { beginLine() }
        if needsBlank, !isAtLineStart { bytes.append(.space) }
        needsBlank = false
        isAtLineStart = false
        bytes.append(byte)
    }

    private mutating func beginLine() {
        if !bytes.isEmpty {
            for remaining in (0..<min(breaks, 2)).reversed() {
                bytes.append(.lineFeed)
                if remaining > 0 { bytes.append(contentsOf: repeatElement(UInt8(ascii: ">"), count: quotations)) }
            }
        }
        breaks = 0
        isAtLineStart = true
        guard quotations > 0 else { return }
        bytes.append(contentsOf: repeatElement(UInt8(ascii: ">"), count: quotations))
        bytes.append(.space)
    }

    mutating func breakLine() {
        breaks += 1
        isAtLineStart = true
        needsBlank = false
    }

    mutating func breakBlock(blankLine: Bool) {
        breaks = max(breaks, blankLine ? 2 : 1)
        isAtLineStart = true
        needsBlank = false
    }

    mutating func beginItem() {
        write(UInt8(ascii: "-"))
        needsBlank = true
    }

    mutating func separateCell() {
        guard !isAtLineStart else { return }
        write(.tab)
        isAtLineStart = true
    }

    mutating func beginQuotation() {
        breakBlock(blankLine: true)
        // Deeper marks would only fill the page.
        quotations = min(quotations + 1, 20)
    }

    mutating func endQuotation() {
        breakBlock(blankLine: true)
        quotations = max(quotations - 1, 0)
    }

    mutating func beginPreformatted() {
        breakBlock(blankLine: false)
        preformatted += 1
    }

    mutating func endPreformatted() {
        breakBlock(blankLine: false)
        preformatted = max(preformatted - 1, 0)
    }

    func finish() -> String { String(decoding: bytes[...].trimmed, as: UTF8.self) }
}
