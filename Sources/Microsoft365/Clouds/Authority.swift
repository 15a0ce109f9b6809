/// Who may sign in: what stands for the tenant in the address of an endpoint.
public enum Authority: Hashable, Sendable {
    /// The members and guests of one organisation.
    case tenant(TenantID)
    /// The same, by one of the organisation's domains.
    case domain(String)
    /// Work accounts of any organisation, and personal ones.
    case common
    /// Work accounts of any organisation.
    case organizations
    /// Personal accounts.
    case consumers

    /// Reads a tenant's GUID, a domain, `common`, `organizations` or `consumers`, in either case.
    public static func parse(_ text: String) throws(AuthorityError) -> Authority {
        let name = text.lowercased()
        switch name {
        case "common": return .common
        case "organizations": return .organizations
        case "consumers": return .consumers
        default: break
        }
        if let tenant = TenantID(name) { return .tenant(tenant) }
        guard isDomain(name) else { throw AuthorityError() }
        return .domain(name)
    }

    /// What stands in the path.
    public var pathSegment: String {
        switch self {
        case .tenant(let tenant): tenant.description
        case .domain(let domain): domain
        case .common: "common"
        case .organizations: "organizations"
        case .consumers: "consumers"
        }
    }

    /// The tenant, where the authority is one.
    var tenant: TenantID? { if case .tenant(let tenant) = self { tenant } else { nil } }

    /// Letters, digits and hyphens in at least two parts: nothing that could leave its place in a path.
    private static func isDomain(_ name: String) -> Bool {
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        return name.utf8.count <= 253 && labels.count >= 2
            && labels.allSatisfy { label in
                (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
                    && label.utf8.allSatisfy(isLabelCharacter)
            }
    }

    private static func isLabelCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
        default: false
        }
    }
}

extension Authority: CustomStringConvertible {
    public var description: String { pathSegment }
}

/// A text that names no authority.
public struct AuthorityError: Error, Hashable, Sendable, CustomStringConvertible {
    public var description: String {
        "a tenant is named by its GUID, by a domain such as contoso.example, or by common, organizations or consumers"
    }
}
