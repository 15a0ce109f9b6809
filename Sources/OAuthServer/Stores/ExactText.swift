import Foundation

/// A text that is equal to another only byte by byte, as identifiers must be; a `String` is also equal to one whose
/// accents are composed differently.
package struct ExactText: Hashable, Sendable, Comparable {
    /// The text.
    package let text: String

    /// This text.
    package init(_ text: String) { self.text = text }

    package static func == (left: Self, right: Self) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }
    package static func < (left: Self, right: Self) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }

    package func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        // Ends the text: no byte of UTF-8 is this one.
        hasher.combine(UInt8(0xFF))
    }
}

extension UserRecord {
    /// What makes a username unique: names that differ in case, or in how accents are composed, have the same one.
    package static func usernameKey(_ username: String) -> String {
        username.precomposedStringWithCanonicalMapping.uppercased().lowercased()
    }
}
