public import Foundation

extension Microsoft365Emulator {
    /// An application of the sample tenants.
    public struct SampleApp: Sendable, Hashable {
        /// Its id.
        public let clientID: String
        /// Its certificate and key in the data directory, `NAME.pem` and `NAME.key.pem`; `nil` for a public client.
        public let certificateName: String?

        /// Contoso's own, which contoso has consented to.
        public static let reports = SampleApp(clientID: SampleTenants.reportsClientID, certificateName: "reports")
        /// For every organisation; none has consented to it yet.
        public static let inbox = SampleApp(clientID: SampleTenants.inboxClientID, certificateName: "inbox")
        /// A public client for every organisation.
        public static let desktop = SampleApp(clientID: SampleTenants.publicClientID, certificateName: nil)
    }

    /// The PEM files of a sample application's certificate and key, below the folder of ``authorityFile``.
    public func certificateFiles(of app: SampleApp) -> (certificate: URL, key: URL)? {
        let folder = authorityFile.deletingLastPathComponent()
        return app.certificateName.map { name in
            (folder.appending(path: "\(name).pem"), folder.appending(path: "\(name).key.pem"))
        }
    }
}
