import HTTPTypes
import OAuthCore

/// Turns answers with an error status into typed errors; the body is read and dropped.
enum ErrorResponse {
    /// Throws for any status but 2xx.
    static func check(_ response: TransportResponse) throws(ClientError) {
        guard response.head.status.kind != .successful else { return }
        throw error(of: response)
    }

    /// The error that an answer stands for.
    static func error(of response: TransportResponse) -> ClientError {
        let status = response.head.status.code
        let retryAfter = retryAfter(of: response)
        let members = (try? TokenDocument.parse(response)) ?? JSONObject()
        if var error = serverError(in: members, status: status) {
            error.retryAfter = retryAfter
            return .server(error)
        }
        return .http(
            HTTPFailure(status: status, retryAfter: retryAfter, excerpt: Redaction.title(of: response.body)))
    }

    /// The error that a document names: `error` (RFC 6749 §5.2), or `errors[0].errorType` as Fitbit writes it.
    static func serverError(in members: JSONObject, status: Int) -> ServerError? {
        if let code = members["error"]?.string, let code = Redaction.excerpt(code, limit: 80) {
            let text = members["error_description"]?.string.flatMap { Redaction.excerpt($0, limit: 400) }
            return ServerError(ErrorCode(rawValue: code), errorDescription: text, status: status)
        }
        guard let first = members["errors"]?.array?.first?.object,
            let code = first["errorType"]?.string.flatMap({ Redaction.excerpt($0, limit: 80) })
        else { return nil }
        let text = first["message"]?.string.flatMap { Redaction.excerpt($0, limit: 400) }
        return ServerError(ErrorCode(rawValue: code), errorDescription: text, status: status)
    }

    private static func retryAfter(of response: TransportResponse) -> Seconds? {
        guard let text = response.head.headerFields[.retryAfter], let count = Int64(text), count >= 0 else {
            return nil
        }
        return Seconds(min(count, 86_400))
    }
}
