"""Whatever order, packing and repetition Meta chooses, the desk ends up knowing the same: nothing lost, nothing
doubled, nothing failed.

What may differ between two deliveries of the same updates, and nothing else:
- `late`, `seq` and `revision` of a line: they tell how it arrived;
- the exact `placed_at` of a line; the order of the lines is compared;
- changes that came before their message: they stand in the thread as lines, set aside (`applied_to`);
- banners;
- `asks`: a question that arrives after a person has answered wants no answer of the bot's any more;
- which copy of an update was the first (outcomes are compared for being settled, not one by one).
"""

import itertools
import os
from collections import Counter
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from audit.actors import SYSTEM
from audit.verify import verify
from config import clock
from conversations import intake, outbox
from conversations.identity import Sender
from conversations.models import Customer, IdentityConflict, Message, MessageReaction
from tests import factories
from tests.processes import webhooks as signed
from tests.webhooks import Web
from whatsapp import ingest
from whatsapp.models import Attachment, InboundEvent, InboundUpdate

#: The same stories at every run, so that a change is judged by them; EXPLORE=200 looks at so many new ones instead.
EXPLORE = int(os.environ.get("EXPLORE", "0"))
SETTINGS = {
    "deadline": None, "suppress_health_check": list(HealthCheck), "derandomize": not EXPLORE, "database": None,
    "phases": [Phase.generate],
}  # fmt: skip
METADATA = {"display_phone_number": "15550100000", "phone_number_id": factories.PHONE_NUMBER_ID}
SPAN = 400  # seconds: every update of a story has a second of its own
_runs = itertools.count(1)


class Person:
    """A customer as Meta names them: always by BSUID, the rest at times."""

    def __init__(self, run: int, number: int, *, phone: bool, username: bool, parent: bool) -> None:
        self.bsuid = f"US.{run:012d}{number:08d}"
        self.phone = f"1555{run:06d}{number:03d}" if phone else ""
        self.name = f"Customer {run}.{number}"
        self.extra = {"parent_user_id": f"US.ENT.{run:012d}{number:08d}"} if parent else {}
        self.profile = {"name": self.name} | ({"username": f"user{number}"} if username else {})

    def contact(self) -> dict:
        known = {"profile": self.profile, "user_id": self.bsuid, **self.extra}
        return known | ({"wa_id": self.phone} if self.phone else {})

    def signs(self) -> dict:
        return {"from_user_id": self.bsuid} | ({"from": self.phone} if self.phone else {})

    def sender(self) -> Sender:
        known = {"bsuid": self.bsuid, "wa_id": self.phone, "parent_bsuid": self.extra.get("parent_user_id", "")}
        return Sender({kind: value for kind, value in known.items() if value}, self.name)


CONTENTS = [
    ("text", {"body": "Where is my order?"}),
    ("text", {"body": "I want to stop the order é \U0001f600"}),
    ("image", {"id": "m1", "mime_type": "image/jpeg", "sha256": "x", "caption": "broken"}),
    ("video", {"id": "m2", "mime_type": "video/mp4"}),
    ("audio", {"id": "m3", "mime_type": "audio/ogg", "voice": True}),
    ("document", {"id": "m4", "mime_type": "application/pdf", "filename": "a.pdf"}),
    ("sticker", {"id": "m5", "mime_type": "image/webp", "animated": True}),
    ("location", {"latitude": 1.5, "longitude": -2, "name": "Home"}),
    ("contacts", [{"name": {"formatted_name": "A Friend"}, "phones": [{"phone": "+1 555 010 9999"}]}]),
    ("button", {"payload": "P", "text": "Yes"}),
    ("interactive", {"type": "button_reply", "button_reply": {"id": "b", "title": "No"}}),
    ("interactive", {"type": "list_reply", "list_reply": {"id": "l", "title": "Row", "description": "d"}}),
    ("interactive", {"type": "nfm_reply", "nfm_reply": {"name": "f", "response_json": '{"a": 1}'}}),
    ("interactive", {"type": "nfm_reply", "nfm_reply": {"name": "f", "response_json": "{bad"}}),
    ("interactive", {"type": "call_permission_reply", "call_permission_reply": {"response": "accept"}}),
    ("order", {"catalog_id": "c", "product_items": [{"product_retailer_id": "p", "quantity": 2, "item_price": 1.5}]}),
    ("system", {"type": "customer_identity_changed", "body": "changed 15550100001"}),
    ("unsupported", {"type": "poll"}),
    ("request_welcome", {}),
    ("hologram", {"body": "of next year"}),
]
BROKEN = [None, 5, "x", {}, {"id": ""}, {"id": ["x"], "from_user_id": 7}]


@st.composite
def stories(draw, *, longest: int = 14):  # noqa: C901, PLR0915 (one branch for each kind of traffic)
    """People, the messages queued for them, and updates: (field, item, person), each with a second of its own."""
    run = next(_runs)
    flags = st.fixed_dictionaries({name: st.booleans() for name in ("phone", "username", "parent")})
    people = [Person(run, number, **draw(flags)) for number in range(draw(st.integers(2, 4)))]
    seconds = iter(draw(st.lists(st.integers(0, SPAN), unique=True, min_size=80, max_size=80)))
    said: dict[str, list[str]] = {person.bsuid: [] for person in people}
    written: dict[str, list[str]] = {person.bsuid: [] for person in people}
    updates = []
    for number in range(draw(st.integers(3, longest))):
        person = draw(st.sampled_from(people))
        kind = draw(st.sampled_from(["say", "say", "say", "react", "edit", "revoke", "status", "call", "echo",
                                     "preference", "broken", "wrong"]))  # fmt: skip
        wamid = f"wamid.{run}.{number}"
        theirs, ours = said[person.bsuid], written[person.bsuid]
        base = {"id": wamid, **person.signs()}
        known = [*theirs, *ours, f"wamid.{run}.nowhere"]
        if kind == "say":
            type, content = draw(st.sampled_from(CONTENTS))
            context = {"context": {"id": draw(st.sampled_from(known))}} if draw(st.booleans()) else {}
            item = {**base, "type": type, type: content, **context}
            theirs.append(wamid)
        elif kind == "react":
            reaction = {"message_id": draw(st.sampled_from(known))}
            reaction |= {"emoji": draw(st.sampled_from(["\U0001f44d", "❤"]))} if draw(st.booleans()) else {}
            item = {**base, "type": "reaction", "reaction": reaction}
        elif kind in ("edit", "wrong"):  # "wrong": a customer edits our words
            target = draw(st.sampled_from(ours if kind == "wrong" and ours else known))
            new = draw(st.sampled_from([("text", {"body": f"edited {number}"}), ("image", {"id": f"m.{wamid}"})]))
            edited = {"original_message_id": target, "message": {"type": new[0], new[0]: new[1]}}
            item = {**base, "type": "edit", "edit": edited}
        elif kind == "revoke":
            item = {**base, "type": "revoke", "revoke": {"original_message_id": draw(st.sampled_from(known))}}
        elif kind == "status":
            for status in draw(st.permutations(["sent", "delivered", "read", "played"])):
                item = {"id": f"wamid.out.{person.bsuid}", "status": status, "recipient_user_id": person.bsuid}
                updates.append(("messages", "statuses", {**item, "timestamp": next(seconds)}, person))
            continue
        elif kind == "call":
            call = {"id": wamid, "from": person.phone or None, "direction": "USER_INITIATED"}
            began = next(seconds)
            ended = {**call, "event": "terminate", "start_time": began, "timestamp": began, "duration": 65}
            updates.append(("calls", "calls", {**call, "event": "connect", "timestamp": began}, person))
            updates.append(("calls", "calls", ended, person))
            continue
        elif kind == "echo":
            item = {"id": wamid, "to_user_id": person.bsuid, "type": "text", "text": {"body": f"echo {number}"}}
            updates.append(("smb_message_echoes", "message_echoes", {**item, "timestamp": next(seconds)}, person))
            ours.append(wamid)
            continue
        elif kind == "preference":
            item = {"user_id": person.bsuid, "category": "marketing_messages", "value": "stop"}
            updates.append(("user_preferences", "user_preferences", {**item, "timestamp": next(seconds)}, person))
            continue
        else:
            updates.append(("messages", "messages", draw(st.sampled_from(BROKEN)), person))
            continue
        updates.append(("messages", "messages", {**item, "timestamp": next(seconds)}, person))
    if draw(st.booleans()):
        updates.append(("a_field_of_next_year", "things", {"x": 1}, people[0]))
    return people, updates


def change(update, start) -> dict:
    field, listed, item, person = update
    if isinstance(item, dict):
        times = {name: str(int((start + timedelta(seconds=item[name])).timestamp()))
                 for name in ("timestamp", "start_time") if name in item}  # fmt: skip
        item = {**item, **times}
    is_notice = isinstance(item, dict) and item.get("type") == "system"
    contacts = [] if is_notice else [person.contact()]
    return {"field": field, "value": {"metadata": METADATA, "contacts": contacts, listed: [item]}}


def bodies(updates, start, packing) -> list[bytes]:
    """The updates in bodies of the given sizes, in turn."""
    changes, made, sizes = [change(update, start) for update in updates], [], itertools.cycle(packing)
    while changes:
        size = next(sizes)
        made.append(signed.envelope(changes[:size]))
        changes = changes[size:]
    return made


def queue_answers(people, start) -> None:
    """One message to each, really queued and accepted; its provider id is what the statuses name."""
    channel = factories.channel(now=start)
    for person in people:
        with transaction.atomic():
            first = factories.incoming("before it all", now=start, who=person.sender(),
                                       provider_id=f"wamid.first.{person.bsuid}")  # fmt: skip
            conversation = intake.take(channel, first, now=start).message.conversation
            queued = outbox.message_queue(
                factories.locked(conversation), body="An answer", sender=Message.Sender.SYSTEM, actor=SYSTEM, now=start
            )
        outbox.claim_next(conversation.pk, now=start)
        outbox.mark_accepted(queued.pk, provider_id=f"wamid.out.{person.bsuid}", now=start)


def picture(people) -> dict:
    return {person.name: _picture_of(person) for person in people}


def _picture_of(person) -> dict:
    customer = Customer.objects.get(name=person.name)
    (conversation,) = customer.conversations.all()
    shown = [line for line in conversation.messages.exclude(type="banner").transcript()
             if "applied_to" not in line.metadata]  # fmt: skip
    dated = [line.provider_id for line in shown if line.provider_ts]
    assert dated == [line.provider_id for line in sorted((line for line in shown if line.provider_ts),
                                                         key=lambda line: line.provider_ts)]  # fmt: skip
    return {
        "names": (customer.username, sorted((found.kind, found.value) for found in customer.identities.all())),
        "marketing": customer.marketing_stopped_at is not None,
        "order": dated,
        "lines": {line.provider_id: _line(line) for line in shown},
        "window": conversation.window_expires_at,
        "control": (conversation.control, getattr(conversation.assigned_to, "username", None)),
    }


def _line(line) -> tuple:
    reactions = MessageReaction.objects.filter(message=line).order_by("by").values_list("by", "emoji", "at")
    files = sorted(Attachment.objects.filter(message=line).values_list("provider_media_id", flat=True))
    versions = [(version["body"], version["until"], version["by"]) for version in line.metadata.get("versions", [])]
    quoted = line.reply_to.provider_id if line.reply_to else line.metadata.get("quotes")
    return (line.direction, line.sender, line.type, line.body, str(line.content), line.status, line.played_at,
            line.edited_at, line.revoked_at, versions, list(reactions), files, quoted)  # fmt: skip


def differences(one: object, other: object, path: str = "") -> list[str]:
    """Where two pictures differ, in words short enough to read."""
    if isinstance(one, dict) and isinstance(other, dict):
        return [found for key in {**one, **other}
                for found in differences(one.get(key), other.get(key), f"{path}/{key}")]  # fmt: skip
    return [] if one == other else [f"{path}: {one} / {other}"]


def deliver(all_bodies, channel, now) -> None:
    for body in all_bodies:
        InboundEvent.objects.create(channel=channel, body=body, received_at=now)
        ingest.ingest(now=now)


def check_nothing_lost_or_doubled() -> None:
    outcomes = Counter(InboundUpdate.objects.values_list("outcome", flat=True))
    assert not outcomes.keys() & {"pending", "failed"}, list(
        InboundUpdate.objects.filter(outcome="failed").values_list("raw", "detail")
    )
    assert not IdentityConflict.objects.exists()
    ids = [provider_id for provider_id in Message.objects.values_list("provider_id", flat=True) if provider_id]
    assert len(ids) == len(set(ids))
    assert list(verify()) == []


def tell(people, updates, packing, start) -> dict:
    """Deliver the story on a clean desk; what is known then. The desk is clean again afterwards."""
    now = start + timedelta(seconds=SPAN + 60)
    with transaction.atomic():
        queue_answers(people, start)
        deliver(bodies(updates, start, packing), factories.channel(now=start), now)
        check_nothing_lost_or_doubled()
        known = picture(people)
        transaction.set_rollback(True)
    return known


@pytest.mark.django_db
@settings(max_examples=EXPLORE or 6, **SETTINGS)
@given(data=st.data())
def test_any_delivery_gives_the_same_picture(data):
    """If this fails, what an agent reads depends on how Meta happened to pack and order its webhooks."""
    people, updates = data.draw(stories())
    start = clock.now().replace(microsecond=0) - timedelta(hours=1)
    repeated = data.draw(st.lists(st.sampled_from(updates), max_size=4)) if updates else []
    shuffled = data.draw(st.permutations([*updates, *repeated]))
    packing = data.draw(st.lists(st.integers(1, 5), min_size=1, max_size=4))
    in_one_go = tell(people, updates, [len(updates)], start)
    by_time = sorted(updates, key=lambda update: update[2].get("timestamp", 0) if isinstance(update[2], dict) else 0)
    assert differences(tell(people, by_time, [1], start), in_one_go) == []
    assert differences(tell(people, shuffled, packing, start), in_one_go) == []


@pytest.mark.django_db(transaction=True)
@settings(max_examples=EXPLORE or 4, **SETTINGS)
@given(data=st.data())
def test_signed_edge_takes_every_story(data):
    """Each body is answered 200 and taken in whole, through the real signed edge."""
    people, updates = data.draw(stories(longest=8))
    start = clock.now().replace(microsecond=0) - timedelta(hours=1)
    queue_answers(people, start)
    told = bodies(updates, start, data.draw(st.lists(st.integers(1, 4), min_size=1, max_size=3)))
    with Web() as web:
        answers = web.post_all(told, path="/webhooks/cloud/main/", secret=factories.APP_SECRET)
    assert {answer.status for answer in answers} == {200}
    ingest.ingest(now=clock.now())
    check_nothing_lost_or_doubled()
    assert set(picture(people)) == {person.name for person in people}
