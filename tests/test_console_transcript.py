"""The transcript: every line in its place, drawn by one partial, nothing of a customer's ever run as code."""

import random
import re
from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse

from config import clock
from conversations import statuses, transcript
from conversations.models import Conversation, Message
from conversations.statuses import Report
from handoff import desk
from tests.console_factories import (  # noqa: F401
    customer_writes,
    held,
    last_line,
    light_settings,
    make_agent,
    make_channel,
    waiting,
)

pytestmark = pytest.mark.django_db

FETCH = {"X-Baton": "fetch"}
ROW = re.compile(r'<li class="line .*?</li>', re.DOTALL)
EVIL = """<script>alert(1)</script>"><img src=x onerror=alert(2)>{{ 7|add:7 }}' onfocus='alert(3)"""


@pytest.fixture
def channel():
    return make_channel()


@pytest.fixture
def agent(client):
    agent = make_agent("mia", "Orders")
    client.force_login(agent)
    return agent


def page(client, conversation, query=""):
    return client.get(reverse("console:conversation", args=[conversation.pk]) + query).text


def lines(client, conversation, after=0):
    return client.get(reverse("console:lines", args=[conversation.pk]), {"after": after}, headers=FETCH)


def rows(html):
    return ROW.findall(html)


def attribute(row, name):
    return re.search(rf'{name}="([^"]*)"', row).group(1)


def apply(shown, html):
    """What `lines.mjs` does: replace what is there and older, else put it in."""
    for row in rows(html):
        old = shown.get(attribute(row, "id"))
        if old is None or int(attribute(old, "data-revision")) < int(attribute(row, "data-revision")):
            shown[attribute(row, "id")] = row


def in_order(shown):
    return sorted(shown.values(), key=lambda row: (attribute(row, "data-place"), int(attribute(row, "data-seq"))))


def settle(message, **changes):
    with transaction.atomic():
        transcript.amend(transcript.lock(message.conversation_id), message, now=clock.now(), **changes)


def live_through(conversation, agent, channel):
    """A little history: replies, ticks, reactions (one fails, and is a line then), a deletion, a note, a late message;
    yields after each change."""
    yield
    for number in range(4):
        message = desk.reply(conversation.pk, agent=agent, body=f"Answer {number}", now=clock.now())
        yield
        settle(message, status=Message.Status.SENDING)
        yield
        statuses.apply(message, Report(f"wamid.out{number}", "delivered", clock.now()), now=clock.now())
        yield
    first = conversation.messages.get(seq=1)
    for emoji in ("\U0001f44d", ""):
        desk.react(conversation.pk, agent=agent, seq=first.seq, emoji=emoji, now=clock.now())
        yield
    settle(last_line(conversation), status=Message.Status.FAILED, error={"title": "No", "advice": "Wait"})
    yield
    settle(first, revoked_at=clock.now())
    yield
    desk.note(conversation.pk, agent=agent, body="A note", now=clock.now())
    yield
    customer_writes(channel, "Late one", sent_at=clock.now() - timedelta(minutes=30))
    yield
    desk.close(conversation.pk, agent=agent, resolution="Done", now=clock.now())
    yield


@pytest.mark.parametrize("seed", range(5))
def test_state_and_rings_make_the_fresh_page(client, agent, channel, seed):
    """A page that missed rings, heard some twice or took answers out of order must end like one that was reloaded."""
    conversation = held(channel, agent)
    dice = random.Random(seed)
    start = page(client, conversation)
    answers = []
    for _ in live_through(conversation, agent, channel):
        if dice.random() < 0.6:
            answers.append(lines(client, conversation, dice.randrange(conversation.revision + 1)).text)
    level = int(re.search(r'id="lines"[^>]*data-revision="(\d+)"', start).group(1))
    answers.append(lines(client, conversation, level).text)
    answers += dice.choices(answers, k=3)
    dice.shuffle(answers)
    shown: dict[str, str] = {}
    apply(shown, start)
    for answer in answers:
        apply(shown, answer)
    assert in_order(shown) == rows(page(client, conversation))


def test_revision_says_where_to_ask_next(client, agent, channel):
    conversation = held(channel, agent)
    first = lines(client, conversation)
    reached = int(first["X-Baton-Revision"])
    assert reached == Conversation.objects.get().revision
    assert rows(lines(client, conversation, reached).text) == []
    desk.note(conversation.pk, agent=agent, body="New", now=clock.now())
    assert len(rows(lines(client, conversation, reached).text)) == 1


def test_long_absence_is_caught_up_in_steps(client, agent, channel):
    conversation = held(channel, agent)
    before = conversation.last_seq
    for number in range(250):
        desk.note(conversation.pk, agent=agent, body=f"Note {number}", now=clock.now())
    seen: dict[str, str] = {}
    after, more, asked = 0, "1", 0
    while more == "1":
        answer = lines(client, conversation, after)
        apply(seen, answer.text)
        after, more, asked = int(answer["X-Baton-Revision"]), answer["X-Baton-More"], asked + 1
    assert (len(seen), asked) == (before + 250, 2)
    first, whole = page(client, conversation), page(client, conversation, "?all=1")
    assert len(rows(first)) == 200
    assert "Show the whole conversation" in first
    assert in_order(seen) == rows(whole)


@pytest.mark.parametrize("after", ["-1", "x", "1.5", "٣", "9" * 30, ""])
def test_nonsense_revision_is_answered_in_words(client, agent, channel, after):
    response = lines(client, held(channel, agent), after)
    assert response.status_code == 400
    assert "a whole number" in response.text


def test_nothing_a_customer_writes_is_code(client, agent, channel):
    conversation = held(channel, agent, body=EVIL, name=EVIL)
    desk.reply(conversation.pk, agent=agent, body=EVIL, now=clock.now())
    settle(last_line(conversation), status=Message.Status.FAILED, error={"code": 1, "title": EVIL})
    desk.note(conversation.pk, agent=agent, body=EVIL, now=clock.now())
    desk.release(conversation.pk, agent=agent, context=EVIL, now=clock.now())
    desk.request_handoff(conversation.pk, agent=agent, explanation=EVIL, now=clock.now())
    desk.close(conversation.pk, agent=agent, resolution=EVIL, now=clock.now())
    args = [conversation.pk]
    pages = [page(client, conversation, "?tab=closed"), lines(client, conversation).text]
    pages += [client.get(reverse(f"console:{name}", args=args)).text for name in ("state", "record")]
    pages += [client.get("/list/", {"tab": "closed"}).text, client.get("/", {"q": EVIL, "tab": EVIL}).text]
    for html in pages:
        assert "&lt;script&gt;" in html
        assert "<script>alert" not in html
        assert "<img" not in html
        assert "onfocus='" not in html
        assert "{{ 7|add:7 }}" in html


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("queued", "Waiting to be sent"),
        ("sent", "Sent"),
        ("delivered", "Delivered"),
        ("read", "Read"),
        ("failed", "Not sent: Number gone."),
        ("unknown", "Not known whether this was sent: Number gone."),
        ("dropped", "Withheld, never sent: Number gone."),
    ],
)
def test_what_became_of_a_message_is_said_in_words(client, agent, channel, status, words):
    conversation = held(channel, agent)
    desk.reply(conversation.pk, agent=agent, body="Hello", now=clock.now())
    settle(last_line(conversation), status=status, error={"title": "Number gone"})
    assert words in rows(page(client, conversation))[-1]


def test_late_message_stands_where_it_was_said_and_says_so(client, agent, channel):
    conversation = held(channel, agent, body="First")
    customer_writes(channel, "Before that", sent_at=clock.now() - timedelta(hours=1))
    drawn = rows(page(client, conversation))
    assert "Before that" in drawn[0]
    assert "arrived late" in drawn[0]


def test_days_are_told_apart(client, agent, channel):
    conversation = held(channel, agent, now=clock.now() - timedelta(days=2))
    desk.note(conversation.pk, agent=agent, body="Two days later", now=clock.now())
    assert page(client, conversation).count('<li class="day"') == 2


def test_a_phone_number_is_never_shown_whole(client, agent, channel):
    conversation = waiting(channel, agent, phone="+15550109876")
    for name in ("conversation", "state", "record", "lines"):
        html = client.get(reverse(f"console:{name}", args=[conversation.pk])).text
        assert "5550109876" not in html
    assert "…9876" in page(client, conversation)
