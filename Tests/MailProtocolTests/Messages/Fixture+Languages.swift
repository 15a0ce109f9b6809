extension Fixture {
    static let languages: [Fixture] = [
        Fixture(
            name: "German in windows-1252",
            source: """
                From: Jörg <joerg@x.example>
                To: anna@contoso.example
                Subject: =?windows-1252?B?UHL8ZmJlcmljaHQgZvxyIE3kcno=?=
                Date: Tue, 2 Jan 2024 03:04:05 +0000
                MIME-Version: 1.0
                Content-Type: text/plain; charset=windows-1252
                Content-Transfer-Encoding: quoted-printable

                Sch=F6ne Gr=FC=DFe =96 J=F6rg
                """,
            subject: "Prüfbericht für März", from: "joerg@x.example", text: "Schöne Grüße – Jörg"),
        Fixture(
            name: "Russian in KOI8-R",
            source: """
                From: ivan@x.example
                To: anna@contoso.example
                Subject: =?koi8-r?B?79Teo9Qg2sEgy9fB0tTBzA==?=
                Date: Tue, 2 Jan 2024 03:04:05 +0000
                MIME-Version: 1.0
                Content-Type: text/plain; charset=koi8-r
                Content-Transfer-Encoding: base64

                5M/C0tnKIMTFztgsIMvPzMzFx8kh
                """,
            subject: "Отчёт за квартал", from: "ivan@x.example", text: "Добрый день, коллеги!"),
        Fixture(
            name: "Ukrainian in windows-1251",
            source: """
                From: olena@x.example
                To: anna@contoso.example
                Subject: =?windows-1251?B?x+Dv8O745e3t/yDt4CDn8/Hy8LP3?=
                Date: Tue, 2 Jan 2024 03:04:05 +0000
                MIME-Version: 1.0
                Content-Type: text/plain; charset=windows-1251
                Content-Transfer-Encoding: quoted-printable

                =D7=E5=EA=E0=BA=EC=EE =ED=E0 =E2=E0=F1 =F3 =EF=92=FF=F2=ED=E8=F6=FE.
                """,
            subject: "Запрошення на зустріч", from: "olena@x.example", text: "Чекаємо на вас у п’ятницю."),
        Fixture(
            name: "Simplified Chinese in GB18030",
            source: """
                From: li@x.example
                To: anna@contoso.example
                Subject: =?gb18030?B?vL62yLGouOY=?=
                Date: Tue, 2 Jan 2024 03:04:05 +0000
                MIME-Version: 1.0
                Content-Type: text/plain; charset=gb18030
                Content-Transfer-Encoding: base64

                x+uy6crVuL28/qOs0LvQu6Gj
                """,
            subject: "季度报告", from: "li@x.example", text: "请查收附件，谢谢。"),
        Fixture(
            name: "Traditional Chinese in Big5",
            source: """
                From: chen@x.example
                To: anna@contoso.example
                Subject: =?big5?B?t3zEs7Nxqr4=?=
                Date: Tue, 2 Jan 2024 03:04:05 +0000
                MIME-Version: 1.0
                Content-Type: text/plain; charset=big5
                Content-Transfer-Encoding: base64

                vdC3x67JsNGlW7d8xLOhQw==
                """,
            subject: "會議通知", from: "chen@x.example", text: "請準時參加會議。"),
        Fixture(
            name: "Japanese in ISO-2022-JP",
            source: """
                From: sato@x.example
                To: anna@contoso.example
                Subject: =?iso-2022-jp?B?GyRCMnE1RCROJCpDTiRpJDsbKEI=?=
                Date: Tue, 2 Jan 2024 03:04:05 +0000
                MIME-Version: 1.0
                Content-Type: text/plain; charset=iso-2022-jp
                Content-Transfer-Encoding: quoted-printable

                =1B$B$h$m$7$/$*4j$$$7$^$9!#=1B(B
                """,
            subject: "会議のお知らせ", from: "sato@x.example", text: "よろしくお願いします。"),
        Fixture(
            name: "Japanese in Shift_JIS",
            source: """
                From: sato@x.example
                To: anna@contoso.example
                Subject: =?shift_jis?B?jKmQz4+R?=
                Date: Tue, 2 Jan 2024 03:04:05 +0000
                MIME-Version: 1.0
                Content-Type: text/plain; charset=shift_jis
                Content-Transfer-Encoding: base64

                gqiQophigsmCyILBgsSCqILogtyCt4FC
                """,
            subject: "見積書", from: "sato@x.example", text: "お世話になっております。"),
        Fixture(
            name: "Korean in EUC-KR",
            source: """
                From: kim@x.example
                To: anna@contoso.example
                Subject: =?euc-kr?B?yLjAxyC+yLO7?=
                Date: Tue, 2 Jan 2024 03:04:05 +0000
                MIME-Version: 1.0
                Content-Type: text/plain; charset=euc-kr
                Content-Transfer-Encoding: base64

                vsiz58fPvLy/5C4=
                """,
            subject: "회의 안내", from: "kim@x.example", text: "안녕하세요."),
        Fixture(
            name: "Polish in ISO-8859-2",
            source: """
                From: jan@x.example
                To: anna@contoso.example
                Subject: =?iso-8859-2?B?WmG/87PmIGfqtmyxIGphvPE=?=
                Date: Tue, 2 Jan 2024 03:04:05 +0000
                MIME-Version: 1.0
                Content-Type: text/plain; charset=iso-8859-2
                Content-Transfer-Encoding: quoted-printable

                =A3=F3d=BC, =B6wi=EAto
                """,
            subject: "Zażółć gęślą jaźń", from: "jan@x.example", text: "Łódź, święto"),
        Fixture(
            name: "Greek in ISO-8859-7",
            source: """
                From: nikos@x.example
                To: anna@contoso.example
                Subject: =?iso-8859-7?B?0PH88+rr5/Pn?=
                Date: Tue, 2 Jan 2024 03:04:05 +0000
                MIME-Version: 1.0
                Content-Type: text/plain; charset=iso-8859-7
                Content-Transfer-Encoding: base64

                yuHr5+zd8eEg8+Hy
                """,
            subject: "Πρόσκληση", from: "nikos@x.example", text: "Καλημέρα σας"),
        Fixture(
            name: "Hebrew in windows-1255",
            source: """
                From: dana@x.example
                To: anna@contoso.example
                Subject: =?windows-1255?B?+ezl7Q==?=
                Date: Tue, 2 Jan 2024 03:04:05 +0000
                MIME-Version: 1.0
                Content-Type: text/plain; charset=windows-1255
                Content-Transfer-Encoding: base64

                +uXj5CD44eQ=
                """,
            subject: "שלום", from: "dana@x.example", text: "תודה רבה"),
        Fixture(
            name: "Turkish in ISO-8859-9",
            source: """
                From: ayse@x.example
                To: anna@contoso.example
                Subject: =?iso-8859-9?B?R/xuY2VsIGZpeWF0IGxpc3Rlc2k=?=
                Date: Tue, 2 Jan 2024 03:04:05 +0000
                MIME-Version: 1.0
                Content-Type: text/plain; charset=iso-8859-9
                Content-Transfer-Encoding: quoted-printable

                =DDyi =E7al=FD=FEmalar
                """,
            subject: "Güncel fiyat listesi", from: "ayse@x.example", text: "İyi çalışmalar"),
        Fixture(
            name: "Arabic in UTF-8",
            source: """
                From: ali@x.example
                To: anna@contoso.example
                Subject: =?utf-8?B?2YXYsdit2KjYpw==?=
                Date: Tue, 2 Jan 2024 03:04:05 +0000
                MIME-Version: 1.0
                Content-Type: text/plain; charset=utf-8
                Content-Transfer-Encoding: base64

                2LTZg9ix2Kcg2KzYstmK2YTYpw==
                """,
            subject: "مرحبا", from: "ali@x.example", text: "شكرا جزيلا"),
        Fixture(
            name: "raw UTF-8 everywhere, RFC 6532",
            source: """
                From: Zoë <zoë@exämple.example>
                Subject: Tschüß 👋

                Bis morgen, Zoë
                """,
            subject: "Tschüß 👋", from: "zoë@exämple.example", text: "Bis morgen, Zoë"),
    ]
}
