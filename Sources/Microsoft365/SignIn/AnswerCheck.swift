import OAuthClient
import OAuthCore

/// What every answer that a browser brings is checked for first.
enum AnswerCheck {
    /// `state`, which makes the answer this attempt's; then the time; then `error`, before anything that looks like
    /// success: the platform writes `admin_consent=True` beside an error, too.
    static func verify(
        _ answer: FormFields, state: Secret, isForThisApp: Bool, isExpired: Bool
    ) throws(Microsoft365Error) {
        guard isForThisApp, let found = answer["state"], Secret(found) == state else {
            throw Microsoft365Error(
                .state, reason: "the answer is not to this attempt: state is not the one that was sent",
                remedy: "begin again in the same browser")
        }
        guard !isExpired else {
            throw Microsoft365Error(
                .attemptExpired, reason: "the attempt was begun too long ago", remedy: "begin again")
        }
        if let error = ServerError(callback: answer) { throw Microsoft365Error(error) }
        if let name = answer.duplicates.first {
            throw Microsoft365Error(
                .malformedAnswer(String(name.prefix(40))), reason: "the answer says something twice",
                remedy: "begin again")
        }
    }
}

extension Microsoft365Error {
    /// An ID token that cannot be accepted.
    init(_ error: IDTokenError) { self.init(ClientError.idToken(error)) }
}
