import Foundation
import OAuthCore

/// Published vectors that lie in `shared/vectors` beside the package, where they are there.
enum SharedVectors {
    private static let folder: URL? = {
        let packageRoot = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let folder = packageRoot.deletingLastPathComponent().appending(path: "shared/vectors")
        return FileManager.default.fileExists(atPath: folder.path()) ? folder : nil
    }()

    static var exist: Bool { folder != nil }

    /// A file of the folder as JSON; an empty object where the folder is absent.
    static func json(_ path: String) throws -> JSONObject {
        guard let folder else { return [:] }
        return try JSONObject.parse(Array(try Data(contentsOf: folder.appending(path: path))))
    }
}
