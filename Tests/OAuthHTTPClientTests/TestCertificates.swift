/// Certificates of an authority that exists only here, valid until 2126; each with its key in PKCS#8.
enum TestCertificates {
    /// The authority that signed the others.
    static let authority = """
        -----BEGIN CERTIFICATE-----
        MIIBmjCCAT+gAwIBAgIUZ44q/qh+p6Zix9Lamo1+BEiZ014wCgYIKoZIzj0EAwIw
        GTEXMBUGA1UEAwwOVGVzdCBhdXRob3JpdHkwIBcNMjYxMTIxMDI1NDQ2WhgPMjEy
        NjEwMjgwMjU0NDZaMBkxFzAVBgNVBAMMDlRlc3QgYXV0aG9yaXR5MFkwEwYHKoZI
        zj0CAQYIKoZIzj0DAQcDQgAEfrct1Acl+RkS8g0ydGT7tQZ3q6fgr29B3cwiPcdx
        gjJf3g02L45MOiaqz30GOC5qYq3tg8RooIszvZzLV+gd4qNjMGEwHQYDVR0OBBYE
        FCghSA8Y1FlIJ/DB3MV46iXgA5vPMB8GA1UdIwQYMBaAFCghSA8Y1FlIJ/DB3MV4
        6iXgA5vPMA8GA1UdEwEB/wQFMAMBAf8wDgYDVR0PAQH/BAQDAgIEMAoGCCqGSM49
        BAMCA0kAMEYCIQC3tyvX8wrci+Caw3xctBr/BdY65l6+xKZkW45E+zZdbwIhAOt+
        zmGyHHdalzzRKF8e2LZT6ZIzB/yjIHLRSfW0u/F2
        -----END CERTIFICATE-----
        """

    /// For the name `localhost`.
    static let localhost = """
        -----BEGIN CERTIFICATE-----
        MIIBpDCCAUqgAwIBAgIUdI0fsmO0GM+MHgsk9PHSqIVy+o0wCgYIKoZIzj0EAwIw
        GTEXMBUGA1UEAwwOVGVzdCBhdXRob3JpdHkwIBcNMjYxMTIxMDI1NDQ2WhgPMjEy
        NjEwMjgwMjU0NDZaMBAxDjAMBgNVBAMMBXJpZ2h0MFkwEwYHKoZIzj0CAQYIKoZI
        zj0DAQcDQgAEQRM0Q8J7v3veri21qD1A31ZjSmzOFIwiGcYMDSZYaBFYdLTFxtIP
        /dvSblHX8wwns/u/Ym3UIvxApmeizW3aSKN3MHUwFAYDVR0RBA0wC4IJbG9jYWxo
        b3N0MB0GA1UdJQQWMBQGCCsGAQUFBwMBBggrBgEFBQcDAjAdBgNVHQ4EFgQUURWw
        sa5HGUjsyjYm0mCF3tMiJ14wHwYDVR0jBBgwFoAUKCFIDxjUWUgn8MHcxXjqJeAD
        m88wCgYIKoZIzj0EAwIDSAAwRQIhAKkkLslA3EQbhfW/oAAot3uquWp5mBdmnbq1
        y13wZ1VRAiByOD0oA9DVVOjsUmm/0x7bLJlO3jqd//2wYzutmg023w==
        -----END CERTIFICATE-----
        """

    /// The key of `localhost`.
    static let localhostKey = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgFlSpRD0DfDY+B75E
        o/3CFG8hb2AnVB5JMhCBXRNG3VShRANCAARBEzRDwnu/e96uLbWoPUDfVmNKbM4U
        jCIZxgwNJlhoEVh0tMXG0g/929JuUdfzDCez+79ibdQi/ECmZ6LNbdpI
        -----END PRIVATE KEY-----
        """

    /// For the name `other.example`.
    static let otherName = """
        -----BEGIN CERTIFICATE-----
        MIIBqTCCAU6gAwIBAgIUdI0fsmO0GM+MHgsk9PHSqIVy+o4wCgYIKoZIzj0EAwIw
        GTEXMBUGA1UEAwwOVGVzdCBhdXRob3JpdHkwIBcNMjYxMTIxMDI1NDQ2WhgPMjEy
        NjEwMjgwMjU0NDZaMBAxDjAMBgNVBAMMBW90aGVyMFkwEwYHKoZIzj0CAQYIKoZI
        zj0DAQcDQgAEZZ/M74kkayxZuX9lRTQVm6+emiv62leTRiBtnF4OCMU1DbxxwrFW
        +yjkb8+idNuo0YqxoBe1rBpHqd1jeX7ot6N7MHkwGAYDVR0RBBEwD4INb3RoZXIu
        ZXhhbXBsZTAdBgNVHSUEFjAUBggrBgEFBQcDAQYIKwYBBQUHAwIwHQYDVR0OBBYE
        FAUa9yZ8WuH+k5NGu+fi3YGKbsRTMB8GA1UdIwQYMBaAFCghSA8Y1FlIJ/DB3MV4
        6iXgA5vPMAoGCCqGSM49BAMCA0kAMEYCIQDjuTevTZ08jwrNEXqQ1GabWO6M/zA2
        JMmcTjoQjxop8wIhAJPsu4HBhS6DRl/es92bl0mJ+ILisSFV/xqDVoQonwHv
        -----END CERTIFICATE-----
        """

    /// The key of `otherName`.
    static let otherNameKey = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgg6o3d8X2DqTpRKUb
        o6SiN/DLKYPIip/9pb3mudhGOu+hRANCAARln8zviSRrLFm5f2VFNBWbr56aK/ra
        V5NGIG2cXg4IxTUNvHHCsVb7KORvz6J026jRirGgF7WsGkep3WN5fui3
        -----END PRIVATE KEY-----
        """

    /// A client's certificate.
    static let client = """
        -----BEGIN CERTIFICATE-----
        MIIBpDCCAUqgAwIBAgIUdI0fsmO0GM+MHgsk9PHSqIVy+o8wCgYIKoZIzj0EAwIw
        GTEXMBUGA1UEAwwOVGVzdCBhdXRob3JpdHkwIBcNMjYxMTIxMDI1NDQ2WhgPMjEy
        NjEwMjgwMjU0NDZaMA4xDDAKBgNVBAMMA2FwcDBZMBMGByqGSM49AgEGCCqGSM49
        AwEHA0IABEX4Y7nbN6wkwaSZ1B9IHgJRwTI6QciPPi+7cXOcSoFM6fE3iJBg8VmZ
        J2uuJgtspDGZ9nM5J5/JfXUkVEDik5WjeTB3MBYGA1UdEQQPMA2CC2FwcC5leGFt
        cGxlMB0GA1UdJQQWMBQGCCsGAQUFBwMBBggrBgEFBQcDAjAdBgNVHQ4EFgQUTCH8
        oaEKIs9bdRTxuDUvwgQnfCYwHwYDVR0jBBgwFoAUKCFIDxjUWUgn8MHcxXjqJeAD
        m88wCgYIKoZIzj0EAwIDSAAwRQIhAKNDTYRQAoFRyFRmitdahMTruOjZIfjkV95a
        8v2Vlz91AiBDk9rTknJ7GNSjaCVclEnulFRwDcmXl0EUPPiU7SkG0g==
        -----END CERTIFICATE-----
        """

    /// The key of `client`.
    static let clientKey = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg/VTGeuX4Hnn95vNh
        CISUN7UzGXDXbLdlmYE0sBMky/WhRANCAARF+GO52zesJMGkmdQfSB4CUcEyOkHI
        jz4vu3FznEqBTOnxN4iQYPFZmSdrriYLbKQxmfZzOSefyX11JFRA4pOV
        -----END PRIVATE KEY-----
        """

    /// `client` and its key in PKCS#12 under the passphrase `phrase`, in base64.
    static let clientPKCS12 = """
        MIIEPAIBAzCCA/IGCSqGSIb3DQEHAaCCA+MEggPfMIID2zCCApIGCSqGSIb3DQEHBqCCAoMwggJ/
        AgEAMIICeAYJKoZIhvcNAQcBMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAiGpT+pJZyH
        uwICCAAwDAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEDcfRN/hv/ECexPAQyxsZ7eAggIQzKfI
        TUOnM9cT1akvGrQz1VM7JScgWGNTI5AAJRBX4xdWVD36ee+0TUWN0JyYr7J4lBRKpoyVTPlj2Ki7
        i5p3Ma4rpsy8/K7Ss6Cis1+Pzc6rSOO4V2glLBfE0iVCyF2RMLLk7oxMDrHJTToCmoaHOpqTLRYG
        LzPTc4w9+Um0kUua7MKMNL/jjkvgL7ZzqczIAKWBODbYwJAMFHO8MiyiB+wDxlTqmML3uSg4dzm5
        Fy0SSdFOjCW38jl2YdoUrO+j8d1gERoZCUF50SXZ9CHSPpf560IwMWnpvVX9SH8mOFAIxjOLVwTj
        t0e4hP6iGwoBLKFWapoxggtTLCDFuLISNrJi+TKT2A6xe9p3Vy0zEWd2o1jxwh/++MXVZ8ebQwRA
        o8IXUKHoM0YdO4BCb9fNUn+D207f2wj6SQPbPRJm7rSxoNdIAzgyBc9NIoY5o679tKYFJYcoxuj/
        feuoiFjlCJ3GoCOCySkMi+ycHVCmlfQf6DlLiC6Y9DaXe1rUIgBlwDKTUSjBm4vh01KO+mFDMeaM
        tLYX6CwvtqS+JaeuoYbhsxymBbeOJoOCg9xRiG0Zw807THZU9rNtE+VD+OeyuKjO97x28RHairOm
        mOcqQplGowDDUFb1Oa0xVP7tanJmCvdafDVauT5EiMvW8FhF5wii5st3X+GDHPhEPno+1XpTUpt6
        5eqyFesjlt3XrEx/MIIBQQYJKoZIhvcNAQcBoIIBMgSCAS4wggEqMIIBJgYLKoZIhvcNAQwKAQKg
        ge8wgewwVwYJKoZIhvcNAQUNMEowKQYJKoZIhvcNAQUMMBwECIw/cSY+BpFJAgIIADAMBggqhkiG
        9w0CCQUAMB0GCWCGSAFlAwQBKgQQxx87diYpstz9XRXGh9+XTASBkKU2cp03siEADXfz73zuuloE
        HfzYIjYo4k8s7a4wnC6fZSsY2XmRGGUQ8taaaKkNjDVaLdU9jSACI+ccdiRo7WO5QcSmgQHtg+gx
        6dn6RsjppGJCa3Xuz7HG7XnCJ/7pu/C2lSaLPGLHWYngPg6HpjrWNOiWgtDLwqM9y50OHo+VBDe0
        +yqtQewIBAdbtPde9zElMCMGCSqGSIb3DQEJFTEWBBRG3yIcO6KLuHHU5mz2SdRIchBthTBBMDEw
        DQYJYIZIAWUDBAIBBQAEIJa1HtRozVkYkOmp5c8MSRkwG1UnCMPeRrtUJEnZheQvBAg1tegMJVC1
        +gICCAA=
        """
}
