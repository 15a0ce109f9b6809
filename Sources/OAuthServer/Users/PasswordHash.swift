import Crypto
import CryptoExtras
import Foundation
public import OAuthCore

/// A password as it is kept: scrypt (RFC 7914) with its parameters and salt beside it, as
/// `$scrypt$ln=14,r=8,p=1$salt$hash`.
public struct PasswordHash: Sendable, Hashable {
    /// How hard the hash is to compute.
    public struct Parameters: Sendable, Hashable {
        /// Binary logarithm of the cost, 10...20. Default 14: 16 MiB and some 60 ms.
        public var logarithmicCost: Int
        /// Block size, 1...32. Default 8.
        public var blockSize: Int
        /// Parallelism, 1...16. Default 1.
        public var parallelism: Int

        /// Parameters within their ranges; others are moved to the nearest end.
        public init(logarithmicCost: Int = 14, blockSize: Int = 8, parallelism: Int = 1) {
            self.logarithmicCost = min(max(logarithmicCost, 10), 20)
            self.blockSize = min(max(blockSize, 1), 32)
            self.parallelism = min(max(parallelism, 1), 16)
        }
    }

    /// The parameters it was made with.
    public let parameters: Parameters
    private let salt: [UInt8]
    private let derived: [UInt8]

    /// The longest password that is hashed, in bytes; a longer one matches nothing.
    public static let longestPassword = 1_024

    /// Hashes a password. Slow on purpose: call it on a thread that may wait.
    ///
    /// - Returns: `nil` when the password is longer than `longestPassword`, or the memory could not be had.
    public static func make(
        _ password: Secret, parameters: Parameters = .init(), random: RandomSource
    ) -> PasswordHash? {
        let salt = random.bytes(16)
        guard let derived = derive(password, salt: salt, parameters: parameters, byteCount: 32) else { return nil }
        return PasswordHash(parameters: parameters, salt: salt, derived: derived)
    }

    /// Whether this is the password. Slow on purpose.
    public func matches(_ password: Secret) -> Bool {
        let candidate = Self.derive(password, salt: salt, parameters: parameters, byteCount: derived.count)
        return candidate.map { constantTimeEqual($0, derived) } ?? false
    }

    /// The text that is stored.
    public var encoded: String {
        let numbers = "ln=\(parameters.logarithmicCost),r=\(parameters.blockSize),p=\(parameters.parallelism)"
        return "$scrypt$\(numbers)$\(Base64URL.encode(salt))$\(Base64URL.encode(derived))"
    }

    /// Reads the text that was stored.
    public static func parse(_ text: String) -> PasswordHash? {
        let parts = text.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 5, parts[0].isEmpty, parts[1] == "scrypt", let salt = Base64URL.decode(parts[3]),
            let derived = Base64URL.decode(parts[4]), derived.count >= 16
        else { return nil }
        var numbers: [Substring: Int] = [:]
        for pair in parts[2].split(separator: ",") {
            let halves = pair.split(separator: "=")
            guard halves.count == 2, let number = Int(halves[1]) else { return nil }
            numbers[halves[0]] = number
        }
        guard let cost = numbers["ln"], let blockSize = numbers["r"], let parallelism = numbers["p"] else { return nil }
        let parameters = Parameters(logarithmicCost: cost, blockSize: blockSize, parallelism: parallelism)
        guard
            (parameters.logarithmicCost, parameters.blockSize, parameters.parallelism) == (cost, blockSize, parallelism)
        else { return nil }
        return PasswordHash(parameters: parameters, salt: salt, derived: derived)
    }

    private static func derive(
        _ password: Secret, salt: [UInt8], parameters: Parameters, byteCount: Int
    ) -> [UInt8]? {
        guard password.count <= longestPassword else { return nil }
        let rounds = 1 << parameters.logarithmicCost
        let key = try? password.withBytes { bytes in
            try KDF.Scrypt.deriveKey(
                from: Data(bytes), salt: salt, outputByteCount: byteCount, rounds: rounds,
                blockSize: parameters.blockSize, parallelism: parameters.parallelism,
                maxMemory: 256 * rounds * parameters.blockSize)
        }
        return key?.withUnsafeBytes { Array($0) }
    }
}

extension PasswordHash: CustomStringConvertible, CustomReflectable {
    public var description: String { "PasswordHash(redacted)" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

extension PasswordHash {
    /// A hash that no password has, as slow to refuse one as a real hash.
    public static func decoy(parameters: Parameters = .init(), random: RandomSource) -> PasswordHash {
        PasswordHash(parameters: parameters, salt: random.bytes(16), derived: random.bytes(32))
    }
}
