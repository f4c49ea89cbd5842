"""Three whole stories, told by the product's own functions: a clinic, a bank, a software firm.

The models behind the bank's and the firm's assistants are stand-ins that say what such a model would.
"""

import random
from collections.abc import Iterator
from datetime import timedelta

import pytest

from assistant.engine import Context
from assistant.models import Article
from assistant.reply import Reply
from audit.models import Event
from audit.registry import describe
from conversations.models import Conversation, Message
from conversations.states import State
from handoff import desk, turns
from handoff.models import Handoff, Rating, Resolution
from tests.model.world import World, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def told() -> Iterator[World]:
    with world() as made:
        yield made


class Scripted:
    """A model of the outside: answers by what the question holds, or as it is told to."""

    name = "scripted"

    def __init__(self, *answers: tuple[str, dict]) -> None:
        self.answers = answers
        self.heard: list[Context] = []

    def reply(self, context: Context) -> Reply:
        self.heard.append(context)
        asked = f"{context.question}\n{context.guidance}".lower()
        return next(Reply.make(**fields) for words, fields in self.answers if words in asked)


def thread(conversation: Conversation) -> list[tuple[str, str]]:
    lines = conversation.messages.said().transcript()
    return [(line.sender, line.body) for line in lines]


def turn(story: World, engine=None) -> None:
    """The customer is quiet long enough, and the assistant takes its turn."""
    story.later(timedelta(seconds=3))
    conversation = Conversation.objects.get()
    if engine is None:
        story.work(random.Random(1))
    else:
        turns.turn_take(conversation.pk, engine=engine)
    story.commit()
    story.deliver(conversation)


def refreshed(conversation: Conversation) -> Conversation:
    return Conversation.objects.get(pk=conversation.pk)


def decisions(conversation: Conversation) -> str:
    events = Event.objects.filter(stream=conversation.stream).order_by("seq")
    return "\n".join(describe(event.event_type, event.payload) for event in events)


CLINIC = ("The clinic is at 12 Mill Lane, next to the library.", "We are open Monday to Friday, 8:00 to 18:00.")


def article(slug: str, title: str, keywords: str, answer: str) -> None:
    Article.objects.create(slug=slug, title=title, keywords=keywords, answer=answer)


def test_clinic_from_the_way_there_to_an_appointment(told):
    """Location, opening hours, "speak to a human", a person accepts, the appointment is made, the matter is closed."""
    article("where", "Where is the clinic?", "location address located directions", CLINIC[0])
    article("hours", "Opening hours of the clinic", "open opening hours times when close", CLINIC[1])
    ana, now = told.agents["ana"], lambda: told.now
    told.customer_writes(1, "Where is the clinic located?")
    turn(told)
    told.customer_writes(1, "What are your opening hours?")
    turn(told)
    conversation = Conversation.objects.get()
    assert [body for sender, body in thread(conversation) if sender == "bot"] == [*CLINIC]
    told.customer_writes(1, "Can I speak to a human please?")
    turn(told)
    conversation = refreshed(conversation)
    assert conversation.state == State.PENDING
    handoff = conversation.handoffs.get()
    assert handoff.reason == Handoff.Reason.ASKED
    assert handoff.payload["auto_escalated_due_to"]["kind"] == "asked_for_person"
    assert [line["sender"] for line in handoff.payload["messages"]] == ["user", "bot", "user", "bot", "user"]
    told.later(timedelta(minutes=1))
    told.does(desk.accept, conversation.pk, agent=ana, now=now())
    told.does(desk.reply, conversation.pk, agent=ana, body="Ana here. Does Tuesday at 10:00 suit you?", now=now())
    told.deliver(conversation)
    told.later(timedelta(minutes=1))
    told.customer_writes(1, "Yes, thank you!")
    told.does(desk.reply, conversation.pk, agent=ana, body="Booked: Tuesday, 10:00.", now=now())
    told.does(desk.close, conversation.pk, agent=ana, now=now(), resolution="Appointment made", ask_rating=True)
    told.deliver(conversation)
    conversation = refreshed(conversation)
    assert conversation.state == State.CLOSED
    assert Resolution.objects.get().note == "Appointment made"
    assert Rating.objects.get().score is None
    assert told.refusals == []
    assert "bot" not in [sender for sender, _ in thread(conversation)[7:]]


FEE = {
    "intent": "fee_dispute",
    "answer": "The fee is for the overdraft of 3 May.",
    "confidence": 0.75,
    "sentiment": -0.6,
}


def test_bank_hands_over_a_fee_dispute_before_it_answers_wrongly(told):
    """A dispute about money with 75 % confidence: above the general threshold, and still a person's."""
    told.customer_writes(1, "You charged me 35 dollars for nothing, take that fee back")
    turn(told, Scripted(("fee", FEE)))
    conversation = Conversation.objects.get()
    assert conversation.state == State.PENDING
    handoff = conversation.handoffs.get()
    due_to = handoff.payload["auto_escalated_due_to"]
    assert (handoff.reason, due_to["kind"]) == ("mixed", "mixed")
    assert due_to["inputs"]["intent"] == "fee_dispute"
    assert due_to["inputs"]["confidence"] == 0.75
    assert "overdraft of 3 May" not in "".join(body for _, body in thread(conversation))
    ben = told.agents["ben"]
    told.does(desk.accept, conversation.pk, agent=ben, now=told.now)
    told.does(desk.escalate, conversation.pk, agent=ben, now=told.now, note="Needs the disputes team")
    assert refreshed(conversation).team_id == told.second.pk
    assert refreshed(conversation).state == State.PENDING
    assert told.refusals == []


PERMISSION = {
    "intent": "export", "confidence": 0.9, "answer": "", "handoff": True, "reason": "The export tool failed.",
    "tools": [{"name": "run_export", "ok": False, "error_code": "ERR_PERM_004", "note": "no permission"}],
}  # fmt: skip
GRANTED = "Permission granted. Please re-run the export."
DONE = {"intent": "export", "confidence": 0.95, "answer": "The export has run: 1,204 rows, it is in your inbox."}


def test_software_firm_resumes_the_export_after_the_permission_was_given(told):
    """A tool fails with its code, a person mends the cause, the assistant goes on where it stopped and does answer."""
    told.customer_writes(1, "Please export my invoices")
    turn(told, Scripted(("export", PERMISSION)))
    conversation = Conversation.objects.get()
    handoff = conversation.handoffs.get()
    assert handoff.reason == Handoff.Reason.TOOL_FAILED
    assert handoff.payload["tools"][0]["error_code"] == "ERR_PERM_004"
    assert "ERR_PERM_004" in str(handoff.payload["auto_escalated_due_to"])
    ana = told.agents["ana"]
    told.does(desk.accept, conversation.pk, agent=ana, now=told.now)
    told.later(timedelta(minutes=2))
    told.does(
        desk.release, conversation.pk, agent=ana, now=told.now, context="Permission granted. Please re-run the export."
    )
    mind = Scripted(("re-run", DONE))
    turn(told, mind)
    (context,) = mind.heard
    assert context.returned
    assert context.guidance == GRANTED
    assert thread(refreshed(conversation))[-1] == ("bot", DONE["answer"])
    assert refreshed(conversation).handoffs.get().cooldown_left == 2
    assert Message.objects.filter(sender="bot", status=Message.Status.DROPPED).count() == 0
    assert "Given back to the assistant" in decisions(conversation)
