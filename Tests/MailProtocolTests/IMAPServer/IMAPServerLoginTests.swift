import OAuthCore
import Testing

@testable import MailProtocol

@Suite("Logging in at the server's side of IMAP")
struct IMAPServerLoginTests {
    private static let account = MemoryAccount([])

    @Test("Exchange introduces itself with its name in UTF-16, and says what it can")
    func exchangeGreeting() {
        var conversation = IMAPConversation()
        #expect(
            conversation.begin()
                == "* OK The Microsoft Exchange IMAP4 service is ready. [bQBhAGkAbAAuAGUAeABhAG0AcABsAGUA]\r\n")
        let capability = conversation.say("1 CAPABILITY")
        #expect(
            capability
                == "* CAPABILITY IMAP4 IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2 SASL-IR UIDPLUS ID UNSELECT CHILDREN IDLE NAMESPACE LITERAL+\r\n1 OK CAPABILITY completed.\r\n"
        )
    }

    @Test("Gmail says other things", arguments: [("1 CAPABILITY", "1 OK Thats all she wrote!"), ("1 NOOP", "1 OK ")])
    func gmail(line: String, answer: String) {
        var conversation = IMAPConversation(.gmail)
        #expect(conversation.begin().hasPrefix("* OK Gimap ready for requests from "))
        #expect(conversation.say(line).contains(answer))
    }

    @Test(
        "a token comes with the command or in a line of its own",
        arguments: [
            ["1 AUTHENTICATE XOAUTH2 \(IMAPConversation.blob)"],
            ["1 authenticate xoauth2", IMAPConversation.blob],
        ])
    func accepted(lines: [String]) {
        var conversation = IMAPConversation(login: .accepted(Self.account))
        let answer = lines.map { conversation.say($0) }.joined()
        #expect(answer == (lines.count == 2 ? "+ \r\n" : "") + "1 OK AUTHENTICATE completed.\r\n")
        #expect(conversation.verified == [SASLBearerMessage(user: "megan@contoso.example", token: Secret("token"))])
        #expect(conversation.say("2 CAPABILITY").contains(" MOVE CLIENTACCESSRULES "))
    }

    @Test("Exchange refuses a token at once, without a challenge")
    func refusedByExchange() {
        var conversation = IMAPConversation()
        #expect(conversation.say("1 AUTHENTICATE XOAUTH2 \(IMAPConversation.blob)") == "1 NO AUTHENTICATE failed.\r\n")
        #expect(conversation.say("2 NOOP") == "2 OK NOOP completed.\r\n")
    }

    @Test("Gmail tells in a challenge why, and refuses when it was answered", arguments: ["", "AQ=="])
    func refusedByGmail(answer: String) throws {
        var conversation = IMAPConversation(.gmail)
        let challenge = conversation.say("1 AUTHENTICATE XOAUTH2 \(IMAPConversation.blob)")
        #expect(challenge.hasPrefix("+ eyJzdGF0dXMiOiI0MDAi") && challenge.hasSuffix("\r\n"))
        let json = try #require(StrictBase64.decode(challenge.dropFirst(2).dropLast(1).utf8))
        #expect(try JSONObject.parse(json)["status"] == "400")
        #expect(conversation.say(answer) == "1 NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)\r\n")
    }

    @Test("Exchange may say yes, and then nothing works, and then it hangs up")
    func notConnected() {
        var conversation = IMAPConversation(login: .notConnected)
        #expect(
            conversation.say("1 AUTHENTICATE XOAUTH2 \(IMAPConversation.blob)") == "1 OK AUTHENTICATE completed.\r\n")
        #expect(conversation.say("2 SELECT INBOX") == "2 BAD User is authenticated but not connected.\r\n")
        #expect(
            conversation.say("3 LIST \"\" *")
                == "3 BAD User is authenticated but not connected.\r\n* BYE Connection closed. 14\r\n")
        #expect(conversation.isClosed)
    }

    @Test("a token that runs out ends the session, at Gmail in other words")
    func expired() {
        var conversation = IMAPConversation.opened(Self.account)
        #expect(
            conversation.carryOut(conversation.session.expire())
                == "* BYE Session invalidated - AccessTokenExpired\r\n")
        #expect(conversation.isClosed && conversation.say("1 NOOP").isEmpty)
    }

    @Test("passwords open nothing")
    func passwords() {
        var conversation = IMAPConversation(login: .accepted(Self.account))
        #expect(conversation.say("1 LOGIN megan \"secret\"") == "1 NO LOGIN failed.\r\n")
        #expect(conversation.say("2 AUTHENTICATE PLAIN AG1lZ2FuAHNlY3JldA==") == "2 NO AUTHENTICATE failed.\r\n")
        #expect(
            conversation.say("3 AUTHENTICATE PLAIN", "AG1lZ2FuAHNlY3JldA==").hasSuffix("3 NO AUTHENTICATE failed.\r\n"))
        #expect(conversation.say("4 AUTHENTICATE XOAUTH2", "*").contains("4 BAD "))
        #expect(conversation.verified.isEmpty)
    }

    @Test(
        "messages that programs get wrong are refused before anybody verifies them",
        arguments: [
            "user=m@x.example\\1auth=Bearer t\\1\\1", "user=m@x.example\u{1}auth=Bearer t\u{1}",
            "user=\u{1}auth=Bearer t\u{1}\u{1}", "auth=Bearer t\u{1}\u{1}",
            "user=m@x.example\u{1}auth=Bearer \u{1}\u{1}", "user=m@x.example\u{1}auth=Bearer t\n\u{1}\u{1}",
            "user=m@x.example\u{1}auth=Basic t\u{1}\u{1}",
            StrictBase64.encode(Array("user=m@x.example\u{1}auth=Bearer t\u{1}\u{1}".utf8)),
        ])
    func malformed(message: String) {
        #expect(SASLBearerMessage.parse(StrictBase64.encode(Array(message.utf8)).utf8, mechanism: "XOAUTH2") == nil)
        var conversation = IMAPConversation(.gmail)
        let line = StrictBase64.encode(Array(message.utf8))
        #expect(conversation.say("1 AUTHENTICATE XOAUTH2 \(line)") == "1 NO Invalid SASL argument\r\n")
    }

    @Test("base64 without padding, in its URL alphabet or with a blank inside is no message")
    func base64() {
        for line in ["dXNlcj0", "dXNl-j0_", "dXNl cj0=", "=", "A==="] { #expect(StrictBase64.decode(line.utf8) == nil) }
        #expect(StrictBase64.decode("+/8=".utf8) == [0xFB, 0xFF])
        #expect(StrictBase64.encode([0xFB, 0xFF]) == "+/8=")
    }

    @Test("reads the published messages of both mechanisms, RFC 7628 §4")
    func vectors() throws {
        let google =
            "dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB5YTI5LnZGOWRmdDRxbVRjMk52YjNSbGNrQmhkSFJoZG1semRHRXVZMjl0Q2cBAQ=="
        let first = try #require(SASLBearerMessage.parse(google.utf8, mechanism: "XOAUTH2"))
        #expect(first.user == "someuser@example.com")
        #expect(first.token == Secret("ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg"))
        let bearer =
            "bixhPXVzZXJAZXhhbXBsZS5jb20sAWhvc3Q9c2VydmVyLmV4YW1wbGUuY29tAXBvcnQ9MTQzAWF1dGg9QmVhcmVyIHZGOWRmdDRxbVRjMk52YjNSbGNrQmhiSFJoZG1semRHRXVZMjl0Q2c9PQEB"
        let second = try #require(SASLBearerMessage.parse(bearer.utf8, mechanism: "OAUTHBEARER"))
        #expect(second.user == "user@example.com")
        #expect(second.token == Secret("vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg=="))
    }

    @Test("Gmail takes OAUTHBEARER too, and Exchange does not know it")
    func oauthBearer() {
        let line = StrictBase64.encode(Array("n,a=ada=2Cb@gmail.example,\u{1}auth=Bearer t\u{1}\u{1}".utf8))
        var gmail = IMAPConversation(.gmail, login: .accepted(Self.account))
        #expect(gmail.say("1 AUTHENTICATE OAUTHBEARER \(line)").contains("1 OK [CAPABILITY IMAP4rev1 "))
        #expect(gmail.verified == [SASLBearerMessage(user: "ada,b@gmail.example", token: Secret("t"))])
        var exchange = IMAPConversation(login: .accepted(Self.account))
        #expect(exchange.say("1 AUTHENTICATE OAUTHBEARER \(line)").hasPrefix("1 NO "))
        for wrong in [
            "y,,\u{1}auth=Bearer t\u{1}\u{1}", "n,b=x,\u{1}auth=Bearer t\u{1}\u{1}", "n,,\u{1}host=x\u{1}\u{1}",
        ] {
            let line = StrictBase64.encode(Array(wrong.utf8))
            #expect(SASLBearerMessage.parse(line.utf8, mechanism: "OAUTHBEARER") == nil)
        }
    }

    @Test("commands that need a login are refused before it, and a second login after it")
    func states() {
        var conversation = IMAPConversation()
        for command in ["LIST \"\" *", "SELECT INBOX", "FETCH 1 FLAGS", "IDLE", "STATUS INBOX (MESSAGES)", "NAMESPACE"]
        {
            #expect(conversation.say("1 \(command)") == "1 BAD Command received in Invalid state.\r\n")
        }
        var opened = IMAPConversation.opened(Self.account)
        #expect(opened.say("1 AUTHENTICATE XOAUTH2 \(IMAPConversation.blob)").hasPrefix("1 BAD "))
    }
}
