extension SampleMail {
    /// Messages in many languages and charsets.
    static let languages = [
        """
        From: Nora Lind <nora@adatum.example>
        To: {to}
        Subject: The quarterly figures are ready for you
        Date: Fri, 20 Nov 2026 16:40:00 +0000
        Message-ID: <sample-1@adatum.example>
        MIME-Version: 1.0
        Content-Type: text/plain; charset=us-ascii
        Content-Transfer-Encoding: 7bit

        Good morning,

        the figures of the third quarter are final. Revenue is up by four per cent.

        Nora
        """,
        """
        From: =?utf-8?B?0J7Qu9C10L3QsCDQqNC10LLRh9GD0Lo=?= <olena@adatum.example>
        To: {to}
        Subject: =?utf-8?B?0JfQsNC/0YDQvtGI0LXQvdC90Y8g0L3QsCDQvdCw0YDQsNC00YMg?=
         =?utf-8?B?0YMg0LLRltCy0YLQvtGA0L7Qug==?=
        Date: Fri, 20 Nov 2026 09:27:00 +0000
        Message-ID: <sample-2@adatum.example>
        MIME-Version: 1.0
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: quoted-printable

        =D0=92=D1=96=D1=82=D0=B0=D1=8E!

        =D0=9D=D0=B0=D1=80=D0=B0=D0=B4=D0=B0 =D0=B2=D1=96=D0=B4=D0=B1=D1=83=D0=B4=
        =D0=B5=D1=82=D1=8C=D1=81=D1=8F =D1=83 =D0=B2=D1=96=D0=B2=D1=82=D0=BE=D1=80=
        =D0=BE=D0=BA =D0=BE =D0=B4=D0=B5=D1=81=D1=8F=D1=82=D1=96=D0=B9. =D0=9F=D1=
        =80=D0=BE=D1=88=D1=83 =D0=BF=D1=96=D0=B4=D0=B3=D0=BE=D1=82=D1=83=D0=B2=D0=
        =B0=D1=82=D0=B8 =D0=B7=D0=B2=D1=96=D1=82.

        =D0=9E=D0=BB=D0=B5=D0=BD=D0=B0
        """,
        """
        From: =?gb18030?B?zfXQocP3?= <xiaoming@adatum.example>
        To: {to}
        Subject: =?gb18030?B?udjT2s/C1ty1xLvh0umwssXF?=
        Date: Fri, 20 Nov 2026 02:14:00 +0000
        Message-ID: <sample-3@adatum.example>
        MIME-Version: 1.0
        Content-Type: text/plain; charset=gb18030
        Content-Transfer-Encoding: base64

        xPq6w6O6CgrPwtbc0ru1xLvh0um4xLW90MfG2sj9z8LO58G9teOhowoKzfXQocP3
        """,
        """
        From: =?big5?B?s6+s/KzC?= <meiling@adatum.example>
        To: {to}
        Subject: =?big5?B?rXGz5qR3uGexSKVY?=
        Date: Thu, 19 Nov 2026 19:01:00 +0000
        Message-ID: <sample-4@adatum.example>
        MIME-Version: 1.0
        Content-Type: text/plain; charset=big5
        Content-Transfer-Encoding: base64

        sXqmbqFBCgqxeqq6rXGz5qR3qfOktaTRsUilWKFBuXetcKRUpNGr4bBluUahQw==
        """,
        """
        From: =?iso-2022-jp?B?GyRCRURDZiQ1JC8kaRsoQg==?= <tanaka@adatum.example>
        To: {to}
        Subject: =?iso-2022-jp?B?GyRCMnE1RCROO3FOQSRLJEQkJCRGGyhC?=
        Date: Thu, 19 Nov 2026 11:48:00 +0000
        Message-ID: <sample-5@adatum.example>
        MIME-Version: 1.0
        Content-Type: text/plain; charset=iso-2022-jp
        Content-Transfer-Encoding: 7bit

        \u{1B}$B$*@$OC$K$J$C$F$*$j$^$9!#\u{1B}(B

        \u{1B}$BL@F|$N2q5D$N;qNA$r$*Aw$j$7$^$9!#\u{1B}(B

        \u{1B}$BEDCf\u{1B}(B
        """,
        """
        From: =?shift_jis?B?jbKToYyS?= <sato@adatum.example>
        To: {to}
        Subject: =?shift_jis?B?gqiMqZDPguiCzIyP?=
        Date: Thu, 19 Nov 2026 05:35:00 +0000
        Message-ID: <sample-6@adatum.example>
        MIME-Version: 1.0
        Content-Type: text/plain; charset=shift_jis
        Content-Transfer-Encoding: base64

        gqiMqZDPguiC8JNZlXSCooK9grWC3IK1gr2BQoKyim2URoKtgr6Cs4KigUI=
        """,
        """
        From: =?euc-kr?B?sei5zrz2?= <minsu@adatum.example>
        To: {to}
        Subject: =?euc-kr?B?yLjAxyDAz8GkILqvsOYgvsizuw==?=
        Date: Wed, 18 Nov 2026 22:22:00 +0000
        Message-ID: <sample-7@adatum.example>
        MIME-Version: 1.0
        Content-Type: text/plain; charset=euc-kr
        Content-Transfer-Encoding: base64

        vsiz58fPvLy/5C4KCsi4wMe0wiC48b/kwM8gv8DIxCC8vCC9w7fOILqvsOa1x776vcC0z7TZLg==
        """,
        """
        From: =?koi8-r?B?6dfBziDwxdTSz9c=?= <ivan@adatum.example>
        To: {to}
        Subject: =?koi8-r?B?79Teo9Qg2sEgz8vU0cLS2A==?=
        Date: Wed, 18 Nov 2026 15:09:00 +0000
        Message-ID: <sample-8@adatum.example>
        MIME-Version: 1.0
        Content-Type: text/plain; charset=koi8-r
        Content-Transfer-Encoding: 8bit

        \u{E4}\u{CF}\u{C2}\u{D2}\u{D9}\u{CA} \u{C4}\u{C5}\u{CE}\u{D8}!

        \u{EF}\u{D4}\u{DE}\u{A3}\u{D4} \u{DA}\u{C1} \u{CF}\u{CB}\u{D4}\u{D1}\u{C2}\u{D2}\u{D8} \u{C7}\u{CF}\
        \u{D4}\u{CF}\u{D7}.

        \u{E9}\u{D7}\u{C1}\u{CE}
        """,
        """
        From: =?iso-8859-1?Q?J=FCrgen_Gro=DF?= <juergen@adatum.example>
        To: {to}
        Subject: =?iso-8859-1?Q?Gr=FC=DFe_aus_M=FCnchen?=
        Date: Wed, 18 Nov 2026 07:56:00 +0000
        Message-ID: <sample-9@adatum.example>
        MIME-Version: 1.0
        Content-Type: text/plain; charset=iso-8859-1
        Content-Transfer-Encoding: quoted-printable

        Sch=F6ne Gr=FC=DFe!

        Das Treffen in M=FCnchen war sehr n=FCtzlich.

        J=FCrgen
        """,
        """
        From: =?windows-1252?Q?=C9lo=EFse_Durand?= <eloise@adatum.example>
        To: {to}
        Subject: =?windows-1252?Q?Le_contrat_=E0_signer_=97_1_200_=80?=
        Date: Wed, 18 Nov 2026 00:43:00 +0000
        Message-ID: <sample-10@adatum.example>
        MIME-Version: 1.0
        Content-Type: text/plain; charset=windows-1252
        Content-Transfer-Encoding: quoted-printable

        Bonjour,

        voici le contrat : 1 200 =80 par mois, =E0 signer =AB avant vendredi =BB.

        =C9lo=EFse
        """,
        """
        From: =?iso-8859-2?Q?=A3ukasz_=AFak?= <lukasz@adatum.example>
        To: {to}
        Subject: =?iso-8859-2?Q?=AF=F3=B3ta_=B3=F3d=BC_w_porcie?=
        Date: Tue, 17 Nov 2026 18:30:00 +0000
        Message-ID: <sample-11@adatum.example>
        MIME-Version: 1.0
        Content-Type: text/plain; charset=iso-8859-2
        Content-Transfer-Encoding: 8bit

        Cze\u{B6}\u{E6},

        \u{B3}\u{F3}d\u{BC} stoi ju\u{BF} w porcie.

        \u{A3}ukasz
        """,
        """
        From: =?iso-8859-7?B?zd/q7/Ig0OHw8Nzy?= <nikos@adatum.example>
        To: {to}
        Subject: =?iso-8859-7?B?yuHr5+zd8eEg4fD8IPTn7SDB6N7t4Q==?=
        Date: Tue, 17 Nov 2026 11:17:00 +0000
        Message-ID: <sample-12@adatum.example>
        MIME-Version: 1.0
        Content-Type: text/plain; charset=iso-8859-7
        Content-Transfer-Encoding: base64

        yuHr5+zd8eEsCgr07yDd4+Px4fbvIOXf7eHpIN307+ns7y4=
        """,
        """
        From: =?windows-1255?B?4/DkIOzl6Q==?= <dana@adatum.example>
        To: {to}
        Subject: =?windows-1255?B?8enr5e0g5PTi6fnk?=
        Date: Tue, 17 Nov 2026 04:04:00 +0000
        Message-ID: <sample-13@adatum.example>
        MIME-Version: 1.0
        Content-Type: text/plain; charset=windows-1255
        Content-Transfer-Encoding: base64

        +ezl7SwKCu725fjzIPHp6+XtIOT04un55C4=
        """,
        """
        From: =?utf-8?B?2LPYp9ix2Kkg2K3Ys9mG?= <sara@adatum.example>
        To: {to}
        Subject: =?utf-8?B?2KzYr9mI2YQg2KfZhNij2LnZhdin2YQ=?=
        Date: Mon, 16 Nov 2026 20:51:00 +0000
        Message-ID: <sample-14@adatum.example>
        MIME-Version: 1.0
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: base64

        2YXYsdit2KjYp9iMCgrZh9iw2Kcg2KzYr9mI2YQg2KPYudmF2KfZhCDYp9mE2KPYs9io2YjYuSDY
        p9mE2YLYp9iv2YUu
        """,
        """
        From: =?iso-8859-9?Q?Ay=FEe_Y=FDlmaz?= <ayse@adatum.example>
        To: {to}
        Subject: =?iso-8859-9?Q?Toplant=FD_notlar=FD_ve_=F6neriler?=
        Date: Mon, 16 Nov 2026 14:38:00 +0000
        Message-ID: <sample-15@adatum.example>
        MIME-Version: 1.0
        Content-Type: text/plain; charset=iso-8859-9
        Content-Transfer-Encoding: 8bit

        Merhaba,

        toplant\u{FD} notlar\u{FD} a\u{FE}a\u{F0}\u{FD}da.
        """,
        """
        From: Sam Rivers <sam@adatum.example>
        To: {to}
        Subject: =?utf-8?B?UGFydHkgb24gRnJpZGF5IPCfjokgYnJpbmcgeW91ciDwn5Gp4oCN?=
         =?utf-8?B?8J+RqeKAjfCfkacgZmFtaWx5?=
        Date: Mon, 16 Nov 2026 07:25:00 +0000
        Message-ID: <sample-16@adatum.example>
        MIME-Version: 1.0
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: 8bit

        We meet at six. \u{F0}\u{9F}\u{8D}\u{B0} is provided.
        """,
    ]
}
