import Crypto
import Foundation
import OAuthCore

/// A mark in the continuation of an interrupted request: when signing in was asked for, for which request, under this
/// server's key. It lets `prompt=login` and `max_age=0` be met by the sign-in that they caused, and only by that.
struct InteractionMark: Sendable {
    /// The parameter that carries it; no specification has one of this name.
    static let parameter = "sallyport_mark"

    let key: Secret

    /// The continuation of a request: its parameters, and a mark.
    func continuation(of fields: FormFields, at now: UnixTime) -> String {
        var fields = fields.removing(Self.parameter)
        fields.append(Self.parameter, "\(now.seconds).\(Base64URL.encode(code(now, fields)))")
        return fields.encoded()
    }

    /// When signing in was asked for, if the mark is genuine and belongs to this request.
    func time(in fields: FormFields) -> UnixTime? {
        let parts = fields[Self.parameter]?.split(separator: ".") ?? []
        guard parts.count == 2, let seconds = Int64(parts[0]), let presented = Base64URL.decode(parts[1]) else {
            return nil
        }
        let time = UnixTime(seconds)
        return constantTimeEqual(presented, code(time, fields.removing(Self.parameter))) ? time : nil
    }

    private func code(_ time: UnixTime, _ fields: FormFields) -> [UInt8] {
        let key = key.withBytes { SymmetricKey(data: $0) }
        let message = Data("sallyport mark\n\(time.seconds)\n\(fields.encoded())".utf8)
        return Array(HMAC<SHA256>.authenticationCode(for: message, using: key))
    }
}
