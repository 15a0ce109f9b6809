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
