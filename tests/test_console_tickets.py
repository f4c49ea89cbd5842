"""Tickets on the desk: who sees which and whose contact details, taking, answering once, closing, refusals in words."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction

from audit.actors import SYSTEM
from audit.models import Event
from config import clock
from console.presenters.tickets import ticket_list
from conversations import transcript
from conversations.models import Conversation, Message
from handoff import desk, tickets
from handoff.models import Handoff, Team, Ticket
from tests.console_factories import (  # noqa: F401
    customer_writes,
    held,
    light_settings,
    make_agent,
    make_channel,
)

pytestmark = pytest.mark.django_db

PHONE = "+34612345678"
URL = "/tickets/"


@pytest.fixture
def team():
    return Team.objects.create(name="Orders", slug="orders")


@pytest.fixture
def channel(team):
    return make_channel()


@pytest.fixture
def agent(client, team):
    agent = make_agent("mia", "Orders", first_name="Mia", last_name="Lind")
    client.force_login(agent)
    return agent


@transaction.atomic
def make_ticket(conversation, *, now=None, **more):
    return tickets.ticket_open(
        transcript.lock(conversation.pk), handoff=None, actor=SYSTEM, now=now or clock.now(), **more
    )


def call_back(conversation):
    contact = {"name": "Ana Souza", "reach": PHONE, "reach_kind": "phone", "time": "after five"}
    return make_ticket(conversation, kind=Ticket.Kind.CALL_BACK, contact=contact)


def of(ticket, verb=""):
    return f"{URL}{ticket.number}/{verb}"


def listed(agent, tab):
    return [row.ticket.number for row in ticket_list(agent, tab=tab, now=clock.now()).rows]


def test_strangers_sign_in_first(client, channel):
    ticket = make_ticket(customer_writes(channel))
    for path in (URL, of(ticket)):
        assert client.get(path).status_code == 302
    for verb in ("take/", "reply/", "close/"):
        assert client.post(of(ticket, verb)).status_code == 302


def test_other_teams_tickets_are_not_found_and_not_listed(client, channel):
    ticket = call_back(customer_writes(channel))
    lee = make_agent("lee", "Billing")
    client.force_login(lee)
    assert listed(lee, "open") == []
    assert client.get(of(ticket)).status_code == 404
    for verb in ("take/", "reply/", "close/"):
        assert client.post(of(ticket, verb), {"body": "x", "resolution": "x"}).status_code == 404
    assert client.get(f"{URL}999999/").status_code == 404
    assert client.get(f"{URL}{2**80}/").status_code == 404


def test_tabs(agent, channel):
    now = clock.now()
    plain = make_ticket(customer_writes(channel, phone="+15550100001"))
    mine = make_ticket(customer_writes(channel, phone="+15550100002"))
    late = make_ticket(customer_writes(channel, phone="+15550100003"))
    done = make_ticket(customer_writes(channel, phone="+15550100004"))
    tickets.ticket_update(mine.pk, agent=agent, assigned_to=agent, now=now)
    Ticket.objects.filter(pk=late.pk).update(due_at=now - timedelta(minutes=5))
    tickets.ticket_close(done.pk, agent=agent, now=now, resolution="Done", tell_customer=False)
    assert listed(agent, "open")[0] == late.number, "what is due first stands first"
    assert set(listed(agent, "open")) == {plain.number, mine.number, late.number}
    assert listed(agent, "mine") == [mine.number]
    assert listed(agent, "overdue") == [late.number]
    assert listed(agent, "closed") == [done.number]
    assert ticket_list(agent, tab="nonsense", now=now).tab == "open"


def test_list_says_what_is_late_and_whose(client, agent, channel):
    ticket = call_back(customer_writes(channel))
    Ticket.objects.update(due_at=clock.now() - timedelta(minutes=90), priority=40)
    page = client.get(URL).text
    for words in (ticket.name, "Ana Souza", "1 h 30 min late", "nobody yet", "Call-back", "Urgent"):
        assert words in page
    assert "Nothing is overdue." not in client.get(f"{URL}?tab=overdue").text
    assert "No ticket is closed yet." in client.get(f"{URL}?tab=closed").text


def test_contact_details_are_for_those_who_call_back(client, agent, channel):
    """Whoever was only asked in to read along has no business with the customer's number."""
    conversation = customer_writes(channel)
    ticket = call_back(conversation)
    assert PHONE in client.get(of(ticket)).text
    guest = make_agent("guest", "Billing")
    desk.note(conversation.pk, agent=agent, body="@guest can you look?", now=clock.now())
    client.force_login(guest)
    page = client.get(of(ticket)).text
    assert PHONE not in page
    assert "shown to Orders and to supervisors" in page
    client.force_login(make_agent("boss", supervisor=True))
    assert PHONE in client.get(of(ticket)).text
    assert not Event.objects.filter(payload__icontains=PHONE[1:]).exists()


def test_contact_details_under_a_lost_key_are_no_error(client, agent, channel):
    ticket = call_back(customer_writes(channel))
    Ticket.objects.update(contact={"sealed": "nonsense"})
    assert "another DATA_KEY" in client.get(of(ticket)).text


def test_look_at_another_teams_ticket_goes_on_the_record(client, agent, channel):
    ticket = make_ticket(customer_writes(channel))
    client.get(of(ticket))
    assert not Event.objects.filter(event_type="transcript.seen").exists()
    client.force_login(make_agent("boss", supervisor=True))
    client.get(of(ticket))
    assert Event.objects.filter(event_type="transcript.seen").count() == 1


def test_take_it(client, agent, channel):
    ticket = make_ticket(customer_writes(channel))
    page = client.post(of(ticket, "take/"), follow=True).text
    assert "It is yours." in page
    assert "Take it" not in page
    assert Ticket.objects.get().assigned_to == agent


def test_who_is_not_in_its_team_cannot_take_it_and_is_told(client, team, channel):
    ticket = make_ticket(customer_writes(channel))
    client.force_login(make_agent("boss", supervisor=True))
    assert "Take it" not in client.get(of(ticket)).text
    response = client.post(of(ticket, "take/"))
    assert response.status_code == 409
    assert "is not in Orders" in response.text


def test_reply_goes_out_once_however_often_it_is_sent(client, agent, channel):
    conversation = customer_writes(channel)
    ticket, token = make_ticket(conversation), str(uuid4())
    form = {"body": "It leaves\r\ntomorrow.", "token": token}
    for _ in range(2):
        page = client.post(of(ticket, "reply/"), form, follow=True).text
        assert "Sent." in page
    [message] = conversation.messages.filter(sender=Message.Sender.HUMAN)
    assert (message.body, message.author) == ("It leaves\ntomorrow.", agent)
    assert Ticket.objects.get().status == Ticket.Status.PENDING
    assert "Waiting for the customer" in client.get(of(ticket)).text


@pytest.mark.parametrize(("body", "status"), [("", 400), ("   ", 400), ("x" * 5000, 400)])
def test_what_cannot_be_sent_is_said_and_kept(client, agent, channel, body, status):
    ticket = make_ticket(customer_writes(channel))
    response = client.post(of(ticket, "reply/"), {"body": body, "token": str(uuid4())})
    assert response.status_code == status
    assert 'role="alert"' in response.text
    assert body.strip() in response.text


def test_colleagues_thread_is_not_written_into(client, agent, channel):
    sam = make_agent("sam", "Orders", first_name="Sam", last_name="Reed")
    conversation = held(channel, sam)
    ticket = make_ticket(conversation)
    response = client.post(of(ticket, "reply/"), {"body": "Careful words", "token": str(uuid4())})
    assert response.status_code == 409
    assert "Sam Reed" in response.text
    assert "Careful words" in response.text
    assert not conversation.messages.filter(author=agent).exists()


def test_closed_window_is_said_before_and_the_words_wait(client, agent, channel):
    conversation = customer_writes(channel)
    ticket = make_ticket(conversation)
    Conversation.objects.update(window_expires_at=clock.now() - timedelta(hours=1))
    page = client.get(of(ticket)).text
    assert "24-hour window is closed" in page
    assert "not possible: the window is closed" in page
    client.post(of(ticket, "reply/"), {"body": "For later", "token": str(uuid4())})
    assert Message.objects.get(body="For later").status == Message.Status.HELD


def test_close_and_tell(client, agent, channel):
    conversation = customer_writes(channel)
    ticket = make_ticket(conversation)
    lines = conversation.messages.said().count()
    page = client.post(of(ticket, "close/"), {"resolution": "Sent anew", "tell": "1"}, follow=True).text
    assert f"{ticket.name} is closed. The customer is told." in page
    assert "Sent anew" in page
    assert "Close it" not in page
    assert conversation.messages.said().count() == lines + 1
    again = client.post(of(ticket, "close/"), {"resolution": "Again"})
    assert again.status_code == 409
    assert "closed already" in again.text
    assert client.post(of(ticket, "reply/"), {"body": "x", "token": str(uuid4())}).status_code == 409


def test_close_without_telling(client, agent, channel):
    conversation = customer_writes(channel)
    ticket = make_ticket(conversation)
    lines = conversation.messages.said().count()
    client.post(of(ticket, "close/"), {"resolution": "Double"})
    assert Ticket.objects.get().status == Ticket.Status.CLOSED
    assert conversation.messages.said().count() == lines


def test_page_has_the_record_and_the_way_to_the_conversation(client, agent, channel):
    conversation = customer_writes(channel)
    ticket = make_ticket(conversation)
    page = client.get(of(ticket)).text
    assert f"/c/{conversation.pk}/" in page
    assert f"Ticket {ticket.name}" in page, "the record tells that it was made"


def test_verbs_want_posts_and_csrf_tokens(client, agent, channel):
    ticket = make_ticket(customer_writes(channel))
    for verb in ("take/", "reply/", "close/"):
        assert client.get(of(ticket, verb)).status_code == 405
    client.handler.enforce_csrf_checks = True
    for verb in ("take/", "reply/", "close/"):
        assert client.post(of(ticket, verb)).status_code == 403


def test_pages_cost_the_same_however_many(client, agent, channel, django_assert_max_num_queries):
    first = make_ticket(customer_writes(channel, phone="+15550100000"))
    for _ in range(2):
        with django_assert_max_num_queries(9):
            client.get(URL)
        with django_assert_max_num_queries(15):
            client.get(of(first))
        for number in range(1, 12):
            make_ticket(customer_writes(channel, phone=f"+1555010{number:04d}"))
    assert not Handoff.objects.exists()
