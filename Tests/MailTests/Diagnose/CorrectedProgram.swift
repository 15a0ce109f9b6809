/// The program of Docs/MailLogins.md.
let correctedProgram = #"""
    import imaplib
    import os
    import ssl
    import sys

    import msal

    TENANT, CLIENT_ID, MAILBOX = sys.argv[1:4]
    SCOPES = ["https://outlook.office365.com/.default"]  # everything that the app was granted for mail: IMAP.AccessAsApp

    # One for the whole program: it keeps tokens until they end.
    app = msal.ConfidentialClientApplication(
        CLIENT_ID,
        authority=f"https://login.microsoftonline.com/{TENANT}",
        client_credential=os.environ["CLIENT_SECRET"],
    )


    def access_token():
        answer = app.acquire_token_for_client(scopes=SCOPES)
        if "access_token" not in answer:
            raise SystemExit(f"no token: {answer.get('error')}: {answer.get('error_description')}")
        return answer["access_token"]


    def read_newest(count):
        credentials = f"user={MAILBOX}\x01auth=Bearer {access_token()}\x01\x01".encode()
        challenges = []

        def answer(challenge):
            challenges.append(challenge)
            # imaplib encodes. A second challenge is the server's reason for refusing; it is answered with an empty line.
            return credentials if len(challenges) == 1 else b""

        context = ssl.create_default_context()
        with imaplib.IMAP4_SSL("outlook.office365.com", 993, ssl_context=context, timeout=30) as imap:
            try:
                imap.authenticate("XOAUTH2", answer)
            except imaplib.IMAP4.error as error:
                raise SystemExit(f"login refused: {error}; the server's reason: {challenges[1:]}") from None
            status, data = imap.select("INBOX", readonly=True)
            if status != "OK":
                raise SystemExit(f"cannot open INBOX: {data}")
            total = int(data[0])
            if total == 0:
                return
            first = max(1, total - count + 1)
            status, data = imap.fetch(f"{first}:{total}", "(BODY.PEEK[HEADER.FIELDS (DATE FROM SUBJECT)])")
            if status != "OK":
                raise SystemExit(f"cannot fetch: {data}")
            for part in data:
                if isinstance(part, tuple):
                    print(part[1].decode("utf-8", "replace"))


    read_newest(10)
    """#
