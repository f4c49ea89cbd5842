"""What leaves for Twilio, over real HTTP, and what each of its answers means."""

from datetime import timedelta

import pytest

from conversations.content import (
    Buttons,
    ContactRequest,
    Location,
    LocationRequest,
    Media,
    Reaction,
    Text,
)
from conversations.models import Identity
from tests import twilio_factories as make
from tests import twilio_standin
from tests.twilio_desk import YES_NO, account, adapter, send, standin
from tests.twilio_standin import SENDER, SID
from whatsapp.adapter import Accepted, Adapter, Ambiguous, NotSent, Refused
from whatsapp.faults import FaultKind

__all__ = ["account", "adapter", "standin"]
pytestmark = pytest.mark.django_db


def sent_form(standin):
    (seen,) = standin.requests("/Messages.json")
    return seen["form"]


def test_it_is_a_whole_adapter(adapter):
    as_adapter: Adapter = adapter
    assert as_adapter.missing_fields() is None


def test_text_with_our_reference(standin, adapter):
    result = send(adapter, Text(body="Grüße & mehr"))
    (line,) = standin.memory.sent()
    assert result == Accepted(line.sid, 201)
    assert sent_form(standin) == {
        "To": "whatsapp:+15550100101",
        "From": SENDER,
        "Body": "Grüße & mehr",
        "StatusCallback": f"https://desk.example/webhooks/twilio/tw/?ref={make.REFERENCE}",
    }


def test_without_a_public_address_no_news_is_asked_for(standin, adapter, settings):
    settings.PUBLIC_URL = ""
    assert isinstance(send(adapter), Accepted)
    assert "StatusCallback" not in sent_form(standin)


@pytest.mark.parametrize(
    ("kind", "value", "address"),
    [
        (Identity.Kind.WA_ID, "15550100101", "whatsapp:+15550100101"),
        (Identity.Kind.BSUID, "US.13491208655302741918", "whatsapp:US.13491208655302741918"),
        (Identity.Kind.PARENT_BSUID, "US.ENT.9", "whatsapp:US.ENT.9"),
        (Identity.Kind.TWILIO, "whatsapp:+15550100101", "whatsapp:+15550100101"),
    ],
)
def test_every_identity_has_an_address(standin, adapter, kind, value, address):
    assert isinstance(send(adapter, to=make.to(value, kind)), Accepted)
    assert sent_form(standin)["To"] == address


def test_identity_of_another_world_is_refused_before_anything_leaves(standin, adapter):
    result = send(adapter, to=make.to("1@lid", Identity.Kind.JID))
    assert (result.fault.code, result.fault.kind) == ("no_address", FaultKind.UNDELIVERABLE)
    assert not standin.memory.requests


def test_messaging_service_goes_along(standin, adapter, account):
    account.messaging_service_sid = "MG" + "2" * 32
    send(adapter)
    assert sent_form(standin)["MessagingServiceSid"] == "MG" + "2" * 32
    assert sent_form(standin)["From"] == SENDER


def test_file_goes_as_a_link(standin, adapter):
    content = Media(media="image", attachment=1, caption="As promised")
    assert isinstance(send(adapter, content, file=make.StoredFile()), Accepted)
    form = sent_form(standin)
    assert (form["MediaUrl"], form["Body"]) == ("https://desk.example/media/1?sig=x", "As promised")


@pytest.mark.parametrize(
    ("file", "code"),
    [
        (None, "no_file"),
        (make.StoredFile(url=""), "no_public_url"),
        (make.StoredFile(size=17 * 1024 * 1024), "file_too_large"),
    ],
)
def test_file_that_twilio_cannot_have(standin, adapter, file, code):
    result = send(adapter, Media(media="image", attachment=1), file=file)
    assert (result.fault.code, result.fault.kind) == (code, FaultKind.MEDIA)
    assert result.fault.advice
    assert not standin.memory.requests


def test_location(standin, adapter):
    send(adapter, Location(latitude=48.8583, longitude=-2.2945, name="The tower", address="1 Example | Street"))
    form = sent_form(standin)
    assert form["PersistentAction"] == "geo:48.858300,-2.294500|1 Example   Street"
    assert form["Body"] == "The tower"


def test_location_without_a_name_says_where(standin, adapter):
    send(adapter, Location(latitude=1.0, longitude=2.0))
    assert (sent_form(standin)["PersistentAction"], sent_form(standin)["Body"]) == (
        "geo:1.000000,2.000000",
        "1.000000,2.000000",
    )


@pytest.mark.parametrize(
    "content",
    [
        Text(body="x" * 1601),
        Buttons(body="x" * 1025, buttons=YES_NO.buttons),
        Buttons(body="x" * 1020, buttons=YES_NO.buttons, footer="Too much with this"),
    ],
)
def test_what_is_too_long_for_twilio_says_so(standin, adapter, content):
    result = send(adapter, content)
    assert (result.fault.code, result.fault.advice) == ("too_long", "Send it in parts.")
    assert not standin.memory.requests


@pytest.mark.parametrize(
    "content", [LocationRequest(body="Where?"), ContactRequest(body="Who?"), Reaction(provider_id="SM1", emoji="👍")]
)
def test_what_twilio_has_no_way_for(standin, adapter, content):
    result = send(adapter, content)
    assert (result.fault.code, result.fault.kind) == ("unsupported", FaultKind.UNDELIVERABLE)
    assert result.fault.words.startswith("Twilio cannot send")
    assert result.fault.advice
    assert not standin.memory.requests


def test_quote_is_left_out(adapter):
    assert isinstance(send(adapter, reply_to="SM" + "a" * 32), Accepted)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (20429, FaultKind.THROTTLE_APP),
        (63017, FaultKind.THROTTLE_APP),
        (63018, FaultKind.THROTTLE_NUMBER),
        (63012, FaultKind.TRANSIENT),
        (63016, FaultKind.WINDOW_CLOSED),
        (21610, FaultKind.OPTED_OUT),
        (63032, FaultKind.CAPPED),
        (63049, FaultKind.CAPPED),
        (63024, FaultKind.UNDELIVERABLE),
        (63003, FaultKind.UNDELIVERABLE),
        (63005, FaultKind.UNDELIVERABLE),
        (63013, FaultKind.UNDELIVERABLE),
        (63021, FaultKind.UNDELIVERABLE),
        (63999, FaultKind.UNDELIVERABLE),
        (63027, FaultKind.TEMPLATE),
        (63028, FaultKind.TEMPLATE),
        (63029, FaultKind.TEMPLATE),
        (63019, FaultKind.MEDIA),
        (63030, FaultKind.BUG),
        (12345, FaultKind.BUG),
        (63008, FaultKind.ACCOUNT),
        (63059, FaultKind.ACCOUNT),
        (20003, FaultKind.ACCOUNT),
    ],
)
def test_every_class_of_refusal(standin, adapter, code, kind):
    standin.script("send", "error", http=400, code=code, message="Twilio's words")
    result = send(adapter)
    assert isinstance(result, Refused)
    assert (result.fault.kind, result.fault.code, result.http_status) == (kind, str(code), 400)
    assert result.fault.words
    assert result.fault.advice
    assert result.fault.title == "Twilio's words"
    assert result.fault.reference.startswith("RQ")
    assert not standin.memory.sent()


@pytest.mark.parametrize(
    ("http", "kind"),
    [(429, FaultKind.THROTTLE_APP), (401, FaultKind.ACCOUNT), (403, FaultKind.ACCOUNT), (404, FaultKind.ACCOUNT),
     (302, FaultKind.ACCOUNT), (400, FaultKind.BUG)],
)  # fmt: skip
def test_refusal_without_twilios_own_words(standin, adapter, http, kind):
    """A proxy's page instead of JSON."""
    standin.script("send", "error", http=http)
    result = send(adapter)
    assert (result.fault.kind, result.fault.code) == (kind, f"http_{http}")


@pytest.mark.parametrize(
    ("header", "pause"),
    [("7", timedelta(seconds=7)), ("999999999999", timedelta(hours=4)), ("", None), ("soon", None), ("-1", None)],
)
def test_pause_that_twilio_asks_for(standin, adapter, header, pause):
    standin.script("send", "error", http=429, code=20429, retry_after=header)
    assert send(adapter).retry_after == pause


@pytest.mark.parametrize("http", [500, 502, 503, 408])
def test_failure_of_twilio_may_have_been_sent(standin, adapter, http):
    standin.script("send", "error", http=http, code=20500)
    assert send(adapter) == Ambiguous(f"Twilio failed (HTTP {http})", http)


@pytest.mark.parametrize("kind", ["hang", "accept_then_hang", "drop", "accept_then_drop", "drip"])
def test_no_answer_is_never_a_no(standin, adapter, settings, kind):
    """Whether the message was taken before the line went cannot be seen from here."""
    settings.PROVIDER_TIMEOUT = 0.4
    standin.script("send", kind, pause_ms=50)
    assert isinstance(send(adapter), Ambiguous)
    assert len(standin.memory.sent()) == (kind in ("accept_then_hang", "accept_then_drop", "drip"))
    assert len(standin.requests("/Messages.json")) == 1


@pytest.mark.parametrize(("http", "kind"), [(429, FaultKind.THROTTLE_APP), (400, FaultKind.BUG)])
def test_refusal_cut_short_is_a_refusal_all_the_same(standin, adapter, http, kind):
    """The status alone says that nothing was sent: a person must not have to settle it."""
    standin.script("send", "cut", http=http, code=20429)
    assert send(adapter).fault.kind == kind


def test_answer_that_cannot_be_read_is_ambiguous(standin, adapter):
    standin.script("send", "garbage")
    assert send(adapter) == Ambiguous("Twilio's answer could not be read", 201)


def test_nobody_there_is_surely_not_sent(adapter, account):
    account.api_url = "http://127.0.0.1:9"
    result = send(adapter)
    assert isinstance(result, NotSent)
    assert "cannot be reached" in result.why


@pytest.mark.parametrize("url", ["ftp://127.0.0.1", "http://127.0.0.1:port", "nowhere"])
def test_address_that_is_none_stops_the_channel(adapter, account, url):
    account.api_url = url
    assert (send(adapter).fault.code, send(adapter).fault.kind) == ("bad_url", FaultKind.ACCOUNT)


def test_wrong_token(adapter, account):
    account.auth_tokens = "another-token"
    assert send(adapter).fault.kind == FaultKind.ACCOUNT


def test_requests_go_out_with_the_first_of_several_tokens(adapter, account):
    account.auth_tokens = f"{twilio_standin.TOKEN}\nan-older-one"
    assert isinstance(send(adapter), Accepted)


def test_account_sid_stands_in_every_address(standin, adapter):
    send(adapter)
    assert standin.memory.requests[0]["path"] == f"/2010-04-01/Accounts/{SID}/Messages.json"
