public import Microsoft365

/// How an organisation's mail is read.
public enum MailRoute: String, Sendable, Hashable, Codable, CaseIterable {
    /// Microsoft Graph.
    case graph
    /// Outlook REST v1.0, which came before it.
    case outlook
    /// IMAP, where the cloud has it. The organisation's administrator registers the app with Exchange and gives it the
    /// mailboxes.
    case imap

    /// The resource that tokens are asked for.
    public func resource(in cloud: Cloud) -> String {
        switch self {
        case .graph: cloud.graphResource
        case .outlook, .imap: cloud.outlookResource
        }
    }

    /// The ways in which a cloud's mail can be read.
    public static func available(in cloud: Cloud) -> [MailRoute] {
        allCases.filter { $0 != .imap || cloud.imap != nil }
    }
}
