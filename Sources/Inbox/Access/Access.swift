import Microsoft365

/// Who may do what, decided from facts alone.
enum Access {
    /// As whom a person reads an organisation's mail.
    enum Role: String, Hashable, Sendable {
        /// Its administrator.
        case administrator
        /// An operator to whom the owner gave the organisation.
        case `operator`
    }

    /// Why not.
    enum Refusal: Error, Hashable, Sendable {
        /// Nobody is signed in.
        case signedOut
        /// Somebody is signed in to whom this organisation was not given.
        case notAllowed
        /// The administrator's own organisation is not connected.
        case notConnected
        /// Only the owner may do this.
        case ownerOnly
    }

    /// What is known of an organisation and the person who asks for it.
    struct Facts: Hashable, Sendable {
        /// Whether the organisation is connected.
        var isConnected: Bool
        /// Whether the owner gave it to the operator who is signed in.
        var isGivenToOperator: Bool
    }

    /// Whether a person may read the mail of an organisation. The owner is an operator like any other here: who gives is
    /// written down, also where it is to oneself.
    static func decide(reading tenant: TenantID, _ reader: Reader, _ facts: Facts) throws(Refusal) -> Role {
        if reader.administrator?.tenant == tenant {
            guard facts.isConnected else { throw .notConnected }
            return .administrator
        }
        guard reader != Reader() else { throw .signedOut }
        // Whether an organisation that was not given is connected is nobody's business.
        guard reader.operator != nil, facts.isConnected, facts.isGivenToOperator else { throw .notAllowed }
        return .operator
    }

    /// Whether a person may see how an organisation is connected, choose how its mail is read, and disconnect it: its
    /// administrator and the owner.
    static func decide(
        managing tenant: TenantID, _ reader: Reader, isConnected: Bool, owner: String
    ) throws(Refusal) {
        let isAdministrator = reader.administrator?.tenant == tenant
        guard isAdministrator || reader.operator?.subject == owner else {
            throw reader == Reader() ? .signedOut : .notAllowed
        }
        guard isConnected else { throw .notConnected }
    }

    /// Whether a person may give organisations to operators.
    static func decideGiving(_ reader: Reader, owner: String) throws(Refusal) {
        guard reader.operator?.subject == owner else { throw reader == Reader() ? .signedOut : .ownerOnly }
    }
}
