// swift-tools-version: 6.2
import PackageDescription

let swiftSettings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let cryptoExtras: Target.Dependency = .product(name: "CryptoExtras", package: "swift-crypto")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let mustache: Target.Dependency = .product(name: "Mustache", package: "swift-mustache")
let certificates: Target.Dependency = .product(name: "X509", package: "swift-certificates")
let asn1: Target.Dependency = .product(name: "SwiftASN1", package: "swift-asn1")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "sallyport",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "OAuthCore", targets: ["OAuthCore"]),
        .library(name: "OAuthClient", targets: ["OAuthClient"]),
        .library(name: "OAuthServer", targets: ["OAuthServer"]),
        .library(name: "OAuthResourceServer", targets: ["OAuthResourceServer"]),
        .library(name: "OAuthStorage", targets: ["OAuthStorage"]),
        .library(name: "OAuthHTTPClient", targets: ["OAuthHTTPClient"]),
        .library(name: "OAuthHummingbird", targets: ["OAuthHummingbird"]),
        .library(name: "OAuthTesting", targets: ["OAuthTesting"]),
        .library(name: "MailProtocol", targets: ["MailProtocol"]),
        .library(name: "Microsoft365", targets: ["Microsoft365"]),
        .library(name: "Mail", targets: ["Mail"]),
        .library(name: "Emulator", targets: ["Emulator"]),
        .library(name: "Inbox", targets: ["Inbox"]),
        .executable(name: "sallyport", targets: ["sallyport"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-certificates.git", from: "1.21.0"),
        .package(url: "https://github.com/apple/swift-asn1.git", from: "1.7.0"),
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-configuration.git", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
        .package(url: "https://github.com/swift-server/async-http-client.git", from: "1.37.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.0"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache.git", from: "2.1.0"),
        .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
        .package(url: "https://github.com/vapor/jwt-kit.git", from: "5.7.0"),
    ],
    targets: [
        .target(name: "OAuthCore", dependencies: [crypto, cryptoExtras, httpTypes]),
        .target(name: "OAuthClient", dependencies: ["OAuthCore", httpTypes]),
        .target(name: "OAuthServer", dependencies: ["OAuthCore", crypto, cryptoExtras, httpTypes]),
        .target(name: "OAuthResourceServer", dependencies: ["OAuthCore", httpTypes]),
        .target(name: "OAuthStorage", dependencies: ["OAuthServer", "OAuthClient", crypto, grdb, logging]),
        .target(
            name: "OAuthHTTPClient",
            dependencies: [
                "OAuthCore", httpTypes,
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                nioCore,
                .product(name: "NIOHTTP1", package: "swift-nio"),
                nioPosix,
                nioSSL,
            ]),
        .target(
            name: "OAuthHummingbird",
            dependencies: [
                "OAuthServer", "OAuthResourceServer", crypto, hummingbird, mustache, logging, httpTypes,
                nioCore,
                nioPosix,
            ],
            resources: [.embedInCode("Resources")]),
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "MailProtocol", dependencies: ["OAuthCore", "CZlib"]),
        .target(
            name: "Microsoft365",
            dependencies: ["OAuthCore", "OAuthClient", "MailProtocol", crypto, httpTypes, certificates, asn1]),
        .target(
            name: "Mail",
            dependencies: [
                "OAuthCore", "OAuthClient", "MailProtocol", "Microsoft365", nioCore, nioPosix, nioSSL,
            ]),
        .target(
            name: "Inbox",
            dependencies: [
                "OAuthCore", "OAuthClient", "OAuthHummingbird", "OAuthStorage", "MailProtocol", "Microsoft365", "Mail",
                crypto, hummingbird, logging, httpTypes, grdb, nioCore,
            ],
            resources: [.embedInCode("Resources")]),
        .target(
            name: "Emulator",
            dependencies: [
                "OAuthCore", "MailProtocol", crypto, cryptoExtras, hummingbird, mustache, logging, httpTypes,
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                nioCore,
                nioPosix,
                nioSSL,
                certificates,
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            resources: [.embedInCode("Resources")]),
        .target(name: "OAuthTesting", dependencies: ["OAuthClient", "OAuthServer", "OAuthResourceServer", httpTypes]),
        .executableTarget(
            name: "sallyport",
            dependencies: [
                "Emulator", "Inbox", "Mail", "MailProtocol", "Microsoft365", "OAuthClient", "OAuthHTTPClient",
                "OAuthHummingbird", "OAuthResourceServer", "OAuthServer", "OAuthStorage",
                argumentParser, asn1, certificates, crypto, cryptoExtras, hummingbird, httpTypes, logging,
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "Configuration", package: "swift-configuration"),
                nioCore,
                nioSSL,
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ]),
        .testTarget(
            name: "OAuthCoreTests",
            dependencies: ["OAuthCore", .product(name: "JWTKit", package: "jwt-kit")]),
        .testTarget(
            name: "OAuthServerTests",
            dependencies: ["OAuthServer", "OAuthTesting", "OAuthResourceServer", "OAuthCore", httpTypes]),
        .testTarget(name: "OAuthResourceServerTests", dependencies: ["OAuthResourceServer", "OAuthCore", httpTypes]),
        .testTarget(
            name: "OAuthStorageTests",
            dependencies: [
                "OAuthClient", "OAuthCore", "OAuthServer", "OAuthStorage", "OAuthTesting", grdb, logging, httpTypes,
            ]),
        .testTarget(
            name: "OAuthHummingbirdTests",
            dependencies: [
                "OAuthHummingbird", "OAuthCore", "OAuthServer", "OAuthTesting", httpTypes, hummingbird,
                .product(name: "HummingbirdTesting", package: "hummingbird"),
            ]),
        .testTarget(
            name: "OAuthClientTests",
            dependencies: ["OAuthClient", "OAuthCore", "OAuthTesting", httpTypes]),
        .testTarget(
            name: "EmulatorTests",
            dependencies: [
                "Emulator", "OAuthCore", "MailProtocol", crypto, hummingbird, httpTypes, logging,
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                nioCore, nioPosix, nioSSL,
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]),
        .testTarget(name: "MailProtocolTests", dependencies: ["MailProtocol", "OAuthCore"]),
        .testTarget(
            name: "Microsoft365Tests",
            dependencies: [
                "Microsoft365", "MailProtocol", "OAuthClient", "OAuthCore", "OAuthTesting", httpTypes,
            ]),
        .testTarget(
            name: "MailTests",
            dependencies: [
                "Mail", "MailProtocol", "Microsoft365", "OAuthCore", nioCore, nioPosix, nioSSL, certificates, asn1,
                crypto,
            ]),
        .testTarget(
            name: "InboxTests",
            dependencies: [
                "Inbox", "Emulator", "Mail", "MailProtocol", "Microsoft365", "OAuthClient", "OAuthCore",
                "OAuthHummingbird", "OAuthServer", "OAuthStorage", "OAuthTesting", hummingbird, httpTypes, nioCore,
                .product(name: "HummingbirdTesting", package: "hummingbird"),
            ]),
        .testTarget(
            name: "OAuthHTTPClientTests",
            dependencies: [
                "OAuthCore", "OAuthHTTPClient", httpTypes,
                nioCore,
                .product(name: "NIOHTTP1", package: "swift-nio"),
                nioPosix,
                nioSSL,
            ]),
    ],
    swiftLanguageModes: [.v6]
)

for target in package.targets where target.type != .system {
    target.swiftSettings = (target.swiftSettings ?? []) + swiftSettings
}
