public import OAuthCore

extension UserRecord {
    /// What every subject begins with, and no client id, so that a client acting for itself is never taken for a person
    /// (RFC 9700 §4.15).
    public static let subjectPrefix = "usr_"

    /// A new person with a random subject.
    ///
    /// - Throws: a sentence about the name or the mail address.
    public static func register(
        username: String, name: String?, email: String?, isAdministrator: Bool, random: RandomSource, now: UnixTime
    ) throws(UserRegistrationError) -> UserRecord {
        let isPlain = username.unicodeScalars.allSatisfy { scalar in
            ![.control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned]
                .contains(scalar.properties.generalCategory) && !scalar.properties.isWhitespace
        }
        guard !username.isEmpty, username.count <= 64, isPlain else { throw .username }
        if let email {
            let parts = email.split(separator: "@", omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty, parts[1].contains("."), email.utf8.count <= 254,
                email.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F })
            else { throw .email }
        }
        return UserRecord(
            subject: subjectPrefix + random.token(byteCount: 16), username: username, name: name, email: email,
            emailVerified: email != nil, isAdministrator: isAdministrator, createdAt: now)
    }
}

/// Why a person cannot be added.
public enum UserRegistrationError: Error, Sendable, Hashable {
    /// A user name has 1 to 64 visible characters and no space.
    case username
    /// Not a mail address.
    case email
    /// A password has 8 to 1,024 bytes, none of them NUL.
    case password

    /// What is wrong, for a person.
    public var message: String {
        switch self {
        case .username: "A user name has 1 to 64 visible characters and no space."
        case .email: "This is not a mail address: one is written as name@host.example."
        case .password: "A password has 8 to 1,024 bytes, none of them NUL."
        }
    }

    /// Checks a password that someone chose. scrypt takes a password and the same with a NUL behind it for one.
    public static func check(password: Secret) throws(UserRegistrationError) {
        let hasNUL = password.withBytes { $0.contains(0) }
        guard (8...PasswordHash.longestPassword).contains(password.count), !hasNUL else { throw .password }
    }
}
