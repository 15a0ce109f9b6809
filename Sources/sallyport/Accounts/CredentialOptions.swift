import ArgumentParser
import OAuthCore

/// How an app proves itself.
struct CredentialOptions: ParsableArguments {
    @Flag(help: "Read the client's secret from standard input: one line.")
    var secretStdin = false
    @Option(help: ArgumentHelp("The app's certificate: PEM, or PKCS#12 with its key.", valueName: "file"))
    var certificate: String?
    @Option(help: ArgumentHelp("The key, where it is not in the certificate's file.", valueName: "file"))
    var key: String?
    @Flag(help: "Read the passphrase of a PKCS#12 bundle from standard input: one line.")
    var passphraseStdin = false

    func validate() throws {
        if secretStdin, certificate != nil {
            throw ValidationError("Give --secret-stdin or --certificate, not both.")
        }
        if key != nil || passphraseStdin, certificate == nil {
            throw ValidationError("--key and --passphrase-stdin go with --certificate.")
        }
    }

    /// Whether one is given.
    var isGiven: Bool { secretStdin || certificate != nil }

    /// What the account keeps: paths of files, and what was read from standard input.
    func credential() throws(CommandFailure) -> Account.Credential {
        if secretStdin { return .secret(try Secrets.readLine("secret")) }
        guard let certificate else { return .none }
        return .certificate(
            path: Files.absolute(certificate), key: key.map(Files.absolute),
            passphrase: passphraseStdin ? try Secrets.readLine("passphrase") : nil)
    }
}
