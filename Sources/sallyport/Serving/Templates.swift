import Foundation
import OAuthHummingbird

/// Template files that replace pages.
enum Templates {
    /// Reads every `NAME.mustache` of a folder.
    static func load(_ folder: String?) throws(CommandFailure) -> [String: String] {
        guard let folder else { return [:] }
        var templates: [String: String] = [:]
        do {
            for file in try FileManager.default.contentsOfDirectory(atPath: folder) where file.hasSuffix(".mustache") {
                let text = try String(contentsOf: URL(filePath: folder).appending(path: file), encoding: .utf8)
                templates[String(file.dropLast(".mustache".count))] = text
            }
        } catch {
            throw CommandFailure(
                "The templates in \(folder) cannot be read: \(error.sentence)", next: "Check --templates.")
        }
        return templates
    }

    /// Pages with these templates, or the file and line of what is wrong.
    static func renderer(_ templates: [String: String]) throws(CommandFailure) -> PageRenderer {
        do throws(TemplateError) {
            return try PageRenderer(overrides: templates)
        } catch {
            throw CommandFailure(error.description, next: "sallyport check --templates lists all that is wrong.")
        }
    }
}
