import Foundation
import MailProtocol

/// A message's HTML as it may be shown: in a frame of its own, where nothing runs and nothing is loaded.
///
/// The Content-Security-Policy does the work. What it does not reach is taken out of the text: `link` can have a browser
/// look up and connect to hosts (`dns-prefetch`, `preconnect`), `meta` can lead elsewhere, `base` turns paths of ours
/// into a stranger's, and to the host of a frame Chromium connects before it asks the policy, which tells the sender that
/// the message was read. Browsers that look up the hosts of links ahead are told not to (`X-DNS-Prefetch-Control`).
struct HTMLMessage: Sendable {
    /// For the document: no scripts, forms, frames, plug-ins or links out of the frame (`sandbox`), and no request at all.
    static let policy =
        "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none'; "
        + "base-uri 'none'; frame-ancestors 'self'"

    /// The most bytes of a picture that is put into the text, and of all of them, each counted as often as it is shown.
    static let pictureLimit = 2_000_000
    static let picturesLimit = 8_000_000
    /// The most pictures that are asked for: each is a request to the mail service.
    static let pictureCount = 50

    private(set) var html: String
    /// Bytes of pictures that may still be put into the text.
    private var room = Self.picturesLimit

    /// - Parameter html: as the sender wrote it.
    init(_ html: String) { self.html = Self.withoutElements(Self.unreached, html) }

    /// How the names of the elements begin that the policy does not reach; `frameset` is one of them.
    private static let unreached = ["link", "meta", "base", "iframe", "frame"]

    /// The pictures that the text shows and that came with it, those too large or of no picture's type left out. One
    /// whose name begins like another's comes before that other, whose name would be found in its own.
    func pictures(of attachments: [Attachment]) -> [Attachment] {
        var room = room
        let shown = attachments.filter { attachment in
            let type = attachment.contentType.safeForDownload
            guard let id = attachment.contentID, !id.isEmpty, html.contains("cid:\(id)"), type.type == "image",
                let size = attachment.size, size <= min(Self.pictureLimit, room)
            else { return false }
            room -= size
            return true
        }
        return shown.prefix(Self.pictureCount).sorted {
            ($0.contentID?.utf8.count ?? 0) > ($1.contentID?.utf8.count ?? 0)
        }
    }

    /// Puts a picture in place of its name (`cid:`, RFC 2392), as often as there is room: a small message that names one
    /// picture many thousand times would become a page larger than the memory.
    mutating func put(_ picture: AttachmentContent) {
        guard let id = picture.attachment.contentID, !picture.bytes.isEmpty, picture.bytes.count <= Self.pictureLimit
        else { return }
        let type = picture.attachment.contentType.safeForDownload
        let name = "cid:\(id)"
        let times = min(room / picture.bytes.count, html.ranges(of: name).count)
        room -= times * picture.bytes.count
        html = html.replacing(
            name, with: "data:\(type);base64,\(Data(picture.bytes).base64EncodedString())", maxReplacements: times)
    }

    /// The HTML with elements whose names begin like these made unknown ones.
    ///
    /// An element begins with `<` and its name and no other way, so that this cannot be led astray by comments, quotes or
    /// broken markup; inside of those it changes a word that nobody sees.
    private static func withoutElements(_ names: [String], _ html: String) -> String {
        var result: [UInt8] = []
        let bytes = Array(html.utf8)
        let names = names.map { Array($0.utf8) }
        result.reserveCapacity(bytes.count)
        for (index, byte) in bytes.enumerated() {
            result.append(byte)
            guard byte == UInt8(ascii: "<") else { continue }
            let rest = bytes[(index + 1)...]
            if names.contains(where: { name in rest.prefix(name.count).map { $0 | 0x20 } == name }) {
                result.append(contentsOf: "x-".utf8)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
