"""The assistant beside the agent: it drafts and never sends, finds solved cases, and the record keeps what was used."""

import pytest
from django.db import connection, transaction

from assistant.reply import Reply
from audit.models import Event
from audit.verify import verify
from conversations.models import Conversation, Message, Participant, supervise_permission
from handoff import copilot, desk, router
from handoff.models import Suggestion
from handoff.refusals import Refused
from tests import factories

pytestmark = pytest.mark.django_db

ANSWER = "It left us on Monday and is on its way."


class Engine:
    """Says what it is told to, and keeps what it was asked."""

    name = "told"

    def __init__(self, **reply) -> None:
        self.given = {"intent": "order_status", "answer": ANSWER, "confidence": 0.9, **reply}
        self.asked: list[str] = []
        self.locked: list[bool] = []

    def reply(self, context):
        self.asked.append(context.question)
        self.locked.append(connection.in_atomic_block)
        return Reply.make(**self.given)


@pytest.fixture
def engine(monkeypatch):
    made = Engine()
    monkeypatch.setattr(copilot, "default_engine", lambda: made)
    return made


@pytest.fixture
def ana(db):
    return factories.agent("ana")


def arrives(body: str, *, now, number: int = 1) -> Message:
    with transaction.atomic():
        message = factories.take(body, now=now, who=factories.sender(number))
        router.route(message, now=now)
    return message


def held_by(agent, now, *, number: int = 1, body: str = "Where is my order?") -> Conversation:
    conversation = arrives(body, now=now, number=number).conversation
    desk.take_over(conversation.pk, agent=agent, now=now)
    return conversation


@pytest.fixture
def held(now, ana):
    return held_by(ana, now)


def test_draft_is_kept_for_the_agent_and_never_sent(now, ana, held, engine):
    """If this fails, the assistant talks while a person holds the conversation (invariant 3)."""
    before = held.messages.count()
    draft = copilot.suggest(held.pk, agent=ana, now=now)
    assert (draft.body, draft.intent, draft.confidence, draft.outcome) == (ANSWER, "order_status", 0.9, "open")
    assert held.messages.count() == before
    assert not held.messages.filter(sender="bot").exists()
    event = Event.objects.get(event_type="copilot.suggested")
    assert event.payload["suggestion"] == draft.pk
    assert ANSWER not in str(event.payload)
    assert list(verify()) == []


@pytest.mark.django_db(transaction=True)
def test_it_thinks_without_any_lock(now, engine):
    """If this fails, a slow model keeps the customer's next words out."""
    ana = factories.agent("ana")
    held = held_by(ana, now)
    assert copilot.suggest(held.pk, agent=ana, now=now)
    assert engine.locked == [False]


@pytest.mark.parametrize(
    "reply", [{"handoff": True}, {"confidence": 0.3}, {"guardrail": "abuse"}, {"answer": " ", "handoff": True}]
)
def test_what_it_may_not_say_to_customers_it_does_not_draft(now, ana, held, monkeypatch, reply):
    monkeypatch.setattr(copilot, "default_engine", lambda: Engine(**reply))
    assert copilot.suggest(held.pk, agent=ana, now=now) is None
    assert not Suggestion.objects.exists()


def test_mind_that_fails_costs_the_agent_a_draft_and_nothing_else(now, ana, held, monkeypatch):
    class Broken(Engine):
        def reply(self, context):
            raise RuntimeError("down")

    monkeypatch.setattr(copilot, "default_engine", lambda: Broken())
    assert copilot.suggest(held.pk, agent=ana, now=now) is None


def test_customer_who_asked_for_a_person_is_asked_about_the_rest(now, ana, held, engine):
    arrives("I want to talk to a human", now=factories.later(now, seconds=5))
    assert copilot.suggest(held.pk, agent=ana, now=factories.later(now, seconds=9))
    assert engine.asked == ["Where is my order?"]


def test_nothing_is_drafted_where_all_is_answered(now, ana, held, engine):
    desk.reply(held.pk, agent=ana, body="On its way.", now=now)
    assert copilot.suggest(held.pk, agent=ana, now=now) is None
    assert engine.asked == []


def test_draft_that_the_customers_next_line_made_old_is_drafted_once_more(now, ana, held, monkeypatch):
    class Interrupted(Engine):
        def reply(self, context):
            if not self.asked:
                arrives("And my invoice?", now=factories.later(now, seconds=5))
            return super().reply(context)

    told = Interrupted()
    monkeypatch.setattr(copilot, "default_engine", lambda: told)
    assert copilot.suggest(held.pk, agent=ana, now=now)
    assert told.asked == ["Where is my order?", "Where is my order?\nAnd my invoice?"]
    assert Suggestion.objects.count() == 1


def test_older_draft_is_ignored_when_a_new_one_is_asked_for(now, ana, held, engine):
    first = copilot.suggest(held.pk, agent=ana, now=now)
    second = copilot.suggest(held.pk, agent=ana, now=now)
    first.refresh_from_db()
    assert (first.outcome, second.outcome) == ("ignored", "open")
    assert Event.objects.filter(event_type="copilot.ignored").count() == 1


def test_only_who_has_the_conversation_was_invited_or_supervises_may_ask(now, ana, held, engine):
    ben, cara, sara = (factories.agent(name) for name in ("ben", "cara", "sara"))
    Participant.objects.create(conversation=held, user=cara, invited_by=ana, at=now)
    sara.user_permissions.add(supervise_permission())
    with pytest.raises(Refused) as refused:
        copilot.suggest(held.pk, agent=ben, now=now)
    assert refused.value.code == "not_in_control"
    assert copilot.suggest(held.pk, agent=cara, now=now)
    assert copilot.suggest(held.pk, agent=sara, now=now)


def test_nobody_is_drafted_for_where_no_person_answers(now, ana, engine):
    conversation = factories.conversation(now=now)
    ana.user_permissions.add(supervise_permission())
    for code in ("not_in_control", "not_in_control", "closed"):
        with pytest.raises(Refused) as refused:
            copilot.suggest(conversation.pk, agent=ana, now=now)
        assert refused.value.code == code
        if code == "not_in_control" and conversation.handoffs.exists():
            desk.close(conversation.pk, agent=ana, now=now)
        elif code == "not_in_control":
            desk.request_handoff(conversation.pk, agent=ana, explanation="", now=now)


# What became of it


@pytest.mark.parametrize(
    ("sent", "outcome", "likeness"),
    [(ANSWER, "used", 1.0), (f"  {ANSWER.replace(' is', chr(10) + ' is')} ", "used", 1.0),
     (f"{ANSWER} Sorry for the wait!", "edited", 0.8), ("No idea", "edited", 0.2)],
)  # fmt: skip
def test_record_keeps_whether_it_was_used_or_edited(now, ana, held, engine, sent, outcome, likeness):
    draft = copilot.suggest(held.pk, agent=ana, now=now)
    message = desk.reply(held.pk, agent=ana, body=sent, now=now)
    copilot.settle(draft.pk, message, agent=ana, now=now)
    draft.refresh_from_db()
    assert (draft.outcome, draft.message, draft.settled_at) == (outcome, message, now)
    event = Event.objects.get(event_type=f"copilot.{outcome}")
    assert event.payload["likeness"] == pytest.approx(likeness, abs=0.1)
    assert ANSWER not in str(event.payload)


def test_draft_is_settled_once(now, ana, held, engine):
    draft = copilot.suggest(held.pk, agent=ana, now=now)
    message = desk.reply(held.pk, agent=ana, body=ANSWER, now=now)
    for body in (message, desk.reply(held.pk, agent=ana, body="More", now=now)):
        copilot.settle(draft.pk, body, agent=ana, now=now)
    draft.refresh_from_db()
    assert (draft.outcome, draft.message) == ("used", message)


def test_draft_is_not_settled_by_somebody_elses_line_or_a_note(now, ana, held, engine):
    draft = copilot.suggest(held.pk, agent=ana, now=now)
    ben = factories.agent("ben")
    other = held_by(ben, now, number=2)
    elsewhere = desk.reply(other.pk, agent=ben, body=ANSWER, now=now)
    for agent, line in (
        (ben, elsewhere), (ana, desk.note(held.pk, agent=ana, body=ANSWER, now=now)), (ana, held.messages.first()),
    ):  # fmt: skip
        with pytest.raises(ValueError, match="your own"):
            copilot.settle(draft.pk, line, agent=agent, now=now)


# Cases like it


def solved(now, agent, number: int, body: str, *, answer: str = "Done.", tag: str = "solved", topic: str = "orders"):
    conversation = held_by(agent, now, number=number, body=body)
    Conversation.objects.filter(pk=conversation.pk).update(topic=topic)
    desk.reply(conversation.pk, agent=agent, body=answer, now=now)
    desk.close(conversation.pk, agent=agent, now=now, tag=tag)
    return conversation


def open_matter(now, agent, body: str, *, topic: str = "orders", language: str = "") -> Conversation:
    conversation = held_by(agent, now, number=90, body=body)
    Conversation.objects.filter(pk=conversation.pk).update(topic=topic, language=language)
    conversation.refresh_from_db()
    return conversation


def test_likest_solved_case_comes_first_with_what_solved_it(now, ana):
    solved(now, ana, 1, "How do I wash the curtains?", topic="products")
    lamp = solved(now, ana, 2, "The lamp arrived broken, the glass is in pieces", answer="We send a new glass.")
    late = solved(now, ana, 3, "My parcel is late")
    cases = copilot.similar(open_matter(now, ana, "Glass of my lamp is broken and my parcel"), user=ana)
    assert [case.conversation_id for case in cases] == [lamp.pk, late.pk]
    assert (cases[0].answer, cases[0].tag) == ("We send a new glass.", "Solved")
    assert cases[0].question.startswith("The lamp arrived broken")
    assert cases[0].likeness > cases[1].likeness


def test_words_are_known_in_their_other_forms_in_the_customers_language(now, ana):
    same = solved(now, ana, 1, "¿Cuándo llegan las lámparas que compré?")
    matter = open_matter(now, ana, "La lámpara no llegó", language="es")
    assert [case.conversation_id for case in copilot.similar(matter, user=ana)] == [same.pk]


def test_cases_of_teams_one_may_not_see_are_not_shown(now, ana):
    """If this fails, one team reads another's customers through the side door (invariant 10)."""
    solved(now, ana, 1, "The lamp arrived broken")
    ben = factories.agent("ben", teams=("returns",))
    matter = open_matter(now, ana, "My lamp is broken")
    assert copilot.similar(matter, user=ana)
    assert copilot.similar(matter, user=ben) == []


def test_what_solved_nothing_is_no_example(now, ana):
    solved(now, ana, 1, "The lamp is broken", tag="spam")
    solved(now, ana, 2, "The lamp is broken", tag="no_answer")
    solved(now, ana, 3, "The lamp is broken", tag="")
    solved(now, ana, 4, "The lamp is broken", topic="payments")
    assert copilot.similar(open_matter(now, ana, "My lamp is broken"), user=ana) == []


def test_no_more_than_asked_for_and_the_matter_itself_not_among_them(now, ana):
    for number in range(1, 6):
        solved(now, ana, number, "The lamp is broken")
    matter = open_matter(now, ana, "My lamp is broken")
    assert len(copilot.similar(matter, user=ana, limit=2)) == 2
    desk.close(matter.pk, agent=ana, now=now, tag="solved")
    matter.refresh_from_db()
    assert matter.pk not in {case.conversation_id for case in copilot.similar(matter, user=ana, limit=9)}


@pytest.mark.parametrize(
    "body", ["", "' | & ! ( ) : * <->", "the of and", "😀", "a&b https://example.com/?a=1&b=2 'x'"]
)
def test_whatever_a_customer_writes_is_looked_for_without_an_error(now, ana, body):
    solved(now, ana, 1, "The lamp is broken")
    assert copilot.similar(open_matter(now, ana, body), user=ana) == []
