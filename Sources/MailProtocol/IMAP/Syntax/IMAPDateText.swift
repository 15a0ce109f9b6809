import OAuthCore

/// Dates as IMAP commands and responses write them, in UTC.
enum IMAPDateText {
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// `" 2-Jan-2024 03:04:05 +0000"` without the quotes (RFC 9051 §9, `date-time`).
    static func dateTime(_ time: UnixTime) -> String {
        let seconds = clamped(time)
        let day = seconds / 86_400
        let rest = seconds - day * 86_400
        let (year, month, date) = CivilDay.date(of: day)
        return (date < 10 ? " " : "") + "\(date)-\(months[month - 1])-\(padded(year, 4)) "
            + "\(padded(rest / 3_600, 2)):\(padded(rest / 60 % 60, 2)):\(padded(rest % 60, 2)) +0000"
    }

    /// Reads `date-time`; whatever has another form is left to `MailDate`.
    static func parse(_ text: ArraySlice<UInt8>) -> UnixTime? {
        exact(text) ?? MailDate.parse(text)
    }

    /// The one form that servers are to write, 26 bytes, without a detour through text: every message has one.
    private static func exact(_ text: ArraySlice<UInt8>) -> UnixTime? {
        let base = text.startIndex
        func number(_ offset: Int, _ count: Int) -> Int? {
            text[(base + offset)..<(base + offset + count)].decimalValue
        }
        guard text.count == 26, text[base + 2] == UInt8(ascii: "-"), text[base + 6] == UInt8(ascii: "-"),
            text[base + 11] == .space, text[base + 14] == UInt8(ascii: ":"), text[base + 17] == UInt8(ascii: ":"),
            text[base + 20] == .space, let month = month(text[(base + 3)..<(base + 6)]),
            let date = text[base] == .space ? number(1, 1) : number(0, 2), let year = number(7, 4),
            let hour = number(12, 2), let minute = number(15, 2), let second = number(18, 2),
            let zoneHours = number(22, 2), let zoneMinutes = number(24, 2), 1900...9999 ~= year, hour < 24,
            minute < 60, second < 60, zoneHours < 24, zoneMinutes < 60
        else { return nil }
        let day = CivilDay.number(year: year, month: month, day: date)
        // A date that no month has comes back as another one.
        guard CivilDay.date(of: day) == (year, month, date) else { return nil }
        var zone = zoneHours * 60 + zoneMinutes
        switch text[base + 21] {
        case UInt8(ascii: "+"): break
        case UInt8(ascii: "-"): zone.negate()
        default: return nil
        }
        return UnixTime(Int64(day * 86_400 + hour * 3_600 + minute * 60 + second - zone * 60))
    }

    private static func month(_ name: ArraySlice<UInt8>) -> Int? {
        months.firstIndex { name.equalsIgnoringCase($0) }.map { $0 + 1 }
    }

    /// `2-Jan-2024`, the day in UTC (RFC 9051 §9, `date`).
    static func date(_ time: UnixTime) -> String {
        let (year, month, date) = CivilDay.date(of: clamped(time) / 86_400)
        return "\(date)-\(months[month - 1])-\(padded(year, 4))"
    }

    /// Within 1970 to 9999: four digits have no room for more, and no mail is older.
    private static func clamped(_ time: UnixTime) -> Int { Int(min(max(0, time.seconds), 253_402_300_799)) }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
