extension SampleMail {
    /// Messages of every structure: alternatives, attachments, threads, empty subjects and long texts.
    static let structure = [
        """
        From: Nora Lind <nora@adatum.example>
        To: {to}
        Subject: Re: Moving the archive
        Date: Mon, 16 Nov 2026 00:12:00 +0000
        Message-ID: <thread-3@adatum.example>
        In-Reply-To: <thread-2@adatum.example>
        References: <thread-1@adatum.example>
         <thread-2@adatum.example>
        MIME-Version: 1.0
        Content-Type: multipart/alternative; boundary="part"

        --part
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: quoted-printable

        Agreed. I will start on Monday.

        > Shall we move the archive before winter?
        --part
        Content-Type: text/html; charset=utf-8
        Content-Transfer-Encoding: quoted-printable

        <p>Agreed. I will start on <b>Monday</b>.</p><blockquote>Shall we move the =
        archive before winter?</blockquote>
        --part--
        """,
        """
        From: Omar Haddad <omar@adatum.example>
        To: {to}
        Subject: Re: Moving the archive
        Date: Sun, 15 Nov 2026 16:59:00 +0000
        Message-ID: <thread-2@adatum.example>
        In-Reply-To: <thread-1@adatum.example>
        References: <thread-1@adatum.example>
        MIME-Version: 1.0
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: quoted-printable

        Yes, before winter would be best.

        > Shall we move it?
        """,
        """
        From: Nora Lind <nora@adatum.example>
        To: {to}
        Subject: Moving the archive
        Date: Sun, 15 Nov 2026 09:46:00 +0000
        Message-ID: <thread-1@adatum.example>
        MIME-Version: 1.0
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: quoted-printable

        Shall we move the archive before winter?
        """,
        """
        From: Accounts <accounts@adatum.example>
        To: {to}
        Subject: Invoice 2026-1104
        Date: Sun, 15 Nov 2026 03:33:00 +0000
        Message-ID: <sample-20@adatum.example>
        MIME-Version: 1.0
        Content-Type: multipart/mixed; boundary="invoice"

        --invoice
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: quoted-printable

        Please find the invoice attached.
        --invoice
        Content-Type: application/pdf
        Content-Transfer-Encoding: base64
        Content-Disposition: attachment; filename="invoice-2026-1104.pdf"

        JVBERi0xLjQKMSAwIG9iajw8L1R5cGUvQ2F0YWxvZz4+ZW5kb2JqCnRyYWlsZXI8PC9Sb290IDEg
        MCBSPj4KJSVFT0YK
        --invoice--
        """,
        """
        From: Studio <studio@adatum.example>
        To: {to}
        Subject: Photos of the new office
        Date: Sat, 14 Nov 2026 20:20:00 +0000
        Message-ID: <sample-21@adatum.example>
        MIME-Version: 1.0
        Content-Type: multipart/mixed; boundary="outer"

        --outer
        Content-Type: multipart/related; boundary="inner"

        --inner
        Content-Type: text/html; charset=utf-8
        Content-Transfer-Encoding: quoted-printable

        <h1>The new office</h1><p><img src=3D"cid:plan@adatum.example" alt=3D"Plan"=
        ></p>
        --inner
        Content-Type: image/png
        Content-Transfer-Encoding: base64
        Content-Disposition: inline; filename="plan.png"
        Content-ID: <plan@adatum.example>

        iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9
        awAAAABJRU5ErkJggg==
        --inner--
        --outer
        Content-Type: image/png
        Content-Transfer-Encoding: base64
        Content-Disposition: attachment; filename="desk.png"

        iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9
        awAAAABJRU5ErkJggg==
        --outer--
        """,
        """
        From: Legal <legal@adatum.example>
        To: {to}
        Subject: =?utf-8?B?VmVydHJhZyBtaXQgVW1sYXV0ZW4gaW0gRGF0ZWluYW1lbg==?=
        Date: Sat, 14 Nov 2026 13:07:00 +0000
        Message-ID: <sample-22@adatum.example>
        MIME-Version: 1.0
        Content-Type: multipart/mixed; boundary="legal"

        --legal
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: quoted-printable

        Der Vertrag liegt bei.
        --legal
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: base64
        Content-Disposition: attachment; filename*=UTF-8''Vertrag%20f%C3%BCr%20M%C3%BCller.txt

        VmVydHJhZ3N0ZXh0IG1pdCDDpCwgw7YgdW5kIMO8Lgo=
        --legal--
        """,
        """
        From: Legal <legal@adatum.example>
        To: {to}
        Subject: A file name in three pieces
        Date: Sat, 14 Nov 2026 05:54:00 +0000
        Message-ID: <sample-23@adatum.example>
        MIME-Version: 1.0
        Content-Type: multipart/mixed; boundary="pieces"

        --pieces
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: quoted-printable

        The name of this file was cut in pieces.
        --pieces
        Content-Type: text/csv
        Content-Transfer-Encoding: base64
        Content-Disposition: attachment; filename*0*=UTF-8''a%20very%20;
         filename*1*=long%20%E2%82%AC%20;
         filename*2=name.csv

        ZGF5LHN1bQoxLDIwCjIsMzAK
        --pieces--
        """,
        """
        From: Newsletter <news@adatum.example>
        To: {to}
        Subject: Ten ideas for a tidy desk
        Date: Fri, 13 Nov 2026 22:41:00 +0000
        Message-ID: <sample-24@adatum.example>
        List-Unsubscribe: <https://adatum.example/unsubscribe>
        MIME-Version: 1.0
        Content-Type: multipart/alternative; boundary="news"

        --news
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: quoted-printable

        Ten ideas for a tidy desk: 1. Put the cup away.
        --news
        Content-Type: text/html; charset=utf-8
        Content-Transfer-Encoding: quoted-printable

        <html><head><style>h1{color:teal}</style></head><body><h1>Ten ideas</h1><ta=
        ble><tr><td>1.</td><td>Put the cup away.</td></tr></table><p><a href=3D"htt=
        ps://adatum.example/ideas">All ideas</a></p></body></html>
        --news--
        """,
        """
        From: Security drill <drill@adatum.example>
        To: {to}
        Subject: Hostile HTML: nothing here may run or load
        Date: Fri, 13 Nov 2026 16:28:00 +0000
        Message-ID: <sample-25@adatum.example>
        MIME-Version: 1.0
        Content-Type: text/html; charset=utf-8
        Content-Transfer-Encoding: quoted-printable

        <html><body onload=3D"document.title=3D'ran'"><p>This message tries to run =
        scripts and to load pictures.</p><script>document.title=3D"ran"</script><im=
        g src=3D"https://tracker.adatum.example/pixel.gif" onerror=3D"document.titl=
        e=3D'ran'"><iframe src=3D"https://tracker.adatum.example/frame"></iframe><s=
        vg onload=3D"document.title=3D'ran'"></svg><a href=3D"javascript:document.t=
        itle=3D'ran'">Press me</a><form action=3D"https://tracker.adatum.example/po=
        st"><input name=3D"password"><button>Send</button></form><style>@import url=
        (https://tracker.adatum.example/style.css);</style><meta http-equiv=3D"refr=
        esh" content=3D"0;url=3Dhttps://tracker.adatum.example/"></body></html>
        """,
        """
        From: Omar Haddad <omar@adatum.example>
        To: {to}
        Subject: Fwd: The original complaint
        Date: Fri, 13 Nov 2026 09:15:00 +0000
        Message-ID: <sample-26@adatum.example>
        MIME-Version: 1.0
        Content-Type: multipart/mixed; boundary="forward"

        --forward
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: quoted-printable

        See the complaint below.
        --forward
        Content-Type: message/rfc822
        Content-Disposition: attachment; filename="complaint.eml"

        From: customer@fourthcoffee.example
        To: omar@adatum.example
        Subject: The coffee was cold
        Date: Mon, 02 Nov 2026 08:00:00 +0000
        Content-Type: text/plain; charset=utf-8

        The coffee was cold.
        --forward--
        """,
        """
        From: Calendar <calendar@adatum.example>
        To: {to}
        Subject: Invitation: planning for spring
        Date: Fri, 13 Nov 2026 02:02:00 +0000
        Message-ID: <sample-27@adatum.example>
        MIME-Version: 1.0
        Content-Type: multipart/alternative; boundary="calendar"

        --calendar
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: quoted-printable

        You are invited on 3 December at 09:00.
        --calendar
        Content-Type: text/calendar; method=REQUEST; charset=utf-8

        BEGIN:VCALENDAR
        VERSION:2.0
        METHOD:REQUEST
        BEGIN:VEVENT
        UID:plan@adatum.example
        DTSTART:20261203T090000Z
        SUMMARY:Planning for spring
        END:VEVENT
        END:VCALENDAR
        --calendar--
        """,
        """
        From: Dispatch <dispatch@adatum.example>
        To: {to}
        Subject: Delivery status notification
        Date: Thu, 12 Nov 2026 18:49:00 +0000
        Message-ID: <sample-28@adatum.example>
        MIME-Version: 1.0
        Content-Type: multipart/report; boundary="report"; report-type=delivery-status

        --report
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: quoted-printable

        Your message could not be delivered.
        --report
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mx.adatum.example

        Final-Recipient: rfc822; nobody@fourthcoffee.example
        Action: failed
        Status: 5.1.1
        --report--
        """,
        """
        From: Flow <flow@adatum.example>
        To: {to}
        Subject: Paragraphs that flow
        Date: Thu, 12 Nov 2026 12:36:00 +0000
        Message-ID: <sample-29@adatum.example>
        MIME-Version: 1.0
        Content-Type: text/plain; charset=utf-8; format=flowed; delsp=no

        This paragraph was broken by the sender and 
        belongs together when it is read on 
        a wide screen.

        > So does this 
        > quotation.
        -- 
        Flow
        """,
        """
        From: "Lind, Nora (Finance)" <nora@adatum.example>
        To: {to}
        Subject: One message for many
        Date: Thu, 12 Nov 2026 05:23:00 +0000
        Message-ID: <sample-30@adatum.example>
        Cc: Omar Haddad <omar@adatum.example>, "Sam \\"Skip\\" Rivers" <sam@adatum.example>
        Reply-To: finance@adatum.example
        MIME-Version: 1.0
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: quoted-printable

        You are one of many.
        """,
        """
        From: Quiet <quiet@adatum.example>
        To: {to}
        Subject: 
        Date: Wed, 11 Nov 2026 22:10:00 +0000
        Message-ID: <sample-31@adatum.example>
        MIME-Version: 1.0
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: quoted-printable

        This message has an empty subject.
        """,
        """
        From: Quiet <quiet@adatum.example>
        To: {to}
        Date: Wed, 11 Nov 2026 14:57:00 +0000
        Message-ID: <sample-32@adatum.example>
        MIME-Version: 1.0
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: quoted-printable

        This message has no subject at all.
        """,
        """
        From: Chronicle <chronicle@adatum.example>
        To: {to}
        Subject: The whole chronicle of the house in one very long message
        Date: Wed, 11 Nov 2026 07:44:00 +0000
        Message-ID: <sample-33@adatum.example>
        MIME-Version: 1.0
        Content-Type: text/plain; charset=utf-8

        {long}
        """,
        """
        From: Verbose <verbose@adatum.example>
        To: {to}
        Subject: A subject that goes on and on and on and on and on and on and on and on and on and on and on an\
        d on and on and on and on and on and on and on and on and on and on and on and on and on and on and on a\
        nd on and on and on and on and on
        Date: Wed, 11 Nov 2026 01:31:00 +0000
        Message-ID: <sample-34@adatum.example>
        MIME-Version: 1.0
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: quoted-printable

        The subject says it all, at length.
        """,
    ]
}
