import OAuthClient
import OAuthCore

/// What an address is worth that a browser came back with.
enum CallbackVerdict<Answer: Sendable>: Sendable {
    /// Not the answer to this question, and why; it is waited on.
    case stray(String)
    /// The server's refusal, and why: the end.
    case refused(CommandFailure)
    /// The answer.
    case accepted(Answer)
}

/// A question for a person's browser.
struct BrowserQuestion<Answer: Sendable>: Sendable {
    /// The page to open.
    var url: String
    /// Judges the address, or its path and query, that the browser came back to.
    var judge: @Sendable (String) -> CallbackVerdict<Answer>
}

/// Sends a person's browser to a page and brings the answer back (RFC 8252).
struct BrowserTrip {
    let options: SignInOptions

    /// Asks, and waits for the first valid answer; anything else that comes changes nothing.
    ///
    /// - Parameter begin: makes the question for a redirect URI.
    /// - Throws: `CommandFailure`, also when nobody answers in time.
    func answer<Answer: Sendable>(
        _ begin: @escaping @Sendable (_ redirectURI: String) async throws -> BrowserQuestion<Answer>
    ) async throws -> Answer {
        if options.paste { return try await pastedAnswer(try await begin(options.pasteRedirectURI)) }
        let opensBrowser = !options.noBrowser
        return try await LoopbackReceiver(place: options.place).answer(within: Seconds(Int64(options.timeout))) {
            redirectURI in
            let question = try await begin(redirectURI)
            let isOpen = opensBrowser && Browser.open(question.url)
            Terminal.error(
                isOpen ? "A browser opens. If it does not, open this address:" : "Open this address in a browser:")
            Terminal.error("")
            Terminal.error("  " + question.url)
            Terminal.error("")
            Terminal.error("Waiting at \(redirectURI) …")
            return question
        }
    }

    private func pastedAnswer<Answer: Sendable>(_ question: BrowserQuestion<Answer>) async throws -> Answer {
        Terminal.error("Open this address in a browser:")
        Terminal.error("")
        Terminal.error("  " + question.url)
        Terminal.error("")
        Terminal.error("It ends at a page that cannot be shown. Paste the whole address of that page:")
        while let line = readLine() {
            let address = line.filter { !$0.isWhitespace }
            guard !address.isEmpty else { continue }
            switch question.judge(address) {
            case .accepted(let answer): return answer
            case .refused(let failure): throw failure
            case .stray(let reason): Terminal.error("\(reason) Paste the address once more:")
            }
        }
        throw CommandFailure("No answer was pasted.", next: "Run the command again.")
    }
}

extension AuthorizationAttempt {
    /// Judges what came back to this attempt.
    func verdict(on callbackURL: String, now: UnixTime) -> CallbackVerdict<ValidatedCallback> {
        do throws(ClientError) {
            return .accepted(try validate(callbackURL: callbackURL, now: now))
        } catch {
            // Until state and issuer are right, what comes is anyone's; what the server itself says is the end.
            if case .server = error { return .refused(CommandFailure(error, next: "Sign in again.")) }
            return .stray(PlainText.sentence(error.description))
        }
    }
}
