extension DiagnosisRow {
    static let blob = DiagnosisRow(
        1, "credentials-malformed", "the program sends the credentials in a wrong form"
    ) { evidence in
        if let blob = evidence.blob, !blob.faults.isEmpty { return byFaults(blob) }
        if case .notSent(let reason) = evidence.failure { return byContent(reason) }
        if evidence.isLoggedIn || evidence.context.ownLogin == .succeeded { return byOwnLogin(evidence) }
        guard evidence.signals.contains(.credentialsUnreadable) || evidence.signals.contains(.credentialsSentTwice)
        else { return nil }
        let reason: ReportText =
            evidence.signals.contains(.credentialsUnreadable)
            ? "the server says that it cannot read what was sent"
            : "the same credentials stand in the text twice: they were sent again in answer to the error challenge"
        return Match(.likely, because: [reason], fix: explainBlob)
    }

    private static func byFaults(_ blob: BlobFindings) -> Match {
        let because = blob.faults.map { fault -> ReportText in "\(fault.rawValue): \(fault.explanation)" }
        let fix = blob.faults.map { fault in fault.fix }.joined(separator: " ")
        return Match(blob.isFatal ? .certain : .possible, because: because, fix: Fix("\(fix)"))
    }

    /// What nobody can send in a right form.
    private static func byContent(_ reason: String) -> Match {
        Match(
            .certain, because: ["nothing was sent: \(quote: reason)"],
            fix: Fix(
                """
                Give the access token alone, as it was issued and in one line, and the mailbox's address. What else \
                stands in the file or the variable that the token is read from has to go.
                """
            ),
            cause: "the token or the address holds what cannot be sent")
    }

    private static func byOwnLogin(_ evidence: Evidence) -> Match? {
        // A program whose credentials were read and are in order sends them right.
        guard evidence.blob == nil else { return nil }
        return Match(
            .likely,
            because: [
                "our own login with this token works: where another program fails with it, it sends something else"
            ],
            fix: explainBlob)
    }

    private static let explainBlob = Fix(
        "Have the program print what it sends (the base64 behind AUTH or AUTHENTICATE) and let it be explained.",
        commands: ["sallyport mail diagnose --explain-blob BASE64"])
}
