import Microsoft365
import Testing

@Suite("Tenant identifiers")
struct TenantIDTests {
    @Test("are GUIDs in lower case")
    func readsGUIDs() {
        let text = "3F1E8B52-6C0D-4A97-8F24-B1A5D07C9E10"
        #expect(TenantID(text)?.description == text.lowercased())
    }

    @Test(
        "are nothing else",
        arguments: [
            "", "contoso.example", "common", "3f1e8b52-6c0d-4a97-8f24-b1a5d07c9e1", "3f1e8b526c0d4a978f24b1a5d07c9e10",
            "3f1e8b52-6c0d-4a97-8f24-b1a5d07c9e1g", "{3f1e8b52-6c0d-4a97-8f24-b1a5d07c9e10}",
            "3f1e8b52-6c0d-4a97-8f24-b1a5d07c9e１0",
        ])
    func refuses(text: String) {
        #expect(TenantID(text) == nil)
    }
}
