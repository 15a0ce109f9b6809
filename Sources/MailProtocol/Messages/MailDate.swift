public import OAuthCore

/// Dates as mail writes them.
public enum MailDate {
    /// Reads a date and time of RFC 5322 §3.3, of its obsolete forms (§4.3: years of two digits, named zones, comments
    /// anywhere), of IMAP's `INTERNALDATE` (RFC 9051 §9), of C's `asctime`, or of RFC 3339.
    ///
    /// Without a zone, and with one that is unknown, the time counts as UTC.
    ///
    /// - Returns: `nil` where there is no day of 1900 to 9999 to be found.
    public static func parse(_ value: ArraySlice<UInt8>) -> UnixTime? {
        let text = HeaderText.unfold(value.prefix(longest))[...].trimmed
        var reader = DateReader()
        reader.read(text)
        return reader.time
    }

    /// Reads the same from text.
    public static func parse(_ text: String) -> UnixTime? { parse(Array(text.utf8.prefix(longest))[...]) }

    private static let longest = 200
}

/// Collects the pieces of a date in whatever order they come.
private struct DateReader {
    private var year: Int?
    private var month: Int?
    private var day: Int?
    private var seconds: Int?
    /// East of Greenwich, in minutes.
    private var zone: Int?

    mutating func read(_ text: ArraySlice<UInt8>) {
        if readRFC3339(text) { return }
        for word in Self.withoutComments(text).split(whereSeparator: { $0.isSpace || $0 == UInt8(ascii: ",") }) {
            take(word)
        }
    }

    /// Without comments, and without the blanks around colons that the obsolete syntax allows.
    private static func withoutComments(_ text: ArraySlice<UInt8>) -> [UInt8] {
        var output: [UInt8] = []
        var depth = 0
        for byte in text {
            switch byte {
            case UInt8(ascii: "("):
                depth += 1
                output.append(.space)
            case UInt8(ascii: ")"): depth = max(0, depth - 1)
            case _ where depth > 0: break
            case UInt8(ascii: ":"):
                while output.last == .space { output.removeLast() }
                output.append(byte)
            case .space where output.last == UInt8(ascii: ":"): break
            default: output.append(byte)
            }
        }
        return output
    }

    private mutating func take(_ word: ArraySlice<UInt8>) {
        guard let first = word.first else { return }
        if word.contains(UInt8(ascii: ":")), first.isDigit {
            takeTime(word)
        } else if first.isDigit {
            // 02-Jan-2024 as IMAP writes it.
            let pieces = word.split(separator: UInt8(ascii: "-"))
            if pieces.count == 3 { pieces.forEach { takePlain($0) } } else { takePlain(word) }
        } else if first == UInt8(ascii: "+") || first == UInt8(ascii: "-") {
            zone = zone ?? Self.offset(word)
        } else {
            takeName(word)
        }
    }

    private mutating func takePlain(_ word: ArraySlice<UInt8>) {
        guard let number = word.decimalValue else { return takeName(word) }
        if day == nil, word.count <= 2 {
            day = number
        } else if year == nil {
            // RFC 5322 §4.3.
            year = word.count == 2 ? number + (number < 50 ? 2000 : 1900) : word.count == 3 ? number + 1900 : number
        }
    }

    private mutating func takeName(_ word: ArraySlice<UInt8>) {
        let name = String(decoding: word.map(\.lowercased), as: UTF8.self)
        if let index = Self.months.firstIndex(of: String(name.prefix(3))), month == nil,
            name.utf8.allSatisfy(\.isLetter)
        {
            month = index + 1
        } else if let minutes = Self.zones[name] {
            zone = zone ?? minutes
        } else if name.hasPrefix("gmt") || name.hasPrefix("utc") {
            zone = zone ?? Self.offset(word.dropFirst(3))
        } else if seconds != nil, zone == nil, name.utf8.count == 1 {
            // RFC 5322 §4.3: military zones were often written with the wrong sign and mean nothing.
            zone = 0
        }
    }

    private mutating func takeTime(_ word: ArraySlice<UInt8>) {
        let pieces = word.split(separator: UInt8(ascii: ":"))
        guard seconds == nil, 2...3 ~= pieces.count, let hour = pieces[0].decimalValue,
            let minute = pieces[1].decimalValue, hour < 25, minute < 60
        else { return }
        let second = pieces.count == 3 ? pieces[2].prefix(while: \.isDigit).decimalValue ?? 0 : 0
        // A leap second is the last second that the clock has.
        seconds = hour * 3_600 + minute * 60 + min(second, 59)
    }

    private static let months = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ]

    /// The zones of RFC 5322 §4.3, and the European ones that some senders write.
    private static let zones = [
        "ut": 0, "gmt": 0, "utc": 0, "z": 0, "est": -300, "edt": -240, "cst": -360, "cdt": -300, "mst": -420,
        "mdt": -360, "pst": -480, "pdt": -420, "wet": 0, "west": 60, "cet": 60, "cest": 120, "met": 60, "mest": 120,
        "eet": 120, "eest": 180, "msk": 180, "bst": 60, "jst": 540, "kst": 540,
    ]

    /// `+hhmm`, `-hh:mm` or `+h` in minutes; `nil` beyond a day.
    private static func offset(_ word: ArraySlice<UInt8>) -> Int? {
        guard let sign = word.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else { return nil }
        let digits = word.dropFirst().filter { $0 != UInt8(ascii: ":") }[...]
        guard let number = digits.decimalValue, digits.count <= 4 else { return nil }
        let minutes = digits.count <= 2 ? number * 60 : number / 100 * 60 + number % 100
        guard minutes < 24 * 60 else { return nil }
        return sign == UInt8(ascii: "-") ? -minutes : minutes
    }

    /// `2024-01-02T03:04:05.678+01:00`, whose `T` may be a blank.
    private mutating func readRFC3339(_ text: ArraySlice<UInt8>) -> Bool {
        let date = text.prefix(10).split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard text.count >= 10, date.count == 3, date[0].count == 4, let year = date[0].decimalValue,
            let month = date[1].decimalValue, let day = date[2].decimalValue
        else { return false }
        (self.year, self.month, self.day) = (year, month, day)
        let clock = text.dropFirst(11).prefix { $0.isDigit || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".") }
        if !clock.isEmpty { takeTime(clock) }
        zone = Self.offset(text.dropFirst(11).drop { !"+-".utf8.contains($0) })
        return true
    }

    var time: UnixTime? {
        guard let year, let month, let day, 1900...9999 ~= year, 1...12 ~= month,
            1...Self.days(in: month, of: year) ~= day
        else { return nil }
        let days = CivilDay.number(year: year, month: month, day: day)
        return UnixTime(Int64(days * 86_400 + (seconds ?? 0) - (zone ?? 0) * 60))
    }

    private static func days(in month: Int, of year: Int) -> Int {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
    }
}
