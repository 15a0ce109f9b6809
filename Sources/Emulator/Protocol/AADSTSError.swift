import Foundation
public import OAuthCore

/// An error of the emulated identity platform: a number for people, an OAuth error for programs.
public struct AADSTSError: Error, Hashable, Sendable {
    /// The number behind `AADSTS`.
    public var code: Int
    /// The OAuth error code.
    public var error: String
    /// What a person reads, without the number.
    public var text: String
    /// `suberror`, where there is one.
    public var suberror: String?
    /// `claims`: a JSON text to be replayed at the authorization endpoint.
    public var claims: String?
    /// Numbers that stand in `error_codes` behind the first.
    public var furtherCodes: [Int] = []

    /// An error.
    public init(_ code: Int, _ error: String, _ text: String, suberror: String? = nil) {
        self.code = code
        self.error = error
        self.text = text
        self.suberror = suberror
    }

    /// The HTTP status: 401 where the client is not who it says, else 400.
    public var status: Int { error == "invalid_client" ? 401 : 400 }

    /// Ids and time of one answer.
    public struct Occasion: Hashable, Sendable {
        /// The id of this answer, a GUID.
        public var traceID: String
        /// The id that the client gave, or a fresh GUID.
        public var correlationID: String
        /// When it happened.
        public var time: UnixTime

        /// The particulars of one answer.
        public init(traceID: String, correlationID: String, time: UnixTime) {
            self.traceID = traceID
            self.correlationID = correlationID
            self.time = time
        }

        /// `2016-01-09 02:02:12Z`.
        var timestamp: String {
            Date(timeIntervalSince1970: TimeInterval(time.seconds))
                .formatted(.iso8601.dateTimeSeparator(.space))
        }
    }

    /// `error_description`: the number, the text, and whom to ask about what.
    public func description(_ occasion: Occasion) -> String {
        "AADSTS\(code): \(text)\r\nTrace ID: \(occasion.traceID)\r\nCorrelation ID: \(occasion.correlationID)"
            + "\r\nTimestamp: \(occasion.timestamp)"
    }

    /// The body of an answer.
    ///
    /// - Parameter base: the address of the emulator, for `error_uri`.
    public func json(_ occasion: Occasion, base: String) -> JSONObject {
        var object: JSONObject = [
            "error": .string(error), "error_description": .string(description(occasion)),
            "error_codes": .array(([code] + furtherCodes).map { .integer(Int64($0)) }),
            "timestamp": .string(occasion.timestamp), "trace_id": .string(occasion.traceID),
            "correlation_id": .string(occasion.correlationID),
            "error_uri": .string("\(base)/error?code=\(code)"),
        ]
        object["suberror"] = suberror.map(JSONValue.string)
        object["claims"] = claims.map(JSONValue.string)
        return object
    }
}
