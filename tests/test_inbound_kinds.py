"""Every documented kind of message is shown in words, and wakes the bot where it asks something, and only there."""

import pytest

from audit.verify import verify
from conversations.models import Message
from tests.test_generated_traffic import CONTENTS
from tests.traffic import Desk, only_conversation

pytestmark = pytest.mark.django_db
QUIET = {"system", "request_welcome"}


@pytest.mark.parametrize(("type", "content"), CONTENTS)
def test_kind_is_a_line_with_words(now, type, content):
    desk = Desk(now)
    update = desk.send(type, content)
    message = Message.objects.get(direction="in")
    assert (update.outcome, message.type) == ("received", type)
    assert message.body.strip()
    is_permission = "call_permission_reply" in content
    assert message.asks == (type not in QUIET and not is_permission)
    assert (only_conversation().window_expires_at is not None) == (type not in QUIET)
    assert list(verify()) == []


@pytest.mark.parametrize("flag", ["forwarded", "frequently_forwarded"])
def test_forwarded_is_noted(now, flag):
    Desk(now).say(context={flag: True})
    assert Message.objects.get().metadata == {flag: True}


def test_advertisement_is_kept_with_the_first_message(now):
    Desk(now).say(referral={"source_type": "ad", "headline": "Sofas"})
    assert Message.objects.get().metadata["referral"]["headline"] == "Sofas"
