/// File names of strangers, made harmless.
enum FileName {
    /// Bytes of UTF-8 that every file system takes, with room for a suffix.
    private static let longest = 180

    /// A name without folders, control, formatting and reserved characters, no name of a device, of at most 180 bytes.
    ///
    /// An extension survives the cut. What leaves nothing becomes `attachment`, with an extension by its type.
    static func safe(_ given: String, type: ContentType) -> String {
        // Only the last component counts: "../../etc/passwd", "C:\Users\x\y.txt".
        let component = given.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last ?? ""
        var scalars = String.UnicodeScalarView()
        for scalar in component.unicodeScalars where !isInvisible(scalar) {
            scalars.append(reserved.contains(scalar) ? "_" : scalar)
        }
        let trimmed = trim(String(scalars))
        guard !trimmed.isEmpty else { return fallback(for: type) }
        let name = isDevice(trimmed) ? "_" + trimmed : trimmed
        return shorten(name)
    }

    /// A name for a part that brings none.
    static func fallback(for type: ContentType) -> String {
        extensions[type.description].map { "attachment.\($0)" } ?? "attachment"
    }

    private static let reserved = Set("<>:\"|?*".unicodeScalars)

    /// Characters that hide, reorder or break a name: control characters, bidirectional overrides, joiners, tags.
    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: true
        default: scalar == "\u{FFFD}"
        }
    }

    /// Windows drops blanks and dots at the end, Unix hides what begins with a dot.
    private static func trim(_ name: String) -> String {
        var name = name[...]
        while let first = name.first, first == "." || first.isWhitespace { name = name.dropFirst() }
        while let last = name.last, last == "." || last.isWhitespace { name = name.dropLast() }
        return String(name)
    }

    /// Windows opens the device for these names with any extension.
    private static func isDevice(_ name: String) -> Bool {
        let stem = name.prefix { $0 != "." }.uppercased().filter { !$0.isWhitespace }
        if ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"].contains(stem) { return true }
        guard stem.count == 4, stem.hasPrefix("COM") || stem.hasPrefix("LPT"), let last = stem.last else {
            return false
        }
        return "0123456789¹²³".contains(last)
    }

    private static func shorten(_ name: String) -> String {
        guard name.utf8.count > longest else { return name }
        var ending = ""
        if let dot = name.lastIndex(of: "."), name[dot...].utf8.count <= 20 { ending = String(name[dot...]) }
        var scalars = String.UnicodeScalarView()
        var length = ending.utf8.count
        for scalar in name.unicodeScalars {
            length += UTF8.width(scalar)
            guard length <= longest else { break }
            scalars.append(scalar)
        }
        return trim(String(scalars)) + ending
    }

    private static let extensions = [
        "text/plain": "txt", "text/html": "html", "text/csv": "csv", "text/calendar": "ics", "text/vcard": "vcf",
        "image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "image/webp": "webp", "image/svg+xml": "svg",
        "application/pdf": "pdf", "application/zip": "zip", "application/json": "json", "message/rfc822": "eml",
        "message/global": "eml", "message/delivery-status": "txt", "text/rfc822-headers": "txt",
        "application/pgp-signature": "asc", "application/pkcs7-signature": "p7s",
        "application/x-pkcs7-signature": "p7s", "audio/mpeg": "mp3", "video/mp4": "mp4",
    ]
}
