import Microsoft365

/// Someone who signed in at the organisation's own authorization server to read mail.
struct Operator: Hashable, Sendable, Codable {
    /// Who it is, for good: the subject that the authorization server gave.
    var subject: String
    /// The name to show, as of the last sign-in.
    var name: String
}

/// An organisation's administrator, as a validated ID token said.
struct Administrator: Hashable, Sendable, Codable {
    /// The organisation; the only one whose mail this person may read.
    var tenant: TenantID
    /// Who it is in that organisation, for good.
    var objectID: String
    /// The name to show, as of the sign-in.
    var name: String
}

/// Who sits at a browser: as an operator, as an administrator, as both or as neither. Neither sign-in needs the other.
struct Reader: Hashable, Sendable {
    var `operator`: Operator?
    var administrator: Administrator?
}
