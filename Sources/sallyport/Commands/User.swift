import ArgumentParser
import OAuthCore
import OAuthHTTPClient
import OAuthServer
import OAuthStorage

/// People who can sign in.
struct User: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Add, list, show and remove people who can sign in.",
        subcommands: [Add.self, List.self, Show.self, Remove.self, Password.self])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Add a person.")

        @Argument(help: "The name to sign in with.") var name: String
        @Flag(help: "Read the password from standard input: one line.") var passwordStdin = false
        @Option(help: "The mail address.") var email: String?
        @Option(help: "The full name.") var fullName: String?
        @Flag(help: "Let the person administer this server.") var administrator = false
        @OptionGroup var database: DatabaseOptions
        @OptionGroup var output: OutputOptions

        func validate() throws {
            guard passwordStdin else {
                throw ValidationError("Give --password-stdin, and the password on standard input.")
            }
        }

        func run() async throws {
            let password = try Secrets.readLine("password")
            let user: UserRecord
            do throws(UserRegistrationError) {
                try UserRegistrationError.check(password: password)
                user = try UserRecord.register(
                    username: name, name: fullName, email: email, isAdministrator: administrator, random: .system,
                    now: .systemNow())
            } catch {
                throw CommandFailure(error.message)
            }
            let store = try await database.open().store
            if try await store.users().isEmpty, !administrator {
                Terminal.error(
                    "sallyport: this is the first person, and no administrator; add one with --administrator.")
            }
            guard let hash = PasswordHash.make(password, random: .system) else {
                throw CommandFailure("The password cannot be hashed: not enough memory.")
            }
            guard try await store.insert(user, passwordHash: hash) == .committed else {
                throw CommandFailure("There is a person \(name) already.", next: "Choose another name.")
            }
            output.print(user.json) { ["\(user.username) is \(user.subject)."] }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the people.")

        @OptionGroup var database: DatabaseOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let users = try await database.open(create: false).store.users()
            output.print(.array(users.map(\.json))) { users.map(\.line) }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show one person.")

        @Argument(help: "The name to sign in with.") var name: String
        @OptionGroup var database: DatabaseOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let user = try await database.open(create: false).store.person(named: name)
            output.print(user.json) { user.details }
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Remove a person, with the sign-ins, tokens and applications that are theirs.")

        @Argument(help: "The name to sign in with.") var name: String
        @OptionGroup var database: DatabaseOptions

        func run() async throws {
            let store = try await database.open(create: false).store
            let user = try await store.person(named: name)
            guard try await store.removeUser(subject: user.subject) == .committed else {
                throw CommandFailure("There is no person \(name) any more.")
            }
            Terminal.output("\(user.username) is removed, with all that was theirs.")
        }
    }

    struct Password: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Set another password, and end the person's sign-ins and tokens.")

        @Argument(help: "The name to sign in with.") var name: String
        @Flag(help: "Read the password from standard input: one line.") var passwordStdin = false
        @OptionGroup var database: DatabaseOptions

        func validate() throws {
            guard passwordStdin else {
                throw ValidationError("Give --password-stdin, and the password on standard input.")
            }
        }

        func run() async throws {
            let password = try Secrets.readLine("password")
            do throws(UserRegistrationError) {
                try UserRegistrationError.check(password: password)
            } catch {
                throw CommandFailure(error.message)
            }
            let store = try await database.open(create: false).store
            let user = try await store.person(named: name)
            guard let hash = PasswordHash.make(password, random: .system),
                try await store.setPassword(hash, subject: user.subject) == .committed
            else { throw CommandFailure("The password was not set.") }
            Terminal.output("\(user.username) has another password; the sign-ins and tokens of before have ended.")
        }
    }
}

extension UserStore {
    fileprivate func person(named name: String) async throws -> UserRecord {
        guard let user = try await credential(username: name)?.user else {
            throw CommandFailure("There is no person \(name).", next: "sallyport user list shows who there is.")
        }
        return user
    }
}

extension UserRecord {
    fileprivate var json: JSONValue {
        var object: JSONObject = ["subject": .string(subject), "username": .string(username)]
        object["name"] = name.map(JSONValue.string)
        object["email"] = email.map(JSONValue.string)
        object["administrator"] = .bool(isAdministrator)
        object["created_at"] = .integer(createdAt.seconds)
        return .object(object)
    }

    fileprivate var line: String {
        "\(username)\t\(subject)\t\(email ?? "-")\(isAdministrator ? "\tadministrator" : "")"
    }

    fileprivate var details: [String] {
        [
            "user name      \(username)", "subject        \(subject)", "full name      \(name ?? "-")",
            "mail address   \(email ?? "-")", "administrator  \(isAdministrator ? "yes" : "no")",
        ]
    }
}
