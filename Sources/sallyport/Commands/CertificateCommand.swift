import ArgumentParser
import Foundation
import OAuthCore
import OAuthHTTPClient

/// Keys and certificates by which apps prove themselves.
struct CertificateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "certificate", abstract: "Make and show the certificate of an app.",
        subcommands: [New.self, Show.self])

    struct New: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a key and a self-signed certificate for an app; nothing is overwritten.")

        @Option(help: "Whose certificate it is: the app's name.") var name = "Sallyport app"
        @Option(help: "How long it is valid, in days.") var days = 365
        @Option(
            help: ArgumentHelp(
                "The certificate's file, or a folder for both files. The key is beside it, as FILE.key.",
                valueName: "path"))
        var out = "."
        @OptionGroup var output: OutputOptions

        func validate() throws {
            guard (1...3_650).contains(days) else { throw ValidationError("--days is 1 to 3650.") }
            guard (1...64).contains(name.count), PlainText.line(name) == name else {
                throw ValidationError("--name has 1 to 64 printable characters.")
            }
        }

        func run() async throws {
            let files = CertificateFiles(out: out, name: name)
            try files.requireFree()
            let now = UnixTime.systemNow()
            let made: (certificate: AppCertificate, keyPEM: Secret)
            do { made = try AppCertificate.make(name: name, days: days, now: now) } catch {
                throw CommandFailure("No certificate can be made for \(name).", next: "Choose another --name.")
            }
            try files.write(made.certificate, made.keyPEM)
            var json = made.certificate.json
            json["certificate_file"] = .string(files.certificate)
            json["key_file"] = .string(files.key)
            output.print(.object(json)) {
                [
                    "certificate         \(files.certificate)",
                    "key                 \(files.key) (keep it secret)",
                ] + made.certificate.lines(now: now)
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show a certificate's thumbprints and the entry for an app's registration.")

        @Argument(help: "A certificate in PEM or DER, or a PKCS#12 bundle.") var file: String
        @Flag(help: "Read the passphrase of a PKCS#12 bundle from standard input: one line.")
        var passphraseStdin = false
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let bytes = try Files.read(file, option: "the path")
            let passphrase = passphraseStdin ? try Secrets.readLine("passphrase") : nil
            let certificate = try CertificateFiles.certificate(in: bytes, path: file, passphrase: passphrase)
            output.print(.object(certificate.json)) { certificate.lines(now: .systemNow()) }
        }
    }
}
