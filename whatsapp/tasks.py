import logging
from collections.abc import Callable

from celery import shared_task

from config import clock, wake
from conversations import outbox
from conversations.models import Channel
from handoff import ratings
from whatsapp import channel_state, delivery, ingest, maintenance, rating_request, reengagement, task_names
from whatsapp.media import tasks as media_tasks
from whatsapp.templates import tasks as template_tasks
from whatsapp.twilio.recovery import all_lost_messages_recover

logger = logging.getLogger(__name__)

__all__ = ["media_tasks", "template_tasks"]  # Celery finds tasks in this module only


@shared_task(name=task_names.INGEST)
def ingest_stored() -> None:
    ingest.ingest(now=clock.now())


@shared_task(name=outbox.DELIVER_TASK)
def deliver(conversation_id: str) -> None:
    delivery.deliver(conversation_id)


@shared_task(name=outbox.REENGAGE_TASK)
def reengage(conversation_id: str) -> None:
    reengagement.reengage(conversation_id, now=clock.now())


@shared_task(name=outbox.READ_TASK)
def mark_read(channel_id: int, provider_id: str, typing: bool) -> None:
    """Best effort: a customer who sees no "typing" loses nothing."""
    channel = Channel.objects.get(pk=channel_id)
    if not channel_state.obstacle(channel, now=clock.now()):
        delivery.adapter_for(channel).mark_read(provider_id, typing=typing)


@shared_task(name=ratings.TEMPLATE_TASK)
def ask_rating(conversation_id: str, agent_id: int | None) -> None:
    rating_request.rating_request(conversation_id, agent_id=agent_id, now=clock.now())


@shared_task(name="whatsapp.sweep")
def sweep() -> None:
    """The net under every wake-up: bodies not split, updates not taken in, messages not sent."""
    _each(_take_in, _send_out, _reengage, _tell_of_maintenance)


def _each(*steps: Callable[[], object]) -> None:
    """Every step, whatever becomes of the one before it: what cannot be taken in must not keep answers back."""
    for step in steps:
        try:
            step()
        except Exception:
            logger.exception("a step of the sweep failed: %s", step.__name__)


def _take_in() -> None:
    ingest.statuses_rematch()
    ingest.ingest(now=clock.now())
    ingest.history_ingest(now=clock.now())


def _send_out() -> None:
    silent = channel_state.silent_channels(now=clock.now())
    for conversation_id in outbox.due_conversations(now=clock.now(), except_channels=silent):
        wake.send(outbox.DELIVER_TASK, str(conversation_id))


def _reengage() -> None:
    for conversation_id in reengagement.unasked():
        wake.send(outbox.REENGAGE_TASK, str(conversation_id))


def _tell_of_maintenance() -> None:
    maintenance.sent_record(now=clock.now())


@shared_task(name="whatsapp.check_channels")
def check_channels() -> None:
    """Channels that stopped: do they work again? And once a day: is every webhook field subscribed?"""
    _each(_probe, _check_fields, _fetch_templates)


def _probe() -> None:
    channel_state.channels_probe(now=clock.now())


def _check_fields() -> None:
    channel_state.fields_check(now=clock.now())


def _fetch_templates() -> None:
    for channel in channel_state.without_templates(now=clock.now()):
        wake.send(task_names.SYNC_TEMPLATES, channel.pk)


@shared_task(name="whatsapp.recover_lost")
def recover_lost() -> None:
    """Twilio does not send again for long: what its list knows and we do not is taken in now."""
    all_lost_messages_recover(now=clock.now())
