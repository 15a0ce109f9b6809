import Foundation
import OAuthCore

/// The two files of an app's certificate.
struct CertificateFiles {
    let certificate: String
    let key: String

    /// - Parameters:
    ///   - out: the certificate's file, or a folder, for which the files are named after the app.
    init(out: String, name: String) {
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: out, isDirectory: &isFolder)
        var path = out
        if exists && isFolder.boolValue || out.hasSuffix("/") {
            path = URL(filePath: out).appending(path: Self.fileName(for: name) + ".pem").path
        }
        certificate = Files.absolute(path)
        let url = URL(filePath: certificate)
        key =
            (url.pathExtension.isEmpty || url.pathExtension == "key" ? url : url.deletingPathExtension())
            .appendingPathExtension("key").path
    }

    /// Fails where one of the files is there, before a key is made.
    func requireFree() throws(CommandFailure) {
        for path in [certificate, key] where FileManager.default.fileExists(atPath: path) { throw taken(path) }
    }

    /// Writes both, or none.
    func write(_ certificate: AppCertificate, _ keyPEM: Secret) throws {
        let folder = URL(filePath: self.certificate).deletingLastPathComponent()
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        } catch {
            throw CommandFailure("The folder \(folder.path) cannot be made: \(error.sentence)", next: "Check --out.")
        }
        let pem = Array((try certificate.pem + "\n").utf8)
        try create(key, 0o600, keyPEM.withBytes { Array($0) } + [UInt8(ascii: "\n")])
        do throws(CommandFailure) {
            try create(self.certificate, 0o644, pem)
        } catch {
            try? FileManager.default.removeItem(atPath: key)
            throw error
        }
    }

    private func create(_ path: String, _ mode: mode_t, _ content: [UInt8]) throws(CommandFailure) {
        do {
            try Files.create(path, mode: mode, content: content)
        } catch {
            if error.code == .EEXIST { throw taken(path) }
            throw CommandFailure("\(path) cannot be written: \(error.words).", next: "Check --out.")
        }
    }

    private func taken(_ path: String) -> CommandFailure {
        CommandFailure("\(path) is there already, and is not overwritten.", next: "Give another --out.")
    }

    private static func fileName(for name: String) -> String {
        let kept = name.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
        let parts = String(kept).split(separator: "-")
        return parts.isEmpty ? "app" : parts.joined(separator: "-")
    }
}
