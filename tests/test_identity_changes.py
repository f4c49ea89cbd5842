"""One person, one thread: identifiers come, go and change, and nobody is taken for somebody else."""

import threading

import pytest
from django.db import connection, transaction

from audit.models import Event
from audit.verify import verify
from conversations.identity import Sender
from conversations.models import Conversation, Customer, Identity, IdentityConflict, Message
from tests import factories
from tests.traffic import BSUID, PHONE, Desk, only_customer
from whatsapp import ingest
from whatsapp.models import InboundEvent

NEW_PHONE, NEW_BSUID = "15550100002", "US.2"
pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(now):
    return Desk(now)


def current(customer) -> dict[str, str]:
    return {found.kind: found.value for found in customer.identities.filter(valid_to=None)}


def rotate(desk, **more):
    told = {"previous_user_id": BSUID, "user_id": NEW_BSUID, "wa_id": NEW_PHONE}
    return desk.system("user_changed_user_id", phone=PHONE, **{**told, **more})


def test_phone_comes_and_goes(desk):
    desk.say(ago=30)
    desk.say(ago=20, phone=PHONE)
    desk.say(ago=10)
    desk.say(bsuid="", phone=PHONE)
    assert Conversation.objects.count() == Customer.objects.count() == 1


def test_new_number_without_user_ids_keeps_the_thread(desk):
    desk.say(ago=30, bsuid="", phone=PHONE)
    desk.system("user_changed_number", phone=PHONE, wa_id=NEW_PHONE, ago=20)
    desk.say(bsuid="", phone=NEW_PHONE)
    assert current(only_customer()) == {"wa_id": NEW_PHONE}
    assert Conversation.objects.count() == 1


def test_new_user_id_keeps_the_thread(desk):
    desk.say(ago=30, phone=PHONE)
    rotate(desk, ago=20)
    desk.say(bsuid=NEW_BSUID)
    assert current(only_customer()) == {"bsuid": NEW_BSUID, "wa_id": NEW_PHONE}
    old = Identity.objects.get(kind="bsuid", valid_to__isnull=False)
    assert (old.value, old.superseded_by.value) == (BSUID, NEW_BSUID)
    assert Conversation.objects.count() == 1


def test_change_told_twice_is_one_change(desk):
    """Meta repeats webhooks: the second copy names identifiers that are nobody's any more."""
    desk.say(ago=30, phone=PHONE)
    rotate(desk, id="wamid.s", ago=20)
    assert rotate(desk, id="wamid.s", ago=20).outcome == "duplicate"
    assert Customer.objects.count() == 1
    assert not IdentityConflict.objects.exists()


def test_words_said_under_the_old_identifiers_arrive_late_in_the_same_thread(desk):
    desk.say(ago=30, phone=PHONE)
    rotate(desk, ago=20)
    desk.say("late", bsuid=BSUID, ago=25)
    desk.say("late too", bsuid="", phone=PHONE, ago=24)
    assert current(only_customer()) == {"bsuid": NEW_BSUID, "wa_id": NEW_PHONE}


def test_number_given_up_and_taken_by_somebody_else_is_somebody_else(desk):
    desk.say(ago=30, phone=PHONE)
    rotate(desk, ago=20)
    desk.say("I have this number now", bsuid="US.9", phone=PHONE, ago=5)
    assert Customer.objects.count() == 2
    assert not IdentityConflict.objects.exists()


def test_change_of_an_unknown_customer_makes_one_customer(desk):
    rotate(desk, ago=20)
    desk.say(bsuid=NEW_BSUID)
    assert current(only_customer()) == {"bsuid": NEW_BSUID, "wa_id": NEW_PHONE}


def test_change_told_after_the_first_words_under_the_new_identifiers_is_no_conflict(desk):
    desk.say(bsuid=NEW_BSUID, phone=NEW_PHONE, ago=10)
    rotate(desk, ago=20)
    desk.say("said before all that", bsuid=BSUID, ago=40)
    assert current(only_customer()) == {"bsuid": NEW_BSUID, "wa_id": NEW_PHONE}
    assert not IdentityConflict.objects.exists()


def test_new_identifier_of_another_customer_is_a_conflict_once_and_no_merge(desk):
    desk.say(ago=30)
    desk.say(ago=25, bsuid=NEW_BSUID)
    for ago in (20, 15):
        desk.system("user_changed_user_id", bsuid=BSUID, previous_user_id=BSUID, user_id=NEW_BSUID, ago=ago)
    assert IdentityConflict.objects.count() == 1
    assert Customer.objects.filter(merged_into=None).count() == 2
    assert Event.objects.filter(event_type="identity.conflict").count() == 1


def test_number_shared_on_request_is_the_customers(desk):
    desk.say(ago=30)
    card = [{"origin": "contact_request", "name": {"formatted_name": "A"}, "phones": [{"wa_id": PHONE}]}]
    desk.send("contacts", card)
    assert current(only_customer()) == {"bsuid": BSUID, "wa_id": PHONE}


def test_number_on_a_friends_card_is_not_the_customers(desk):
    desk.send("contacts", [{"origin": "other", "name": {"formatted_name": "B"}, "phones": [{"wa_id": PHONE}]}])
    assert current(only_customer()) == {"bsuid": BSUID}


def test_username_is_for_display_only(desk):
    contact = {"user_id": BSUID, "profile": {"name": "A", "username": "taken"}}
    desk.field("messages", "messages", desk.item("text", {"body": "x"}), contacts=[contact])
    other = {"user_id": NEW_BSUID, "profile": {"name": "B", "username": "taken"}}
    desk.field("messages", "messages", desk.item("text", {"body": "y"}, bsuid=NEW_BSUID), contacts=[other])
    assert Customer.objects.filter(username="taken").count() == 2


def test_no_number_on_the_record_in_the_log_or_in_our_own_lines(desk, caplog):
    desk.say(ago=30, phone=PHONE)
    rotate(desk, ago=20)
    desk.system("user_changed_number", bsuid=NEW_BSUID, phone=NEW_PHONE, wa_id="15550100003", ago=10)
    written = str(list(Event.objects.values())) + caplog.text
    ours = list(Message.objects.filter(type__in=("system", "banner")).values_list("body", "content", "metadata"))
    for number in (PHONE, NEW_PHONE, "15550100003"):
        assert number not in written
        assert number not in str(ours)
    assert list(verify()) == []


@pytest.mark.django_db(transaction=True)
def test_two_workers_taking_in_one_new_person_make_one_customer(now):
    """By phone alone and by user id alone the person is locked under two names at the same moment."""
    desk = Desk(now)
    for number in range(6):
        phone, bsuid = f"1555010{number:04d}", f"US.{number}"
        both = desk.item("text", {"body": "both"}, bsuid=bsuid, phone=phone, id=f"wamid.b{number}")
        alone = desk.item("text", {"body": "alone"}, bsuid="", phone=phone, id=f"wamid.a{number}")
        body = factories_envelope(desk, both, alone)
        InboundEvent.objects.create(channel=desk.channel, body=body, received_at=now)
    from whatsapp.splitting import split_stored

    split_stored(now=now)
    senders = ingest.pending_senders()
    assert len(senders) == 12
    failures = run_together([senders[0::2], senders[1::2]], now)
    assert failures == []
    assert Customer.objects.count() == 6
    assert Message.objects.filter(direction="in").count() == 12


def factories_envelope(desk, *items) -> bytes:
    from tests.processes import webhooks

    return webhooks.envelope([desk.change("messages", "messages", item) for item in items])


def run_together(shares, now) -> list[Exception]:
    failures = []
    start = threading.Barrier(len(shares))

    def work(share):
        try:
            start.wait(timeout=10)
            for sender in share:
                ingest.ingest_sender(*sender, now=now)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(share,)) for share in shares]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures


def test_identifier_of_a_merged_customer_leads_to_the_kept_one(now):
    """A link made while a merge ran must not open a thread that nobody looks at."""
    kept = factories.conversation(now=now, who=factories.sender(1)).customer
    other = factories.conversation(now=now, who=factories.sender(2)).customer
    Customer.objects.filter(pk=other.pk).update(merged_into=kept)
    Conversation.objects.filter(customer=other).update(state="closed", closed_at=now)
    with transaction.atomic():
        message = factories.take("again", now=now, who=Sender(dict(factories.sender(2).identifiers)))
    assert message.conversation.customer == kept
