"""Twilio's calls as they arrive, from the stand-in over real HTTP: signed, readable, and told of every step."""

import httpx
import pytest

from conversations.content import Button, Buttons, Text
from tests import twilio_factories as make
from tests import twilio_standin
from tests.standin import until
from tests.twilio_standin import ANN, SENDER, TOKEN
from whatsapp.adapter import Accepted
from whatsapp.models import InboundUpdate
from whatsapp.twilio import inbound
from whatsapp.twilio.adapter import TwilioAdapter
from whatsapp.twilio.signature import verified

pytestmark = pytest.mark.django_db

Kind = InboundUpdate.Kind


@pytest.fixture
def standin():
    with twilio_standin.running() as running:
        yield running


@pytest.fixture
def desk(standin):
    with twilio_standin.listening() as listener:
        standin.memory.account.webhook_url = f"{listener.url}/webhooks/twilio/tw/"
        yield listener


@pytest.fixture
def adapter(standin, desk, now, settings):
    settings.PUBLIC_URL = desk.url
    return TwilioAdapter(make.account(standin, now=now))


def door(standin, method, path, **body):
    response = httpx.request(method, f"{standin.url}/standin/twilio/{path}", json=body or None, trust_env=False)
    assert response.status_code == 200, response.text
    return response.json()


def is_verified(desk, call, tokens=(TOKEN,)):
    path, headers, body = call
    return verified(
        url=desk.url + path,
        body=body,
        content_type=headers["content-type"],
        signature=headers["x-twilio-signature"],
        settings_header=headers.get("x-twilio-webhooks-signature-settings", ""),
        tokens=tokens,
    )


def read(call, now):
    path, _, body = call
    (update,) = inbound.updates(body, path.partition("?")[2], now, sender=SENDER)
    return update


def test_message_arrives_signed_and_readable(standin, desk, now):
    written = door(standin, "POST", "messages", address=ANN, body="Grüße  😀", parameters={"BrandNew": "x y"})
    assert written["answers"] == [200]
    (call,) = desk.calls
    assert is_verified(desk, call)
    assert not is_verified(desk, call, tokens=["another"])
    update = read(call, now)
    assert (update.kind, update.provider_id) == (Kind.MESSAGE, written["sid"])
    assert update.raw["message"]["text"]["body"] == "Grüße  😀"
    assert update.raw["form"]["BrandNew"] == "x y"


def test_shared_key_signs_in_place_of_the_token(standin, desk):
    standin.memory.account.shared_key = "a-shared-key"
    door(standin, "POST", "messages", address=ANN, body="Hi")
    assert is_verified(desk, desk.calls[0], tokens=[TOKEN, "a-shared-key"])
    assert not is_verified(desk, desk.calls[0])


def test_webhook_that_fails_is_not_sent_again(standin, desk):
    """Why lost messages must be looked for in the list."""
    desk.answers = [503]
    written = door(standin, "POST", "messages", address=ANN, body="Hi")
    assert written["answers"] == [503]
    assert len(desk.calls) == 1
    assert door(standin, "POST", "messages", address=ANN, body="Hi", lost=True)["answers"] == []


def test_every_step_of_our_message_is_told_with_our_reference(standin, desk, adapter, now):
    result = adapter.send(make.outgoing(Text(body="Hello")))
    assert isinstance(result, Accepted)
    until(lambda: len(desk.calls) == 3)
    assert all(is_verified(desk, call) for call in desk.calls)
    statuses = [read(call, now).raw["status"] for call in desk.calls]
    assert [status["status"] for status in statuses] == ["sent", "delivered", "read"]
    assert {status["biz_opaque_callback_data"] for status in statuses} == {make.REFERENCE}
    assert {status["id"] for status in statuses} == {result.provider_id}


def test_message_taken_without_an_answer_is_told_of_all_the_same(standin, desk, adapter, now, settings):
    """The reference in the address settles an ambiguous send: nobody has the provider's id."""
    settings.PROVIDER_TIMEOUT = 0.4
    standin.script("send", "accept_then_hang")
    assert not isinstance(adapter.send(make.outgoing(Text(body="Hello"))), Accepted)
    until(lambda: len(desk.calls) == 3)
    status = read(desk.calls[0], now).raw["status"]
    assert (status["id"], status["biz_opaque_callback_data"]) == (standin.memory.sent()[0].sid, make.REFERENCE)


def test_failure_after_acceptance_says_why(standin, desk, adapter, now):
    standin.script("send", "failed_status", code=63024)
    assert isinstance(adapter.send(make.outgoing(Text(body="Hello"))), Accepted)
    until(lambda: len(desk.calls) == 2)
    status = read(desk.calls[1], now).raw["status"]
    assert (status["status"], status["errors"][0]["code"]) == ("failed", 63024)


def test_closed_window_is_told_afterwards(standin, desk, adapter, now):
    """Twilio accepts it, and says later that WhatsApp did not."""
    standin.memory.windows = {}
    assert isinstance(adapter.send(make.outgoing(Text(body="Hello"))), Accepted)
    until(lambda: len(desk.calls) == 2)
    assert read(desk.calls[1], now).raw["status"]["errors"][0]["code"] == 63016
    standin.memory.write(ANN, "Hi")
    desk.calls.clear()
    buttons = Buttons(body="Well?", buttons=(Button("y", "Yes"),))
    assert isinstance(adapter.send(make.outgoing(buttons)), Accepted)
    until(lambda: len(desk.calls) == 3)


def test_doors_of_the_standin_refuse_browsers_and_nonsense(standin):
    at = f"{standin.url}/standin/twilio/"
    assert httpx.get(at, headers={"Origin": "https://evil.example"}, trust_env=False).status_code == 403
    assert httpx.get(at, headers={"Host": "evil.example"}, trust_env=False).status_code == 403
    assert httpx.get(at + "nothing", trust_env=False).status_code == 404
    assert httpx.post(at + "faults", json={"where": "nowhere"}, trust_env=False).status_code == 400
    assert httpx.post(at + "messages", json={"address": "x"}, trust_env=False).status_code == 400


def test_doors_show_what_happened(standin, desk, adapter):
    door(standin, "POST", "faults", where="send", kind="error", code=63018, http=429)
    adapter.send(make.outgoing(Text(body="Hello")))
    adapter.send(make.outgoing(Text(body="Again")))
    sent = httpx.get(f"{standin.url}/standin/twilio/sent", trust_env=False).json()
    assert [line["form"]["Body"] for line in sent] == ["Again"]
    seen = httpx.get(f"{standin.url}/standin/twilio/requests", trust_env=False).json()
    assert [request["status"] for request in seen] == [429, 201]
    until(lambda: len(desk.calls) == 3)
    door(standin, "POST", "reset")
    assert httpx.get(f"{standin.url}/standin/twilio/sent", trust_env=False).json() == []
