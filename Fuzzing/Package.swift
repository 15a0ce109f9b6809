// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "sallyport-fuzzing",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "sallyport", path: "..")],
    targets: [
        // The part of Mail that is pure, by links to its files, so that nothing of a network has to be built.
        .target(
            name: "MailDiagnosis",
            dependencies: [
                .product(name: "MailProtocol", package: "sallyport"),
                .product(name: "Microsoft365", package: "sallyport"),
                .product(name: "OAuthCore", package: "sallyport"),
            ]),
        .executableTarget(
            name: "Fuzz",
            dependencies: [
                "MailDiagnosis",
                .product(name: "MailProtocol", package: "sallyport"),
                .product(name: "OAuthCore", package: "sallyport"),
            ],
            // The linker that comes with Swift: others do not know what libFuzzer's coverage needs.
            linkerSettings: [.unsafeFlags(["-use-ld=lld"])]),
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
