"""Old chats of the business's phone come in slowly, in their place, and disturb nobody."""

from datetime import timedelta

import pytest

from audit.verify import verify
from conversations.models import Conversation, Message, MessageReaction
from handoff.models import BotTurn
from sla.models import Clock
from tests.traffic import BSUID, PHONE, Desk, lines, only_conversation
from whatsapp import ingest
from whatsapp.models import Attachment, InboundEvent, InboundUpdate

pytestmark = pytest.mark.django_db
DAY = 24 * 3600


@pytest.fixture
def desk(now):
    made = Desk(now)
    yield made
    assert list(verify()) == []


def old(desk, body, *, days, ours=False, id="", type="text", content=None):
    end = {"from": "15550100000", "to": PHONE} if ours else {"from": PHONE}
    return desk.item(type, content or {"body": body}, bsuid="", ago=days * DAY, id=id) | end


def share(desk, *messages, customer=PHONE):
    return desk.field("history", "history", {"threads": [{"id": customer, "messages": list(messages)}]})


def test_unknown_customer_gets_a_closed_conversation_in_the_order_it_was_said(desk, now):
    share(desk, old(desk, "third", days=1), old(desk, "first", days=3), old(desk, "second", days=2, ours=True))
    assert not Message.objects.exists(), "live traffic comes first: the sweep brings history"
    ingest.history_ingest(now=now)
    conversation = only_conversation()
    assert lines() == ["first", "second", "third"]
    assert (conversation.state, conversation.window_expires_at) == ("closed", None)
    assert conversation.last_activity_at == now - timedelta(days=1), "an old chat at the top of everybody's list"
    assert conversation.opened_at == now - timedelta(days=3)
    assert not BotTurn.objects.exists()
    assert not Clock.objects.exists()


def test_history_stands_before_what_is_going_on(desk, now):
    desk.say("now", phone=PHONE, ago=10)
    state = only_conversation().state, only_conversation().window_expires_at
    share(desk, old(desk, "then", days=5), old(desk, "answered", days=4, ours=True))
    ingest.history_ingest(now=now)
    assert lines() == ["then", "answered", "now"]
    assert (only_conversation().state, only_conversation().window_expires_at) == state


def test_history_waits_while_anything_live_waits(desk, now):
    share(desk, old(desk, "then", days=5))
    live = InboundEvent.objects.create(channel=desk.channel, body=b"{}", received_at=now)
    assert ingest.history_ingest(now=now) == 0
    live.delete()
    assert ingest.history_ingest(now=now) == 1


def test_history_comes_in_portions_over_several_chats(desk, now, monkeypatch):
    monkeypatch.setattr(ingest, "HISTORY_AT_ONCE", 3)
    for number in range(4):
        customer = f"1555010000{number}"
        messages = [old(desk, f"{number}.{line}", days=line + 1) | {"from": customer} for line in range(2)]
        share(desk, *messages, customer=customer)
    assert ingest.history_ingest(now=now) == 4, "a whole number of chats, no more than needed"
    assert ingest.history_ingest(now=now) == 4
    assert ingest.history_ingest(now=now) == 0
    assert Conversation.objects.count() == 4


def test_history_known_already_is_not_doubled(desk, now):
    desk.say("hello", id="wamid.same", phone=PHONE, ago=10)
    share(desk, old(desk, "hello", days=0, id="wamid.same"))
    ingest.history_ingest(now=now)
    assert lines() == ["hello"]
    assert InboundUpdate.objects.get(kind="history").outcome == "duplicate"


def test_reaction_and_edit_within_history_are_applied(desk, now):
    reaction = {"message_id": "wamid.old", "emoji": "\U0001f44d"}
    share(desk, old(desk, "said", days=5, id="wamid.old"),
          old(desk, "", days=4, ours=True, type="reaction", content=reaction))  # fmt: skip
    ingest.history_ingest(now=now)
    assert lines() == ["said"]
    assert (MessageReaction.objects.get().by, MessageReaction.objects.get().emoji) == ("desk", "\U0001f44d")


def test_live_reaction_to_an_old_line_finds_it_when_history_brings_it(desk, now):
    desk.react("wamid.old", "\U0001f44d", phone=PHONE, bsuid=BSUID)
    share(desk, old(desk, "said", days=5, id="wamid.old"))
    ingest.history_ingest(now=now)
    assert Message.objects.get(provider_id="wamid.old").reactions.get().by == "customer"


def test_files_of_history_are_fetched(desk, now):
    image = {"id": "m1", "mime_type": "image/jpeg"}
    share(desk, old(desk, "", days=2, type="image", content=image))
    ingest.history_ingest(now=now)
    assert Attachment.objects.get().state == "fetching"
