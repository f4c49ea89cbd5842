"""Prevents: Twilio's webhooks believed on the word of a Host header, or refused for the way an address is spelt."""

import pytest

from tests.webhooks import PUBLIC_URL, SECRET, Web, make_twilio, request, stored, twilio_signature, twilio_signed

pytestmark = pytest.mark.django_db(transaction=True)
PATH = "/webhooks/twilio/shop/"
BODY = b"From=whatsapp%3A%2B15550100123&Body=Hello+%C3%85sa%21+&MessageSid=SM1&MediaUrl0="


@pytest.fixture
def web():
    with Web() as web:
        yield web


@pytest.fixture(autouse=True)
def channel(settings):
    settings.PUBLIC_URL = PUBLIC_URL
    return make_twilio()


def post(web, *, url=PUBLIC_URL + PATH, headers=(), signature=None, path=PATH, body=BODY, **more):
    signed = [(b"x-twilio-signature", signature)] if signature else twilio_signed(body, url=url)
    form = [(b"content-type", b"application/x-www-form-urlencoded")] if signature else []
    return web.run(request("POST", path, headers=[*signed, *form, *headers], chunks=[body], **more))


def test_the_answer_is_empty_twiml(web):
    """If this fails, Twilio notes an error for each message, or says our answer's text to the customer."""
    answer = post(web)
    assert (answer.status, answer.text) == (200, "<Response/>")
    assert answer.headers[b"content-type"] == b"text/xml"
    assert stored() == [BODY]


@pytest.mark.parametrize("header", [b"host", b"x-forwarded-host", b"x-forwarded-proto", b"forwarded"])
def test_no_header_has_a_say_in_the_address(web, header):
    foreign = post(web, url=f"https://evil.example{PATH}", headers=[(header, b"evil.example")])
    assert foreign.status == 401
    assert post(web, headers=[(header, b"evil.example")]).status == 200


def test_the_address_is_signed_as_it_was_spelt(web):
    """If this fails, a status callback whose query holds an escaped character is refused for good."""
    raw, query = b"/webhooks/twilio/%73hop/", b"ref=a%2Fb%20c&plus=1+1"
    url = f"{PUBLIC_URL}{raw.decode()}?{query.decode()}"
    assert post(web, url=url, raw_path=raw, query=query).status == 200
    assert post(web, url=url.replace("%2F", "/"), raw_path=raw, query=query).status == 401
    assert post(web, url=PUBLIC_URL + raw.decode(), raw_path=raw, query=query).status == 401, "the query is signed too"


def test_the_slash_at_the_end_may_be_missing(web):
    assert post(web, path=PATH.rstrip("/"), url=PUBLIC_URL + PATH.rstrip("/")).status == 200


def test_a_shared_key_signs_with_sha256_where_the_header_says_so(web):
    signature = twilio_signature(PUBLIC_URL + PATH, BODY, algorithm="sha256")
    said = [(b"x-twilio-webhooks-signature-settings", b"key=K1,algorithm=HMAC_SHA256")]
    assert post(web, signature=signature, headers=said).status == 200
    assert post(web, signature=signature).status == 401


def test_without_a_public_url_it_is_503_and_the_log_says_the_mend_once(web, settings, caplog):
    settings.PUBLIC_URL = ""
    answers = [post(web) for _ in range(5)]
    assert {answer.status for answer in answers} == {503}
    assert answers[0].headers[b"retry-after"] == b"5"
    assert "PUBLIC_URL" in answers[0].text
    assert caplog.text.count("set it, e.g. https://desk.example.com") == 1
    assert stored() == []


def test_without_a_public_url_a_stranger_still_learns_nothing_of_keys(web, settings):
    settings.PUBLIC_URL = ""
    assert post(web, path="/webhooks/twilio/nobody/").status == 404


@pytest.mark.parametrize("body", [b"\xff\xfe", b"a=1&" * 2000, b"{}", b""])
def test_an_odd_body_is_refused_and_never_a_crash(web, body):
    answer = post(web, body=body, signature=b"c2lnbmF0dXJl")
    assert answer.status == 401
    assert stored() == []


def test_the_operators_log_names_what_to_check(web, caplog):
    assert post(web, signature=twilio_signature("http://127.0.0.1:8000" + PATH, BODY, SECRET)).status == 401
    assert "auth token" in caplog.text
    assert "PUBLIC_URL" in caplog.text
