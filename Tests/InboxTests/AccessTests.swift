import Microsoft365
import Testing

@testable import Inbox

@Suite("Who may do what")
struct AccessTests {
    private static let ann = Operator(subject: "ann", name: "Ann")
    private static let contoso = "3f1e8b52-6c0d-4a97-8f24-b1a5d07c9e10"
    private static let fabrikam = "a86d4c17-92be-4d33-9c5b-0e7f61d8b220"

    private static func administrator(_ tenant: String) throws -> Administrator {
        Administrator(tenant: try #require(TenantID(tenant)), objectID: "1", name: "Ada")
    }

    /// One row of the table: who asks for contoso's mail, what is known, what is decided.
    struct Case: Sendable, CustomTestStringConvertible {
        var who: String
        var `operator`: Operator?
        var administratorOf: String?
        var isConnected = true
        var isGiven = false
        var outcome: Result<Access.Role, Access.Refusal>
        var testDescription: String { who }
    }

    @Test(
        "an organisation's mail is read by its administrator and by those to whom it was given",
        arguments: [
            Case(who: "nobody", outcome: .failure(.signedOut)),
            Case(who: "its administrator", administratorOf: contoso, outcome: .success(.administrator)),
            Case(
                who: "its administrator, not connected", administratorOf: contoso, isConnected: false,
                outcome: .failure(.notConnected)),
            Case(who: "another's administrator", administratorOf: fabrikam, outcome: .failure(.notAllowed)),
            Case(
                who: "another's administrator, not connected", administratorOf: fabrikam, isConnected: false,
                outcome: .failure(.notAllowed)),
            Case(who: "an operator", operator: ann, outcome: .failure(.notAllowed)),
            Case(who: "an operator who was given it", operator: ann, isGiven: true, outcome: .success(.operator)),
            Case(
                who: "an operator, not connected", operator: ann, isConnected: false, isGiven: true,
                outcome: .failure(.notAllowed)),
            Case(
                who: "an operator, and another's administrator", operator: ann, administratorOf: fabrikam,
                isGiven: true, outcome: .success(.operator)),
            Case(
                who: "its administrator, and an operator", operator: ann, administratorOf: contoso,
                outcome: .success(.administrator)),
        ])
    func reading(_ row: Case) throws {
        let tenant = try #require(TenantID(Self.contoso))
        let reader = Reader(operator: row.operator, administrator: try row.administratorOf.map(Self.administrator))
        let facts = Access.Facts(isConnected: row.isConnected, isGivenToOperator: row.isGiven)
        let found = Result { () throws(Access.Refusal) in try Access.decide(reading: tenant, reader, facts) }
        #expect(found == row.outcome)
    }

    @Test("an organisation is managed by its administrator and the owner, and given by the owner alone")
    func managing() throws {
        let tenant = try #require(TenantID(Self.contoso))
        let owner = Reader(operator: Self.ann)
        let other = Reader(operator: Operator(subject: "ben", name: "Ann"))
        let administrator = Reader(administrator: try Self.administrator(Self.contoso))
        func manage(_ reader: Reader, isConnected: Bool = true) throws(Access.Refusal) {
            try Access.decide(managing: tenant, reader, isConnected: isConnected, owner: "ann")
        }
        try manage(owner)
        try manage(administrator)
        #expect(throws: Access.Refusal.notAllowed) { try manage(other) }
        #expect(throws: Access.Refusal.notAllowed) {
            try manage(Reader(administrator: try Self.administrator(Self.fabrikam)))
        }
        #expect(throws: Access.Refusal.signedOut) { try manage(Reader()) }
        #expect(throws: Access.Refusal.notConnected) { try manage(owner, isConnected: false) }
        try Access.decideGiving(owner, owner: "ann")
        for reader in [other, administrator] {
            #expect(throws: Access.Refusal.ownerOnly) { try Access.decideGiving(reader, owner: "ann") }
        }
        #expect(throws: Access.Refusal.signedOut) { try Access.decideGiving(Reader(), owner: "ann") }
    }
}
