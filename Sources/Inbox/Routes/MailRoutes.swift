import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Mail
import MailProtocol
import Microsoft365
import NIOCore
import OAuthClient
import OAuthCore
import OAuthHummingbird

extension InboxSite {
    /// Reading mail.
    func addMail(to router: Router<ServerRequestContext>) {
        get("/mail/:tenant", router) { visit throws(InboxFailure) in try await addressPage(visit) }
        get("/mail/:tenant/:address", router) { visit throws(InboxFailure) in
            .page(.messages(try await messages(visit)))
        }
        get("/mail/:tenant/:address/messages.json", router) { visit throws(InboxFailure) in
            .other(.json(try await messages(visit).json(pages.catalog)))
        }
        get("/mail/:tenant/:address/message", router) { visit throws(InboxFailure) in
            .page(.message(try await message(visit)))
        }
        get("/mail/:tenant/:address/html", router) { visit throws(InboxFailure) in
            .other(try await html(visit))
        }
        get("/mail/:tenant/:address/diagnose", router) { visit throws(InboxFailure) in
            .page(.diagnosis(try await diagnosis(visit)))
        }
        get("/mail/:tenant/:address/attachment", router) { visit throws(InboxFailure) in
            .other(try await attachment(visit))
        }
    }

    /// The organisation that a path names, for those who may read its mail. Each page asks this before anything else.
    private func readable(_ visit: Visit) async throws(InboxFailure) -> ConnectedTenant {
        let id = try Self.tenantID(visit)
        let tenant = try await kept(await store.tenant(id))
        var isGiven = false
        if let subject = visit.reader.operator?.subject {
            isGiven = try await kept(await store.isGiven(id, to: subject))
        }
        let facts = Access.Facts(isConnected: tenant != nil, isGivenToOperator: isGiven)
        let role = try allowed(try Access.decide(reading: id, visit.reader, facts))
        guard let tenant else { throw InboxFailure(.notConnected) }
        visit.context.logger.debug(
            "mail read", metadata: ["microsoft.tenant": "\(id)", "inbox.role": "\(role.rawValue)"])
        return tenant
    }

    private func addressPage(_ visit: Visit) async throws(InboxFailure) -> PageOutcome {
        let tenant = try await readable(visit)
        let action = path("/mail/\(tenant.id)")
        var page = AddressPage(tenantName: tenant.name, action: action, homeURL: path("/"))
        guard let entered = visit.fields["address"] else { return .page(.address(page)) }
        page.address = entered.trimmingCharacters(in: .whitespacesAndNewlines)
        guard MailboxPlace.isAddress(page.address) else {
            page.isWrong = true
            return .page(.address(page), status: .badRequest)
        }
        return .redirect(MailboxPlace(base: action, address: page.address).url)
    }

    /// A mailbox, and where its pages lie.
    private struct OpenMailbox {
        let tenant: ConnectedTenant
        let place: MailboxPlace
        let mailbox: any Mailbox
        /// The page that is asked for, below the site.
        let here: String

        /// What error pages say of it.
        var named: [String: String] { ["tenant": tenant.name, "address": place.address] }

        /// Where to go on after an error.
        func way(after error: MailboxError) -> WayOn {
            let base = "/mail/\(tenant.id)"
            return switch error.kind {
            case .mailboxNotFound: .otherMailbox(base)
            case .messageNotFound, .badCursor, .tooLarge:
                .inbox(MailboxPlace(base: base, address: place.address).url)
            default: .again(here)
            }
        }
    }

    /// Where the pages of the mailbox lie that a path names.
    private func place(_ visit: Visit, _ tenant: ConnectedTenant) throws(InboxFailure) -> MailboxPlace {
        guard let address = visit.parameter("address"), MailboxPlace.isAddress(address) else {
            throw InboxFailure(
                .badRequest, Diagnostic("inbox.address-malformed"), way: .otherMailbox("/mail/\(tenant.id)"))
        }
        return MailboxPlace(base: path("/mail/\(tenant.id)"), address: address)
    }

    private func open(_ visit: Visit) async throws(InboxFailure) -> OpenMailbox {
        let tenant = try await readable(visit)
        let place = try place(visit, tenant)
        let named = ["tenant": tenant.name, "address": place.address]
        let here = String(visit.location.dropFirst(site.basePath.count))
        try await checkToken(tenant, named, here)
        do throws(MailboxError) {
            return OpenMailbox(
                tenant: tenant, place: place, mailbox: try mailbox(place.address, of: tenant), here: here)
        } catch {
            throw InboxFailure(
                error, place: named, route: tenant.route, way: .otherMailbox("/mail/\(tenant.id)"))
        }
    }

    /// Sees to it that there is a token before the mailbox asks for it: what refuses one says more than a mailbox can.
    private func checkToken(
        _ tenant: ConnectedTenant, _ named: [String: String], _ here: String
    ) async throws(InboxFailure) {
        let app = parts.microsoft
        let session = app.session(tenant: tenant.id, resource: tenant.route.resource(in: app.app.cloud))
        do throws(ClientError) {
            _ = try await session.tokens()
        } catch {
            throw InboxFailure(readingRefused: Microsoft365Error(error), named, way: .again(here))
        }
    }

    /// Asks a mailbox; what it refuses becomes a page that leads back to somewhere that may work.
    private func ask<Value: Sendable>(
        _ open: OpenMailbox, _ body: (any Mailbox) async throws(MailboxError) -> Value
    ) async throws(InboxFailure) -> Value {
        do { return try await body(open.mailbox) } catch {
            var failure = InboxFailure(
                error, place: open.named, route: open.tenant.route, way: open.way(after: error))
            if open.tenant.route == .imap, error.concernsLogin { failure.diagnoseURL = open.place.diagnosis }
            throw failure
        }
    }

    /// Why a mailbox does not open over IMAP, for whoever may read it.
    private func diagnosis(_ visit: Visit) async throws(InboxFailure) -> DiagnosisPage {
        let tenant = try await readable(visit)
        guard let host = parts.microsoft.app.cloud.imap else { throw .notFound }
        let place = try place(visit, tenant)
        let report = await diagnose(place.address, of: tenant.id, at: host)
        return DiagnosisPage(
            address: place.address, tenantName: tenant.name,
            report: report.text(visit.fields["names"] == "shown" ? .full : .masked),
            isMasked: visit.fields["names"] != "shown", url: place.diagnosis, addressURL: place.base,
            mailboxURL: place.url)
    }

    /// How many messages a page has.
    private static let pageSize = 10

    private func messages(_ visit: Visit) async throws(InboxFailure) -> MessagesPage {
        let open = try await open(visit)
        let cursor = visit.fields["after"].map(PageCursor.init)
        let page = try await ask(open) { mailbox throws(MailboxError) in
            guard let cursor else { return try await mailbox.newestMessages(Self.pageSize) }
            return try await mailbox.messages(after: cursor)
        }
        let place = open.place
        return MessagesPage(
            address: place.address, tenantName: open.tenant.name,
            rows: page.messages.map { .init(summary: $0, url: place.message($0.id)) }, addressURL: place.base,
            newestURL: place.url, olderURL: page.next.map(place.older),
            refreshURL: cursor == nil ? place.refresh : nil)
    }

    private static func messageID(_ visit: Visit) throws(InboxFailure) -> MessageID {
        guard let id = visit.fields["id"], !id.isEmpty else { throw .notFound }
        return MessageID(id)
    }

    private func message(_ visit: Visit) async throws(InboxFailure) -> OpenMessagePage {
        let open = try await open(visit)
        let id = try Self.messageID(visit)
        let message = try await ask(open) { mailbox throws(MailboxError) in try await mailbox.message(id) }
        let place = open.place
        let hasHTML = message.body.html != nil
        return OpenMessagePage(
            message: message, address: place.address, listURL: place.url, textURL: place.message(id),
            htmlViewURL: hasHTML ? place.htmlView(id) : nil,
            frameURL: hasHTML && visit.fields["view"] == "html" ? place.html(id) : nil,
            files: message.attachments.map { .init(attachment: $0, url: place.attachment($0.id, of: id)) })
    }

    private func html(_ visit: Visit) async throws(InboxFailure) -> Response {
        let open = try await open(visit)
        let id = try Self.messageID(visit)
        let message = try await ask(open) { mailbox throws(MailboxError) in try await mailbox.message(id) }
        guard let source = message.body.html else { throw .notFound }
        var shown = HTMLMessage(source)
        for picture in shown.pictures(of: message.attachments) {
            // A message without one of its pictures is better than none.
            guard let content = try? await open.mailbox.attachment(picture.id, of: id) else { continue }
            shown.put(content)
        }
        return .passive(
            Array(shown.html.utf8), type: "text/html; charset=utf-8", policy: HTMLMessage.policy,
            extra: [.frameOptions: "SAMEORIGIN", .dnsPrefetchControl: "off"])
    }

    private func attachment(_ visit: Visit) async throws(InboxFailure) -> Response {
        let open = try await open(visit)
        let message = try Self.messageID(visit)
        guard let id = visit.fields["attachment"].map(AttachmentID.init) else { throw .notFound }
        let content = try await ask(open) { mailbox throws(MailboxError) in
            try await mailbox.attachment(id, of: message)
        }
        return .passive(
            content.bytes, type: content.attachment.contentType.safeForDownload.description,
            policy: "sandbox; default-src 'none'; frame-ancestors 'none'",
            extra: [.contentDisposition: content.attachment.contentDisposition, .frameOptions: "DENY"])
    }
}

extension Response {
    /// A stranger's bytes: kept by nobody, nothing else than what we say they are, and nothing in them runs.
    fileprivate static func passive(
        _ bytes: [UInt8], type: String, policy: String, extra: HTTPFields
    ) -> Response {
        var headers = extra
        headers[.contentType] = type
        headers[.contentSecurityPolicy] = policy
        headers[.cacheControl] = "no-store"
        headers[.xContentTypeOptions] = "nosniff"
        headers[.referrerPolicy] = "no-referrer"
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}

extension MailboxError {
    /// Whether a login by itself may show more.
    fileprivate var concernsLogin: Bool {
        switch kind {
        case .notAuthorized, .accessDenied, .mailboxNotFound, .unavailable: true
        default: false
        }
    }
}
