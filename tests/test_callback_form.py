"""A small form in the chat: what counts as an answer, how the customer gets out of it, and where the answers lie."""

import json
from datetime import timedelta

import pytest
from django.db import connection, transaction

from audit.models import Event
from conversations.models import Conversation, Customer
from conversations.states import State
from handoff import callback, contact_form, desk, notices
from handoff.models import CallbackForm, Handoff, Ticket
from handoff.wording import ALL
from tests import factories
from tests import waiting_factories as make

pytestmark = pytest.mark.django_db

NUMBER = "+34 612 34 56 78"


@pytest.fixture
def ana(now):
    return factories.agent("ana")


@pytest.fixture
def asked(now, ana):
    """A customer who waits and is asked for their name."""
    conversation = make.waits(now=now)
    make.do(callback.form_start, conversation, now=now)
    return conversation


class Clock:
    def __init__(self, now):
        self.now = now

    def on(self, **more):
        self.now += timedelta(**(more or {"seconds": 20}))
        return self.now


@pytest.fixture
def clock(now):
    return Clock(now)


def says(clock, *lines, **more) -> None:
    for line in lines:
        make.writes(line, now=clock.on(), **more)


def last(conversation) -> str:
    return make.told(conversation)[-1]


def form() -> CallbackForm:
    return CallbackForm.objects.get()


def test_three_answers_make_a_ticket_and_the_thread_goes_back(clock, asked):
    assert "What name may I note?" in last(asked)
    says(clock, "Ana López")
    assert last(asked) == "Thank you, Ana López. Which phone number or e-mail address may we use?"
    says(clock, NUMBER)
    assert last(asked) == "When does it suit you? For example: tomorrow afternoon."
    says(clock, "tomorrow after 4")
    ticket = Ticket.objects.get()
    assert (ticket.kind, ticket.conversation_id) == (Ticket.Kind.CALL_BACK, asked.pk)
    assert contact_form.unseal(ticket.contact) == {
        "name": "Ana López", "reach": "+34612345678", "reach_kind": "phone", "time": "tomorrow after 4",
    }  # fmt: skip
    assert f"your number is {ticket.name}" in last(asked)
    handoff = Handoff.objects.get()
    assert (handoff.ending, handoff.mode, form().step) == ("ticket", "cold", "done")
    assert make.fresh(asked).state in (State.NEW, State.AUTHENTICATED, State.AUTOMATED)
    assert not make.fresh(asked).clocks.running().exists()


def test_answers_are_for_us_and_the_assistant_does_not_answer_them(clock, asked):
    """If this fails, the assistant takes "tomorrow after 4" for a question when it has the thread again."""
    says(clock, "Ana", NUMBER, "tomorrow after 4")
    assert not make.fresh(asked).messages.filter(direction="in", asks=True, seq__gt=2).exists()
    assert not make.fresh(asked).bot_turns.exists()


def test_contact_details_stand_in_clear_nowhere_but_in_the_thread(clock, asked):
    says(clock, "Ana López", NUMBER, "ring +34612345678 tomorrow")
    with connection.cursor() as cursor:
        cursor.execute("SELECT contact::text, summary, subject FROM handoff_ticket")
        lying = " ".join(cursor.fetchone())
        cursor.execute("SELECT answers::text FROM handoff_callbackform")
        lying += cursor.fetchone()[0]
    recorded = json.dumps(list(Event.objects.values_list("payload", flat=True)))
    for secret in ("612345678", "612 34 56 78", "López", "tomorrow"):
        assert secret not in lying
        assert secret not in recorded


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ("612 34", "country code, such as +34"), ("ana@example", "name@example.com"),
        ("ask my sister", "could not find a phone number or an e-mail address"),
    ],
)  # fmt: skip
def test_wrong_answer_is_asked_for_once_more_with_what_is_wrong_then_taken(clock, asked, said, wrong):
    says(clock, "Ana", said)
    assert wrong in last(asked)
    assert "Which phone number or e-mail address may we use?" in last(asked)
    assert form().step == "reach"
    says(clock, said)
    assert form().step == "time"
    assert contact_form.unseal(form().answers)["reach"] == said


@pytest.mark.parametrize(
    ("said", "region", "reach"),
    [
        ("612 34 56 78", "ES", "+34612345678"), ("0034 612345678", "ES", "+34612345678"),
        ("34612345678", "US", "+34612345678"), ("call (415) 555-2671 please", "US", "+14155552671"),
        ("٠٥٠ ١٢٣ ٤٥٦٧", "SA", "+966501234567"), ("९८७६५४३२१०", "IN", "+919876543210"),
        ("(11) 91234-5678", "BR", "+5511912345678"), ("0812-3456-7890", "ID", "+6281234567890"),
        ("write to a.b+c@shop.co.uk.", None, "a.b+c@shop.co.uk"), (NUMBER, None, "+34612345678"),
    ],
)  # fmt: skip
def test_numbers_are_read_as_people_write_them(said, region, reach):
    found, wrong = contact_form.reach_of(said, region=region)
    assert (found["reach"], wrong) == (reach, "")


@pytest.mark.parametrize("said", ["this number", "Este número.", "esse número", "هذا الرقم", "यही नंबर", "nomor ini"])
def test_number_they_write_from_need_not_be_typed(said):
    assert contact_form.reach_of(said, region=None, own="+34612345678")[0]["reach"] == "+34612345678"


@pytest.mark.parametrize("said", ["\u200b", "🙂" * 500, "9" * 4000, "@" * 300, "+", "(((((0", "a@b@c.d", "<script>"])
def test_no_answer_breaks_the_form(clock, asked, said):
    says(clock, said, said)
    says(clock, said, said)
    says(clock, "any time")
    assert form().step in ("time", "done", "left")


def test_own_country_reads_a_number_without_its_code(clock, now, ana):
    who = factories.sender(7, bsuid="ES.00000000000000000007")
    conversation = factories.conversation(now=now, who=who)
    make.hand_over(conversation, now=now)
    assert contact_form.region_of(make.fresh(conversation)) == "ES"
    assert contact_form.own_number(make.fresh(conversation)) == ""


@pytest.mark.parametrize("word", [said["callback_cancel"] for said in ALL.values()] + ["CANCEL!", "stop", "no gracias"])
def test_way_out_in_every_language_keeps_their_place(clock, asked, word):
    says(clock, "Ana", word)
    assert form().step == "left"
    assert "You stay in line." in last(asked)
    assert "You are next" in last(asked)
    assert make.fresh(asked).state == State.PENDING
    assert not Ticket.objects.exists()


def test_no_to_when_it_suits_is_an_answer(clock, asked):
    says(clock, "Ana", NUMBER, "no")
    assert form().step == "done"


@pytest.mark.parametrize("said", ["I want a human", "let me speak to a person please", "quiero hablar con una persona"])
def test_asking_for_a_person_is_no_name(clock, asked, said):
    says(clock, said)
    assert form().step == "left"
    assert "You stay in line." in last(asked)


def test_number_inside_a_wish_for_a_person_is_an_answer(clock, asked):
    says(clock, "Ana", "have an agent call me on +34 612345678")
    assert form().step == "time"


def test_photos_are_asked_to_be_written_twice_and_then_passed_over(clock, asked):
    before = len(make.told(asked))
    for _ in range(6):
        make.writes("[Image]", now=clock.on(), type="image")
    hints = make.told(asked)[before:]
    assert len(hints) == 2
    assert hints[0] == "I am sorry, I can take that down only if you write it. What name may I note?"
    says(clock, "Ana")
    assert form().step == "reach"


def test_what_was_said_before_the_question_is_no_answer(clock, asked, now):
    make.writes("hello??", now=clock.on(), sent_at=now - timedelta(seconds=30))
    assert form().step == "name"
    assert not contact_form.unseal(form().answers)


def test_person_who_accepts_sees_what_was_answered_so_far(clock, asked, ana, now):
    says(clock, "Ana López", NUMBER)
    with transaction.atomic():
        conversation = factories.locked(asked)
        callback.form_end(conversation, make.handoff_of(asked), now=clock.on())
    banner = asked.messages.filter(type="banner").order_by("seq").last()
    assert banner.body == "Answered so far for a call-back: name: Ana López; reach: +34612345678"
    assert form().step == "left"
    make.do(callback.form_end, asked, now=clock.on())
    assert asked.messages.filter(type="banner", body__startswith="Answered so far").count() == 1


def test_after_a_person_accepted_their_lines_are_the_persons(clock, asked, ana):
    desk.accept(asked.pk, agent=ana, now=clock.on())
    before = len(make.told(asked))
    says(clock, "Ana López", NUMBER, "tomorrow")
    assert len(make.told(asked)) == before
    assert not Ticket.objects.exists()


def test_question_nobody_answers_is_dropped_in_half_an_hour(clock, asked):
    """If this fails, "hello?" an hour later is taken for a name."""
    make.writes("I am back", now=clock.on(minutes=40))
    assert contact_form.unseal(form().answers) == {}
    assert contact_form.open_form(make.handoff_of(asked), now=clock.now) is None


def test_nothing_else_is_told_while_the_form_is_open(clock, asked):
    Conversation.objects.filter(pk=asked.pk).update(priority=1)
    assert not make.do(notices.tell_progress, asked, now=clock.on(minutes=25))


def test_who_wants_no_messages_is_asked_no_more(clock, asked):
    Customer.objects.update(opted_out_at=clock.on())
    says(clock, "Ana")
    assert form().step == "left"
    assert make.told(asked)[-1].startswith("I am sorry that it takes so long.")


def test_question_that_never_left_was_not_asked(clock, asked):
    asked.messages.filter(seq=form().asked_seq).update(status="dropped")
    says(clock, "Ana")
    assert form().step == "left"


def test_asked_once_in_a_handoff_and_only_who_waits(clock, asked, ana):
    handoff = make.handoff_of(asked)
    assert not callback.can_start(make.fresh(asked), handoff, now=clock.now)
    with pytest.raises(ValueError, match="cannot be asked"):
        make.do(callback.form_start, asked, now=clock.now)
    other = make.waits(2, now=clock.now)
    Conversation.objects.filter(pk=other.pk).update(window_expires_at=clock.now)
    assert not callback.can_start(make.fresh(other), make.handoff_of(other), now=clock.now)


def test_tap_on_another_question_is_no_answer(clock, asked):
    make.writes("Yes", now=clock.on(), type="interactive", content={"kind": "tap", "id": "rating:5", "title": "Yes"})
    assert form().step == "name"


def test_same_line_twice_is_taken_once(clock, asked):
    message = make.writes("Ana", now=clock.on())
    with transaction.atomic():
        conversation = factories.locked(asked)
        assert not callback.answered(conversation, message, now=clock.now)
    assert form().step == "reach"
