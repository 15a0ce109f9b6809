extension Fixture {
    static let structures: [Fixture] = [
        Fixture(
            name: "no subject, no sender, no type",
            source: """
                X-Nothing: x

                Only text.
                """,
            subject: "", from: nil, text: "Only text."),
        Fixture(
            name: "alternative",
            source: """
                From: a@x.example
                Subject: Both
                Content-Type: multipart/alternative; boundary=alt

                --alt
                Content-Type: text/plain

                Plain form
                --alt
                Content-Type: text/html

                <p>HTML <b>form</b></p>
                --alt--
                """,
            subject: "Both", from: "a@x.example", text: "Plain form"),
        Fixture(
            name: "HTML alone, its charset in its head",
            source: """
                From: a@x.example
                Subject: Page
                Content-Type: text/html
                Content-Transfer-Encoding: quoted-printable

                <html><head><meta charset=3D"iso-8859-2"></head><body><h1>Cze=B6=E6</h1><p>Zobacz <a href=3D"https://x.example/a">tutaj</a>.</body></html>
                """,
            subject: "Page", from: "a@x.example", text: "Cześć\n\nZobacz tutaj <https://x.example/a>."),
        Fixture(
            name: "related picture inside an alternative, and a file",
            source: """
                From: a@x.example
                Subject: Picture
                Content-Type: multipart/mixed; boundary=m

                --m
                Content-Type: multipart/alternative; boundary=alt

                --alt
                Content-Type: text/plain

                See picture
                --alt
                Content-Type: multipart/related; boundary=rel

                --rel
                Content-Type: text/html

                <img src=cid:p1>
                --rel
                Content-Type: image/png; name=p.png
                Content-ID: <p1>
                Content-Transfer-Encoding: base64

                iVBORw0KGgo=
                --rel--
                --alt--
                --m
                Content-Type: application/pdf; name=plan.pdf
                Content-Disposition: attachment; filename*=utf-8''Pl%C3%A4ne.pdf
                Content-Transfer-Encoding: base64

                JVBERi0xLjQK
                --m--
                """,
            subject: "Picture", from: "a@x.example", text: "See picture", attachments: ["p.png", "Pläne.pdf"]),
        Fixture(
            name: "flowed",
            source: """
                From: a@x.example
                Subject: Flowed
                Content-Type: text/plain; format=flowed; delsp=no

                A paragraph that 
                was broken.
                > quoted 
                > too
                """,
            subject: "Flowed", from: "a@x.example", text: "A paragraph that was broken.\n> quoted too"),
        Fixture(
            name: "forwarded message",
            source: """
                From: a@x.example
                Subject: Fwd
                Content-Type: multipart/mixed; boundary=m

                --m

                See below.
                --m
                Content-Type: message/rfc822

                From: b@x.example
                Subject: The original/one

                Inner
                --m--
                """,
            subject: "Fwd", from: "a@x.example", text: "See below.", attachments: ["The original_one.eml"]),
        Fixture(
            name: "delivery report, RFC 3464",
            source: """
                From: MAILER-DAEMON@x.example
                Subject: Undelivered
                Content-Type: multipart/report; report-type=delivery-status; boundary=r

                --r

                It could not be delivered.
                --r
                Content-Type: message/delivery-status

                Action: failed
                --r
                Content-Type: text/rfc822-headers

                Subject: x
                --r--
                """,
            subject: "Undelivered", from: "MAILER-DAEMON@x.example", text: "It could not be delivered.",
            attachments: ["attachment.txt", "attachment.txt"]),
        Fixture(
            name: "invitation",
            source: """
                From: a@x.example
                Subject: Invitation
                Content-Type: multipart/alternative; boundary=i

                --i
                Content-Type: text/plain; charset=utf-8

                Tuesday at ten
                --i
                Content-Type: text/calendar; method=REQUEST

                BEGIN:VCALENDAR
                --i--
                """,
            subject: "Invitation", from: "a@x.example", text: "Tuesday at ten", attachments: ["attachment.ics"]),
        Fixture(
            name: "signed, RFC 1847",
            source: """
                From: a@x.example
                Subject: Signed
                Content-Type: multipart/signed; boundary=s

                --s
                Content-Type: text/plain

                I mean it
                --s
                Content-Type: application/pgp-signature; name=signature.asc

                -----BEGIN PGP SIGNATURE-----
                --s--
                """,
            subject: "Signed", from: "a@x.example", text: "I mean it", attachments: ["signature.asc"]),
        Fixture(
            name: "list footer behind the text",
            source: """
                From: a@x.example
                Subject: [list] hi
                Content-Type: multipart/mixed; boundary=l

                --l
                Content-Type: text/plain

                Text
                --l
                Content-Type: text/plain
                Content-Disposition: inline

                footer
                --l--
                """,
            subject: "[list] hi", from: "a@x.example", text: "Text\n\nfooter"),
        Fixture(
            name: "a file and nothing else",
            source: """
                From: scanner@x.example
                Subject: Scan
                Content-Type: application/pdf
                Content-Transfer-Encoding: base64
                Content-Disposition: attachment; filename=../../scan.pdf

                JVBERi0xLjQK
                """,
            subject: "Scan", from: "scanner@x.example", text: "", attachments: ["scan.pdf"]),
        Fixture(
            name: "subject split inside characters",
            source: """
                From: a@x.example
                Subject: =?utf-8?B?5a2j5bqm5oql5Q==?=
                	=?utf-8?B?kYrvvIzor7fmn6XmlLY=?=

                x
                """,
            subject: "季度报告，请查收", from: "a@x.example", text: "x"),
        Fixture(
            name: "a charset that nobody knows",
            source: """
                From: a@x.example
                Subject: =?x-mystery?Q?caf=E9?=
                Content-Type: text/plain; charset=x-mystery
                Content-Transfer-Encoding: 8bit

                Grüße
                """,
            subject: "café", from: "a@x.example", text: "Grüße"),
        Fixture(
            name: "type without a subtype, encoding without a meaning",
            source: """
                From: a@x.example
                Subject: Odd
                Content-Type: text
                Content-Transfer-Encoding: 8-bit

                Still readable
                """,
            subject: "Odd", from: "a@x.example", text: "Still readable"),
        Fixture(
            name: "boundary missing from the header",
            source: """
                From: a@x.example
                Subject: Lost
                Content-Type: multipart/mixed

                --zzz
                Content-Type: text/plain

                Found
                --zzz--
                """,
            subject: "Lost", from: "a@x.example", text: "Found"),
        Fixture(
            name: "cut off in an attachment",
            source: """
                From: a@x.example
                Subject: Cut
                Content-Type: multipart/mixed; boundary=c

                --c

                Text
                --c
                Content-Type: image/jpeg; name="=?utf-8?q?Fu=C3=9F.jpg?="
                Content-Transfer-Encoding: base64

                /9j/4AA
                """,
            subject: "Cut", from: "a@x.example", text: "Text", attachments: ["Fuß.jpg"]),
    ]
}
