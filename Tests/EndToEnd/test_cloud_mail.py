"""Mail of the emulated cloud as a program reads it with plain requests: Graph and Outlook REST v1.0."""

import base64
import email
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote

import pytest

from support.cloud import GRAPH, OUTLOOK, EmulatedCloud

MEGAN = "users/megan@contoso.example"
GRAPH_MEMBERS = {
    "id", "changeKey", "categories", "createdDateTime", "lastModifiedDateTime", "receivedDateTime", "sentDateTime",
    "hasAttachments", "internetMessageId", "subject", "bodyPreview", "importance", "parentFolderId", "conversationId",
    "isDeliveryReceiptRequested", "isReadReceiptRequested", "isRead", "isDraft", "webLink", "body", "sender", "from",
    "toRecipients", "ccRecipients", "bccRecipients", "replyTo", "@odata.etag",
}
OUTLOOK_MEMBERS = {
    "@odata.id", "@odata.etag", "Id", "ChangeKey", "Categories", "DateTimeCreated", "DateTimeLastModified",
    "HasAttachments", "Subject", "Body", "BodyPreview", "Importance", "ParentFolderId", "Sender", "From",
    "ToRecipients", "CcRecipients", "BccRecipients", "ReplyTo", "ConversationId", "IsDeliveryReceiptRequested",
    "IsReadReceiptRequested", "IsRead", "IsDraft", "DateTimeReceived", "DateTimeSent", "WebLink",
}


@pytest.fixture
def token(cloud: EmulatedCloud) -> str:
    return cloud.app_token(cloud.contoso.id)


@pytest.fixture
def outlook_token(cloud: EmulatedCloud) -> str:
    return cloud.app_token(cloud.contoso.id, resource=OUTLOOK)


def value(answer: Any) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.text
    messages: list[dict[str, Any]] = answer.json()["value"]
    return messages


def everything(cloud: EmulatedCloud, token: str, path: str, api: str = "graph") -> list[dict[str, Any]]:
    """All pages; the address of each next one stays on the same host."""
    found: list[dict[str, Any]] = []
    while path:
        answer = cloud.mail(path, token, api)
        found += value(answer)
        path = answer.json().get("@odata.nextLink", "")
        assert not path or path.startswith(f"{cloud.base}/{api}/")
    return found


def test_at_least_forty_messages_in_every_mailbox(cloud: EmulatedCloud, token: str) -> None:
    for person in cloud.contoso.people:
        messages = everything(cloud, token, f"users/{person.upn}/messages?$select=id,subject")
        assert len(messages) >= 40
        assert len({message["id"] for message in messages}) == len(messages)
        assert any(message["subject"] == "" for message in messages), "no empty subject"
        assert max(len(message["subject"]) for message in messages) > 200, "no very long one"


def test_the_samples_are_of_many_kinds(cloud: EmulatedCloud, token: str) -> None:
    charsets, kinds, encoded_words, threads = set(), set(), 0, []
    for message in everything(cloud, token, f"{MEGAN}/messages?$top=100&$select=id,conversationId"):
        raw = cloud.mail(f"{MEGAN}/messages/{quote(message['id'])}/$value", token).content
        encoded_words += b"=?" in raw.split(b"\r\n\r\n")[0]
        parsed = email.message_from_bytes(raw)
        for part in parsed.walk():
            kinds.add(part.get_content_type())
            charsets.add((part.get_content_charset() or "").lower())
        threads.append(message["conversationId"])
    assert {"text/plain", "text/html", "multipart/mixed", "multipart/alternative", "message/rfc822"} <= kinds
    assert {"utf-8", "iso-8859-1", "windows-1252", "koi8-r", "gb18030", "big5", "shift_jis", "iso-2022-jp",
            "euc-kr"} <= charsets
    assert encoded_words >= 10
    assert len(set(threads)) < len(threads), "no message answers another"


def test_the_first_page_is_the_ten_newest(cloud: EmulatedCloud, token: str) -> None:
    answer = cloud.mail(f"{MEGAN}/mailFolders/inbox/messages", token)
    messages = value(answer)
    assert len(messages) == 10
    times = [message["receivedDateTime"] for message in messages]
    assert times == sorted(times, reverse=True)
    assert answer.json()["@odata.context"].endswith("/messages")


@pytest.mark.parametrize(
    ("path", "api"),
    [
        ("users/megan@contoso.example/mailFolders/inbox/messages", "graph"),
        ("users('megan%40contoso.example')/mailFolders('Inbox')/messages", "graph"),
        ("users/{id}/messages", "graph"),
        ("Users('megan@contoso.example')/Folders('inbox')/Messages", "outlook"),
        ("users/megan@contoso.example/folders/inbox/messages", "outlook"),
        ("users/megan@contoso.example/messages", "outlook"),
    ],
)
def test_the_spellings_of_one_address(
    cloud: EmulatedCloud, token: str, outlook_token: str, path: str, api: str
) -> None:
    identifier = next(user["id"] for user in cloud.file["tenants"][0]["users"] if user["upn"].startswith("megan"))
    answer = cloud.mail(path.replace("{id}", identifier), token if api == "graph" else outlook_token, api)
    expected = value(cloud.mail(f"{MEGAN}/messages", token))
    assert [message.get("id") or message["Id"] for message in value(answer)] == [one["id"] for one in expected]


def test_paging_gives_each_message_once_in_order(cloud: EmulatedCloud, token: str) -> None:
    pages = everything(cloud, token, f"{MEGAN}/messages?$top=7&$select=receivedDateTime")
    whole = value(cloud.mail(f"{MEGAN}/messages?$top=1000&$select=receivedDateTime", token))
    assert [message["id"] for message in pages] == [message["id"] for message in whole]


def test_members_by_both_names(cloud: EmulatedCloud, token: str, outlook_token: str) -> None:
    graph = value(cloud.mail(f"{MEGAN}/messages?$top=1", token))[0]
    assert set(graph) == GRAPH_MEMBERS
    outlook = value(cloud.mail(f"{MEGAN}/messages?$top=1", outlook_token, "outlook"))[0]
    assert set(outlook) == OUTLOOK_MEMBERS
    assert outlook["DateTimeReceived"] == graph["receivedDateTime"]
    assert outlook["Subject"] == graph["subject"]
    assert outlook["Body"]["ContentType"] in {"HTML", "Text"} and graph["body"]["contentType"] in {"html", "text"}


def test_select_gives_what_was_asked_for(cloud: EmulatedCloud, token: str) -> None:
    (message,) = value(cloud.mail(f"{MEGAN}/messages?$top=1&$select=subject,from", token))
    assert set(message) == {"@odata.etag", "id", "subject", "from"}


@pytest.mark.parametrize("order", ["receivedDateTime asc", "subject", "from/emailAddress/address desc"])
def test_order(cloud: EmulatedCloud, token: str, order: str) -> None:
    query = f"$top=100&$orderby={quote(order)}&$select=subject,from,receivedDateTime"
    messages = [message for message in value(cloud.mail(f"{MEGAN}/messages?{query}", token))]
    keys = [_key(message, order.split()[0]) for message in messages]
    assert len(keys) >= 40
    assert keys == sorted(keys, reverse=order.endswith("desc"))


def _key(message: dict[str, Any], path: str) -> str:
    found: Any = message
    for name in path.split("/"):
        found = (found or {}).get(name)
    return str(found or "").lower()


def test_skip(cloud: EmulatedCloud, token: str) -> None:
    whole = value(cloud.mail(f"{MEGAN}/messages?$top=8&$select=id", token))
    part = value(cloud.mail(f"{MEGAN}/messages?$top=5&$skip=3&$select=id", token))
    assert part == whole[3:]


def filtered(cloud: EmulatedCloud, token: str, text: str) -> set[str]:
    found = everything(cloud, token, f"{MEGAN}/messages?$top=5&$select=id&$filter={quote(text)}")
    return {message["id"] for message in found}


def test_filter_joins_conditions(cloud: EmulatedCloud, token: str) -> None:
    messages = everything(cloud, token, f"{MEGAN}/messages?$top=100&$select=subject,from,isRead")
    one = messages[0]
    sender = next(message for message in messages if message["from"])["from"]["emailAddress"]["address"]
    by_subject = f"subject eq '{one['subject'].replace(chr(39), chr(39) * 2)}'"
    by_sender = f"from/emailAddress/address eq '{sender}'"
    subjects = {message["id"] for message in messages if message["subject"] == one["subject"]}
    senders = {m["id"] for m in messages if m["from"] and m["from"]["emailAddress"]["address"] == sender}
    unread = {message["id"] for message in messages if not message["isRead"]}
    assert subjects and senders and unread
    assert filtered(cloud, token, by_subject) == subjects
    assert filtered(cloud, token, by_sender) == senders
    assert filtered(cloud, token, f"{by_subject} or {by_sender}") == subjects | senders
    assert filtered(cloud, token, f"{by_sender} and isRead eq false") == senders & unread
    assert filtered(cloud, token, f"{by_subject} or {by_sender} and isRead eq false") == subjects | senders & unread
    brackets = f"({by_subject} or {by_sender}) and isRead eq false"
    assert filtered(cloud, token, brackets) == (subjects | senders) & unread
    everyone = {message["id"] for message in messages}
    assert filtered(cloud, token, f"not({by_sender})") == everyone - senders


@pytest.mark.parametrize("text", ["contains(subject,'a')", "startswith(subject,'r')", "hasAttachments eq true"])
def test_filter_by_function(cloud: EmulatedCloud, token: str, text: str) -> None:
    found = everything(cloud, token, f"{MEGAN}/messages?$filter={quote(text)}&$select=subject,hasAttachments")
    whole = everything(cloud, token, f"{MEGAN}/messages?$top=100&$select=subject,hasAttachments")
    rules = {
        "contains": lambda message: "a" in message["subject"].lower(),
        "startswith": lambda message: message["subject"].lower().startswith("r"),
        "hasAttachments": lambda message: message["hasAttachments"],
    }
    expected = [message for message in whole if rules[text.split("(")[0].split()[0]](message)]
    assert found == expected and 0 < len(found) < len(whole)


def test_filter_by_time(cloud: EmulatedCloud, token: str) -> None:
    whole = value(cloud.mail(f"{MEGAN}/messages?$top=100&$select=receivedDateTime", token))
    middle = whole[20]["receivedDateTime"]
    found = filtered(cloud, token, f"receivedDateTime ge {middle}")
    assert found == {message["id"] for message in whole if message["receivedDateTime"] >= middle}


@pytest.mark.parametrize(
    "query",
    [
        "$filter=subject eq", "$filter=subject eq 'a' or", "$filter=(subject eq 'a'", "$filter=subject eq 'a",
        "$filter=shoe eq 'a'", "$top=0", "$top=1001", "$top=x", "$skip=-1", "$orderby=shoe", "$select=shoe",
        "$filter=subject eq 'a') or (isRead eq true", "$search=x",
    ],
)
def test_a_query_that_is_wrong(cloud: EmulatedCloud, token: str, query: str) -> None:
    answer = cloud.mail(f"{MEGAN}/messages?{query}", token)
    assert answer.status_code == 400, answer.text
    assert_error_body(answer, answer.json()["error"]["code"])


def assert_error_body(answer: Any, code: str, api: str = "graph") -> None:
    error = answer.json()["error"]
    assert error["code"] == code and error["message"]
    if api == "graph":
        assert set(error["innerError"]) == {"date", "request-id", "client-request-id"}
        assert error["innerError"]["request-id"] == answer.headers["request-id"]
    else:
        assert set(error) == {"code", "message"}


@pytest.mark.parametrize("api", ["graph", "outlook"])
def test_errors_by_their_code(cloud: EmulatedCloud, token: str, outlook_token: str, api: str) -> None:
    right, wrong = (token, outlook_token) if api == "graph" else (outlook_token, token)
    cases = [
        (cloud.mail(f"{MEGAN}/messages", "nonsense", api), 401, "InvalidAuthenticationToken"),
        (cloud.mail(f"{MEGAN}/messages", wrong, api), 401, "InvalidAuthenticationToken"),
        (cloud.mail("users/nobody@contoso.example/messages", right, api), 404, "ErrorInvalidUser"),
        (cloud.mail("users/mei@fabrikam.example/messages", right, api), 404, "ErrorInvalidUser"),
        (cloud.mail(f"{MEGAN}/messages/AAMk", right, api), 404, "ErrorItemNotFound"),
        (cloud.mail("me/messages", right, api), 400, "BadRequest"),
        (cloud.mail(f"{MEGAN}/calendar", right, api), 404, "ResourceNotFound"),
    ]
    for answer, status, code in cases:
        assert answer.status_code == status, answer.text
        assert_error_body(answer, code, api)
        assert ("WWW-Authenticate" in answer.headers) == (status == 401)


def test_ids_of_a_request_come_back(cloud: EmulatedCloud, token: str) -> None:
    mine = {"client-request-id": "6b7c1f8e-0000-4000-8000-000000000001", "return-client-request-id": "true"}
    answer = cloud.mail(f"{MEGAN}/messages", token, "graph", **mine)
    assert answer.headers["client-request-id"] == mine["client-request-id"]
    failed = cloud.mail("me/messages", token, "graph", **mine)
    assert failed.json()["error"]["innerError"]["client-request-id"] == mine["client-request-id"]


def test_text_is_preferred_where_it_was_asked_for(cloud: EmulatedCloud, token: str) -> None:
    path = f"{MEGAN}/messages?$top=100&$select=body"
    plain = cloud.mail(path, token, "graph", Prefer='outlook.body-content-type="text"')
    assert plain.headers["Preference-Applied"] == 'outlook.body-content-type="text"'
    assert {message["body"]["contentType"] for message in value(plain)} == {"text"}
    assert {message["body"]["contentType"] for message in value(cloud.mail(path, token))} == {"text", "html"}


def test_an_attachment_by_list_by_name_and_by_bytes(cloud: EmulatedCloud, token: str) -> None:
    query = quote("hasAttachments eq true")
    count = 0
    for message in everything(cloud, token, f"{MEGAN}/messages?$select=id&$filter={query}"):
        place = f"{MEGAN}/messages/{quote(message['id'])}"
        for attachment in value(cloud.mail(f"{place}/attachments", token)):
            count += 1
            one = cloud.mail(f"{place}/attachments/{quote(attachment['id'])}", token).json()
            assert one["@odata.type"] == "#microsoft.graph.fileAttachment"
            data = cloud.mail(f"{place}/attachments/{quote(attachment['id'])}/$value", token)
            assert base64.b64decode(one["contentBytes"]) == data.content
            assert one["name"] == attachment["name"]
            chosen = cloud.mail(f"{place}/attachments?$select=name,size", token).json()["value"]
            assert all(set(part) == {"@odata.type", "id", "name", "size"} for part in chosen)
            # A browser that was led here must not take an attachment for a page.
            assert data.headers["X-Content-Type-Options"] == "nosniff"
            assert not data.headers["Content-Type"].startswith("text/html")
    assert count >= 5


@pytest.mark.parametrize(
    ("api", "resource", "chosen", "file", "wrong"),
    [
        ("graph", GRAPH, ["name", "size"], "microsoft.graph.fileAttachment/contentId", "contentBytes"),
        ("outlook", OUTLOOK, ["Name", "Size"], "Microsoft.OutlookServices.FileAttachment/ContentId", "ContentBytes"),
    ],
)
def test_attachments_without_their_bytes(
    cloud: EmulatedCloud, api: str, resource: str, chosen: list[str], file: str, wrong: str
) -> None:
    """What only files have is selected by the name of their type."""
    token = cloud.app_token(cloud.contoso.id, resource=resource)
    listed = value(cloud.mail(f"{MEGAN}/messages?$top=100", token, api))
    identifier = "id" if api == "graph" else "Id"
    place = next(f"{MEGAN}/messages/{quote(one[identifier])}" for one in listed if one[_has_files(api)])
    for path in (f"{place}/attachments", f"{place}/attachments/{quote(_first(cloud, place, token, api)[identifier])}"):
        answer = cloud.mail(f"{path}?$select={','.join([*chosen, file])}", token, api).json()
        one = answer["value"][0] if "value" in answer else answer
        assert set(one) == {"@odata.type", identifier, *chosen, file.split("/")[1]}
        refused = cloud.mail(f"{path}?$select={wrong}", token, api)
        assert refused.status_code == 400 and wrong in refused.json()["error"]["message"]


def _has_files(api: str) -> str:
    return "hasAttachments" if api == "graph" else "HasAttachments"


def _first(cloud: EmulatedCloud, place: str, token: str, api: str) -> dict[str, Any]:
    return value(cloud.mail(f"{place}/attachments", token, api))[0]


def test_more_than_four_at_once_are_refused(cloud: EmulatedCloud, token: str) -> None:
    cloud.control("faults", at="mail", kind="slow", milliseconds=500, count=4)
    with ThreadPoolExecutor(5) as pool:
        waiting = [pool.submit(_fresh, cloud, token) for _ in range(5)]
        answers = [waiter.result() for waiter in waiting]
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [200, 200, 200, 200, 429], statuses
    (refused,) = [answer for answer in answers if answer.status_code == 429]
    assert int(refused.headers["Retry-After"]) >= 1
    assert refused.json()["error"]["code"] == "ApplicationThrottled"


def _fresh(cloud: EmulatedCloud, token: str) -> Any:
    with cloud.session() as session:
        headers = {"Authorization": f"Bearer {token}"}
        return session.get(f"{cloud.base}/graph/v1.0/{MEGAN}/messages?$top=1", headers=headers, timeout=30)
