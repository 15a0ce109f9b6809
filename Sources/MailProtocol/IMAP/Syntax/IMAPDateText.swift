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
        let (year, month, date) = civil(day)
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
        let day = day(year, month, date)
        // A date that no month has comes back as another one.
        guard civil(day) == (year, month, date) else { return nil }
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

    /// The day since 1970 of a date, by eras of 400 years that begin on 1 March.
    private static func day(_ year: Int, _ month: Int, _ date: Int) -> Int {
        let shifted = month > 2 ? year : year - 1
        let (era, yearOfEra) = (shifted / 400, shifted % 400)
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + date - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// `2-Jan-2024`, the day in UTC (RFC 9051 §9, `date`).
    static func date(_ time: UnixTime) -> String {
        let (year, month, date) = civil(clamped(time) / 86_400)
        return "\(date)-\(months[month - 1])-\(padded(year, 4))"
    }

    /// Within 1970 to 9999: four digits have no room for more, and no mail is older.
    private static func clamped(_ time: UnixTime) -> Int { Int(min(max(0, time.seconds), 253_402_300_799)) }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    /// The date of a day since 1970, by eras of 400 years that begin on 1 March.
    private static func civil(_ day: Int) -> (year: Int, month: Int, date: Int) {
        let shifted = day + 719_468
        let (era, dayOfEra) = (shifted / 146_097, shifted % 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }
}
