"""What an agent may send: only the holder, only inside the window, templates outside it, with consent and a name."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from audit.verify import verify
from conversations import outbox
from conversations.content import Template, Text, Unsendable
from conversations.models import Channel, Consent, Conversation, Message, MessageReaction
from handoff import desk, resting
from handoff.refusals import Refused
from sla.models import Clock
from tests import factories

pytestmark = pytest.mark.django_db

Status = Message.Status
THUMB = "\N{THUMBS UP SIGN}"
UTILITY = Template(1, "update", "en_US", "We have an update on your order. Reply to continue.", category="UTILITY")
OFFER = Template(2, "offer", "en_US", "Acme: ten per cent off.", category="MARKETING")


@pytest.fixture
def agent(now):
    return factories.agent()


@pytest.fixture
def conversation(now, agent):
    """Held by the agent, its promise still running."""
    conversation = factories.conversation(now=now)
    desk.take_over(conversation.pk, agent=agent, now=now)
    return Conversation.objects.get(pk=conversation.pk)


def running() -> bool:
    return Clock.objects.running().exists()


def queued(conversation) -> list[str]:
    lines = conversation.messages.filter(direction="out", status__in=[Status.QUEUED, Status.HELD]).order_by("seq")
    return [f"{line.type} {line.status}" for line in lines]


def test_answer_meets_the_promise(conversation, agent, now):
    desk.send(conversation.pk, agent=agent, content=Text("Hello"), now=now)
    assert not running()
    assert list(verify()) == []


def test_thumb_is_no_answer(conversation, agent, now):
    """If this fails, a promise is kept by an emoji and the customer still waits."""
    theirs = conversation.messages.get(direction="in")
    desk.react(conversation.pk, agent=agent, seq=theirs.seq, emoji=THUMB, now=now)
    assert running()
    assert MessageReaction.objects.get().emoji == THUMB
    assert queued(conversation) == ["reaction queued"]


def test_reaction_is_taken_back_by_an_empty_one(conversation, agent, now):
    theirs = conversation.messages.get(direction="in")
    desk.react(conversation.pk, agent=agent, seq=theirs.seq, emoji=THUMB, now=now)
    desk.react(conversation.pk, agent=agent, seq=theirs.seq, emoji="", now=now + timedelta(seconds=1))
    assert MessageReaction.objects.get().emoji == ""
    assert queued(conversation) == ["reaction queued", "reaction queued"]


@pytest.mark.parametrize("emoji", ["no", "<b>"])
def test_reaction_that_is_no_single_emoji_is_refused(conversation, agent, now, emoji):
    theirs = conversation.messages.get(direction="in")
    with pytest.raises(ValueError, match="emoji"):
        desk.react(conversation.pk, agent=agent, seq=theirs.seq, emoji=emoji, now=now)
    assert queued(conversation) == []


def test_line_that_whatsapp_does_not_know_cannot_be_reacted_to_or_quoted(conversation, agent, now):
    note = desk.note(conversation.pk, agent=agent, body="careful", now=now)
    unsent = desk.send(conversation.pk, agent=agent, content=Text("one"), now=now)
    for line in (note, unsent):
        with pytest.raises(Unsendable):
            desk.react(conversation.pk, agent=agent, seq=line.seq, emoji=THUMB, now=now)
        with pytest.raises(Unsendable):
            desk.send(conversation.pk, agent=agent, content=Text("two"), now=now, reply_to=line.seq)
    with pytest.raises(Unsendable, match="no line 99"):
        desk.send(conversation.pk, agent=agent, content=Text("two"), now=now, reply_to=99)


def test_quoted_line_goes_with_the_answer(conversation, agent, now):
    theirs = conversation.messages.get(direction="in")
    message = desk.send(conversation.pk, agent=agent, content=Text("this one"), now=now, reply_to=theirs.seq)
    assert message.reply_to == theirs


@pytest.mark.parametrize("verb", ["send", "react", "template"])
def test_only_the_holder_sends(conversation, now, verb):
    other = factories.agent("ben")
    verbs = {
        "send": lambda: desk.send(conversation.pk, agent=other, content=Text("hi"), now=now),
        "react": lambda: desk.react(conversation.pk, agent=other, seq=1, emoji=THUMB, now=now),
        "template": lambda: desk.send_template(conversation.pk, agent=other, template=UTILITY, now=now),
    }
    with pytest.raises(Refused) as refused:
        verbs[verb]()
    assert refused.value.code == "not_in_control"
    assert queued(conversation) == []


def test_free_text_is_refused_when_the_window_has_closed_though_nobody_has_swept_yet(conversation, agent, now):
    with pytest.raises(Refused) as refused:
        desk.send(conversation.pk, agent=agent, content=Text("late"), now=now + timedelta(hours=24))
    assert refused.value.code == "window_closed"
    assert running()


def at_rest(conversation, now):
    later = now + timedelta(hours=25)
    resting.windows_expire(now=later)
    return later


def test_template_leaves_outside_the_window_and_what_follows_waits(conversation, agent, now):
    later = at_rest(conversation, now)
    desk.send_template(conversation.pk, agent=agent, template=UTILITY, now=later, follow_up="The part is here.")
    assert queued(conversation) == ["template queued", "text held"]
    factories.take("yes?", now=later + timedelta(minutes=1))
    assert queued(conversation) == ["template queued", "text queued"]


def test_inside_the_window_what_follows_a_template_follows_at_once(conversation, agent, now):
    desk.send_template(conversation.pk, agent=agent, template=UTILITY, now=now, follow_up="The part is here.")
    assert queued(conversation) == ["template queued", "text queued"]


def test_anothers_resting_conversation_stays_theirs(conversation, now):
    later = at_rest(conversation, now)
    with pytest.raises(Refused) as refused:
        desk.send_template(conversation.pk, agent=factories.agent("ben"), template=UTILITY, now=later)
    assert refused.value.code == "not_in_control"


def test_closed_conversation_takes_nothing(conversation, agent, now):
    desk.close(conversation.pk, agent=agent, now=now)
    for send in (
        lambda: desk.send(conversation.pk, agent=agent, content=Text("hi"), now=now),
        lambda: desk.send_template(conversation.pk, agent=agent, template=UTILITY, now=now),
    ):
        with pytest.raises(Refused) as refused:
            send()
        assert refused.value.code == "closed"


def test_marketing_needs_consent_outside_the_window(conversation, agent, now):
    later = at_rest(conversation, now)
    with pytest.raises(Refused) as refused:
        desk.send_template(conversation.pk, agent=agent, template=OFFER, now=later)
    assert refused.value.code == "no_consent"
    desk.consent_note(
        conversation.pk, agent=agent, kind=Consent.Kind.OPT_IN, evidence="told me on the phone", now=later
    )
    assert desk.send_template(conversation.pk, agent=agent, template=OFFER, now=later).status == Status.QUEUED


class TestFirstContact:
    @pytest.fixture
    def silent(self, conversation, now):
        """Nobody has said anything in this thread yet."""
        conversation.messages.filter(direction="in").delete()
        Channel.objects.update(business_name="Acme")
        return conversation

    def send(self, conversation, template, now):
        return desk.send_template(conversation.pk, agent=User.objects.get(), template=template, now=now)

    def test_must_name_the_business(self, silent, now):
        with pytest.raises(Refused) as refused:
            self.send(silent, UTILITY, now)
        assert (refused.value.code, "Acme" in str(refused.value)) == ("unnamed_business", True)
        self.send(silent, OFFER, now)
        self.send(silent, UTILITY, now)

    def test_one_that_never_arrived_was_no_first_contact(self, silent, now):
        """The named one failed: the next is the first that they read."""
        first = self.send(silent, OFFER, now)
        outbox.claim_next(silent.pk, now=now)
        outbox.mark_failed(first.pk, error={"code": 131026, "title": "undeliverable"}, now=now)
        with pytest.raises(Refused) as refused:
            self.send(silent, UTILITY, now)
        assert refused.value.code == "unnamed_business"
