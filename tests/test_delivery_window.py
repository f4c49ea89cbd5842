"""The 24-hour window at the last moment: what is held, what is dropped, what leaves, and that nothing goes round."""

from datetime import timedelta

import pytest

from audit.actors import SYSTEM
from conversations import control, intake, window
from conversations.models import Conversation
from conversations.states import Event as StateEvent
from tests import factories, sending
from tests.sending import Sender, Status, content_of, fresh, reported, status, statuses, why
from tests.standin import running
from whatsapp.models import MessageTemplate

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def standin(tmp_path_factory):
    with running(tmp_path_factory.mktemp("whatsapp")) as client:
        yield client


@pytest.fixture
def world(standin, monkeypatch, settings):
    with sending.world(standin, monkeypatch, settings) as made:
        yield made


def closes(world, conversation) -> None:
    """WhatsApp says of the next sends that the window is closed."""
    world.fault(code=131047, http=400, until_cleared=True, match={"type": "text"})


def window_of(conversation) -> Conversation:
    return Conversation.objects.get(pk=conversation.pk)


def test_refusal_for_the_window_closes_ours_and_holds_a_persons_words(world):
    """WhatsApp's word beats our own book (131047 inside the window happens)."""
    ann = world.customer()
    message = world.says(ann, "one")
    closes(world, ann)
    world.deliver(ann)
    assert status(message) == Status.HELD
    assert not window_of(ann).window_is_open(world.now())


def test_what_a_machine_said_fails_and_nothing_is_tried_again(world):
    ann = world.customer()
    bot, system = world.says(ann, "from the bot", Sender.BOT), world.says(ann, "a notice", Sender.SYSTEM)
    closes(world, ann)
    for _ in range(3):
        world.sweep()
        world.later(minutes=1)
    assert statuses(bot, system) == [Status.FAILED, Status.DROPPED]
    assert world.asked() == 1


def test_held_words_go_out_once_when_the_customer_writes(world):
    ann = world.customer()
    first, second = world.says(ann, "one"), world.says(ann, "two")
    closes(world, ann)
    world.deliver(ann)
    assert statuses(first, second) == [Status.HELD, Status.HELD]
    world.client._ask(dict, "POST", "/standin/reset", {"all": False})
    world.client.put_window(world.channel.cloud.phone_number_id, "c1", at=world.now())
    world.later(seconds=1)
    world.writes(1, "I am back")
    for _ in range(3):
        world.sweep()
    assert world.sent() == ["one", "two"]


def test_customer_who_writes_while_the_refusal_is_on_its_way_gets_the_answer(world, monkeypatch):
    """Their message released what was held a moment before this was: it would wait for ever beside an open window."""
    ann = world.customer(1, wrote=timedelta(hours=23))
    message = world.says(ann, "one")
    world.fault(code=131047, http=400)
    from whatsapp import consequences

    follow = consequences.follow

    def follow_while_they_write(*given, **named):
        world.later(seconds=2)
        world.writes(1, "still there?")
        return follow(*given, **named)

    monkeypatch.setattr(consequences, "follow", follow_while_they_write)
    world.client.put_window(world.channel.cloud.phone_number_id, "c1", at=world.now())
    world.deliver(ann)
    monkeypatch.undo()
    assert window_of(ann).window_expires_at is not None
    world.sweep()
    assert status(message) == Status.ACCEPTED
    assert world.sent() == ["one"]


def test_refusal_that_comes_as_a_status_holds_a_persons_words_too(world):
    """The same error after acceptance: the old line stays failed on the record, a new one waits for the customer."""
    ann = world.customer()
    message = world.says(ann, "one")
    world.fault("failed_status", code=131047)
    world.deliver(ann)
    world.webhooks()
    assert status(message) == Status.FAILED
    (again,) = ann.messages.filter(status=Status.HELD)
    assert (again.body, again.metadata["resends"]) == ("one", str(message.pk))
    world.desk.bodies += world.desk.bodies[-1:]  # WhatsApp says it twice
    world.webhooks()
    assert ann.messages.filter(status=Status.HELD).count() == 1
    world.client.put_window(world.channel.cloud.phone_number_id, "c1", at=world.now())
    world.later(seconds=1)
    world.writes(1, "back")
    world.sweep()
    world.sweep()
    assert world.sent() == ["one", "one"]  # the first never arrived
    assert status(again) == Status.ACCEPTED


def test_status_about_an_older_message_does_not_close_a_window_opened_since(world):
    ann = world.customer()
    world.says(ann, "one")
    world.deliver(ann)
    world.later(seconds=5)
    world.writes(1, "and?")
    error = {"code": 131047, "title": "Re-engagement message"}
    late = reported(
        world.client.sent()[0], status="failed", timestamp=str(int(world.now().timestamp())), errors=[error]
    )
    world.desk.bodies.append(late)
    world.webhooks()
    assert window_of(ann).window_is_open(world.now())


def test_window_is_looked_at_again_when_it_leaves(world):
    ann = world.customer(1, wrote=timedelta(hours=23, minutes=57))
    message, notice = world.says(ann, "one"), world.says(ann, "a notice", Sender.SYSTEM)
    world.later(minutes=1.5)  # within WhatsApp's day, within our margin
    world.deliver(ann)
    assert statuses(message, notice) == [Status.HELD, Status.DROPPED]
    assert world.asked() == 0


def test_margin_is_kept(world):
    at = world.now()
    assert window.expiry(at) - at == timedelta(hours=23, minutes=58)


def test_new_matter_within_the_day_keeps_the_customers_window(world):
    ann = world.customer(1, wrote=timedelta(hours=1))
    locked = factories.locked(ann)
    control.transition(locked, StateEvent.RESOLVED, actor=SYSTEM, now=world.now())
    again = intake.conversation_of(world.channel, ann.customer, now=world.now())
    assert again.pk != ann.pk
    assert again.window_is_open(world.now())
    message = world.says(again, "one")
    world.deliver(again)
    assert status(message) == Status.ACCEPTED


def test_outside_the_window_an_approved_template_leaves(world):
    ann = world.customer(1, wrote=timedelta(hours=30))
    message = world.says(ann, content_of(world.template()))
    world.deliver(ann)
    assert (status(message), world.sent()) == (Status.ACCEPTED, ["reengage_update"])


@pytest.mark.parametrize("now_is", ["PAUSED", "DISABLED", "REJECTED", None])
def test_template_that_is_not_approved_any_more_is_not_sent(world, now_is):
    """Approved when it was chosen, paused when its turn came."""
    ann = world.customer()
    template = world.template()
    message, behind = world.says(ann, content_of(template)), world.says(ann, "two")
    if now_is:
        MessageTemplate.objects.update(status=now_is)
    else:
        MessageTemplate.objects.all().delete()
    world.deliver(ann)
    assert statuses(message, behind) == [Status.FAILED, Status.ACCEPTED]
    assert "not approved any more" in why(message)
    assert world.sent() == ["two"]


def test_templates_stop_and_answers_go_on_at_the_quality_limit(world):
    """131048 and 131064 speak of what the business starts; one alert, not one per message."""
    from whatsapp.models import ChannelHealth

    ann, bob = world.customer(1), world.customer(2)
    template = world.template()
    first, second = world.says(ann, content_of(template)), world.says(bob, content_of(template))
    answer = world.says(ann, "an answer")
    world.fault(code=131048, http=400)
    world.deliver(ann, bob)
    assert statuses(first, second, answer) == [Status.FAILED, Status.FAILED, Status.ACCEPTED]
    assert "templates" in ChannelHealth.objects.get().templates_stop_words or why(second)
    assert world.asked() == 2
    assert len(world.mail) == 1


def test_misclassified_templates_stop_too(world):
    ann = world.customer()
    world.fault(code=131064, http=400)
    world.says(ann, content_of(world.template()))
    world.deliver(ann)
    health = world.channel.health
    assert health.templates_stopped_at is not None
    assert health.stopped_at is None


def test_utility_that_has_become_marketing_is_held_to_the_rules_for_marketing(world):
    """WhatsApp recategorises; the price and the rules follow the category at the send."""
    ann = world.customer()
    ann.customer.marketing_stopped_at = world.now()
    ann.customer.save()
    message = world.says(ann, content_of(world.template()))
    MessageTemplate.objects.update(category="MARKETING")
    world.deliver(ann)
    assert (status(message), world.asked()) == (Status.FAILED, 0)
    assert "no marketing" in why(message)


def test_bot_words_that_wait_out_a_handoff_never_leave(world):
    """Invariant 3 at the last moment: throttled, then a person takes over."""
    ann = world.customer()
    stale = world.says(ann, "thought before", Sender.BOT)
    world.fault(code=131056, http=400)
    world.deliver(ann)
    world.agent_of(ann)
    world.later(seconds=5)
    world.sweep()
    assert (status(stale), world.sent()) == (Status.DROPPED, [])
    assert fresh(stale).error["code"] == "stale_epoch"
