from celery import shared_task

from config import clock, wake
from whatsapp import delivery
from whatsapp.media import fetching, storing


@shared_task(name=fetching.FETCH_TASK)
def fetch_media(pk: int) -> None:
    """Claimed first: whatever goes wrong after that, the row has been pushed forward."""
    now = clock.now()
    attachment = fetching.attachment_claim(pk, now=now)
    if attachment:
        fetching.attachment_bring(attachment, adapter=delivery.adapter_for(attachment.channel), now=now)


@shared_task(name="whatsapp.sweep_media")
def sweep_media() -> None:
    """The net under lost wake-ups and put-off tries; and what was uploaded and never sent is cleared away."""
    for pk in fetching.fetches_due(now=clock.now()):
        wake.send(fetching.FETCH_TASK, pk)
    storing.uploads_clear(now=clock.now())
