public import Hummingbird
public import Logging
public import Mail
public import MailProtocol
public import Microsoft365
public import OAuthClient
public import OAuthCore
public import OAuthHummingbird

/// The web app for an organisation's mail, on a Hummingbird router.
///
/// An administrator connects an organisation; then that administrator, and the operators to whom the owner gave it, read
/// any mailbox of it. Nobody else does, and no token reaches a browser.
public struct InboxSite: Sendable {
    /// What the site is made of.
    public struct Parts: Sendable {
        /// Where the site lies, as browsers see it: `http://127.0.0.1:8082`, or `https` anywhere.
        public var baseURL: String
        /// This app as a client of the authorization server where operators sign in. Its registration has the redirect
        /// URI `<baseURL>/login/callback` and the post-logout redirect URI `<baseURL>/`.
        public var signIn: Provider
        /// This app at Microsoft 365. Its registration has the redirect URI `<baseURL>/connect/callback`.
        public var microsoft: Microsoft365App
        /// The subject of the operator who gives organisations to operators.
        public var ownerSubject: String
        /// What the site remembers.
        public var store: InboxStore
        /// What time it is.
        public var clock: @Sendable () -> UnixTime
        /// Where sessions and form tokens come from.
        public var random: RandomSource
        /// How an organisation's mail is read until something else is chosen on its page. Default: Graph.
        public var route = MailRoute.graph
        /// The file with the authority that signed the cloud's certificate, where browsers do not know it: the emulator's
        /// `ca.pem`. Pages then say what the browser will warn of. Default: none.
        public var authorityFile: String?
        /// Limits, time limits and trusted authorities of IMAP, for organisations whose mail is read that way.
        public var imap = IMAPMailboxOptions()
        /// Opens a mailbox by organisation, address and way of reading. Default `nil`: over Graph, Outlook REST or IMAP.
        public var mailbox: (@Sendable (TenantID, String, MailRoute) throws(MailboxError) -> any Mailbox)?

        /// A site of these parts.
        public init(
            baseURL: String, signIn: Provider, microsoft: Microsoft365App, ownerSubject: String, store: InboxStore,
            clock: @escaping @Sendable () -> UnixTime, random: RandomSource
        ) {
            self.baseURL = baseURL
            self.signIn = signIn
            self.microsoft = microsoft
            self.ownerSubject = ownerSubject
            self.store = store
            self.clock = clock
            self.random = random
        }
    }

    let parts: Parts
    /// The site's address, which has an issuer's shape.
    let site: Issuer
    let trust: BrowserTrust
    let pages: InboxPages
    private let door: MailDoor

    /// A site.
    ///
    /// - Throws: `IssuerError` for a base URL that is not `https`, or `http` on loopback; `TemplateError` where the pages
    ///   that come with the product are damaged.
    public init(_ parts: Parts) throws {
        self.parts = parts
        site = try Issuer.parse(parts.baseURL)
        trust = BrowserTrust(site: site, secret: parts.store.formSecret, random: parts.random)
        pages = try InboxPages()
        door = MailDoor(parts)
    }

    var store: InboxStore { parts.store }
    var now: UnixTime { parts.clock() }

    /// The inbox at an address of an organisation.
    func mailbox(
        _ address: String, of tenant: ConnectedTenant
    ) throws(MailboxError) -> any Mailbox {
        if let open = parts.mailbox { return try open(tenant.id, address, tenant.route) }
        return try door.mailbox(tenant.id, address, tenant.route)
    }

    /// The path of something on this site; `path` begins with a slash.
    func path(_ path: String) -> String { site.basePath + path }

    /// Adds the pages, the endpoint of the page script and the assets to a router.
    public func addRoutes(to router: Router<ServerRequestContext>) {
        addAssets(to: router)
        addHome(to: router)
        addOperatorSignIn(to: router)
        addConnect(to: router)
        addTenants(to: router)
        addMail(to: router)
        addNotFound(to: router)
    }

    /// Removes expired sessions and sign-ins, some at a time, until the task is cancelled. Nothing depends on it but the
    /// size of the database.
    ///
    /// - Parameters:
    ///   - logger: where a failure is told; the next sweep is tried all the same.
    ///   - sleep: waits for so long before the next sweep, a minute; where it throws, the sweeping ends.
    public func sweep(
        logger: Logger, sleep: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) async {
        while !Task.isCancelled {
            do throws(InboxStoreError) {
                while try await store.removeExpired(before: now, limit: 200) >= 200 {}
            } catch {
                logger.info("sweep failed", metadata: ["error": "\(error)"])
            }
            do { try await sleep(.seconds(60)) } catch { return }
        }
    }
}
