// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "sallyport-benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "sallyport", path: ".."),
        .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.0"),
        .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
    ],
    targets: [
        .executableTarget(
            name: "Baseline",
            dependencies: [
                // Measured, not imported: one build makes both sides with the same versions of everything.
                .product(name: "sallyport", package: "sallyport"),
                .product(name: "OAuthCore", package: "sallyport"),
                .product(name: "OAuthHTTPClient", package: "sallyport"),
                .product(name: "OAuthServer", package: "sallyport"),
                .product(name: "OAuthStorage", package: "sallyport"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ]),
        .executableTarget(
            name: "MailLoad",
            dependencies: [
                .product(name: "Mail", package: "sallyport"),
                .product(name: "MailProtocol", package: "sallyport"),
                .product(name: "Microsoft365", package: "sallyport"),
                .product(name: "OAuthClient", package: "sallyport"),
                .product(name: "OAuthCore", package: "sallyport"),
                .product(name: "OAuthHTTPClient", package: "sallyport"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ]),
    ],
    swiftLanguageModes: [.v6]
)

for target in package.targets {
    target.swiftSettings = [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
        .treatAllWarnings(as: .error),
    ]
}
