/// A file that the pages refer to, served below ``Layout/assets``.
public struct PageAsset: Sendable {
    /// The last component of its address.
    public let name: String
    /// Its media type.
    public let contentType: String
    /// Its bytes.
    public let bytes: [UInt8]

    /// A file.
    package init(name: String, contentType: String, bytes: [UInt8]) {
        self.name = name
        self.contentType = contentType
        self.bytes = bytes
    }

    /// Every file, the stylesheet and the icon.
    public static var all: [PageAsset] {
        [
            PageAsset(
                name: "sallyport.css", contentType: "text/css; charset=utf-8", bytes: PackageResources.sallyport_css),
            PageAsset(name: "sallyport.svg", contentType: "image/svg+xml", bytes: PackageResources.sallyport_svg),
        ]
    }
}
