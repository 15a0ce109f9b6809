import Foundation
import OAuthCore

/// The folder where an emulator keeps what outlives a restart: its authority, keys, consents, tokens and samples.
struct DataDirectory: Sendable {
    let url: URL

    /// Opens a folder, or makes it for its owner alone.
    init(_ url: URL) throws(EmulatorError) {
        self.url = url
        do {
            try FileManager.default.createDirectory(
                at: url, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw EmulatorError("The folder \(url.path) cannot be made: \(error.localizedDescription).")
        }
    }

    func file(_ name: String) -> URL { url.appending(path: name) }

    /// The bytes of a file, `nil` where there is none.
    func read(_ name: String) throws(EmulatorError) -> [UInt8]? {
        let file = file(name)
        guard FileManager.default.fileExists(atPath: file.path) else { return nil }
        do { return Array(try Data(contentsOf: file)) } catch {
            throw EmulatorError("\(file.path) cannot be read: \(error.localizedDescription).")
        }
    }

    /// Writes a file for its owner alone, whole or not at all: a stop in between leaves the old one.
    func write(_ name: String, _ bytes: some Sequence<UInt8>) throws(EmulatorError) {
        let target = file(name)
        let temporary = file(name + ".new")
        do {
            try? FileManager.default.removeItem(at: temporary)
            guard
                FileManager.default.createFile(
                    atPath: temporary.path, contents: nil, attributes: [.posixPermissions: 0o600])
            else { throw CocoaError(.fileWriteUnknown) }
            let handle = try FileHandle(forWritingTo: temporary)
            try handle.write(contentsOf: Data(bytes))
            try handle.synchronize()
            try handle.close()
        } catch {
            throw EmulatorError("\(target.path) cannot be written: \(error.localizedDescription).")
        }
        guard rename(temporary.path, target.path) == 0 else {
            throw EmulatorError("\(target.path) cannot be replaced.")
        }
    }

    /// A certificate with its key, kept as `NAME.pem` and `NAME.key.pem`.
    func certifiedKey(_ name: String) throws(EmulatorError) -> CertifiedKey? {
        guard let certificate = try read(name + ".pem"), let key = try read(name + ".key.pem") else { return nil }
        return CertifiedKey(certificatePEM: String(decoding: certificate, as: UTF8.self), keyPEM: Secret(bytes: key))
    }

    func write(_ name: String, _ pair: CertifiedKey) throws(EmulatorError) {
        try write(name + ".key.pem", pair.keyPEM.withBytes { Self.lines(Array($0)) })
        try write(name + ".pem", Self.lines(Array(pair.certificatePEM.utf8)))
    }

    /// A text that ends its last line, so that such files can be put together by `cat`.
    private static func lines(_ text: [UInt8]) -> [UInt8] {
        text.last == UInt8(ascii: "\n") ? text : text + [UInt8(ascii: "\n")]
    }
}

/// Why an emulator cannot start or keep its state, for a person.
public struct EmulatorError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What failed, and why.
    public let description: String

    init(_ description: String) { self.description = description }
}
