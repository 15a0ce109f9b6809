import Foundation
import OAuthCore
import OAuthTesting
import Testing

@testable import OAuthClient

@Suite("Authorization responses, RFC 6749 §4.1.2 and RFC 9207")
struct CallbackTests {
    private let fixture = Fixture()
    private let attempt: AuthorizationAttempt
    private let state: String

    init() throws {
        attempt = try fixture.provider().authorizationRequest(
            redirectURI: Fixture.redirectURI, scope: ["openid", "read"]
        ).attempt
        state = attempt.state.revealed()
    }

    private func failure(_ query: String) -> ClientError? {
        failure(url: Fixture.redirectURI + "?" + query)
    }

    private func failure(url: String) -> ClientError? {
        do throws(ClientError) {
            _ = try attempt.validate(callbackURL: url, now: fixture.clock.now)
            return nil
        } catch {
            return error
        }
    }

    @Test("the request carries state, nonce and an S256 challenge, and prints no verifier")
    func request() throws {
        var options = AuthorizationOptions()
        options.prompt = ["login", "consent"]
        options.maxAge = 60
        options.additionalParameters = ["access_type": "offline"]
        let request = try fixture.provider().authorizationRequest(
            redirectURI: Fixture.redirectURI, scope: ["openid"], options: options)
        let query = try FormFields.parse(query: try #require(URI(request.url)?.query))
        #expect(query["response_type"] == "code" && query["client_id"] == "app" && query["scope"] == "openid")
        #expect(query["redirect_uri"] == Fixture.redirectURI && query["access_type"] == "offline")
        #expect(query["state"] == request.attempt.state.revealed())
        #expect(query["nonce"] == request.attempt.nonce?.revealed())
        #expect(query["code_challenge"] == request.attempt.codeVerifier.challenge.value)
        #expect(
            query["code_challenge_method"] == "S256" && query["max_age"] == "60" && query["prompt"] == "login consent")
        var text = "\(request.attempt)" + String(reflecting: request.attempt)
        dump(request.attempt, to: &text)
        #expect(!text.contains(request.attempt.codeVerifier.secret.revealed()))
        #expect(!text.contains(request.attempt.state.revealed()))
    }

    @Test("a right answer is accepted as a whole URL, as path and query, and as posted fields")
    func accepted() throws {
        let url = LoginFixture.callbackURL(attempt)
        _ = try attempt.validate(callbackURL: url, now: fixture.clock.now)
        let path = String(url.dropFirst("https://app.example".count))
        let callback = try attempt.validate(callbackURL: path, now: fixture.clock.now)
        #expect(!"\(callback)\(String(reflecting: callback))".contains("code-1"))
        let fields: FormFields = ["code": "c", "state": state, "iss": Fixture.issuer]
        #expect(try attempt.validate(parameters: fields, now: fixture.clock.now).takeCode() == Secret("c"))
    }

    @Test("C21: a token in the address is refused whatever the state says")
    func tokenInAddress() {
        #expect(failure("access_token=t") == .callback(.stateMismatch))
        #expect(failure("access_token=t&state=other") == .callback(.stateMismatch))
        #expect(failure("access_token=t&state=\(state)") == .callback(.unexpectedToken))
        #expect(
            failure(url: "\(Fixture.redirectURI)?state=\(state)#access_token=t") == .callback(.unexpectedToken))
    }

    @Test("C21: a repeated parameter is refused", arguments: ["code", "state", "iss", "error"])
    func duplicates(name: String) {
        let query = "code=c&state=\(state)&iss=https://as.example&error=e&\(name)=x"
        #expect(failure(query) == .callback(.duplicateParameter(name)))
    }

    @Test("C21: an error with a wrong state is a forged answer, not the attacker's text (RFC 9700 §4.7)")
    func forgedError() {
        #expect(failure("error=access_denied&error_description=call+me&state=x") == .callback(.stateMismatch))
        #expect(failure("error=access_denied") == .callback(.stateMismatch))
    }

    @Test("C21: another issuer, or none where it was promised, is a mix-up (RFC 9207 §2.4, RFC 9700 §4.4)")
    func mixUp() {
        #expect(
            failure("code=c&state=\(state)&iss=https://evil.example")
                == .callback(.issuerMismatch(expected: Fixture.issuer, found: "https://evil.example")))
        #expect(
            failure("code=c&state=\(state)&iss=https://as.example/")
                == .callback(.issuerMismatch(expected: Fixture.issuer, found: "https://as.example/")))
        #expect(failure("code=c&state=\(state)") == .callback(.missingIssuer(expected: Fixture.issuer)))
        #expect(failure("error=access_denied&state=\(state)") == .callback(.missingIssuer(expected: Fixture.issuer)))
        #expect(fixture.transport.requests.isEmpty)
    }

    @Test("iss is not asked of a server that does not promise it")
    func issuerNotPromised() throws {
        var client = Fixture.configuration
        client.metadata.authorizationResponseIssParameterSupported = nil
        let attempt = try fixture.provider(client).authorizationRequest(
            redirectURI: Fixture.redirectURI, scope: []
        ).attempt
        let query = "?code=c&state=\(attempt.state.revealed())"
        _ = try attempt.validate(callbackURL: Fixture.redirectURI + query, now: fixture.clock.now)
        #expect(throws: ClientError.callback(.issuerMismatch(expected: Fixture.issuer, found: "https://evil.example")))
        {
            try attempt.validate(
                callbackURL: Fixture.redirectURI + query + "&iss=https://evil.example", now: fixture.clock.now)
        }
    }

    @Test("what the server refused comes back as its error; neither code nor error is refused")
    func serverError() {
        let query = "state=\(state)&iss=https://as.example"
        #expect(
            failure("error=access_denied&error_description=no&\(query)")
                == .server(ServerError(.accessDenied, errorDescription: "no", status: 0)))
        #expect(failure(query) == .callback(.missingCode))
        #expect(failure("code=&" + query) == .callback(.missingCode))
    }

    @Test(
        "an answer to another place is refused",
        arguments: [
            "https://app.example/other", "https://evil.example/callback", "http://app.example/callback",
            "https://app.example:444/callback", "//evil.example/callback", "https://app.example@evil.example/callback",
        ])
    func wrongPlace(place: String) {
        let error = failure(url: "\(place)?code=c&state=\(state)&iss=https://as.example")
        #expect(error == .callback(.wrongRedirectURI) || error == .callback(.malformed))
    }

    @Test("an attempt ends after ten minutes")
    func expiry() {
        fixture.clock.advance(by: 599)
        #expect(failure(url: LoginFixture.callbackURL(attempt)) == nil)
        fixture.clock.advance(by: 1)
        #expect(failure(url: LoginFixture.callbackURL(attempt)) == .callback(.expired))
    }

    @Test("C20: two tabs finish in either order")
    func twoTabs() throws {
        let provider = fixture.provider()
        var attempts = AuthorizationAttempts()
        let both = try (0..<2).map { _ in
            try provider.authorizationRequest(redirectURI: Fixture.redirectURI, scope: []).attempt
        }
        for attempt in both { attempts.insert(attempt) }
        for attempt in both.reversed() {
            let callback = try attempts.validate(
                callbackURL: LoginFixture.callbackURL(attempt), now: fixture.clock.now)
            #expect(callback.attempt == attempt)
        }
        #expect(attempts.count == 0)
    }

    @Test("C20: at most twenty attempts are kept, and none beyond ten minutes")
    func boundedAttempts() throws {
        let provider = fixture.provider()
        var attempts = AuthorizationAttempts()
        for _ in 0..<25 {
            attempts.insert(try provider.authorizationRequest(redirectURI: Fixture.redirectURI, scope: []).attempt)
        }
        #expect(attempts.count == AuthorizationAttempts.limit)
        fixture.clock.advance(by: 600)
        attempts.insert(try provider.authorizationRequest(redirectURI: Fixture.redirectURI, scope: []).attempt)
        #expect(attempts.count == 1)
    }

    @Test("C22: an attempt is given out once, and its code is taken once")
    func singleUse() throws {
        var attempts = AuthorizationAttempts()
        attempts.insert(attempt)
        let url = LoginFixture.callbackURL(attempt)
        let callback = try attempts.validate(callbackURL: url, now: fixture.clock.now)
        #expect(throws: ClientError.callback(.unknownAttempt)) {
            try attempts.validate(callbackURL: url, now: fixture.clock.now)
        }
        let copy = callback
        _ = try callback.takeCode()
        #expect(throws: ClientError.callback(.alreadyRedeemed)) { try copy.takeCode() }
    }

    @Test("attempts survive being written to a session")
    func coding() throws {
        var attempts = AuthorizationAttempts()
        attempts.insert(attempt)
        let coded = try JSONEncoder().encode(attempts)
        #expect(try JSONDecoder().decode(AuthorizationAttempts.self, from: coded) == attempts)
    }

    @Test("sign-out carries the hint and a state that the return must bring back")
    func logout() throws {
        let provider = fixture.provider()
        let request = try provider.logoutRequest(idToken: Secret("idt"), returnTo: "https://app.example/bye")
        let query = try FormFields.parse(query: try #require(URI(request.url)?.query))
        #expect(query["id_token_hint"] == "idt" && query["client_id"] == "app")
        #expect(query["post_logout_redirect_uri"] == "https://app.example/bye")
        let state = try #require(request.state)
        try LogoutRequest.validateReturn("https://app.example/bye?state=\(state.revealed())", state: state)
        #expect(throws: ClientError.callback(.stateMismatch)) {
            try LogoutRequest.validateReturn("/bye?state=other", state: state)
        }
        #expect(!"\(request)\(String(reflecting: request))".contains("idt"))
        #expect(try provider.logoutRequest(idToken: nil, returnTo: nil).state == nil)
    }
}
