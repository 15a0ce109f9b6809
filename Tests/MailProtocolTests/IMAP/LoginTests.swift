import MailProtocol
import OAuthCore
import Testing

@Suite("IMAP logins")
struct LoginTests {
    private let blob = base64("user=a@b\u{1}auth=Bearer t\u{1}\u{1}")

    @Test("in one step where the server offers it, RFC 4959")
    func initialResponse() throws {
        var talk = Talk.greeted()
        let caused = try talk.say(try xoauth2())
        #expect(caused.sent == "A1 AUTHENTICATE XOAUTH2 \(blob)\n")
        #expect(!"\(caused)".contains(blob))
        talk.hear("* CAPABILITY IMAP4rev1 IDLE\nA1 OK done\n")
        #expect(talk.session.state == .authenticated)
        #expect(talk.session.capabilitiesAreCurrent)
        #expect(talk.session.capabilities?.supports(.idle) == true)
    }

    @Test("in two steps elsewhere")
    func twoSteps() throws {
        var talk = Talk.greeted(nil)
        #expect(try talk.say(try xoauth2()).sent == "A1 AUTHENTICATE XOAUTH2\n")
        #expect(talk.hear("+ \n").sent == "\(blob)\n")
        talk.hear("A1 OK AUTHENTICATE completed.\n")
        #expect(talk.session.state == .authenticated)
        #expect(!talk.session.capabilitiesAreCurrent)
    }

    @Test("capabilities in the greeting, in the tagged answer, and untagged")
    func capabilities() throws {
        var talk = Talk.greeted("IMAP4rev1 AUTH=XOAUTH2 SASL-IR")
        #expect(talk.session.capabilities?.mechanisms == [.xoauth2])
        try talk.say(try xoauth2())
        talk.hear("A1 OK [CAPABILITY IMAP4rev1 MOVE] Logged in\n")
        #expect(talk.session.capabilities?.supports(.move) == true)
        #expect(talk.session.capabilitiesAreCurrent)
        #expect(try talk.say(.capability).sent == "A2 CAPABILITY\n")
        talk.hear("* CAPABILITY IMAP4rev2\nA2 OK done\n")
        #expect(talk.session.capabilities?.supports(.move) == true)
        #expect(talk.session.capabilities?.supports(.condStore) == false)
    }

    @Test("a refusal with a challenge is read, acknowledged, and never answered with the token")
    func challenge() throws {
        var talk = Talk.greeted()
        try talk.say(try xoauth2())
        let json = #"{"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}"#
        let caused = talk.hear("+ \(base64(json))\n")
        #expect(
            caused == [
                .event(
                    .loginRefused(
                        talk.session.pending[0],
                        SASLFailure(
                            status: "400", schemes: "Bearer", scope: "https://mail.google.com/", text: json))),
                .write(Array("\r\n".utf8)),
            ])
        let end = talk.hear("A1 NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)\n")
        #expect(
            end.completions == [
                IMAPStatus(.no, code: .other("AUTHENTICATIONFAILED", nil), text: "Invalid credentials (Failure)")
            ])
        #expect(talk.session.state == .notAuthenticated)
        #expect(talk.actions.sent.ranges(of: blob).count == 1)
    }

    @Test("OAUTHBEARER's refusal is acknowledged with a 0x01, RFC 7628 §3.2.3")
    func oauthBearer() throws {
        var talk = Talk.greeted("IMAP4rev1 SASL-IR AUTH=OAUTHBEARER")
        let credentials = try SASLCredentials(
            .oauthBearer, user: "user@example.com", token: Secret("t"), host: "server.example.com", port: 143)
        try talk.say(.authenticate(credentials))
        #expect(talk.hear("+ \(base64(#"{"status":"invalid_token"}"#))\n").sent == "AQ==\n")
    }

    @Test("Exchange refuses without a challenge")
    func exchange() throws {
        var talk = Talk.greeted()
        try talk.say(try xoauth2())
        let caused = talk.hear("A1 NO AUTHENTICATE failed.\n")
        #expect(caused.completions == [IMAPStatus(.no, text: "AUTHENTICATE failed.")])
        #expect(caused.closing == nil)
        // Another attempt is possible.
        #expect(try talk.say(try xoauth2("a@b", "u")).sent.hasPrefix("A2 AUTHENTICATE XOAUTH2 "))
    }

    @Test("a challenge that never ends is cut off")
    func endless() throws {
        var talk = Talk.greeted()
        try talk.say(try xoauth2())
        talk.hear("+ e30=\n")
        #expect(talk.hear("+ e30=\n+ e30=\n") == [.close(.failed(.endlessChallenge))])
        #expect(talk.session.state == .closed)
        #expect(talk.actions.sent.ranges(of: blob).count == 1)
    }

    @Test("commands wait for a login")
    func waiting() throws {
        var talk = Talk.greeted()
        try talk.say(try xoauth2())
        #expect(try talk.say(.select(IMAPSelect(.inbox))).isEmpty)
        #expect(talk.hear("A1 OK done\n").sent == "A2 EXAMINE INBOX\n")
    }

    @Test("commands that wait are dropped where the login fails")
    func dropped() throws {
        var talk = Talk.greeted()
        try talk.say(try xoauth2())
        let id = try talk.session.submit(.select(IMAPSelect(.inbox))).id
        #expect(talk.hear("A1 NO no\n").last == .event(.dropped(id)))
        #expect(talk.session.pending.isEmpty)
    }

    @Test("behind a fresh token's login commands are sent at once")
    func pipelined() throws {
        var talk = Talk.greeted()
        try talk.say(try xoauth2())
        #expect(try talk.say(.select(IMAPSelect(.inbox)), .behindFreshLogin).sent == "A2 EXAMINE INBOX\n")
        let caused = talk.hear("A1 OK in\n* 12 EXISTS\n* OK [UIDNEXT 40] next\nA2 OK [READ-ONLY] done\n")
        #expect(caused.completions.count == 2)
        var mailbox = IMAPSelectedMailbox(name: .inbox, access: .readOnly)
        mailbox.exists = 12
        mailbox.uidNext = 40
        #expect(talk.session.state == .selected(mailbox))
    }

    @Test("without SASL-IR they wait nevertheless")
    func pipelinedTwoSteps() throws {
        var talk = Talk.greeted("IMAP4rev1 AUTH=XOAUTH2")
        try talk.say(try xoauth2())
        #expect(try talk.say(.select(IMAPSelect(.inbox)), .behindFreshLogin).isEmpty)
        #expect(talk.hear("+ \n").sent == "\(blob)\n")
        #expect(talk.hear("A1 OK in\n").sent == "A2 EXAMINE INBOX\n")
    }

    @Test("a failed login ends the session where commands were sent behind it: they were taken for its answer")
    func pipelinedFailure() throws {
        var talk = Talk.greeted()
        let login = try talk.session.submit(try xoauth2()).id
        try talk.say(.select(IMAPSelect(.inbox)), .behindFreshLogin)
        let refused = talk.hear("+ \(base64(#"{"status":"401","schemes":"bearer","scope":"mail"}"#))\n")
        #expect(refused.sent.isEmpty)
        let caused = talk.hear("A1 NO [ALERT] Invalid base64 in response\n")
        #expect(caused.completions == [IMAPStatus(.no, code: .alert, text: "Invalid base64 in response")])
        #expect(caused.closing == .failedLogin(login))
        #expect(talk.session.state == .closed)
    }

    @Test("behind a login too, positions and a second mailbox wait")
    func pipelinedOrder() throws {
        var talk = Talk.greeted()
        try talk.say(try xoauth2())
        try talk.say(.select(IMAPSelect(.inbox)), .behindFreshLogin)
        let fetch = IMAPCommand.fetch(IMAPFetchRequest(.last, .sequence, [.uid]))
        #expect(try talk.say(fetch, .behindFreshLogin).sent == "A3 FETCH * (UID)\n")
        #expect(try talk.say(.noop, .behindFreshLogin).sent == "A4 NOOP\n")
        #expect(try talk.say(fetch, .behindFreshLogin).isEmpty)
        #expect(try talk.say(.select(IMAPSelect("x")), .behindFreshLogin).isEmpty)
        #expect(talk.hear("A1 OK\nA2 OK\nA3 OK\n").sent.isEmpty)
        #expect(talk.hear("A4 OK\n").sent == "A5 FETCH * (UID)\nA6 EXAMINE x\n")
    }

    @Test("remembered capabilities save asking")
    func remembered() throws {
        var talk = Talk()
        talk.session.assume(IMAPCapabilities([.saslIR, .auth(.xoauth2)]))
        #expect(try talk.say(try xoauth2()).isEmpty)
        #expect(talk.hear("* OK The Microsoft Exchange IMAP4 service is ready. [QQA=]\n").sent.hasPrefix("A1 AUTH"))
    }

    @Test("PREAUTH needs no login, BYE ends it all, and anything else is no greeting")
    func greetings() {
        #expect(Talk.authenticated().session.state == .authenticated)
        var talk = Talk()
        #expect(
            talk.hear("* BYE too many connections\n") == [
                .event(.greeting(IMAPStatus(.bye, text: "too many connections"))),
                .close(.bye(IMAPStatus(.bye, text: "too many connections"))),
            ])
        for text in ["HTTP/1.1 400 Bad Request\n", "* 1 EXISTS\n", "+OK ready\n", "220 smtp\n", "* NO\n", "\n"] {
            var talk = Talk()
            #expect(talk.hear(text).closing == .failed(.malformed(.greeting)), "\(text)")
        }
    }

    @Test("a mechanism that is not offered is not tried")
    func mechanism() throws {
        var talk = Talk.greeted("IMAP4rev1 AUTH=PLAIN")
        #expect(throws: IMAPCommandError.mechanismNotOffered(.xoauth2)) { try talk.say(try xoauth2()) }
    }

    @Test("what comes before TLS does not count, and capabilities are asked again")
    func startTLS() throws {
        var talk = Talk.greeted("IMAP4rev1 STARTTLS LOGINDISABLED")
        #expect(try talk.say(.startTLS).sent == "A1 STARTTLS\n")
        #expect(try talk.say(.capability).isEmpty)
        let caused = talk.hear("A1 OK begin\n* CAPABILITY IMAP4rev1 AUTH=EVIL\nA2 OK injected\n")
        #expect(caused.last == .startTLS)
        #expect(talk.session.capabilities == nil)
        #expect(talk.hear("* BYE injected\n").isEmpty)
        #expect(talk.session.tlsStarted().sent == "A2 CAPABILITY\n")
        talk.hear("* CAPABILITY IMAP4rev1 AUTH=XOAUTH2\nA2 OK done\n")
        #expect(talk.session.capabilities?.mechanisms == [.xoauth2])
    }
}
