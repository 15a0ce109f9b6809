import Foundation
import MailProtocol

/// Why a message cannot be written.
struct MailFolderError: Error, Hashable {
    var reason: String
}

/// Writes messages to files as their bytes arrive.
final class MailFolderWriter {
    private let folder: URL
    private var uidValidity: UInt32 = 0
    private var current: (id: IMAPLiteralID, handle: FileHandle, count: UInt64)?
    /// Whether a file could not be written, which a new connection would not mend.
    private(set) var hasFailed = false

    init(_ folder: URL) { self.folder = folder }

    private var unfinished: URL { folder.appending(path: "unfinished.part") }

    func makeFolder() throws(MailboxError) {
        do {
            try FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            let why = error.localizedDescription.replacing("The operation could not be completed. ", with: "")
            throw MailboxError(
                .unavailable, reason: "the folder \(folder.path) cannot be made: \(why)",
                remedy: "choose another folder")
        }
    }

    /// The UIDs of the messages that are there.
    func uids(_ uidValidity: UInt32) -> Set<UInt32> {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return Set(
            names.compactMap { name in
                guard name.hasSuffix(".eml"), let message = IMAPMessageName(MessageID(String(name.dropLast(4)))),
                    message.uidValidity == uidValidity
                else { return nil }
                return message.uid
            })
    }

    /// Forgets what an earlier connection left half written.
    func begin(_ uidValidity: UInt32) {
        self.uidValidity = uidValidity
        try? current?.handle.close()
        current = nil
    }

    func take(_ event: IMAPEvent, _ progress: inout MailDownload) throws(MailFolderError) {
        do {
            switch event {
            case .literalStarted(let literal): current = (literal.id, try open(), 0)
            case .literalBytes(let id, let bytes):
                guard id == current?.id else { return }
                try current?.handle.write(contentsOf: bytes)
                current?.count += UInt64(bytes.count)
            case .response(.fetch(let message)):
                guard let uid = message.uid, let content = message.content(of: .message) else { return }
                try finish(uid, content, &progress)
            default: break
            }
        } catch {
            hasFailed = true
            throw MailFolderError(reason: "a file in \(folder.path) cannot be written")
        }
    }

    private func finish(_ uid: UInt32, _ content: IMAPContent, _ progress: inout MailDownload) throws {
        switch content {
        case .missing: return
        case .bytes(let bytes):
            let handle = try open()
            try handle.write(contentsOf: bytes)
            try handle.close()
            progress.bytes += UInt64(bytes.count)
        case .streamed(let id, _):
            guard let written = current, written.id == id else { return }
            try written.handle.close()
            progress.bytes += written.count
            current = nil
        }
        let name = IMAPMessageName(uidValidity: uidValidity, uid: uid).id.rawValue
        guard rename(unfinished.path, folder.appending(path: "\(name).eml").path) == 0 else {
            throw CocoaError(.fileWriteUnknown)
        }
        progress.messages += 1
    }

    /// An empty file for one message, for its owner alone.
    private func open() throws -> FileHandle {
        guard
            FileManager.default.createFile(
                atPath: unfinished.path, contents: nil, attributes: [.posixPermissions: 0o600])
        else { throw CocoaError(.fileWriteUnknown) }
        return try FileHandle(forWritingTo: unfinished)
    }
}
