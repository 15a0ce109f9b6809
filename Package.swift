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
        .library(name: "Emulator", targets: ["Emulator"]),
        .executable(name: "sallyport", targets: ["sallyport"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-certificates.git", from: "1.21.0"),
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
        .target(name: "OAuthClient", dependencies: ["OAuthCore", crypto, httpTypes]),
        .target(name: "OAuthServer", dependencies: ["OAuthCore", crypto, cryptoExtras, httpTypes]),
        .target(name: "OAuthResourceServer", dependencies: ["OAuthCore", crypto, httpTypes]),
        .target(name: "OAuthStorage", dependencies: ["OAuthServer", "OAuthClient", crypto, grdb, logging]),
        .target(
            name: "OAuthHTTPClient",
            dependencies: [
                "OAuthCore", httpTypes, logging,
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]),
        .target(
            name: "OAuthHummingbird",
            dependencies: [
                "OAuthServer", "OAuthResourceServer", crypto, cryptoExtras, hummingbird, mustache, logging, httpTypes,
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            resources: [.embedInCode("Resources")]),
        .target(name: "MailProtocol", dependencies: ["OAuthCore"]),
        .target(
            name: "Emulator",
            dependencies: [
                "OAuthCore", "MailProtocol", crypto, cryptoExtras, hummingbird, mustache, logging, httpTypes,
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "X509", package: "swift-certificates"),
            ],
            resources: [.embedInCode("Resources")]),
        .target(name: "OAuthTesting", dependencies: ["OAuthClient", "OAuthServer", "OAuthResourceServer", httpTypes]),
        .executableTarget(
            name: "sallyport",
            dependencies: [
                "Emulator", "OAuthClient", "OAuthHTTPClient", "OAuthHummingbird", "OAuthResourceServer", "OAuthServer",
                "OAuthStorage",
                argumentParser, hummingbird, httpTypes, logging,
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ]),
        .testTarget(
            name: "OAuthCoreTests",
            dependencies: ["OAuthCore", httpTypes, .product(name: "JWTKit", package: "jwt-kit")]),
        .testTarget(
            name: "OAuthServerTests",
            dependencies: ["OAuthServer", "OAuthTesting", "OAuthResourceServer", "OAuthCore", crypto, httpTypes]),
        .testTarget(name: "OAuthResourceServerTests", dependencies: ["OAuthResourceServer", "OAuthCore", httpTypes]),
        .testTarget(
            name: "OAuthStorageTests",
            dependencies: [
                "OAuthClient", "OAuthCore", "OAuthServer", "OAuthStorage", "OAuthTesting", crypto, grdb, logging,
                httpTypes,
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
                "Emulator", "OAuthCore", "MailProtocol", crypto, hummingbird, httpTypes,
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "X509", package: "swift-certificates"),
            ]),
        .testTarget(name: "MailProtocolTests", dependencies: ["MailProtocol", "OAuthCore"]),
        .testTarget(
            name: "OAuthHTTPClientTests",
            dependencies: [
                "OAuthClient", "OAuthCore", "OAuthHTTPClient", httpTypes,
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]),
    ],
    swiftLanguageModes: [.v6]
)

for target in package.targets {
    target.swiftSettings = (target.swiftSettings ?? []) + swiftSettings
}
