import ArgumentParser
import Foundation
import OAuthCore
import OAuthHTTPClient
import OAuthServer
import OAuthStorage

/// The keys that tokens are signed with.
struct Key: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List and rotate the keys that tokens are signed with.", subcommands: [List.self, Rotate.self])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the keys, newest first.")

        @OptionGroup var database: DatabaseOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let keys = try await database.open(create: false).store.signingKeys()
            output.print(.array(keys.map(\.json))) { keys.map(\.line) }
        }
    }

    struct Rotate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make new keys. The old ones stay published until the last token they signed has expired.")

        @Option(help: "ES256 or RS256; both when not given.") var algorithm: String?
        @OptionGroup var database: DatabaseOptions
        @OptionGroup var output: OutputOptions

        func validate() throws {
            guard let algorithm, !Self.algorithms.map(\.rawValue).contains(algorithm) else { return }
            throw ValidationError("There are keys for ES256 and RS256, not for \(algorithm).")
        }

        func run() async throws {
            let database = try await database.open(create: false)
            var made: [SigningKeyRecord] = []
            for algorithm in algorithm.map({ [JWSAlgorithm(rawValue: $0)] }) ?? Self.algorithms {
                made.append(try await database.rotate(algorithm, lifetimes: Lifetimes()))
            }
            output.print(.array(made.map(\.json))) { made.map(\.line) }
        }

        private static let algorithms: [JWSAlgorithm] = [.es256, .rs256]
    }
}

extension SigningKeyRecord {
    fileprivate var json: JSONValue {
        var object: JSONObject = [
            "kid": .string(key.keyID), "alg": .string(algorithm.rawValue), "created_at": .integer(createdAt.seconds),
            "signs": .bool(retiredAt == nil),
        ]
        object["retired_at"] = retiredAt.map { .integer($0.seconds) }
        object["published_until"] = publishedUntil.map { .integer($0.seconds) }
        return .object(object)
    }

    fileprivate var line: String {
        let until = publishedUntil.map { " retired, published until \($0.iso8601)" } ?? " signs"
        return "\(key.keyID)\t\(algorithm)\tmade \(createdAt.iso8601),\(until)"
    }
}

extension UnixTime {
    /// The moment as `2026-11-21T10:00:00Z`.
    fileprivate var iso8601: String {
        Date(timeIntervalSince1970: TimeInterval(seconds)).formatted(.iso8601)
    }
}
