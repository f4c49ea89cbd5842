"""Customers' files at Twilio: the token goes to Twilio's API and to nobody else."""

import base64

import httpx
import pytest

from tests import twilio_standin
from whatsapp.adapter import MediaGone
from whatsapp.media.addresses import Forbidden
from whatsapp.media.download import Expired, Later, download
from whatsapp.media.storing import Draft
from whatsapp.models import TwilioAccount
from whatsapp.standin.twilio.webhooks import message_form
from whatsapp.twilio.adapter import TwilioAdapter

AT_TWILIO = "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME1"


@pytest.fixture
def standin():
    with twilio_standin.running() as running:
        yield running


def adapter(api_url="https://api.twilio.com"):
    return TwilioAdapter(
        TwilioAccount(account_sid=twilio_standin.SID, auth_tokens=twilio_standin.TOKEN, api_url=api_url)
    )


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        (AT_TWILIO, True),
        ("https://mcs.us1.twilio.com/v1/Services/IS1/Media/ME1", True),
        ("https://api.dublin.ie1.twilio.com/x", True),
        ("https://mms.twiliocdn.com/x", True),
        ("https://media.twiliocdn.com/x", True),
        ("https://api.twilio.com:443/x", True),
        ("http://api.twilio.com/x", False),
        ("https://api.twilio.com:8443/x", False),
        ("https://api.twilio.com.evil.example/x", False),
        ("https://eviltwilio.com/x", False),
        ("https://twilio.com@evil.example/x", False),
        ("https://user:pw@api.twilio.com/x", False),
        ("https://s3.amazonaws.com/x", False),
        ("https://127.0.0.1/x", False),
        ("https://169.254.169.254/latest", False),
        ("https://[::1/x", False),
        ("https://api.twilio.com:x/", False),
        ("file:///etc/passwd", False),
        ("//api.twilio.com/x", False),
        ("", False),
    ],
)
def test_only_twilios_own_hosts_are_fetched(url, allowed):
    assert adapter().may_fetch(url) is allowed


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("http://127.0.0.1:8001/x", True),
        ("http://localhost:8001/x", True),
        ("http://127.0.0.1:8002/x", False),
        ("https://127.0.0.1:8001/x", False),
        ("http://10.0.0.1:8001/x", False),
        (AT_TWILIO, True),
    ],
)
def test_changed_api_address_is_one_of_ours(url, allowed):
    assert adapter("http://127.0.0.1:8001").may_fetch(url) is allowed


def test_token_goes_to_the_api_and_not_to_the_content_network():
    pair = base64.b64encode(f"{twilio_standin.SID}:{twilio_standin.TOKEN}".encode()).decode()
    assert adapter().locate(AT_TWILIO).headers == {"Authorization": f"Basic {pair}"}
    assert adapter().locate("https://mms.twiliocdn.com/x").headers == {}


@pytest.mark.parametrize("media_id", ["", "ME1", "https://evil.example/x", "http://127.0.0.1/x"])
def test_what_is_no_address_of_twilios_is_gone(media_id):
    with pytest.raises(MediaGone):
        adapter().locate(media_id)


def fetch(adapter, url):
    """By the desk's own fetcher, which may go to this machine."""
    with Draft() as draft:
        download(adapter.locate(url), draft, adapter=adapter, own=frozenset({"127.0.0.1", "localhost"}))
        draft.file.seek(0)
        return draft.file.read()


def written(standin, content=b"the photo", mime="image/png"):
    line = standin.memory.write(twilio_standin.ANN, "", [(content, mime)])
    return message_form(standin.memory.account, line, standin.url)["MediaUrl0"]


def test_file_is_fetched_with_the_token(standin):
    url = written(standin)
    assert fetch(adapter(standin.url), url) == b"the photo"
    assert httpx.get(url, trust_env=False).status_code == 401


def test_redirect_to_another_host_gets_no_token(standin):
    """A content network that is sent two kinds of proof refuses, and the token would be in its logs."""
    url = written(standin)
    standin.memory.account.media_origin = standin.url.replace("127.0.0.1", "localhost")
    assert fetch(adapter(standin.url), url) == b"the photo"
    first, second = standin.memory.requests
    assert first["authorization"].startswith("Basic ")
    assert (second["host"].partition(":")[0], second["authorization"]) == ("localhost", "")


def test_redirect_to_a_strangers_host_is_not_followed(standin):
    url = written(standin)
    standin.memory.account.media_origin = "https://files.example"
    with pytest.raises(Forbidden):
        fetch(adapter(standin.url), url)


def test_unavailable_then_there(standin):
    url = written(standin)
    standin.script("media", "error", http=503)
    with pytest.raises(Later, match="503"):
        fetch(adapter(standin.url), url)
    assert fetch(adapter(standin.url), url) == b"the photo"


def test_deleted_file_is_not_there(standin):
    url = written(standin)
    standin.memory.lines.clear()
    with pytest.raises(Expired, match="404"):
        fetch(adapter(standin.url), url)
