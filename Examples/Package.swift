// swift-tools-version: 6.2
import PackageDescription

let client: [Target.Dependency] = [
    .product(name: "OAuthCore", package: "sallyport"),
    .product(name: "OAuthClient", package: "sallyport"),
    .product(name: "OAuthHTTPClient", package: "sallyport"),
]

let mail: [Target.Dependency] =
    client + [
        .product(name: "MailProtocol", package: "sallyport"), .product(name: "Microsoft365", package: "sallyport"),
        .product(name: "Mail", package: "sallyport"),
    ]

let package = Package(
    name: "sallyport-examples",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "sallyport", path: "..")],
    targets: [
        .executableTarget(name: "ClientCredentials", dependencies: client),
        .executableTarget(name: "Login", dependencies: client),
        .executableTarget(name: "NewestSubjects", dependencies: mail),
    ],
    swiftLanguageModes: [.v6]
)

for target in package.targets {
    target.swiftSettings = [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .treatAllWarnings(as: .error),
    ]
}
