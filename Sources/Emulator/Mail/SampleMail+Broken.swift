extension SampleMail {
    /// What real senders get wrong, and people still want to read.
    static let broken = [
        """
        From: Caf\u{E9} Central <cafe@fourthcoffee.example>
        To: {to}
        Subject: Caf\u{E9} and cr\u{E8}me: bytes that no header may have
        Date: Tue, 10 Nov 2026 18:18:00 +0000
        Message-ID: <sample-35@adatum.example>
        MIME-Version: 1.0
        Content-Type: text/plain; charset=iso-8859-1
        Content-Transfer-Encoding: 8bit

        The header holds bare bytes: caf\u{E9}.
        """,
        """
        From: Scanner <scanner@fourthcoffee.example>
        To: {to}
        Subject: Scan without an end
        Date: Tue, 10 Nov 2026 11:05:00 +0000
        Message-ID: <sample-36@adatum.example>
        MIME-Version: 1.0
        Content-Type: multipart/mixed; boundary="scan"

        --scan
        Content-Type: text/plain; charset=utf-8

        The last boundary of this message never came.
        --scan
        Content-Type: text/plain; name="scan.txt"
        Content-Disposition: attachment; filename="scan.txt"
        Content-Transfer-Encoding: base64

        VGV4dCBvZiB0aGUgc2Nhbi4K
        """,
        """
        From: Old system <batch@fourthcoffee.example>
        To: {to}
        Subject: Charset that does not exist
        Date: Tue, 10 Nov 2026 03:52:00 +0000
        Message-ID: <sample-37@adatum.example>
        MIME-Version: 1.0
        Content-Type: text/plain; charset=x-house-charset
        Content-Transfer-Encoding: 8bit

        This claims a charset that nobody knows: \u{C3}\u{A9}.
        """,
        """
        From: Old system <batch@fourthcoffee.example>
        To: {to}
        Subject: Labelled ASCII, written in UTF-8
        Date: Mon, 09 Nov 2026 21:39:00 +0000
        Message-ID: <sample-38@adatum.example>
        MIME-Version: 1.0
        Content-Type: text/plain; charset=us-ascii
        Content-Transfer-Encoding: 7bit

        Gr\u{C3}\u{B6}\u{C3}\u{9F}e und Gewicht stimmen nicht.
        """,
        """
        From: Printer <printer@fourthcoffee.example>
        To: {to}
        Subject: Base64 with dirt in it
        Date: Mon, 09 Nov 2026 14:26:00 +0000
        Message-ID: <sample-39@adatum.example>
        MIME-Version: 1.0
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: base64

        VGhlcmUgaXMgZGlydCBi!!
         *ZXR3ZWVuIHRoZXNlIGxldHRlcnMu
        """,
        """
        From: Robot <robot@fourthcoffee.example>
        To: {to}
        Subject: =?utf-8?Q?A word that is not quite encoded?= =?utf-8?B?and another?=
        Date: Mon, 09 Nov 2026 07:13:00 +0000
        Message-ID: <sample-40@adatum.example>
        MIME-Version: 1.0
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: quoted-printable

        Both encoded words of the subject are malformed.
        """,
        """
        From: Robot <robot@fourthcoffee.example>
        To: {to}
        Subject: A boundary that was promised
        Date: Mon, 09 Nov 2026 00:00:00 +0000
        Message-ID: <sample-41@adatum.example>
        MIME-Version: 1.0
        Content-Type: multipart/alternative; boundary="promised"

        No part ever begins, so this is all there is.
        """,
        """
        From: nobody in particular
        To: {to}
        Subject: A sender without an address
        Date: Sun, 08 Nov 2026 16:47:00 +0000
        Message-ID: <sample-42@adatum.example>
        MIME-Version: 1.0
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: quoted-printable

        The From field holds a name alone.
        """,
        """
        Received: from relay.adatum.example by mx.example; Sun, 08 Nov 2026 10:34:00 +0000
        From: Clockless <clock@fourthcoffee.example>
        To: {to}
        Subject: A message without a date
        Message-ID: <sample-43@adatum.example>
        MIME-Version: 1.0
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: quoted-printable

        Only the relay knows when this came.
        """,
        """
        From: Header trouble <trouble@fourthcoffee.example>
        To: {to}
        Subject: A line that is no header
        Date: Sun, 08 Nov 2026 03:21:00 +0000
        Message-ID: <sample-44@adatum.example>
        MIME-Version: 1.0
        X-Broken
        Content-Type: text/plain; charset=utf-8

        The header holds a line without a colon.
        """,
        """
        From: =?utf-8?B?U3BsaXQ=?= <split@fourthcoffee.example>
        To: {to}
        Subject: =?utf-8?B?R3LD?= =?utf-8?B?tsOfZQ==?=
        Date: Sat, 07 Nov 2026 20:08:00 +0000
        Message-ID: <sample-45@adatum.example>
        MIME-Version: 1.0
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: quoted-printable

        The two words of the subject cut a letter in half.
        """,
        """
        From: Names <names@fourthcoffee.example>
        To: {to}
        Subject: A file name that wants out of its folder
        Date: Sat, 07 Nov 2026 12:55:00 +0000
        Message-ID: <sample-46@adatum.example>
        MIME-Version: 1.0
        Content-Type: multipart/mixed; boundary="names"

        --names
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: quoted-printable

        The name of the attachment is not to be trusted.
        --names
        Content-Type: text/html
        Content-Transfer-Encoding: base64
        Content-Disposition: attachment; filename="../../etc/passwd.html"

        PHNjcmlwdD5kb2N1bWVudC50aXRsZT0icmFuIjwvc2NyaXB0Pg==
        --names--
        """,
    ]
}
