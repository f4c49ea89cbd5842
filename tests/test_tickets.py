"""Cold handoffs: a ticket with a number, an honest time, and answers that reach the customer in their own thread."""

import json
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from django.db import connection, transaction
from django.urls import reverse

from audit.actors import SYSTEM
from audit.models import Event
from audit.verify import verify
from conversations import outbox
from conversations.models import BotSwitch, Conversation, Message, Topic, supervise_permission
from conversations.states import BOT_STATES, State
from handoff import desk, helpdesk, resting, router, tickets
from handoff.models import BotTurn, Handoff, Team, Ticket
from handoff.refusals import Refused
from sla.models import Clock, MatrixRow
from tests import factories
from tests import waiting_factories as make

pytestmark = pytest.mark.django_db

SATURDAY = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
LANGUAGES = ("en", "es", "pt", "ar", "hi", "id")


@pytest.fixture
def ana(now):
    return factories.agent("ana")


@pytest.fixture
def ben(now):
    return factories.agent("ben")


@pytest.fixture
def cold(ana):
    """The team takes its work as tickets."""
    return team_mode(Team.Mode.COLD)


def team_mode(mode, **more) -> Team:
    team = factories.team()
    team.mode = mode
    for name, value in more.items():
        setattr(team, name, value)
    team.save()
    return team


@pytest.fixture
def ticket(now, cold):
    make.waits(now=now, body="The lamp B-10234 came broken and I want my money back")
    return Ticket.objects.get()


def refusal(verb, *args, **kwargs) -> str:
    with pytest.raises(Refused) as refused:
        verb(*args, **kwargs)
    assert refused.value.words.endswith(".")
    return refused.value.code


def thread(ticket) -> Conversation:
    return make.fresh(ticket.conversation)


# Made


def test_cold_handoff_makes_a_ticket_and_gives_the_thread_back(now, ticket):
    handoff = Handoff.objects.get()
    assert (handoff.mode, handoff.ending, ticket.handoff_id) == ("cold", "ticket", handoff.pk)
    assert thread(ticket).state in BOT_STATES
    assert not Clock.objects.running().exists()
    assert ticket.due_at == handoff.due_at, "the SLA's own promise goes on with the ticket"
    assert "The lamp B-10234 came broken" in ticket.subject
    assert ticket.summary == handoff.summary


def test_customer_is_told_number_time_and_what_is_seen(now, ticket):
    (said,) = make.told(ticket.conversation)
    assert f"your number is {ticket.name}" in said
    assert "We aim to answer you today at 13:00 (UTC) at the latest" in said
    assert "see: this conversation, a summary" in said
    assert "Meanwhile you can go on asking me." in said
    assert "connecting" not in said


def test_stopped_assistant_is_not_offered_meanwhile(now, cold):
    BotSwitch.objects.update_or_create(pk=1, defaults={"enabled": False})
    assert "asking me" not in make.told(make.waits(now=now))[0]


@pytest.mark.parametrize("language", LANGUAGES)
def test_number_is_told_in_six_languages(now, cold, language):
    (said,) = make.told(make.waits(now=now, language=language))
    assert Ticket.objects.get().name in said
    assert "13:00" in said


def test_thanks_for_a_ticket_make_no_second_one(now, ticket):
    """If this fails, every further word of the customer calls a person again for what is on the ticket already."""
    make.writes("thank you", now=now + timedelta(minutes=1))
    assert Ticket.objects.count() == 1
    turn = BotTurn.objects.get()
    assert turn.status == "scheduled"


def test_warm_team_makes_none_and_the_mixed_one_only_while_closed(now, ana):
    team_mode(Team.Mode.COLD_WHEN_CLOSED)
    make.waits(1, now=now)
    assert not Ticket.objects.exists(), "without opening times it is never closed"
    team_mode(Team.Mode.COLD_WHEN_CLOSED, hours=make.hours())
    make.waits(2, now=datetime(2026, 11, 20, 10, 0, tzinfo=UTC))
    assert not Ticket.objects.exists()
    make.waits(3, now=SATURDAY)
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize(
    ("at", "promise", "due"),
    [
        ("2026-11-21 09:00", 4, "2026-11-23 12:00"),  # closed: Monday's opening and four hours
        ("2026-11-20 09:00", 4, "2026-11-20 13:00"),
        ("2026-11-20 14:00", 2, "2026-11-20 16:00"),  # the very minute of closing is in time
        ("2026-11-20 15:00", 4, "2026-11-23 08:00"),  # 20:00 in Madrid: nobody is there, it is told for Monday
        ("2026-11-20 09:00", 48, "2026-11-23 08:00"),
    ],
)
def test_time_told_is_one_at_which_somebody_is_there(ana, at, promise, due):
    team_mode(Team.Mode.COLD, hours=make.hours())
    MatrixRow.objects.all().delete()
    MatrixRow.objects.create(first_response=timedelta(hours=promise))
    make.waits(now=datetime.fromisoformat(at).replace(tzinfo=UTC))
    assert Ticket.objects.get().due_at == datetime.fromisoformat(due).replace(tzinfo=UTC)


def test_closed_team_says_so_with_the_number(ana):
    team_mode(Team.Mode.COLD_WHEN_CLOSED, hours=make.hours(other_ways="help@shop.example"))
    (said,) = make.told(make.waits(now=SATURDAY))
    assert "Our team is away now; we open again on Monday at 9:00 (Madrid time).\nIf it cannot wait: help@shop" in said
    assert "We aim to answer you on Monday at 13:00 (Madrid time) at the latest" in said


def test_team_that_never_opens_gives_a_number_and_no_time(ana):
    calendar = make.hours((0, "09:00", "17:00"))
    for week in range(12):
        calendar.days_off.create(day=(datetime(2026, 11, 23, tzinfo=UTC) + timedelta(weeks=week)).date())
    team_mode(Team.Mode.COLD, hours=calendar)
    (said,) = make.told(make.waits(now=SATURDAY))
    assert "I cannot tell you yet when you will have an answer" in said


def test_subject_is_what_it_is_about_and_never_a_bare_wish_for_a_person(now, cold):
    Topic.objects.create(code="refunds", name="Refunds", intents="return_question")
    conversation = factories.conversation(now=now, body="My refund for the " + "very " * 40 + "old chair is missing")
    make.writes("I want to speak to a human", now=now, route=False)
    make.hand_over(conversation, now=now, evidence={"intent": "return_question"})
    subject = Ticket.objects.get().subject
    assert subject.startswith("Refunds: My refund for the very very")
    assert subject.endswith("…")
    assert len(subject) <= len("Refunds: ") + tickets.LONGEST_WORDS


def test_several_tickets_of_one_customer_stand_side_by_side(now, ticket):
    make.writes("and another thing: my invoice", now=now + timedelta(minutes=1), route=False)
    make.hand_over(thread(ticket), now=now + timedelta(minutes=1))
    first, second = tickets.open_of(ticket.customer)
    assert (first.number, second.number) == (ticket.number, ticket.number + 1)


def test_record_has_the_ticket_on_both_chains_and_no_words(now, ticket, ana):
    tickets.ticket_update(ticket.pk, agent=ana, assigned_to=ana, priority=7, now=now)
    tickets.ticket_reply(ticket.pk, agent=ana, body="Your money is on its way", now=now)
    tickets.ticket_close(ticket.pk, agent=ana, now=now, resolution="paid to her bank", tell_customer=True)
    kinds = ["ticket.opened", "ticket.changed", "ticket.changed", "ticket.replied", "ticket.closed"]
    for stream in (ticket.stream, ticket.conversation.stream):
        events = Event.objects.filter(stream=stream, event_type__startswith="ticket.").order_by("seq")
        assert sorted(event.event_type for event in events) == sorted(kinds)
    recorded = json.dumps(
        list(Event.objects.filter(event_type__startswith="ticket.").values_list("payload", flat=True))
    )
    for words in ("lamp", "money", "bank"):
        assert words not in recorded
    assert list(verify()) == []


# Worked on


def test_assigned_to_the_team_only(now, ticket, ana, ben):
    ben.groups.clear()
    assert refusal(tickets.ticket_update, ticket.pk, agent=ana, assigned_to=ben, now=now) == "no_such_agent"
    ana.is_active = False
    ana.save()
    assert refusal(tickets.ticket_update, ticket.pk, agent=ben, assigned_to=ana, now=now) == "no_such_agent"
    ana.is_active = True
    ana.save()
    tickets.ticket_update(ticket.pk, agent=ben, assigned_to=ana, now=now)
    assert tickets.ticket_update(ticket.pk, agent=ben, assigned_to=None, now=now).assigned_to is None


def test_what_is_not_given_stays_and_what_is_the_same_is_no_news(now, ticket, ana):
    tickets.ticket_update(ticket.pk, agent=ana, assigned_to=ana, priority=9, status="pending", now=now)
    before = Event.objects.count()
    changed = tickets.ticket_update(ticket.pk, agent=ana, priority=9, now=now)
    assert (changed.assigned_to, changed.priority, changed.status) == (ana, 9, "pending")
    assert Event.objects.count() == before


@pytest.mark.parametrize("given", [{"status": "done"}, {"status": "closed"}, {"priority": -1}, {"priority": True}])
def test_bad_input_is_refused(now, ticket, ana, given):
    with pytest.raises(ValueError, match=r"\.$"):
        tickets.ticket_update(ticket.pk, agent=ana, now=now, **given)


def test_closed_ticket_is_opened_again_before_it_is_worked_on(now, ticket, ana):
    tickets.ticket_close(ticket.pk, agent=ana, now=now, resolution="", tell_customer=False)
    assert refusal(tickets.ticket_update, ticket.pk, agent=ana, priority=1, now=now) == "closed"
    assert refusal(tickets.ticket_reply, ticket.pk, agent=ana, body="x", now=now) == "closed"
    assert refusal(tickets.ticket_close, ticket.pk, agent=ana, now=now, resolution="", tell_customer=False) == "closed"
    opened = tickets.ticket_update(ticket.pk, agent=ana, status="open", priority=1, now=now)
    assert (opened.status, opened.closed_at, opened.priority) == ("open", None, 1)


# Answered


def test_answer_goes_into_the_thread_as_that_person(now, ticket, ana):
    message = tickets.ticket_reply(ticket.pk, agent=ana, body="It is on its way", now=now)
    conversation = thread(ticket)
    assert (conversation.state, conversation.assigned_to) == (State.HUMAN, ana)
    assert (message.sender, message.author, message.status) == ("human", ana, "queued")
    assert Ticket.objects.get().status == "pending"
    assert not Clock.objects.running().exists()
    assert not Clock.objects.exclude(breached_at=None).exists()


def test_thread_that_waits_is_accepted_with_the_answer(now, ticket, ana):
    team_mode(Team.Mode.WARM)
    make.hand_over(thread(ticket), now=now)
    tickets.ticket_reply(ticket.pk, agent=ana, body="Here I am", now=now)
    assert thread(ticket).assigned_to == ana


def test_colleagues_thread_is_not_written_into(now, ticket, ana, ben):
    desk.take_over(ticket.conversation_id, agent=ben, now=now)
    assert refusal(tickets.ticket_reply, ticket.pk, agent=ana, body="x", now=now) == "not_in_control"
    assert Ticket.objects.get().status == "open"


@pytest.mark.parametrize("rests", [True, False])
def test_answer_outside_the_window_waits_and_goes_out_when_they_write(now, ticket, ana, rests):
    """Two days later: free text may not leave; they are asked to write, and then have the answer."""
    late = now + timedelta(days=2)
    Message.objects.filter(status="queued").update(status="sent")
    if rests:
        resting.windows_expire(now=late)
    message = tickets.ticket_reply(ticket.pk, agent=ana, body="It is on its way", now=late)
    assert message.status == "held"
    resting.windows_expire(now=late)
    assert thread(ticket).state == State.DORMANT
    assert not Clock.objects.exclude(breached_at=None).exists(), "nobody missed a promise here"
    make.writes("yes?", now=late + timedelta(minutes=1), route=False)
    message.refresh_from_db()
    assert message.status == "queued"
    assert outbox.claim_next(ticket.conversation_id, now=late + timedelta(minutes=1)) == message


def test_closed_thread_is_answered_in_a_new_one(now, ticket, ana):
    desk.close(ticket.conversation_id, agent=ana, now=now)
    message = tickets.ticket_reply(ticket.pk, agent=ana, body="It is on its way", now=now + timedelta(hours=1))
    assert message.conversation_id != ticket.conversation_id
    new = message.conversation
    assert (new.customer_id, new.assigned_to, new.team_id) == (ticket.customer_id, ana, ticket.team_id)
    assert message.status == "queued", "the window is the customer's, not the matter's"


def test_newer_thread_of_the_customer_is_theirs_to_be_answered_in(now, ticket, ana):
    desk.close(ticket.conversation_id, agent=ana, now=now)
    Conversation.objects.update(reopen_until=None)
    newer = make.writes("something else", now=now + timedelta(minutes=1)).conversation
    message = tickets.ticket_reply(ticket.pk, agent=ana, body="About your lamp", now=now + timedelta(minutes=2))
    assert message.conversation_id == newer.pk


@pytest.mark.parametrize("body", ["", "  \n", "x" * 5000])
def test_answer_that_is_none_changes_nothing(now, ticket, ana, body):
    with pytest.raises(ValueError, match=r"\."):
        tickets.ticket_reply(ticket.pk, agent=ana, body=body, now=now)
    assert thread(ticket).state in BOT_STATES


# Closed


def test_customer_is_told_it_is_settled_if_they_can_be(now, ticket, ana):
    tickets.ticket_close(ticket.pk, agent=ana, now=now, resolution="refunded", tell_customer=True)
    assert make.told(ticket.conversation)[-1].startswith(f"Your request {ticket.name} is settled.")
    assert "refunded" not in make.told(ticket.conversation)[-1], "the note is the desk's own"


@pytest.mark.parametrize(("tell", "later"), [(False, 0), (True, 30)])
def test_nobody_is_told_who_need_not_or_cannot_be(now, ticket, ana, tell, later):
    before = make.told(ticket.conversation)
    at = now + timedelta(hours=later)
    tickets.ticket_close(ticket.pk, agent=ana, now=at, resolution="refunded", tell_customer=tell)
    assert make.told(ticket.conversation) == before
    assert Ticket.objects.get().closed_at == at


# Outside help desks


class Outside:
    key = "outside"

    def __init__(self):
        self.heard = []

    def create(self, ticket):
        self.heard.append(("create", ticket.name))

    def update(self, ticket, changed):
        self.heard.append(("update", ticket.name, dict(changed)))

    def reply_in(self, data):
        return data["id"], data["text"]

    def closed(self, data):
        return data["id"], ""

    def serves(self, team):
        return team.slug == "support"


@pytest.fixture
def outside():
    desk_ = Outside()
    helpdesk.register(desk_)
    yield desk_
    helpdesk.unregister("outside")


def test_outside_desk_hears_of_what_is_made_and_changed(now, outside, cold, ana):
    make.waits(now=now)
    ticket = Ticket.objects.get()
    assert ticket.help_desk == "outside"
    tickets.ticket_update(ticket.pk, agent=ana, priority=4, now=now)
    tickets.ticket_close(ticket.pk, agent=ana, now=now, resolution="", tell_customer=False)
    changes = ({"priority": 4}, {"status": "closed"})
    assert outside.heard == [("create", ticket.name), *(("update", ticket.name, change) for change in changes)]


def test_outside_desks_answer_and_closing_reach_the_customer(now, outside, cold, ana):
    make.waits(now=now)
    Ticket.objects.update(external_id="Z-7")
    message = tickets.reply_in("outside", "Z-7", agent=ana, body="Hello from there", now=now)
    assert (message.body, message.author) == ("Hello from there", ana)
    for _ in range(2):
        assert tickets.closed("outside", "Z-7", agent=ana, now=now).status == "closed"
    assert sum("is settled" in said for said in make.told(message.conversation)) == 1


@pytest.mark.parametrize(("name", "number"), [("outside", ""), ("outside", "Z-8"), ("builtin", "Z-7")])
def test_news_of_a_ticket_that_is_none_is_refused(now, outside, cold, ana, name, number):
    make.waits(now=now)
    Ticket.objects.update(external_id="Z-7")
    with pytest.raises(Ticket.DoesNotExist):
        tickets.reply_in(name, number, agent=ana, body="x", now=now)


def test_desk_that_is_gone_leaves_its_tickets_workable(now, cold, ana):
    gone = Outside()
    helpdesk.register(gone)
    with pytest.raises(ValueError, match="already"):
        helpdesk.register(Outside())
    make.waits(now=now)
    helpdesk.unregister("outside")
    assert tickets.ticket_update(Ticket.objects.get().pk, agent=ana, priority=3, now=now).priority == 3
    assert gone.heard[-1][0] == "create"


def test_admin_shows_tickets_without_contact_details(now, client, ana, ticket):
    ana.is_staff = ana.is_superuser = True
    ana.save()
    ana.user_permissions.add(supervise_permission())
    client.force_login(ana)
    assert ticket.name in client.get(reverse("admin:handoff_ticket_changelist")).content.decode()
    page = client.get(reverse("admin:handoff_ticket_change", args=[ticket.pk]))
    assert page.status_code == 200
    assert "sealed" not in page.content.decode()
    assert client.get(reverse("admin:handoff_ticket_changelist") + f"?q={ticket.number}").status_code == 200


# Races


@pytest.mark.django_db(transaction=True)
def test_of_two_who_close_one_does(now):
    ana = factories.agent("ana")
    team_mode(Team.Mode.COLD)
    make.waits(now=now)
    pk, outcomes = Ticket.objects.get().pk, []

    def close() -> None:
        try:
            tickets.ticket_close(pk, agent=ana, now=now, resolution="", tell_customer=True)
            outcomes.append("closed")
        except Refused as refused:
            outcomes.append(refused.code)
        finally:
            connection.close()

    threads = [Thread(target=close) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(outcomes) == ["closed"] * 4
    assert Event.objects.filter(event_type="ticket.closed").count() == 2  # once on each chain
    assert Message.objects.filter(body__contains="is settled").count() == 1


@pytest.mark.django_db(transaction=True)
def test_numbers_are_given_once_to_all_who_ask_at_once(now):
    factories.agent("ana")
    conversations = [factories.conversation(now=now, who=factories.sender(number)) for number in range(1, 9)]

    def open_one(conversation) -> None:
        try:
            with transaction.atomic():
                tickets.ticket_open(factories.locked(conversation), handoff=None, actor=SYSTEM, now=now)
        finally:
            connection.close()

    threads = [Thread(target=open_one, args=[conversation]) for conversation in conversations]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert Ticket.objects.count() == 8
    assert len(set(Ticket.objects.values_list("number", flat=True))) == 8


def test_while_the_assistant_is_stopped_a_cold_team_gets_a_queue_and_not_a_ticket_for_every_line(now):
    """A ticket gives the thread back to the assistant: while that is stopped, each line would be one more ticket."""
    team = factories.team()
    team.mode = Team.Mode.COLD
    team.save()
    BotSwitch.objects.create(pk=1, enabled=False)
    conversation = factories.conversation(now=now)
    with transaction.atomic():
        router.route(conversation.messages.get(), now=now)
    conversation.refresh_from_db()
    assert conversation.state == State.PENDING
    assert not Ticket.objects.exists()
