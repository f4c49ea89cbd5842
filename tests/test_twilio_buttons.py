"""Messages with buttons through Twilio: content resources, made once for each shape."""

import json

import pytest

from conversations.content import Button, Buttons, LinkButton, Menu, Row, Section
from tests.twilio_desk import YES_NO, account, adapter, send, standin
from whatsapp.adapter import Accepted, NotSent, Refused
from whatsapp.faults import FaultKind

__all__ = ["account", "adapter", "standin"]
pytestmark = pytest.mark.django_db


def variables(standin):
    return json.loads(standin.requests("/Messages.json")[-1]["form"]["ContentVariables"])


def test_buttons_are_a_content_made_once_for_all_of_their_shape(standin, adapter):
    """A content for each message would fill Twilio with customers' words, and cost a request each time."""
    assert isinstance(send(adapter, YES_NO), Accepted)
    other = Buttons(body="Now?", buttons=(Button("a", "A"), Button("b", "B")), header="Hours", footer="Ends at six")
    assert isinstance(send(adapter, other), Accepted)
    (made,) = standin.requests("/v1/Content")
    kind, definition = next(iter(made["json"]["types"].items()))
    assert kind == "twilio/quick-reply"
    assert definition == {
        "body": "{{1}}",
        "actions": [
            {"type": "QUICK_REPLY", "title": "{{2}}", "id": "{{3}}"},
            {"type": "QUICK_REPLY", "title": "{{4}}", "id": "{{5}}"},
        ],
    }
    assert "Shall we" not in json.dumps(made["json"])
    assert variables(standin) == {"1": "*Hours*\n\nNow?\n\n_Ends at six_", "2": "A", "3": "a", "4": "B", "5": "b"}
    sids = {seen["form"]["ContentSid"] for seen in standin.requests("/Messages.json")}
    assert sids == set(standin.memory.contents)


def test_menu_without_sections(standin, adapter):
    rows = (Row("r1", "One", "The first"), Row("r2", "Two"))
    menu = Menu(body="Choose", button="Open", sections=(Section(rows, "Top"), Section((Row("r3", "Three"),), "More")))
    assert isinstance(send(adapter, menu), Accepted)
    types = standin.requests("/v1/Content")[0]["json"]["types"]
    items = types["twilio/list-picker"]["items"]
    assert items[0] == {"item": "{{3}}", "id": "{{4}}", "description": "{{5}}"}
    assert [set(item) for item in items[1:]] == [{"item", "id"}] * 2
    assert list(variables(standin).values()) == ["Choose", "Open", "One", "r1", "The first", "Two", "r2", "Three", "r3"]


@pytest.mark.parametrize(
    ("url", "template", "last"),
    [
        ("https://shop.example/orders/7?a=1", "https://shop.example/{{3}}", "orders/7?a=1"),
        ("https://shop.example/", "https://shop.example/", "Open"),
        ("https://shop.example", "https://shop.example", "Open"),
    ],
)
def test_link_button(standin, adapter, url, template, last):
    assert isinstance(send(adapter, LinkButton(body="Your order", display_text="Open", url=url)), Accepted)
    action = standin.requests("/v1/Content")[0]["json"]["types"]["twilio/call-to-action"]["actions"][0]
    assert action == {"type": "URL", "title": "{{2}}", "url": template}
    assert list(variables(standin).values())[-1] == last


@pytest.mark.parametrize("kind", ["hang", "drop", "accept_then_drop", "garbage"])
def test_content_that_was_not_made_means_surely_not_sent(standin, adapter, settings, kind):
    """Making the resource sends nothing: whatever goes wrong there, the message may be tried again."""
    settings.PROVIDER_TIMEOUT = 2.0
    standin.script("content", kind)
    assert isinstance(send(adapter, YES_NO), NotSent)
    assert not standin.requests("/Messages.json")
    assert isinstance(send(adapter, YES_NO), Accepted)


@pytest.mark.parametrize(
    ("http", "code", "kind"),
    [(429, 20429, FaultKind.THROTTLE_APP), (401, 20003, FaultKind.ACCOUNT), (400, 92007, FaultKind.BUG)],
)
def test_content_that_is_refused(standin, adapter, http, code, kind):
    standin.script("content", "error", http=http, code=code)
    result = send(adapter, YES_NO)
    assert isinstance(result, Refused)
    assert result.fault.kind == kind
    assert not standin.requests("/Messages.json")


def test_content_api_down(standin, adapter):
    standin.script("content", "error", http=503, code=20503)
    assert send(adapter, YES_NO) == NotSent("Twilio's Content API failed (HTTP 503)", 503)


def test_content_deleted_at_twilio_is_made_anew(standin, adapter):
    """Somebody tidied up in Twilio's console: the remembered name must not fail for a month."""
    send(adapter, YES_NO)
    standin.memory.contents.clear()
    assert send(adapter, YES_NO).fault.kind == FaultKind.TRANSIENT
    assert isinstance(send(adapter, YES_NO), Accepted)
    assert len(standin.requests("/v1/Content")) == 2
