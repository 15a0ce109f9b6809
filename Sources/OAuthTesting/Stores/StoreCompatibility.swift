public import OAuthServer

/// What every store of an authorization server must do, as checks that its author can run.
///
/// ```swift
/// @Test("the store does what a store must do", arguments: StoreCompatibility.checks)
/// func compatibility(_ check: StoreCompatibility.Check) async throws {
///     try await check.run(on: try await makeEmptyStores())
/// }
/// ```
///
/// The checks race many tasks against each other. They say nothing of durability: only the author knows how to cut the
/// power.
public enum StoreCompatibility {
    /// The stores of one server.
    public struct Stores: Sendable {
        /// Codes, tokens, consents and sign-ins.
        public var grants: any GrantStore
        /// Registered applications.
        public var clients: any ClientStore
        /// The signing keys.
        public var keys: any KeyStore
        /// The people.
        public var users: any UserStore

        /// Stores that belong together: removing a client or a person from one removes what the others hold of it.
        public init(
            grants: any GrantStore, clients: any ClientStore, keys: any KeyStore, users: any UserStore
        ) {
            self.grants = grants
            self.clients = clients
            self.keys = keys
            self.users = users
        }

        /// One type that is all of them.
        public init(_ store: some GrantStore & ClientStore & KeyStore & UserStore) {
            self.init(grants: store, clients: store, keys: store, users: store)
        }
    }

    /// One thing that a store must do.
    public struct Check: Sendable, CustomStringConvertible {
        /// What it is, as a sentence.
        public let description: String
        let body: @Sendable (StoreFixture) async throws -> Void

        init(_ description: String, _ body: @escaping @Sendable (StoreFixture) async throws -> Void) {
            self.description = description
            self.body = body
        }

        /// Runs the check.
        ///
        /// - Parameter stores: empty ones.
        /// - Throws: ``StoreCompatibilityFailure`` when the stores do something else, and what they throw themselves.
        public func run(on stores: Stores) async throws {
            try await body(StoreFixture(check: description, stores: stores))
        }
    }

    /// All checks.
    public static let checks: [Check] =
        grantChecks + conditionChecks + revocationChecks + administrationChecks + raceChecks + serverChecks

    /// Runs all checks, one after the other.
    ///
    /// - Parameter make: makes empty stores; called once for each check.
    /// - Throws: the first failure.
    public static func check(_ make: () async throws -> Stores) async throws {
        for check in checks { try await check.run(on: try await make()) }
    }
}

/// What a store does and should not.
public struct StoreCompatibilityFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// The check that failed.
    public let check: String
    /// What was expected.
    public let expectation: String

    public var description: String { "“\(check)” failed: \(expectation)" }
}
