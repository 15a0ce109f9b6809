import Foundation
import OAuthCore

/// A JSON object of a file with its place there, so that every complaint says where.
struct FileObject {
    private let object: JSONObject
    private let path: String

    init(_ object: JSONObject, _ path: String) {
        self.object = object
        self.path = path
    }

    func wrong(_ member: String, _ reason: String) -> TenantsFileError {
        TenantsFileError(path.isEmpty ? member : "\(path).\(member)", reason)
    }

    /// Refuses members that nobody reads.
    func allow(_ names: [String]) throws(TenantsFileError) {
        for member in object.members where !names.contains(member.name) {
            throw wrong(member.name, "is not known here; there are \(names.joined(separator: ", "))")
        }
    }

    func has(_ member: String) -> Bool { object[member] != nil }

    func text(_ member: String) throws(TenantsFileError) -> String {
        guard let value = object[member] else { throw wrong(member, "is missing") }
        guard let text = value.string, !text.isEmpty else { throw wrong(member, "must be a text") }
        return text
    }

    func texts(_ member: String) throws(TenantsFileError) -> [String] {
        guard let value = object[member] else { return [] }
        guard let texts = value.strings else { throw wrong(member, "must be a list of texts") }
        return texts
    }

    func flag(_ member: String, default standard: Bool = false) throws(TenantsFileError) -> Bool {
        guard let value = object[member] else { return standard }
        guard let flag = value.bool else { throw wrong(member, "must be true or false") }
        return flag
    }

    /// A GUID in lower case.
    func guid(_ member: String) throws(TenantsFileError) -> String {
        let text = try text(member).lowercased()
        guard GUID.isGUID(text) else { throw wrong(member, "is no GUID") }
        return text
    }

    func choice<Value: RawRepresentable & CaseIterable>(
        _ member: String, default standard: Value
    ) throws(TenantsFileError) -> Value where Value.RawValue == String {
        guard object[member] != nil else { return standard }
        let text = try text(member)
        guard let value = Value(rawValue: text) else {
            throw wrong(member, "is none of \(Value.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return value
    }

    /// A moment as in `2026-11-21T00:00:00Z`.
    func time(_ member: String) throws(TenantsFileError) -> UnixTime? {
        guard object[member] != nil else { return nil }
        guard let date = try? Date(try text(member), strategy: .iso8601) else {
            throw wrong(member, "is no moment as in 2026-11-21T00:00:00Z")
        }
        return UnixTime(Int64(date.timeIntervalSince1970))
    }

    func object(_ member: String) throws(TenantsFileError) -> FileObject? {
        guard let value = object[member] else { return nil }
        guard let object = value.object else { throw wrong(member, "must be an object") }
        return FileObject(object, (path.isEmpty ? "" : path + ".") + member)
    }

    func objects(_ member: String) throws(TenantsFileError) -> [FileObject] {
        guard let value = object[member] else { return [] }
        guard let array = value.array else { throw wrong(member, "must be a list") }
        var objects: [FileObject] = []
        for (index, value) in array.enumerated() {
            guard let object = value.object else { throw wrong("\(member)[\(index)]", "must be an object") }
            objects.append(FileObject(object, (path.isEmpty ? "" : path + ".") + "\(member)[\(index)]"))
        }
        return objects
    }
}

/// GUIDs as Microsoft writes them: 8-4-4-4-12 hexadecimal digits.
enum GUID {
    static func isGUID(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        return parts.map(\.utf8.count) == [8, 4, 4, 4, 12]
            && parts.allSatisfy { part in part.utf8.allSatisfy { Character(UnicodeScalar($0)).isHexDigit } }
    }

    /// A GUID of 16 bytes, marked as version 4, a random one.
    static func text(_ bytes: [UInt8]) -> String {
        var bytes = Array(bytes.prefix(16))
        bytes += Array(repeating: 0, count: 16 - bytes.count)
        bytes[6] = bytes[6] & 0x0F | 0x40
        bytes[8] = bytes[8] & 0x3F | 0x80
        let digits = Array(bytes.map { String(format: "%02x", $0) }.joined())
        return [digits[0..<8], digits[8..<12], digits[12..<16], digits[16..<20], digits[20..<32]]
            .map { String($0) }.joined(separator: "-")
    }
}
