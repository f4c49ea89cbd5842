from celery import shared_task

from config import clock, wake
from conversations import outbox
from whatsapp import delivery, ingest


@shared_task(name="whatsapp.ingest")
def ingest_stored() -> None:
    ingest.ingest(now=clock.now())


@shared_task(name=outbox.DELIVER_TASK)
def deliver(conversation_id: str) -> None:
    delivery.deliver(conversation_id)


@shared_task(name="whatsapp.sweep")
def sweep() -> None:
    """The net under every wake-up: bodies not split, updates not taken in, messages not sent."""
    ingest.statuses_rematch()
    ingest.ingest(now=clock.now())
    for conversation_id in outbox.due_conversations(now=clock.now()):
        wake.send(outbox.DELIVER_TASK, str(conversation_id))
