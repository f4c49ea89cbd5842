"""Every published sample body gives what a correct receiver must bring out of it, in one go and piece by piece."""

import json
from copy import deepcopy
from pathlib import Path

import pytest
from django.db import transaction

from audit.verify import verify
from conversations.models import Customer, IdentityConflict, Message, MessageReaction
from tests import factories
from whatsapp import ingest
from whatsapp.cloud.envelope import updates
from whatsapp.models import Attachment, ChannelHealth, InboundEvent, InboundUpdate, MessageTemplate

PAYLOADS = Path(__file__).resolve().parents[2] / "shared" / "payloads"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not PAYLOADS.is_dir(), reason="the published sample bodies are not here"),
]
EXPECTED = json.loads((PAYLOADS / "expected.json").read_text()) if PAYLOADS.is_dir() else {}
KINDS = {
    "message": {"message"},
    "status": {"status"},
    "echo": {"echo"},
    "calls": {"call"},
    "call_status": {"other"},
    "groups": {"other"},
    "user_preferences": {"preference"},
    "account_error": {"account"},
    "account_event": {"account", "template", "other"},
}


@pytest.fixture
def channel(now):
    return factories.channel(now=now)


def take_in(channel, bodies, now) -> list[InboundUpdate]:
    taken = []
    for body in bodies:
        numbers = {update.phone_number_id for update in updates(body)} - {""}
        if numbers:
            channel.cloud.phone_number_id = min(numbers)[:64]
            channel.cloud.save()
        event = InboundEvent.objects.create(channel=channel, body=body, received_at=now)
        ingest.ingest(now=now)
        taken += event.updates.order_by("position")
    return taken


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_sample_gives_what_it_must(channel, now, name):
    found = take_in(channel, [(PAYLOADS / name).read_bytes()], now)
    wanted = EXPECTED[name]
    assert [update.kind in KINDS[event["kind"]] for update, event in zip(found, wanted, strict=True)] == [True] * len(
        wanted
    )
    for update, event in zip(found, wanted, strict=True):
        assert update.outcome not in ("pending", "failed"), update.detail
        if event.get("ts"):
            assert int(update.provider_ts.timestamp()) == int(event["ts"])
        if event.get("id"):
            assert update.provider_id == event["id"]
        CHECKS.get(event["kind"], lambda *_: None)(update, event)
    assert list(verify()) == []


def check_message(update, event):
    message = update.message
    if InboundUpdate.objects.filter(provider_id=event["id"], pk__lt=update.pk).exists():
        assert update.outcome == "duplicate", "one number's message id means one message (a composed body repeats it)"
        return
    assert (update.outcome, message.provider_id, message.direction) == ("received", event["id"], "in")
    assert message.type == event["type"]
    assert message.body, "a message that cannot be shown has a readable placeholder"
    check_sender(message.conversation.customer, event)
    check_words(message, event)
    check_rest(message, event)


def check_sender(customer, event):
    kinds = {"bsuid": "bsuid", "parent_bsuid": "parent_bsuid", "wa_id": "wa_id"}
    known = {identity.kind: identity.value for identity in customer.identities.all()}
    for ours, theirs in kinds.items():
        if event.get(theirs, "").strip("<>").isalnum() or "." in event.get(theirs, ""):
            assert known[ours] in (event[theirs], new_number(event)), (known, event)
    assert customer.name == event.get("name", customer.name)
    assert customer.username == event.get("username", customer.username)


def new_number(event):
    return event.get("system", {}).get("wa_id")


def check_words(message, event):
    check_tapped(message, event)
    said = message.content
    if "text" in event:
        assert message.body == event["text"]
    if "reaction" in event:
        assert said["emoji"] == event["reaction"].get("emoji", "")
        assert said["target"] == event["reaction"]["message_id"]
    if "location" in event:
        place = {name: said[name] for name in event["location"]}
        assert place == event["location"]
    if "contacts_n" in event:
        assert len(said["contacts"]) == event["contacts_n"]
        assert all(card["name"] and card["phones"] for card in said["contacts"])
    if "order" in event:
        assert len(said["items"]) == len(event["order"]["product_items"])
    if "system" in event:
        assert said["change"] == event["system"]["type"]
        assert not any(digit in message.body for digit in "0123456789"), "a number in clear, in the thread"
    for name in ("edit", "revoke"):
        if name in event:
            assert said["target"] == event[name]["original_message_id"]


def check_tapped(message, event):
    if "button" in event:
        assert (message.body, message.content["id"]) == (event["button"]["text"], event["button"]["payload"])
    if "interactive" in event:
        check_interactive(message, event["interactive"])


def check_interactive(message, wanted):
    reply = wanted.get("button_reply") or wanted.get("list_reply")
    if reply:
        assert (message.body, message.content["id"]) == (reply["title"], reply["id"])
    if "nfm_reply" in wanted:
        answers = json.loads(wanted["nfm_reply"]["response_json"])
        answers.pop("flow_token", None)
        assert message.content["answers"] == [[name, str(value)] for name, value in answers.items()]
    if "call_permission_reply" in wanted:
        assert message.content["accepted"] == (wanted["call_permission_reply"]["response"] == "accept")


def check_rest(message, event):
    context = event.get("context", {})
    if context.get("id"):
        assert message.metadata["quotes"] == context["id"]
    for flag in ("forwarded", "frequently_forwarded"):
        assert message.metadata.get(flag, False) == bool(context.get(flag))
    for name in ("referral", "errors"):
        assert message.metadata.get(name) == event.get(name)
    if "media" in event:
        file = Attachment.objects.get(message=message)
        assert (file.provider_media_id, file.claimed_mime, file.claimed_sha256) == (
            event["media"]["id"], event["media"]["mime_type"].partition(";")[0], event["media"]["sha256"],
        )  # fmt: skip
        assert file.state == "fetching"
        assert message.content["caption"] == event["media"].get("caption", "")
        assert file.is_voice == event["media"].get("voice", False)


def check_echo(update, event):
    assert (update.message.direction, update.message.sender) == ("out", "human")
    assert update.message.conversation.customer.name == event.get("name", "Test Name")
    if event["type"] == "text":
        assert update.message.body == event["text"]
        assert update.message.conversation.control == "human"


def check_call(update, event):
    assert update.message.type == "call"
    opens = event["data"]["direction"] == "USER_INITIATED"
    assert (update.message.conversation.window_expires_at is not None) == opens


def check_status(update, event):
    assert update.outcome == "unmatched"
    assert update.raw["status"]["status"] == event["status"]


def check_preference(update, event):
    word = Customer.objects.get().consents.get()
    assert word.source == "whatsapp"
    assert word.kind == {"resume": "marketing_resume", "signup": "opt_in"}[event["data"]["value"]]


def check_account_event(update, event):
    if event["field"].startswith(("message_template", "template")):
        assert MessageTemplate.objects.get().account_ref == event["waba"]
    elif update.kind == "account":
        assert ChannelHealth.objects.get().notice


CHECKS = {
    "message": check_message,
    "echo": check_echo,
    "calls": check_call,
    "status": check_status,
    "user_preferences": check_preference,
    "account_event": check_account_event,
}


def pieces(body: bytes) -> list[bytes]:
    """The same body, one element to a POST."""
    whole = json.loads(body)
    made = []
    for entry in whole["entry"]:
        for change in entry["changes"]:
            value = change["value"]
            lists = [name for name in ("messages", "statuses", "message_echoes", "calls", "user_preferences", "errors")
                     if isinstance(value.get(name), list)]  # fmt: skip
            for name in lists or [""]:
                for item in value[name] if name else [None]:
                    part = {key: deepcopy(kept) for key, kept in value.items() if key not in lists}
                    part |= {name: [item]} if name else {}
                    made.append({**whole, "entry": [{**entry, "changes": [{**change, "value": part}]}]})
    return [json.dumps(part).encode() for part in made]


def picture() -> list[tuple]:
    """All that the desk knows by now, without the order in which it learned it."""
    lines = [
        (line.provider_id, line.type, line.body, str(line.content), line.direction, line.sender, line.placed_at)
        for line in Message.objects.exclude(type="banner").order_by("provider_id")
    ]
    people = sorted((customer.name, customer.identities.count()) for customer in Customer.objects.all())
    rest = [IdentityConflict.objects.count(), MessageReaction.objects.count(), Attachment.objects.count()]
    outcomes = sorted((update.kind, update.provider_id, update.outcome) for update in InboundUpdate.objects.all())
    return [lines, people, rest, outcomes]


@pytest.mark.parametrize("name", [name for name in sorted(EXPECTED) if len(EXPECTED[name]) > 1])
def test_one_by_one_gives_the_same_as_in_one_go(channel, now, name):
    body = (PAYLOADS / name).read_bytes()
    pictures = []
    for bodies in ([body], pieces(body)):
        save = transaction.savepoint()
        take_in(channel, bodies, now)
        pictures.append(picture())
        transaction.savepoint_rollback(save)
    assert pictures[0] == pictures[1]
