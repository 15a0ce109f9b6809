import HTTPTypes
import Hummingbird
import NIOCore

/// What a person sees in the browser at the end of a trip. Nothing that came from elsewhere is on it.
enum LoopbackPage {
    case done, refused, stray, late, notFound

    private var status: HTTPResponse.Status {
        switch self {
        case .done, .refused: .ok
        case .stray: .badRequest
        case .late: .gone
        case .notFound: .notFound
        }
    }

    private var words: (title: String, text: String) {
        switch self {
        case .done: ("The answer has arrived", "You can close this window and go back to the terminal.")
        case .refused: ("It was refused", "The terminal says why. You can close this window.")
        case .stray:
            ("Not the expected answer", "It does not belong to what the terminal waits for. Begin there once more.")
        case .late: ("Answered already", "The terminal has its answer. You can close this window.")
        case .notFound: ("Nothing here", "This address waits for a sign-in that the terminal began.")
        }
    }

    var response: Response {
        let html = """
            <!doctype html><html lang="en"><meta charset="utf-8"><title>\(words.title)</title>
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <main><h1>\(words.title)</h1><p>\(words.text)</p></main></html>

            """
        var headers = HTTPFields()
        headers[.contentType] = "text/html; charset=utf-8"
        headers[.cacheControl] = "no-store"
        headers[.contentSecurityPolicy] = "default-src 'none'; frame-ancestors 'none'"
        headers[.xContentTypeOptions] = "nosniff"
        // The address of this page carries a code.
        if let name = HTTPField.Name("Referrer-Policy") { headers[name] = "no-referrer" }
        headers[.connection] = "close"
        return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(string: html)))
    }
}
