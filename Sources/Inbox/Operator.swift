/// Someone who signed in at the organisation's own authorization server to read mail.
struct Operator: Hashable, Sendable {
    /// Who it is, for good: the subject that the authorization server gave.
    var subject: String
    /// The name to show, as of the last sign-in.
    var name: String
}
