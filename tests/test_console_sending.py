"""Files, interactive messages, reactions over HTTP: who may, what is refused in words, and written once."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from config import clock
from console import indicator
from console.views import sending
from conversations.models import Conversation, MessageReaction
from tests.console_factories import (  # noqa: F401
    customer_writes,
    held,
    light_settings,
    make_agent,
    make_channel,
    waiting,
)
from tests.console_sending import (  # noqa: F401
    FETCH,
    asleep,
    media_root,
    picture,
    post,
    refused,
    url,
    wrong,
)
from tests.console_templates import with_account

pytestmark = pytest.mark.django_db

VERBS = ["template", "template_preview", "file", "interactive", "react", "consent", "typing"]
DECISIONS = ["send_again", "settle"]
BUTTONS = {"kind": "buttons", "body": "Which one?", "title": ["Red", "Blue", ""]}


@pytest.fixture
def channel():
    return with_account(make_channel())


@pytest.fixture
def agent(client):
    agent = make_agent("mia", "Orders", first_name="Mia", last_name="Lind")
    client.force_login(agent)
    return agent


@pytest.fixture
def colleague():
    return make_agent("sam", "Orders", first_name="Sam", last_name="Oak")


@pytest.fixture
def woken(monkeypatch):
    """What the worker is woken for."""
    calls = []
    monkeypatch.setattr(indicator.wake, "send", lambda task, *args, **_: calls.append((task, *args)))
    return calls


@pytest.mark.parametrize("name", VERBS)
def test_stranger_can_do_nothing(client, channel, name):
    conversation = customer_writes(channel)
    assert client.post(url(name, conversation)).status_code == 302
    assert post(client, name, conversation).status_code == 401
    assert Conversation.objects.get().revision == conversation.revision


@pytest.mark.parametrize("name", DECISIONS)
def test_stranger_decides_nothing(client, channel, name):
    conversation = customer_writes(channel)
    assert post(client, name, conversation, uuid4(), arrived="1").status_code == 401


@pytest.mark.parametrize("name", [*VERBS, *DECISIONS, "templates"])
def test_other_team_finds_nothing(client, channel, name, woken):
    conversation = customer_writes(channel)
    client.force_login(make_agent("other", "Billing"))
    more = [uuid4()] if name in DECISIONS else []
    data = {"arrived": "1", "kind": "opt_in", "evidence": "x"}
    method = client.get if name == "templates" else client.post
    assert method(url(name, conversation, *more), data, headers=FETCH).status_code == 404
    assert Conversation.objects.get().revision == conversation.revision
    assert woken == []


@pytest.mark.parametrize("name", VERBS)
def test_looking_changes_nothing(client, agent, channel, name):
    assert client.get(url(name, customer_writes(channel)), headers=FETCH).status_code == 405


@pytest.mark.parametrize("name", ["file", "template"])
def test_forms_with_files_need_their_token(agent, channel, name):
    """They look at the size before Django's own check, and must not lose that check on the way."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(agent)
    assert client.post(url(name, held(channel, agent)), {}).status_code == 403


@pytest.mark.parametrize(
    ("name", "data"),
    [("interactive", BUTTONS), ("react", {"seq": "1", "emoji": "👍"}), ("file", {})],
)
def test_sending_needs_the_conversation_in_hand(client, agent, colleague, channel, name, data):
    conversation = held(channel, colleague)
    more = {"file": picture()} if name == "file" else {}
    refused(post(client, name, conversation, **data, **more), "not_in_control", "Sam Oak does")
    assert not conversation.messages.filter(direction="out", author=agent).exists()


@pytest.mark.parametrize(
    ("name", "data"), [("interactive", BUTTONS), ("react", {"seq": "1", "emoji": "👍"}), ("file", {})]
)
def test_after_the_window_only_a_template_leaves(client, agent, channel, name, data):
    conversation = asleep(channel, agent)
    more = {"file": picture()} if name == "file" else {}
    refused(post(client, name, conversation, **data, **more), "window_closed", "24-hour window is closed")


def test_file_with_caption_is_sent(client, agent, channel):
    conversation = held(channel, agent)
    response = post(client, "file", conversation, file=picture(), caption=" Your cup ", reply_to="1")
    assert response.status_code == 204
    message = conversation.messages.get(type="image")
    assert (message.content["caption"], message.reply_to.seq, message.author) == ("Your cup", 1, agent)
    assert message.attachments.get().mime_type == "image/png"


def test_same_token_sends_one_file(client, agent, channel):
    conversation, token = held(channel, agent), str(uuid4())
    for _ in range(2):
        assert post(client, "file", conversation, file=picture(), token=token).status_code == 204
    assert conversation.messages.filter(type="image").count() == 1


@pytest.mark.parametrize(
    ("file", "caption", "words"),
    [
        (SimpleUploadedFile("x.zip", b"PK\x03\x04" + b"x" * 200), "", "WhatsApp does not take this file"),
        (SimpleUploadedFile("x.png", b""), "", "empty"),
        (None, "", "Choose a file"),
        (picture(), "x" * 1025, "The caption may have 1024"),
    ],
)
def test_refusals_say_the_mend(client, agent, channel, file, caption, words):
    conversation = held(channel, agent)
    if file:
        file.seek(0)
    wrong(post(client, "file", conversation, caption=caption, **({"file": file} if file else {})), words)
    assert not conversation.messages.filter(direction="out", author=agent).exists()


def test_body_beyond_whatsapp_is_refused_unread(client, agent, channel, monkeypatch):
    monkeypatch.setattr(sending, "LARGEST_BODY", 100)
    response = post(client, "file", held(channel, agent), file=picture())
    assert response.status_code == 413
    assert "up to 100 MB" in response.json()["words"]


@pytest.mark.parametrize(
    ("data", "kind", "body"),
    [
        (BUTTONS, "buttons", "Which one?\n[Red]\n[Blue]"),
        ({"kind": "location_request", "body": "Where?"}, "location_request", "Where?"),
        ({"kind": "contact_request", "body": "Your number?"}, "contact_request", "Your number?"),
        (
            {"kind": "link", "body": "Track it", "display_text": "Open", "url": "https://shop.example/t"},
            "link",
            "Track it\n[Open] https://shop.example/t",
        ),
        (
            {
                "kind": "menu",
                "body": "Which day?",
                "button": "Days",
                "title": ["Monday", "", "Friday"],
                "description": ["Morning", "", ""],
            },
            "menu",
            "Which day?\n• Monday\n• Friday",
        ),
    ],
)
def test_each_kind_is_sent(client, agent, channel, data, kind, body):
    conversation = held(channel, agent)
    assert post(client, "interactive", conversation, **data).status_code == 204
    message = conversation.messages.get(author=agent, type="interactive")
    assert (message.content["kind"], message.body) == (kind, body)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"kind": "shout"}, "`kind` is one of"),
        ({"kind": "buttons", "body": "x", "title": ["", ""]}, "one to three buttons"),
        ({"kind": "buttons", "body": "x", "title": ["a"] * 4}, "one to three buttons"),
        ({"kind": "buttons", "body": "x", "title": ["same", "same"]}, "two are the same"),
        ({"kind": "buttons", "body": "x", "title": ["x" * 21]}, "20 characters at most"),
        ({"kind": "buttons", "body": "\x00", "title": ["a"]}, "The text is empty"),
        ({"kind": "menu", "body": "x", "button": "b"}, "at least one row"),
        ({"kind": "menu", "body": "x", "button": "b", "title": ["a"] * 11}, "ten rows at most"),
        ({"kind": "menu", "body": "x", "button": "b", "title": [""], "description": ["d"]}, "title is empty"),
        ({"kind": "link", "body": "x", "display_text": "y", "url": "javascript:alert(1)"}, "starts with https"),
        ({**BUTTONS, "reply_to": "77"}, "There is no line 77"),
    ],
)
def test_limits_are_told_in_words(client, agent, channel, data, words):
    conversation = held(channel, agent)
    wrong(post(client, "interactive", conversation, **data), words)
    assert not conversation.messages.filter(author=agent, type="interactive").exists()


def test_same_token_sends_once(client, agent, channel):
    conversation, token = held(channel, agent), str(uuid4())
    for _ in range(3):
        assert post(client, "interactive", conversation, **BUTTONS, token=token).status_code == 204
    assert conversation.messages.filter(type="interactive").count() == 1


def test_reaction_is_put_and_taken_back(client, agent, channel):
    conversation = held(channel, agent)
    assert post(client, "react", conversation, seq="1", emoji="👍").status_code == 204
    assert MessageReaction.objects.get().emoji == "👍"
    assert post(client, "react", conversation, seq="1", emoji="").status_code == 204
    assert MessageReaction.objects.get().emoji == ""


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"seq": "1", "emoji": "hello"}, "one emoji"),
        ({"seq": "99", "emoji": "👍"}, "no line 99"),
        ({"emoji": "👍"}, "Say which line"),
        ({"seq": "x", "emoji": "👍"}, "the number of a line"),
    ],
)
def test_odd_reactions_are_refused_in_words(client, agent, channel, data, words):
    wrong(post(client, "react", held(channel, agent), **data), words)


def test_holder_shows_typing_and_marks_read(client, agent, channel, woken):
    conversation = held(channel, agent)
    latest = conversation.messages.get(direction="in").provider_id
    assert post(client, "typing", conversation).status_code == 204
    assert post(client, "typing", conversation, typing="0").status_code == 204
    assert woken == [
        ("whatsapp.mark_read", channel.pk, latest, True),
        ("whatsapp.mark_read", channel.pk, latest, False),
    ]


def test_nothing_is_shown_by_others_or_after_the_window(client, agent, colleague, channel, woken):
    """A customer who sees "typing" waits; nobody may promise that for a conversation they do not hold."""
    for conversation in (
        held(channel, colleague),
        waiting(channel, agent, phone="+15550100002"),
        held(channel, agent, phone="+15550100003", now=clock.now() - timedelta(hours=25)),
    ):
        assert post(client, "typing", conversation).status_code == 204
    assert woken == []
