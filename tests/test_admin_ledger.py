"""What became of updates, messages, files and costs: read by right, taken up again by right, nothing said in clear."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from audit.models import Event
from config import wake
from conversations.models import Conversation, Message
from tests import api_factories as make
from tests.admin_factories import chosen, page, said, signed_in, staff
from whatsapp import ingest
from whatsapp.models import Attachment, Charge, DeadLetter, DeliveryAttempt, InboundEvent, InboundUpdate

pytestmark = pytest.mark.django_db
BUG = {
    "code": 131009, "kind": "bug", "title": "Baton sent something that WhatsApp does not take.",
    "advice": "Tell an administrator.", "provider_title": "Parameter value is not valid",
    "details": "The text 'our words' is too long", "reference": "AbCdTrace",
}  # fmt: skip


@pytest.fixture
def browser():
    return signed_in(User.objects.create_superuser("root", password="a-long-password-for-tests"))


@pytest.fixture
def rung(monkeypatch):
    """Which tasks were called for."""
    calls: list[tuple] = []
    monkeypatch.setattr(wake, "on_commit", lambda task, *args, **options: calls.append((task, *args)))
    return calls


@pytest.fixture
def thread(now) -> Conversation:
    return make.conversation(now, number=4711)


def outgoing(thread: Conversation, now, *, seq: int = 50, **changes) -> Message:
    given = {
        "conversation": thread, "channel": thread.channel, "seq": seq, "revision": seq, "direction": "out",
        "sender": "human", "status": "failed", "body": "our words", "control_epoch": 0, "placed_at": now,
        "created_at": now, "error": BUG,
    }  # fmt: skip
    return Message.objects.create(**given | changes)


# Updates that failed


@pytest.fixture
def updates(thread, now) -> list[InboundUpdate]:
    """One that failed, one that did not."""
    event = InboundEvent.objects.create(channel=thread.channel, body=b"{}", received_at=now, split_at=now)
    given = {"event": event, "channel": thread.channel, "kind": "other", "sender_digest": "d", "raw": {}}
    failed = InboundUpdate.objects.create(
        position=0, outcome="failed", detail="KeyError", attempts=1, processed_at=now, **given
    )
    return [failed, InboundUpdate.objects.create(position=1, outcome="kept", processed_at=now, **given)]


def test_failed_updates_are_taken_up_once_more(updates, rung):
    ana = staff("view_inboundupdate", "change_inboundupdate", username="ana")
    data = chosen("take_up_again", *updates)
    response = signed_in(ana).post(page(InboundUpdate, "changelist"), data, follow=True)
    assert "Taken up once more: 1." in said(response)
    assert "have not failed: 1." in said(response)
    assert list(InboundUpdate.objects.order_by("position").values_list("outcome", flat=True)) == ["pending", "kept"]
    event = Event.objects.get(event_type="update.retried")
    assert (event.stream, event.actor_id, event.payload) == ("channel:main", str(ana.pk), {"update": updates[0].pk})
    assert rung == [("whatsapp.ingest",)]


def test_what_is_taken_up_is_worked_off(updates, browser, now):
    browser.post(page(InboundUpdate, "changelist"), chosen("take_up_again", updates[0]))
    assert ingest.ingest(now=now) == 1
    updates[0].refresh_from_db()
    assert (updates[0].outcome, updates[0].attempts) == ("kept", 2)


def test_nobody_is_woken_for_nothing(updates, browser, rung):
    browser.post(page(InboundUpdate, "changelist"), chosen("take_up_again", updates[1]))
    assert rung == []


def test_only_who_may_change_updates_takes_them_up(updates, client):
    path, data = page(InboundUpdate, "changelist"), chosen("take_up_again", *updates)
    assert "/login/" in client.post(path, data)["Location"]
    looker = signed_in(staff("view_inboundupdate", username="looker"))
    assert "take_up_again" not in looker.get(path).content.decode()
    looker.post(path, data)
    assert signed_in(staff(username="other")).post(path, data).status_code == 403
    assert InboundUpdate.objects.filter(outcome="failed").count() == 1


def test_the_list_leads_to_what_failed(updates, browser):
    html = browser.get(page(InboundUpdate, "changelist")).content.decode()
    assert '<a href="?outcome__exact=failed">Failed: 1</a>' in html
    html = browser.get(page(InboundUpdate, "changelist"), {"outcome__exact": "failed"}).content.decode()
    assert "1 inbound update" in html
    assert "KeyError" in html


# Dead letters


def test_dead_letters_are_those_that_failed_by_our_fault(thread, now, browser):
    letter = outgoing(thread, now)
    outgoing(thread, now, seq=51, error={"kind": "undeliverable", "code": 131026})
    outgoing(thread, now, seq=52, status="sent")
    outgoing(thread, now, seq=53, error=None)
    html = browser.get(page(DeadLetter, "changelist")).content.decode()
    assert "1 dead letter" in html
    for words in ("131009", "Baton sent something that WhatsApp does not take.", "AbCdTrace"):
        assert words in html
    assert reverse("console:conversation", args=[thread.pk]) in html
    assert browser.get(page(DeadLetter, "change", letter.pk)).status_code == 200
    other = Message.objects.get(seq=51)
    assert browser.get(page(DeadLetter, "change", other.pk)).status_code == 302


def test_of_a_dead_letter_no_words_are_shown_and_details_to_supervisors_alone(thread, now):
    """The text is read in the console, where the look is on the record; the provider may repeat it in its details."""
    letter = outgoing(thread, now)
    paths = [page(DeadLetter, "changelist"), page(DeadLetter, "change", letter.pk)]
    agent = signed_in(staff("view_deadletter", username="agent"))
    for path in paths:
        assert "our words" not in agent.get(path).content.decode()
    assert "Tell an administrator." in agent.get(paths[1]).content.decode()
    chief = signed_in(staff("view_deadletter", "supervise", username="chief"))
    assert "is too long" in chief.get(paths[1]).content.decode()
    assert signed_in(staff("view_message", username="other")).get(paths[0]).status_code == 403


# Requests


def test_requests_are_shown_with_their_answer_in_full_to_superusers_alone(thread, now, browser):
    attempt = DeliveryAttempt.objects.create(
        message=outgoing(thread, now), number=1, started_at=now, finished_at=now, outcome="refused", http_status=400,
        detail=BUG,
    )  # fmt: skip
    looker = signed_in(staff("view_deliveryattempt"))
    path = page(DeliveryAttempt, "change", attempt.pk)
    for address in (path, page(DeliveryAttempt, "changelist")):
        html = looker.get(address).content.decode()
        assert "131009 Baton sent something" in html
        assert "our words" not in html
    assert "is too long" in browser.get(path).content.decode()
    assert signed_in(staff(username="other")).get(path).status_code == 403


# Files


def attachment(thread: Conversation, now, **changes) -> Attachment:
    given = {
        "message": thread.messages.first(), "channel": thread.channel, "kind": "image", "state": "failed",
        "why": "It could not be fetched in time.", "filename": "passport-ana.png", "source_url": "https://x/?tok3n",
        "created_at": now, "attempts": 9,
    }  # fmt: skip
    return Attachment.objects.create(**given | changes)


def test_files_that_failed_are_asked_for_once_more(thread, now, rung):
    failed, stored = attachment(thread, now), attachment(thread, now, state="stored")
    ana = staff("view_attachment", "change_attachment", username="ana", teams=("support",))
    data = chosen("fetch_again", failed, stored)
    told = said(signed_in(ana).post(page(Attachment, "changelist"), data, follow=True))
    assert "Asked for once more: 1." in told
    assert "Only a file that could not be fetched" in told
    failed.refresh_from_db()
    assert (failed.state, failed.attempts) == ("fetching", 0)
    assert Event.objects.get(event_type="media.requested_again").actor_id == str(ana.pk)
    assert rung == [("whatsapp.fetch_media", failed.pk)]


def test_an_upload_that_was_never_sent_is_told_not_fetched(thread, now, browser):
    upload = attachment(thread, now, message=None)
    told = said(browser.post(page(Attachment, "changelist"), chosen("fetch_again", upload), follow=True))
    assert "Asked for" not in told
    upload.refresh_from_db()
    assert upload.state == "failed"


def test_only_who_may_asks_and_only_for_threads_they_see(thread, now, client):
    failed, path = attachment(thread, now), page(Attachment, "changelist")
    data = chosen("fetch_again", failed)
    assert "/login/" in client.post(path, data)["Location"]
    looker = signed_in(staff("view_attachment", username="looker", teams=("support",)))
    assert "fetch_again" not in looker.get(path).content.decode()
    looker.post(path, data)
    stranger = signed_in(staff("view_attachment", "change_attachment", username="stranger", teams=("night",)))
    assert "You may not see that conversation. (1)" in said(stranger.post(path, data, follow=True))
    failed.refresh_from_db()
    assert failed.state == "failed"


def test_of_a_file_neither_name_nor_address_is_shown(thread, now, browser):
    failed = attachment(thread, now)
    for path in (page(Attachment, "changelist"), page(Attachment, "change", failed.pk)):
        html = browser.get(path).content.decode()
        assert "could not be fetched in time" in html
        assert "passport" not in html
        assert "tok3n" not in html
    html = browser.get(page(Attachment, "changelist"), {"state__exact": "stored"}).content.decode()
    assert "0 attachments" in html


# Costs


def charge(thread: Conversation, now, seq: int, *, month: date, type: str = "regular", category: str = "service"):
    message = outgoing(thread, now, seq=seq, status="delivered", error=None)
    return Charge.objects.create(
        message=message, conversation_id=thread.pk, channel=thread.channel, month=month, type=type, category=category,
        at=now, delivered_at=now,
    )  # fmt: skip


def test_costs_are_added_up_by_month_channel_and_category(thread, now, browser):
    november, october = date(2026, 11, 1), date(2026, 10, 1)
    charge(thread, now, 50, month=november)
    charge(thread, now, 51, month=november, type="free_customer_service")
    charge(thread, now, 52, month=november, category="marketing")
    charge(thread, now, 53, month=october)
    Charge.objects.filter(pk=charge(thread, now, 54, month=october).pk).update(delivered_at=None)
    response = browser.get(page(Charge, "changelist"))
    totals = [tuple(row.values()) for row in response.context["totals"]]
    assert totals == [
        (november, "main", "marketing", 1, 1),
        (november, "main", "service", 2, 1),
        (october, "main", "service", 1, 1),
    ]
    html = " ".join(response.content.decode().split())
    assert "<td>November 2026</td> <td>main</td> <td>service</td>".replace("> <", "><") in html.replace("> <", "><")
    response = browser.get(page(Charge, "changelist"), {"category": "marketing"})
    assert [row["category"] for row in response.context["totals"]] == ["marketing"]


def test_costs_have_a_page_before_anything_was_charged(browser):
    assert "Nothing delivered yet." in browser.get(page(Charge, "changelist")).content.decode()


def test_costs_are_for_who_may_see_them(client, thread, now):
    row = charge(thread, now, 50, month=date(2026, 11, 1))
    for path in (page(Charge, "changelist"), page(Charge, "change", row.pk)):
        assert "/login/" in client.get(path)["Location"]
        assert signed_in(staff(username=f"a{len(path)}")).get(path).status_code == 403
        assert signed_in(staff("view_charge", username=f"b{len(path)}")).get(path).status_code == 200


def test_lists_ask_little_however_long(thread, now, browser, django_assert_max_num_queries):
    for seq in range(50, 70):
        made = charge(thread, now + timedelta(seconds=seq), seq, month=date(2026, 11, 1))
        outgoing(thread, now, seq=seq + 100)
        attachment(thread, now)
        DeliveryAttempt.objects.create(
            message=made.message, number=1, started_at=now, finished_at=now, outcome="accepted"
        )
    for model in (Charge, DeadLetter, Attachment, DeliveryAttempt):
        with django_assert_max_num_queries(16):
            assert browser.get(page(model, "changelist")).status_code == 200
