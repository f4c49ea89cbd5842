"""Only what Twilio signed gets in. The expected signatures are computed here, without the SDK."""

import base64
import hashlib
import hmac
from urllib.parse import quote, urlencode

import pytest

from whatsapp.twilio.signature import MOST_FIELDS, verified

URL = "https://desk.example/webhooks/twilio/main/"
TOKEN = "12345"
FORM = "application/x-www-form-urlencoded"
FIELDS = [
    ("From", "whatsapp:+15550100101"),
    ("Body", " Grüße  aus 北京 😀 "),
    ("To", "whatsapp:+15550100199"),
    ("Label", ""),
]
SHA256 = "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256"


def mac(text, secret=TOKEN, how="sha1"):
    return base64.b64encode(hmac.new(secret.encode(), text.encode(), getattr(hashlib, how)).digest()).decode()


def signed(url=URL, fields=FIELDS, secret=TOKEN, how="sha1"):
    return mac(url + "".join(name + value for name, value in sorted(fields)), secret, how)


def is_verified(**changes):
    given = {
        "url": URL,
        "body": urlencode(FIELDS).encode(),
        "content_type": FORM,
        "signature": signed(),
        "settings_header": "",
        "tokens": [TOKEN],
    }
    return verified(**{**given, **changes})


def test_fixed_signatures_made_with_openssl():
    """Literals of another tool, so that a mistake in this file's own computation cannot hide one of the product."""
    body = b"To=whatsapp%3A%2B15550100199&From=whatsapp%3A%2B15550100101&Body=hello+world"
    url = URL + "?ref=1"
    assert is_verified(url=url, body=body, signature="eFDHC6urxyzsec+zB+wgcaP6Ar8=")
    strong = "sNkVd6qKKwglAkUf6XtO2UcsYApSZkRirp7tESmFWJQ="
    assert is_verified(url=url, body=body, signature=strong, settings_header=SHA256)
    assert not is_verified(url=url, body=body + b"1", signature="eFDHC6urxyzsec+zB+wgcaP6Ar8=")


def test_form_with_spaces_accents_emoji_and_an_empty_field():
    assert is_verified()
    assert is_verified(content_type="Application/x-www-form-urlencoded; charset=UTF-8")


@pytest.mark.parametrize(
    "changes",
    [
        {"body": urlencode([*FIELDS, ("Extra", "1")]).encode()},
        {"body": urlencode(FIELDS[:-1]).encode()},
        {"body": urlencode([(name, value.strip()) for name, value in FIELDS]).encode()},
        {"url": URL + "?ref=1"},
        {"url": "http://desk.example/webhooks/twilio/main/"},
        {"url": "https://other.example/webhooks/twilio/main/"},
        {"tokens": ["54321"]},
        {"tokens": []},
        {"tokens": [""]},
        {"signature": ""},
        {"signature": "not base64"},
        {"signature": "ü" * 28},
    ],
)
def test_anything_changed_is_refused(changes):
    assert not is_verified(**changes)


def test_empty_token_signs_nothing():
    """An account without a token must not accept what anybody can compute."""
    assert not is_verified(tokens=[""], signature=signed(secret=""))


def test_query_is_taken_as_it_came():
    url = f"{URL}?ref={quote('a b/ü')}&x=%2B"
    assert is_verified(url=url, signature=signed(url))
    assert not is_verified(url=url.replace("%20", "+"), signature=signed(url))


def test_address_signed_with_its_port():
    """Twilio signs at times with the port and at times without."""
    assert is_verified(signature=signed("https://desk.example:443/webhooks/twilio/main/"))
    assert is_verified(url="https://desk.example:8443/x", signature=signed("https://desk.example/x"))


def test_repeated_names_are_signed_once_each_in_order():
    body = b"A=2&A=1&A=2"
    assert is_verified(body=body, signature=mac(URL + "A1A2"))
    assert not is_verified(body=body, signature=mac(URL + "A2A1A2"))


def test_either_token_counts_while_rotating():
    assert is_verified(tokens=["the-new-one", TOKEN])
    assert is_verified(tokens=["the-new-one", TOKEN], signature=signed(secret="the-new-one"))


def test_shared_key_signs_with_sha256():
    strong = signed(secret="a-shared-key", how="sha256")
    assert is_verified(signature=strong, settings_header=SHA256, tokens=[TOKEN, "a-shared-key"])
    assert not is_verified(signature=strong, tokens=["a-shared-key"])
    assert not is_verified(settings_header=SHA256)


@pytest.mark.parametrize("algorithm", ["HMAC_MD5", "none", "HMAC_SHA256,algorithm=x"])
def test_unknown_algorithm_is_refused(algorithm):
    header = f"key=k,algorithm={algorithm}"
    assert is_verified(settings_header=header) is (algorithm == "HMAC_SHA1")


def test_json_body_counts_by_its_hash_in_the_address():
    body = '{"körper": "ü"}'.encode()
    url = f"{URL}?bodySHA256={hashlib.sha256(body).hexdigest()}"
    json = {"url": url, "content_type": "application/json", "signature": mac(url)}
    assert is_verified(body=body, **json)
    assert not is_verified(body=body + b" ", **json)
    assert not is_verified(body=body, content_type="application/json", signature=mac(URL))


def test_body_swapped_for_json_without_a_hash_is_refused():
    """A signed form's address carries no hash of a body: another body must not ride on its signature."""
    assert not is_verified(body=b"{}", content_type="application/json")
    assert not is_verified(body=b"\xff\xfe", content_type="application/json")


@pytest.mark.parametrize("body", [b"Body=%ff%fe", b"\xff=1", b"&".join([b"a=1"] * (MOST_FIELDS + 1))])
def test_forms_that_cannot_be_read_are_refused_quietly(body):
    assert not is_verified(body=body)


@pytest.mark.parametrize("url", ["https://[::1/x", "https://desk.example:port/x", ""])
def test_addresses_that_are_none_are_refused_quietly(url):
    assert not is_verified(url=url)
