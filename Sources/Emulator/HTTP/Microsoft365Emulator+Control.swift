import HTTPTypes
import Hummingbird
import NIOCore
import OAuthCore

extension Microsoft365Emulator {
    /// Faults on demand, for programs on this computer.
    ///
    /// Requests must be JSON, which no page of another site can send without asking first; and asking is not answered.
    func addControl(to router: Router<EmulatorRequestContext>) {
        router.get("/emulator/state") { _, context in
            guard context.isLocal else { return Response(status: .forbidden) }
            return .json(controlState)
        }
        router.delete("/emulator/faults") { _, context in
            guard context.isLocal else { return Response(status: .forbidden) }
            controls.clear()
            return .json(controlState)
        }
        addControl("faults", to: router) { object throws(ControlError) in
            controls.add(try Fault(control: object))
        }
        addControl("clock", to: router) { object throws(ControlError) in
            guard let offset = object["offset_seconds"]?.integer, (-4_000_000_000...4_000_000_000).contains(offset)
            else { throw ControlError("offset_seconds must be a whole number of seconds.") }
            controls.clockOffset = Seconds(offset)
        }
        addControl("consents/withdraw", to: router) { object throws(ControlError) in
            let cloud = holder.current
            guard let tenant = object["tenant"]?.string.flatMap(cloud.directory.tenant) else {
                throw ControlError("tenant must be the id or domain of a tenant.")
            }
            guard let app = object["client_id"]?.string.flatMap(cloud.directory.app) else {
                throw ControlError("client_id must be the id of an app.")
            }
            try change { $0.withdrawConsent(tenantID: tenant.id, clientID: app.clientID) }
        }
        addControl("assertions", to: router) { object throws(ControlError) in
            guard let singleUse = object["single_use"]?.bool else {
                throw ControlError("single_use must be true or false.")
            }
            try change { $0.usedAssertions = singleUse ? $0.usedAssertions ?? [:] : nil }
        }
        addControl("keys/rotate", to: router) { _ throws(ControlError) in
            guard let key = try? SigningKey.generate(.rs256) else { throw ControlError("No key could be made.") }
            let now = now
            try change { $0.rotateKeys(to: key, now: now) }
        }
    }

    func change(_ body: (inout Cloud) -> Void) throws(ControlError) {
        let outcome = holder.decide(now: now) { cloud throws(Never) in body(&cloud) }
        if case .notKept(let error) = outcome { throw ControlError(error.description) }
    }

    func addControl(
        _ name: String, to router: Router<EmulatorRequestContext>,
        _ act: @escaping @Sendable (JSONObject) throws(ControlError) -> Void
    ) {
        addAnsweringControl(name, to: router) { object throws(ControlError) in
            try act(object)
            return controlState
        }
    }

    /// A control whose answer is something else than the state.
    func addAnsweringControl(
        _ name: String, to router: Router<EmulatorRequestContext>,
        _ act: @escaping @Sendable (JSONObject) throws(ControlError) -> JSONObject
    ) {
        router.post(RouterPath("/emulator/\(name)")) { request, context in
            guard context.isLocal else { return Response(status: .forbidden) }
            let type = request.headers[.contentType]?.split(separator: ";").first.map(String.init)
            guard type?.lowercased() == "application/json" else {
                return .json(["error": "Send application/json."], status: .unsupportedMediaType)
            }
            do {
                let buffer = try await request.body.collect(upTo: 65_536)
                return .json(try act(try JSONObject.parse(Array(buffer.readableBytesView))))
            } catch let error as ControlError {
                return .json(["error": .string(error.reason)], status: .badRequest)
            } catch {
                return .json(["error": "The body is no JSON object, or too long."], status: .badRequest)
            }
        }
    }

    private var controlState: JSONObject {
        let cloud = holder.current
        return [
            "now": .integer(now.seconds), "clock_offset_seconds": .integer(controls.clockOffset.count),
            "faults": .array(controls.faults.map { .object($0.json) }),
            "keys": .strings(cloud.keys.map(\.keyID)),
            "assertions_single_use": .bool(cloud.usedAssertions != nil),
            "consents": .array(
                cloud.state.consents.map { consent in
                    .object([
                        "tenant": .string(consent.tenantID), "client_id": .string(consent.clientID),
                        "user": consent.userID.map(JSONValue.string) ?? .null,
                        "resource": .string(consent.resource), "roles": .strings(consent.roles),
                        "scopes": .strings(consent.scopes),
                    ])
                }),
        ]
    }
}

/// What is wrong with a request to the control endpoint.
struct ControlError: Error {
    let reason: String

    init(_ reason: String) { self.reason = reason }
}

extension Fault {
    /// Reads `{"at": "token", "kind": "error", "code": 50076, "count": 1}` and its like.
    init(control object: JSONObject) throws(ControlError) {
        let known = ["at", "kind", "code", "milliseconds", "retry_after", "count"]
        if let member = object.members.first(where: { !known.contains($0.name) }) {
            throw ControlError("There is no \(member.name.prefix(32)); there are \(known.joined(separator: ", ")).")
        }
        guard let place = Place(rawValue: object["at"]?.string ?? "any") else {
            throw ControlError("at must be one of \(Place.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        let kind: Kind
        switch object["kind"]?.string {
        case "error":
            guard let code = object["code"]?.integer, let error = AADSTSError.known(Int(code)) else {
                throw ControlError("code must be a known AADSTS number.")
            }
            kind = .error(error)
        case "slow": kind = .slow(try Self.number(object, "milliseconds", 1...600_000))
        case "throttle": kind = .throttle(try Self.number(object, "retry_after", 0...86_400))
        case "drop": kind = .drop
        case "unsigned_id_token": kind = .unsignedIDToken
        case let name?:
            guard let fault = MailFault(rawValue: name) else {
                throw ControlError("kind must be one of \(Self.kinds).")
            }
            guard fault.places.contains(place) else {
                let places = fault.places.map(\.rawValue).sorted().joined(separator: ", ")
                throw ControlError("\(name) can be asked for at \(places).")
            }
            kind = .mail(fault)
        case nil: throw ControlError("kind must be one of \(Self.kinds).")
        }
        guard !place.isMailProtocol || kind.isForMailProtocols else {
            throw ControlError("There is no \(object["kind"]?.string ?? "") at \(place.rawValue).")
        }
        let count = object["count"] == nil ? 1 : try Self.number(object, "count", 0...1_000_000)
        // Nought: until faults are cleared.
        self.init(place: place, kind: kind, remaining: count == 0 ? nil : Int(count))
    }

    private static let kinds =
        (["error", "slow", "throttle", "drop", "unsigned_id_token"] + MailFault.allCases.map(\.rawValue))
        .joined(separator: ", ")

    private static func number(
        _ object: JSONObject, _ name: String, _ range: ClosedRange<Int64>
    ) throws(ControlError) -> Int64 {
        guard let number = object[name]?.integer, range.contains(number) else {
            throw ControlError("\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound).")
        }
        return number
    }

    fileprivate var json: JSONObject {
        var object: JSONObject = ["at": .string(place.rawValue)]
        switch kind {
        case .error(let error):
            object["kind"] = "error"
            object["code"] = .integer(Int64(error.code))
        case .slow(let milliseconds):
            object["kind"] = "slow"
            object["milliseconds"] = .integer(milliseconds)
        case .throttle(let seconds):
            object["kind"] = "throttle"
            object["retry_after"] = .integer(seconds)
        case .drop: object["kind"] = "drop"
        case .unsignedIDToken: object["kind"] = "unsigned_id_token"
        case .mail(let fault): object["kind"] = .string(fault.rawValue)
        }
        object["count"] = .integer(Int64(remaining ?? 0))
        return object
    }
}
