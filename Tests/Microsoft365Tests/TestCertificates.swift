/// Certificates and keys made for these tests with OpenSSL 3.0, in PEM; none is used anywhere else.
enum TestCertificates {
    /// When the first certificate begins to hold.
    static let notBefore: Int64 = 1_795_243_582
    /// Its last moment.
    static let notAfter: Int64 = 2_110_603_582
    /// Its thumbprints, computed by OpenSSL and written in base64url without padding.
    static let x5t = "hqRfOLd1xpdnuUZXNsnNfJmcBCk"
    static let x5tS256 = "UQaRnXvm0wdMh4RCu6yJymby1ztdlEgKYkbu6Vvzf1k"

    /// The certificate of an app: RSA of 2048 bits, valid from 2026-11-21T06:46:22Z to 2036-11-18T06:46:22Z.
    static let reports = """
        -----BEGIN CERTIFICATE-----
        MIIDKTCCAhGgAwIBAgIUQCjnKFhER9y6FthvX/kAiFou8VEwDQYJKoZIhvcNAQEL
        BQAwJDEQMA4GA1UECgwHQ29udG9zbzEQMA4GA1UEAwwHcmVwb3J0czAeFw0yNjEx
        MjEwNjQ2MjJaFw0zNjExMTgwNjQ2MjJaMCQxEDAOBgNVBAoMB0NvbnRvc28xEDAO
        BgNVBAMMB3JlcG9ydHMwggEiMA0GCSqGSIb3DQEBAQUAA4IBDwAwggEKAoIBAQCg
        8vxgR5K8VQnLDMQO5SdKf9Joe9aInCLQIG25R6eXKPLRwBF+CkjVOHEoeqJqd45V
        MTxnMNdKgCfiNmjyM5NTkSzJs0fhFfVwgDtfk1Qf3Mldk7P3NQZkkdr+E6/tTvVx
        z2kUiFy18/MjhBQkqSSiLjYN86OISJWqoo/Si2WWGXPwrTq2BXMYJ+8AujIfOOWU
        +M430RIHIa1jPctmXVkCE9+eLzl7rwnXAEJH9d+vVUHAMO0F8ONPg1itRzx1JC4U
        cfOWzoASU8sjrnFyjejFFBEuW+PZ/ZhPwWc04j9i5v8l/G8AphmQ5dNJ7zfNeQel
        a8AnWMMLxE/H4i+wH9BfAgMBAAGjUzBRMB0GA1UdDgQWBBT+YzbzklfwjxWJXcIG
        mWScgTFniTAfBgNVHSMEGDAWgBT+YzbzklfwjxWJXcIGmWScgTFniTAPBgNVHRMB
        Af8EBTADAQH/MA0GCSqGSIb3DQEBCwUAA4IBAQATSLqQhYvh+rMMv3OkL6YQ4r1f
        jxeZDy2NPF1u66KqNoeXaat5ng2WgX5EAmp0iMW4aiFT4GD6Pg/3G75oN5ZvXcFv
        szCbTLQjk1UqP6iPGP9XNGjMZFzHdggyRnCAyHPazOlY3tIEX1DILxhAP8x2z32b
        Q3fcGM+GrybDANHIhmYeHZTHGnmfTghR++1cs96HbSg6EbamP5BKpxRBYsNAo7cx
        yswuXG4cWwbx3ylxmCyxfCeTbVd/UlJyr0VjOntTgmJs/G3X0av0ysGhP/GBOXJb
        HwKI5lp1Pch3kxQEIQbRTsictNSxS73144LtU9tsyhigbefUW+q+Feb4JIus
        -----END CERTIFICATE-----
        """

    /// Its key in PKCS#8.
    static let reportsKey = """
        -----BEGIN PRIVATE KEY-----
        MIIEvAIBADANBgkqhkiG9w0BAQEFAASCBKYwggSiAgEAAoIBAQCg8vxgR5K8VQnL
        DMQO5SdKf9Joe9aInCLQIG25R6eXKPLRwBF+CkjVOHEoeqJqd45VMTxnMNdKgCfi
        NmjyM5NTkSzJs0fhFfVwgDtfk1Qf3Mldk7P3NQZkkdr+E6/tTvVxz2kUiFy18/Mj
        hBQkqSSiLjYN86OISJWqoo/Si2WWGXPwrTq2BXMYJ+8AujIfOOWU+M430RIHIa1j
        PctmXVkCE9+eLzl7rwnXAEJH9d+vVUHAMO0F8ONPg1itRzx1JC4UcfOWzoASU8sj
        rnFyjejFFBEuW+PZ/ZhPwWc04j9i5v8l/G8AphmQ5dNJ7zfNeQela8AnWMMLxE/H
        4i+wH9BfAgMBAAECggEAIY43Vt1lNtWl6or5Tz+wXuRiWj1DX4zp5ylzptbNFoNH
        iLp6CySaxbV0RiO3O+o8Jv/SX5M7t4Ebj5qXa7OcCiawx0aU/FUHLFLXzhfZyKDP
        7K4QLcCE2i/cj+9L1PaKzpUXC9xYM+kt7mApkPEgvZ1T0LnUhOPZLE+jG5rLba0A
        s7ytwTDwkX4Fj5iQzkdPg1nS9yUOYH5ed9H5sMNRJ6CpZEdvS9gajowal0OnTKb3
        cvNj/6RsY2WWP27kVPjzjM2U8dwoSeeq+zO6qO5oeJ6tgTVEF79NJF6/DvLt+Wm8
        1kOm6goSEI9UaKdBC764wJg7VDQgFTPW6ce5Zj9RJQKBgQDhyvtwJ3NTGIw3BSBI
        xGzn0kqkpdeRyTlBYyjBAPIDMZvpfxCtuROh4nUAXdfZ9e5+tKk1bHBZof4TEOxn
        5KrHO70g8hQI2wNHgcyHsvB8Aab/VX9X+Kturel6a6o7oOJgqMW/3EYqH+V5EB7h
        Tc26icfLow9ChQIx8KITzwL9zQKBgQC2ezepE/opUihZuDSNJevpecWkYFB2wq0h
        4ubf8fe1DProRHHdHcKCk4tgbbvCjL0y4c7XFb4HaNDjTWYCwrgQZMPkLnbrYN8z
        YQFFO845h3Vi3SptMLUjS9QOqp+BMtx9vQwrMJwTek5JHsGDkXtr2Q/sTVz91hj3
        IUFXlRF62wKBgB7q+o8a99GzFNAb5ZXRP9BmnU36X5BY63wmpdf31yvUyTKp8ZC4
        PRX3umm4b+wqnuO+vUTRenjrk6zsrlJzn2b0qSsvusqTotlRzr3uJLv2RfXEsVFM
        fb0EF2pp/792gkkWEy34basq/vMa3/+d9cPLRg5+X4KOUASinK71s8UpAoGAO7pr
        BomGaT39/RfhA441AI+eFGZ+D9E6sAu/u+9MP9OG0L2Oc2yJPQokJaTlPxGn396v
        QBFayLwTG0M7L44ihyMkRyy6OeLUS9Hlg47GumfPEVQIzgKSV4I7X62TVcubBgD5
        2a0oeOugciiB+JmGx08d+h98X41TUJhu9cbSGN8CgYBvukZ+SO+h2jVhoCGOeH3H
        tdgcRFVviTMv8YnFP4ABRCvt2sO4yAd+1LsyxZiqMkLevITmtb/nbyZnzlgbW+QH
        ymSAtbNMszD34l5gEc2S6/7Dv3KmVXBBma66W/m9ZTPUSgd78CyJdE7/Fw2RktOj
        jVJSP2UpAotmMTHw+tKiLw==
        -----END PRIVATE KEY-----
        """

    /// Its key in PKCS#1.
    static let reportsKeyPKCS1 = """
        -----BEGIN RSA PRIVATE KEY-----
        MIIEogIBAAKCAQEAoPL8YEeSvFUJywzEDuUnSn/SaHvWiJwi0CBtuUenlyjy0cAR
        fgpI1ThxKHqianeOVTE8ZzDXSoAn4jZo8jOTU5EsybNH4RX1cIA7X5NUH9zJXZOz
        9zUGZJHa/hOv7U71cc9pFIhctfPzI4QUJKkkoi42DfOjiEiVqqKP0otllhlz8K06
        tgVzGCfvALoyHzjllPjON9ESByGtYz3LZl1ZAhPfni85e68J1wBCR/Xfr1VBwDDt
        BfDjT4NYrUc8dSQuFHHzls6AElPLI65xco3oxRQRLlvj2f2YT8FnNOI/Yub/Jfxv
        AKYZkOXTSe83zXkHpWvAJ1jDC8RPx+IvsB/QXwIDAQABAoIBACGON1bdZTbVpeqK
        +U8/sF7kYlo9Q1+M6ecpc6bWzRaDR4i6egskmsW1dEYjtzvqPCb/0l+TO7eBG4+a
        l2uznAomsMdGlPxVByxS184X2cigz+yuEC3AhNov3I/vS9T2is6VFwvcWDPpLe5g
        KZDxIL2dU9C51ITj2SxPoxuay22tALO8rcEw8JF+BY+YkM5HT4NZ0vclDmB+XnfR
        +bDDUSegqWRHb0vYGo6MGpdDp0ym93LzY/+kbGNllj9u5FT484zNlPHcKEnnqvsz
        uqjuaHierYE1RBe/TSRevw7y7flpvNZDpuoKEhCPVGinQQu+uMCYO1Q0IBUz1unH
        uWY/USUCgYEA4cr7cCdzUxiMNwUgSMRs59JKpKXXkck5QWMowQDyAzGb6X8QrbkT
        oeJ1AF3X2fXufrSpNWxwWaH+ExDsZ+Sqxzu9IPIUCNsDR4HMh7LwfAGm/1V/V/ir
        bq3pemuqO6DiYKjFv9xGKh/leRAe4U3NuonHy6MPQoUCMfCiE88C/c0CgYEAtns3
        qRP6KVIoWbg0jSXr6XnFpGBQdsKtIeLm3/H3tQz66ERx3R3CgpOLYG27woy9MuHO
        1xW+B2jQ401mAsK4EGTD5C5262DfM2EBRTvOOYd1Yt0qbTC1I0vUDqqfgTLcfb0M
        KzCcE3pOSR7Bg5F7a9kP7E1c/dYY9yFBV5URetsCgYAe6vqPGvfRsxTQG+WV0T/Q
        Zp1N+l+QWOt8JqXX99cr1MkyqfGQuD0V97ppuG/sKp7jvr1E0Xp465Os7K5Sc59m
        9KkrL7rKk6LZUc697iS79kX1xLFRTH29BBdqaf+/doJJFhMt+G2rKv7zGt//nfXD
        y0YOfl+CjlAEopyu9bPFKQKBgDu6awaJhmk9/f0X4QOONQCPnhRmfg/ROrALv7vv
        TD/ThtC9jnNsiT0KJCWk5T8Rp9/er0ARWsi8ExtDOy+OIocjJEcsujni1EvR5YOO
        xrpnzxFUCM4CkleCO1+tk1XLmwYA+dmtKHjroHIogfiZhsdPHfoffF+NU1CYbvXG
        0hjfAoGAb7pGfkjvodo1YaAhjnh9x7XYHERVb4kzL/GJxT+AAUQr7drDuMgHftS7
        MsWYqjJC3ryE5rW/528mZ85YG1vkB8pkgLWzTLMw9+JeYBHNkuv+w79yplVwQZmu
        ulv5vWUz1EoHe/AsiXRO/xcNkZLTo41SUj9lKQKLZjEx8PrSoi8=
        -----END RSA PRIVATE KEY-----
        """

    /// Its key in PKCS#8, encrypted.
    static let reportsKeyEncrypted = """
        -----BEGIN ENCRYPTED PRIVATE KEY-----
        MIIFLTBXBgkqhkiG9w0BBQ0wSjApBgkqhkiG9w0BBQwwHAQIwdTJBx0Wut8CAggA
        MAwGCCqGSIb3DQIJBQAwHQYJYIZIAWUDBAEqBBAR+3lI//5z7UMWAFEEBnMUBIIE
        0EzmJk5IT0pzrIcs5EBQ/WtdqAFxGdDGQcGcpIz+nMVH5dmQbmnDXeFDLTPo8Q07
        vjrzikgHCqqlqeUoFRNIXJVP4cDCuTdKPMJQB+fUojWedBZ+A/bQgvu7XK2/VeWm
        0Ecvxt3u5g1IlSXqNnl6sIOVp98/2c+fsWJi9oxkLc4kUTCotN7AdUeqvhcvyP6j
        +2RMSDEgbVBeRNWKnWsG8tYZXFMlYwtY8AvV61m/ruIFRYEevE5YQ6UM21YVWFHL
        2frrPtU93u4Hsfyv930aJv+zS3FV4XVQoqXD4/NBqkp/3HuLVaysWwgvXEZrx8Oh
        rv+ClEjpyGPDCGErsszODlst4+wxBV2VZsW6vMbbhEXpAVX5UxWdEgfr6a4/MTo8
        pqeR2UUJvDf3VQ0wYCNznDA2V/7Yt7EhMAXxqPBcRwckluaKKT2mehCv/o+GRMFC
        +yEplQKYTrmeIGO/V6lkI9CdCSihGiNUpj9JW7dBqmwUxpWYcedMtHK+Gz7R4age
        np3gZNI6oaDt8wuWLaZvB9nPiiz9JPkoJssWTel8KOLiJawvlDSFUlnKgqKVugvM
        /60K1TSYm8NkeoNavvu1/jGZIeb49KkfsaUl4pJBWpGPXanK3jYELRF7ZC2v6g4z
        YI1GG1qnyUoJyvQxN23GOHXgdlf7Va4NUu6Ju+Zg50h+bmR6B6Jq/gUi+cnwWoaV
        sNlaZdeo7R10kyOPeFjRO2tEeGR5kef/cEVRHhNkhWVVjhMA8a3WnA23k3z0RwzQ
        2hc9Nlb/M0rGtjm22yVwDnzYDx7l81YyglBu7V6TC+y9XwpphLKxaEsIFoFMAqRx
        eEzc8Isz+XS8VFKyOll7YOdv3PBamJH6PFkvGXtCWFQDcVVEjgyPpb28unPfaN9l
        NNfX+1/yyGDEzFcDI4p1oAv5M0fRpoCH7C/VxluI3lIsp/ex/93M2z7smX15vQwu
        5b914iJmjyr8qkXo0C4aac2dB2VPplWYIs8UTVH8/VHFIGuxhLs1+CZe5r2YomRs
        5gkYkLfL0Jbxk07wc/+8LPz0IjV7HU/WkCflD5ltPQeyGfK6z4th/46VInl56jPR
        O9J+v+HZ+MmhkYdM3I4E80kO1ZyV6vhWY5SpBQJaWij2ClB53HoLJ/Tg2vNvrXVf
        QQI0VV+h+YcOtYJ2DfkHBdiVlzOTxPp8FPTrSNAoRXsP6wPYP83HrItOd7V38KEv
        2MAqdfXlc/v6spjCejDpggG0vyR/hZQ8+n9/witvJaq62p+3+TTgSUphwguPxuyX
        kmdisXclNKHyvLhe5TCvHZuwMyLgPMTm/ChlNKLfyUWT2NFw+7eZKDQ9e6/SXk/G
        x+HaQLLGcU2LxDVOWpslPD5fxuv4L6zamwaNoV10xgbZ8PcYBoiaOxtYUZIrVvJm
        wqiy0b16liF+n3IUpiVQZ4ZrGE1HdJBNL1/XhD2qIFqvRg9kmYYqk/VNkZTdNIcV
        UCJc00Ro1OomNvlpYWbNS1GmDweN3OENqPVPsBhlLpkJqQ1LrUSkuH2ZK/oPC9MP
        cVXcKwN66F8q8UMk46RpCsKZf14YykU2x/b9j58mQHz4GCEI7HxOxOmiaot4L6KH
        yCefwXkzXu37AcCGcxXOEx6SjEItl0uwx3GFWFSfOknZ
        -----END ENCRYPTED PRIVATE KEY-----
        """

    /// Its key in PKCS#1, encrypted.
    static let reportsKeyEncryptedPKCS1 = """
        -----BEGIN RSA PRIVATE KEY-----
        Proc-Type: 4,ENCRYPTED
        DEK-Info: AES-128-CBC,1B74BC155A070ABF6AC46AD7FBCCC9BC

        jz8wWbWahcuXiGkG2EzqGhh15VlAFiVSIQpVmxdguL474EY2mV/qitaskzO0lS/6
        waEsmWo4vukr6fDb+5M1P3M6Vgdmr+QcqTllCuwYzUaUMHLwZuOaRNgMxC3x/Lqj
        uMdxcfPld2ab7Sq+BdKe9jP1JpsTRjmX/FS2whqBm/rN1Rqq6Hhb5NYWKKpICrlG
        q/cUMXeqC5ybj/xByj5wIf73xolSVZrlF+fPLDS2VUungfO5bFy+yEaVz2T3Ko75
        rU2dsBuVPWGwXQdoHuejJM5Y7smOgEeU73pfuZj2lWm6vch1fgIgTM8QvTh4TYWH
        Dafoo2h4uM5w3fzLBrdqEgBMrIvCzsFWxpSPLUPPpBMNCnEduhPWbzieU6kkx13D
        ngB1PfGw4xyxLe6TahO+j5llaJ75xtkCGMcGFvi/Ibl0rFHQRZ28XR91I+OyW3jZ
        4pLKk7ENIHRkoMXLkSpuQCxpmad9edTYnoXA4OBv4C7tXK5W9PdtuC+yrx4pitrV
        1xaVnIPas9BRI0Q28r4mfzlNL75ZLMh14nDkKSjV2YweI7vv8tNq0P5EDLx3guZW
        xcaSlO0BYc3kovqeTZSVjFQASDqGuL0hJTrwwA4f1s2rqprm5bOAd0h0LpfH0ejp
        K766MtooQ3Fxcn9oubg9EX10uvJg/2/oW/jDOjTmR1HN3vt+tVcjsQdUhrMCNBsn
        8eyEtDIKpA5HUSvhKEsXKFrsb+zxGOfHELFYGKZkELWhoSUI+IuKG49PoxUsGFg1
        WzzhQsgy69ocKmgRyrfQ3TOoQHqlSpxAEhjCrQpx9TJdSUQy71DQarD/PLHbkp/2
        zKtJ2oYlhZemXBN45EgUIdhFYmzOZ8YxBSM4Cl+aGHQFIVNpUfQEOPi1wdtzE1Wj
        vSgmmeKNFRTLS+m4+kZaEwHgYoMJf0xEKqMb7RyN7Ca0y8bZDIDsqxRbwwYkg1hN
        l6bZEl9+edvwegHvRJjW61hCqQbrsooF1ZFi6jku/cVDBRr0rfFjU16GpoFq3rnD
        A7VDM5l74f/BZhFisUUYZz/RhMAPwrT/trl/AGtS/mULFHU+OzsrOOFI6wT0AAGq
        gEMKTzhaeRSAiDFk26Ks/7YeYeYUUo5ofbMXC6iWEGJrG5iCrn/e8tcd3dyxynpB
        dXGnE64rGh+w7JSKLUrqQDcff37QWbbgILNJhAtmfSfZEW2TK25L7A+4yIDCKoKS
        Zw9ywoF4D8C4DqOJe9tEG4+usilvAyVu1naCG38BKRIHysCSr8VFjKCoYY/4T09a
        0HeZYlrxacY0lnxWBurPRdk3+9YfRRQ+xG1K30JHcGDQXM8+MR7I/6lvpxxmvOb4
        1BhSH36JBAeLsyEwVRPGIj+p4reVjAddRubzS/54Hsk1DS8MuoseACI2uLrcdKJc
        emtdsJatvMOkwqssyojzKFy/IYkAnXYBV9Td/6/P1qwg5NKZ5cBnKx1yyAvpms/D
        O4bINXDq2wF6i2ZITaDCmRWnVmZPnxd/UBKeZNJ14JFW9tz1wsFh33iZDtlmn0Um
        b7TX+2gsfKAvI9Eln71O7exCv/X0k1g/wTQDRMB/KUrRnZNKn6kqMgSuQ8ND33H4
        -----END RSA PRIVATE KEY-----
        """

    /// Another certificate of the kind.
    static let other = """
        -----BEGIN CERTIFICATE-----
        MIIDJTCCAg2gAwIBAgIUXj1VonPOeBMRiOJTG765Iz4RuIUwDQYJKoZIhvcNAQEL
        BQAwIjEQMA4GA1UECgwHQ29udG9zbzEOMAwGA1UEAwwFb3RoZXIwHhcNMjYxMTIx
        MDY0NjIzWhcNMzYxMTE4MDY0NjIzWjAiMRAwDgYDVQQKDAdDb250b3NvMQ4wDAYD
        VQQDDAVvdGhlcjCCASIwDQYJKoZIhvcNAQEBBQADggEPADCCAQoCggEBALqYSKxc
        BHxjOcRosX+vVNzwBsidneytvHy7H0qEoNDeKpl4OFGSYePQKsXKhfotvGPCBzvV
        adFAgJKvYKrlBRFChYTC6L08ZXqP5pdvJVC+q1xl1phzbQf23FMSnDq9BEzI60Xa
        eEXZZSv87xwx9O71izZ8r4Tp1oytj5mUFrzzL6/hZSTLwrviLG7l9IO/gfJQFVbg
        BSAcPAABBPd0aTYgr4a4LC5UT970FNRlwS/Udl2QigbWqUWkv82pfK+YVkqQ24td
        asiG0FO51XlqTUaSPx84CAUiIXU+tljxQLVEWRxrUB1HPDiU9EtJGUu2eAn8EMoH
        6IPnd+ORa2NbnAkCAwEAAaNTMFEwHQYDVR0OBBYEFHumvOH8c8Z7aw16gV8t2JsB
        M6ndMB8GA1UdIwQYMBaAFHumvOH8c8Z7aw16gV8t2JsBM6ndMA8GA1UdEwEB/wQF
        MAMBAf8wDQYJKoZIhvcNAQELBQADggEBADaieOkLnOAMUdzDtgLWvaJ+C9ztgXYX
        3buKdl/V7Y0fKMk1ucLH5YDqApYg37+hzYxoJ7zjTFc0iMcfkw9kN3bZ9DBYWv6C
        2LVoOYw/N59+37HNh7dcarGGVqkrpmmgjwUzPfKHigVbODEzFR+gq4844JJE8vgZ
        lBeXVQuTYmhMTZR3Kog2YUVY1cxpj5uO7SzA9mCWuQeYof8xc7bd6XyueX8w+3TH
        24b/Pw7gh348k8uX/PXI1gnhVia1PDW3HTkAkNxQkm+xRqnRoN/nLOBgPD3+ldcE
        28aFUSqWkvheJcHLh4MsiHGItMe20oOuCZn8Lh7oh34g3C8J8lusQc0=
        -----END CERTIFICATE-----
        """

    /// Its key.
    static let otherKey = """
        -----BEGIN PRIVATE KEY-----
        MIIEvAIBADANBgkqhkiG9w0BAQEFAASCBKYwggSiAgEAAoIBAQC6mEisXAR8YznE
        aLF/r1Tc8AbInZ3srbx8ux9KhKDQ3iqZeDhRkmHj0CrFyoX6Lbxjwgc71WnRQICS
        r2Cq5QURQoWEwui9PGV6j+aXbyVQvqtcZdaYc20H9txTEpw6vQRMyOtF2nhF2WUr
        /O8cMfTu9Ys2fK+E6daMrY+ZlBa88y+v4WUky8K74ixu5fSDv4HyUBVW4AUgHDwA
        AQT3dGk2IK+GuCwuVE/e9BTUZcEv1HZdkIoG1qlFpL/NqXyvmFZKkNuLXWrIhtBT
        udV5ak1Gkj8fOAgFIiF1PrZY8UC1RFkca1AdRzw4lPRLSRlLtngJ/BDKB+iD53fj
        kWtjW5wJAgMBAAECggEACAlXRvIjINLaufR64ZmU9XuShTkxpDAS6EncZgaakQhi
        jA/XGB9Of0P31aM8fDsUTDUe/+MYDsLBDuBGEPIycsz7SG2nHcBgTAQu3aqUMDs4
        EO+Ta6c8BM3rbRoF98ssiFyWcoCfcb20W23GRB/8MT8K1wbNffNe0doHT2lnBc39
        /RKcs8d42u8jPfhbHoyXCuVY4zWQyRKCjLmwL2soB1zqJ4f7Jkk7d2KwKz7JzGVx
        MFObaty2vnz9Z8H6+Brg9yDQRnPFPwCjKEEqONbgJ/gsANPv++VI59Nt6ghlTJOy
        eQ+9qHa2zc1BEC81CXi2nxanRlCUUMzTWp02FGU9AQKBgQD+2Z7+L/pp6lYL8E4G
        VtzLPjeqiYjdgrybjPes0CbO0MAMiZ96P5lgAF9FOzMQfWARNfoK3PvxBPo1+F3+
        O4+inQ6raJ0vOHLuzZCGpQgrkJK0TKEnYnGFAUPfLQzeBqxrLExypNMX+ztc3y9e
        iozXjE4ytVDCdv9QbaqI+vKJAQKBgQC7b9IeXT/Y9RnJ+9L0LmLBojRNl8zbCEnQ
        kJTr/TwUuFi151QbZhXNc3pyksYZztrIa14P1liBS5uYOFKDfY87Mv+puSd+ktII
        X9MUwuSTQNuMxciypS6sbZnMB9izcvM1zV1eWm8EAdkq0dkQ6R0xc7YzhOhuD/pK
        aBODBTHLCQKBgB8k5yo3IMoayiMxXcemi9sGonTj0+cGGBiGVKo40dVKa33cv7GH
        3i1+PiZOwsHMIJZZ21HCicN9kTpRPONZ0gbUXLuT0Em6A0mts3DQ8DuqslL4XmVa
        wXa4ndvDPKRRenaqdjk4bVer6yhBWh+anPWmftPxlon9Utw4WrPcvxEBAoGAN1DH
        1Ng2OIQVCUv9NLzfvj9tahzLgzSN/DQ/DuocKg1BeOV9J9zXwFs9HsT8G6+1V4KA
        LvJWCkpS7/hnOZD7jT/+vYr8Adm4jGojNDRUGrUAViokkbw36wEpa1JBfKwG5LDn
        ximwK6GUApQNmHUDfY2ljszBf4HNntnaMEd/K2kCgYAW5khYapEiBRq08vpw+azO
        1SVh9giS0kJkF+k/ROhvNDNW0TJKVG1jL272Yfny1FD/ByFq5EN/Nw8qHK9DR9Tu
        yz7AN9c75B/cCuTmDv9GOsaHrJisnoMEXk+I5GUDr3c/izc5VrTmHUxL4anl3oyk
        aalb2yc0KXjHcxd/gHUc1Q==
        -----END PRIVATE KEY-----
        """

    /// A certificate with RSA of 1024 bits.
    static let weak = """
        -----BEGIN CERTIFICATE-----
        MIICHjCCAYegAwIBAgIULU4sqFaqS6ScTvYVzECzxxTTVAAwDQYJKoZIhvcNAQEL
        BQAwITEQMA4GA1UECgwHQ29udG9zbzENMAsGA1UEAwwEd2VhazAeFw0yNjExMjEw
        NjQ2MjNaFw0zNjExMTgwNjQ2MjNaMCExEDAOBgNVBAoMB0NvbnRvc28xDTALBgNV
        BAMMBHdlYWswgZ8wDQYJKoZIhvcNAQEBBQADgY0AMIGJAoGBAOVec4IADT542UKQ
        ldatpg9cBH9gNwc5yY+m+4x5Ibu/6b5wxahJ7DiihmPl/sqoMUJtghUMralDVmkz
        NWzGJ5mKcb6e3NUGISB3yIjMpu7zIN1OiUffN9nQaWW4xKVpEl1rNlKMrFylAcHU
        qhmA02t6nP70q/fom+dooncgTN6pAgMBAAGjUzBRMB0GA1UdDgQWBBRHFlJkFMSi
        EQzoJbWGUlHcQbIU7DAfBgNVHSMEGDAWgBRHFlJkFMSiEQzoJbWGUlHcQbIU7DAP
        BgNVHRMBAf8EBTADAQH/MA0GCSqGSIb3DQEBCwUAA4GBAOKLbTeRheHqcExmYVEJ
        coV6QeR9atcy10+Ofymz+Gkv111zetTvxOSazR8wgdVfQkW5T9KTuN1f4NyIG1fb
        pEezYTFj3Asv8ZV31Q2W5pXGfmIvuD97XTRs/xW7bf+3TAOhScsytMcNi7QOLY3q
        dmKOaoT+02z7oTmJlUrIL0XC
        -----END CERTIFICATE-----
        """

    /// Its key.
    static let weakKey = """
        -----BEGIN PRIVATE KEY-----
        MIICdwIBADANBgkqhkiG9w0BAQEFAASCAmEwggJdAgEAAoGBAOVec4IADT542UKQ
        ldatpg9cBH9gNwc5yY+m+4x5Ibu/6b5wxahJ7DiihmPl/sqoMUJtghUMralDVmkz
        NWzGJ5mKcb6e3NUGISB3yIjMpu7zIN1OiUffN9nQaWW4xKVpEl1rNlKMrFylAcHU
        qhmA02t6nP70q/fom+dooncgTN6pAgMBAAECgYBffVbxRDw/SeiJQdBfs6NyuYhV
        zySZqYE0gPwwmy1kEJ2rXx+q1Du3yFHSvSm6DROU6CpDwSd7VEFhQqR3SHerNpwv
        9jZywzu7n2ZWHJBV03O8lRfUwMSLKfsJhh04WuHb5caYAMtK1vkbj74gVY5iWQr5
        h32Nf3ndukBhCfz8AQJBAPeWOvfhYslBYzwX+P1i3gMMGUMiNLNrst0YW6h5A90I
        kLDbDspN4IuQiavmGV4LojFTV75hAerFXhNV3M26f2ECQQDtKb4acWXC/KYfQp5r
        aPlx/9K2IML/uUZNhVMp3a3bNU9NYVP6fBmr46plZm9EwhUaxjHncs9Ji1mq41Wn
        5gxJAkEA05pmU60iDPgBpD6o44c4UEpq3OHDQQVvHV/QFrE3CBZl84GFpongu+eQ
        goZqb+JpgNbGS0QFq2179fKQgJRAgQJAPXYL5h5tGNMQ2hkRpRRXUMvTd4+V+V+y
        cHSU0My6OYzfOFZ4xPlUTc96YTziqRcDESU72ZdPUOfkHP09PX3IwQJBAOrsS2aK
        HO2W6uwbXTSKHAAd+YhEq5fnxbDVk92jsHu0he/q75oDWmXhJemJBP2CIsx6EMB/
        48SHKnB79QTK1Xw=
        -----END PRIVATE KEY-----
        """

    /// A certificate with a key on P-256.
    static let curve = """
        -----BEGIN CERTIFICATE-----
        MIIBmjCCAT+gAwIBAgIUaCZxPEmYlbgx5FchB4CXA5eivswwCgYIKoZIzj0EAwIw
        IjEQMA4GA1UECgwHQ29udG9zbzEOMAwGA1UEAwwFY3VydmUwHhcNMjYxMTIxMDY0
        NjIzWhcNMzYxMTE4MDY0NjIzWjAiMRAwDgYDVQQKDAdDb250b3NvMQ4wDAYDVQQD
        DAVjdXJ2ZTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABNIxV9nbzjKNC6P/f/t6
        YtXRbqhqCLdebS65zF2dBsmsazn4Q2I3NZ6/cuhMG/LpOV/HLFaUwQkmvbcg0+U0
        1eOjUzBRMB0GA1UdDgQWBBQiV1kNUNCxYVE21SpSrVQLViBq2jAfBgNVHSMEGDAW
        gBQiV1kNUNCxYVE21SpSrVQLViBq2jAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49
        BAMCA0kAMEYCIQDKkz+hh7pd3Lh0lgWTVy5q2jn/eFxi+rTwEVZ+zdFO0AIhAKOl
        LG0FdLgwHfjqnaRFrWIU5Skev9jDsOQAPCYpZFlB
        -----END CERTIFICATE-----
        """

    /// Its key.
    static let curveKey = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgx3Oh7POPFeaa72rj
        uBBC+bdJg/u2Pl1YzRkykzBQMLChRANCAATSMVfZ284yjQuj/3/7emLV0W6oagi3
        Xm0uucxdnQbJrGs5+ENiNzWev3LoTBvy6TlfxyxWlMEJJr23INPlNNXj
        -----END PRIVATE KEY-----
        """
}
