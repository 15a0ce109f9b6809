import MailProtocol
import Microsoft365
import OAuthCore
import Testing

@testable import Mail

@Suite("Causes of failing logins")
struct RowTests {
    @Test("each row takes what is its, and nothing else", arguments: RowCase.all) func matches(_ example: RowCase) {
        let report = example.report()
        #expect(report.confidence(example.row) == example.expected, "\(report.text(.full))")
    }

    @Test("every row has an accepting and a rejecting case", arguments: DiagnosisRow.all.map(\.number))
    func isCovered(row: Int) {
        let cases = RowCase.all.filter { $0.row == row }
        #expect(cases.contains { $0.expected != nil })
        #expect(cases.contains { $0.expected == nil })
    }

    @Test("numbers and names are unique") func isUnique() {
        #expect(DiagnosisRow.all.map(\.number) == Array(1...35))
        #expect(Set(DiagnosisRow.all.map(\.id)).count == 35)
    }

    @Test("an incident and the personal switch are never more than possible") func staysPossible() {
        for history in [LoginContext.History.unknown, .workedBefore] {
            for claims in [Sample.person(), Sample.app(), nil] {
                let report = RowCase.half(claims, mailbox: "megan@outlook.com", history: history)
                #expect(report.confidence(12) == .possible)
                #expect(report.confidence(13) == .possible)
            }
        }
    }

    @Test("the surest cause comes first: an ended token before all it entails") func ranks() {
        var claims = Sample.person("lee@contoso.example", scope: "Mail.Read")
        claims["exp"] = .integer(Sample.now.seconds - 7_200)
        let report = RowCase.refused(claims)
        #expect(report.candidates.map(\.number) == [6, 3, 7])
        #expect(report.mostLikely?.id == "token-expired")
    }

    @Test("a login that works is a report as well") func succeeds() {
        let report = Diagnosis.run(
            Sample.attempt(.select, nil, answer: "A3 OK [READ-ONLY] EXAMINE completed."),
            context: Sample.context(Sample.person()))
        #expect(report.verdict == .loggedIn)
        #expect(report.mostLikely == nil)
        #expect(report.text().hasPrefix("The login works"))
    }

    @Test("what fits nothing is said to fit nothing, with what to try next") func cannotTell() {
        let report = Diagnosis.explain(response: "The moon is full.")
        #expect(report.verdict == .unknown)
        #expect(report.candidates.isEmpty)
        #expect(report.nextSteps.count >= 3)
        #expect(report.text().hasPrefix("Cannot tell"))
    }

    @Test("a fix carries what the evidence knows, in full") func fills() {
        let report = RowCase.refused(Sample.app())
        let text = report.text(.full)
        #expect(text.contains("New-ServicePrincipal -AppId \(Sample.appID) -ObjectId \(Sample.objectID)"))
        #expect(text.contains("Add-MailboxPermission -Identity \(Sample.mailbox) -User \(Sample.objectID)"))
    }

    @Test("what could be something else in a command does not get into one") func refusesInjection() {
        var claims = Sample.app()
        claims["appid"] = "x; rm -rf /"
        claims["oid"] = "-Confirm:$false"
        let text = RowCase.refused(claims, mailbox: "a@b.example`$(id)").text(.full)
        #expect(text.contains("-AppId CLIENT_ID -ObjectId ENTERPRISE_APP_OBJECT_ID"))
        #expect(text.contains("-Identity MAILBOX"))
    }
}
