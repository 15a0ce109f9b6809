import Testing

/// Messages of many makes, and what a person should see of them.
struct Fixture: Sendable, CustomTestStringConvertible {
    var name: String
    var source: String
    var subject: String
    var from: String?
    var text: String
    var attachments: [String] = []

    var testDescription: String { name }
}

extension Fixture {
    /// One message with something of everything, to be cut and damaged.
    static let everything = """
        From: =?utf-8?q?J=C3=BCrgen?= <j@x.example>
        To: friends: a@x.example, "B (b)" <b@x.example>;
        Subject: =?gb2312?B?xOO6ww==?= =?iso-2022-jp?B?GyRCRnxLXBsoQg==?=
        Date: Tue, 2 Jan 2024 03:04:05 +0100 (CET)
        Content-Type: multipart/mixed; boundary="outer boundary"

        preamble
        --outer boundary
        Content-Type: multipart/alternative; boundary=inner

        --inner
        Content-Type: text/plain; charset=utf-8; format=flowed
        Content-Transfer-Encoding: quoted-printable

        Gr=C3=BC=C3=9Fe und =
        mehr
        --inner
        Content-Type: text/html; charset=windows-1251
        Content-Transfer-Encoding: base64

        PHA+z/Do4uXyPC9wPg==
        --inner--
        --outer boundary
        Content-Type: message/rfc822

        Subject: inside

        text
        --outer boundary
        Content-Type: application/octet-stream; name*0*=utf-8''gr; name*1*=%C3%BC.bin
        Content-Disposition: attachment
        Content-Transfer-Encoding: base64

        AAECAwQFBgcICQ==
        --outer boundary--
        epilogue
        """
}
