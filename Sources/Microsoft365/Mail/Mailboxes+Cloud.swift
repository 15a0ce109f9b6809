public import OAuthClient

extension GraphMailbox {
    /// The inbox of a person at a cloud.
    ///
    /// - Parameter address: the person's address; `nil` for whoever signed in.
    public init(
        address: String?, cloud: Cloud, session: TokenSession, options: RESTMailboxOptions = RESTMailboxOptions()
    ) {
        self.init(address: address, base: cloud.graphBase, session: session, options: options)
    }
}

extension OutlookMailbox {
    /// The inbox of a person at a cloud.
    ///
    /// - Parameter address: the person's address; `nil` for whoever signed in.
    public init(
        address: String?, cloud: Cloud, session: TokenSession, options: RESTMailboxOptions = RESTMailboxOptions()
    ) {
        self.init(address: address, base: cloud.outlookBase, session: session, options: options)
    }
}
