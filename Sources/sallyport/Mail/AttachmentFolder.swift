import Foundation
import MailProtocol

/// A folder that attachments are saved in; what is there already stays as it is.
struct AttachmentFolder {
    let path: String

    /// Makes the folder if there is none.
    init(_ path: String) throws(CommandFailure) {
        self.path = Files.absolute(path)
        do {
            try FileManager.default.createDirectory(at: URL(filePath: self.path), withIntermediateDirectories: true)
        } catch {
            throw CommandFailure(
                "The folder \(path) cannot be made: \(error.sentence)", next: "Check --save-attachments.")
        }
    }

    /// Saves an attachment under its name, or under one with a number behind it where that is taken.
    ///
    /// - Returns: the file's path.
    func save(_ content: AttachmentContent) throws(CommandFailure) -> String {
        for number in 1...1_000 {
            let file = "\(path)/\(Self.name(content.attachment.name, number))"
            do throws(POSIXError) {
                try Files.create(file, mode: 0o600, content: content.bytes)
                return file
            } catch {
                guard error.code == .EEXIST || error.code == .ELOOP else {
                    throw CommandFailure(
                        "\(PlainText.line(file)) cannot be written: \(error.words).",
                        next: "Check --save-attachments.")
                }
            }
        }
        throw CommandFailure("No name is free in \(path).", next: "Give --save-attachments another folder.")
    }

    /// `report.pdf`, then `report (2).pdf`. The name is safe already: no folder is in it.
    private static func name(_ name: String, _ number: Int) -> String {
        guard number > 1 else { return name }
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return "\(name) (\(number))" }
        return "\(name[..<dot]) (\(number))\(name[dot...])"
    }
}
