from datetime import datetime

from celery import shared_task

from audit.actors import SYSTEM
from config import clock
from conversations.models import Channel
from whatsapp import task_names
from whatsapp.models import MessageTemplate
from whatsapp.templates import sync
from whatsapp.templates.accounts import account_ref_of
from whatsapp.templates.refusals import TemplateRefused


@shared_task(name=task_names.SYNC_TEMPLATES)
def sync_templates(channel_id: int, asked_at: str = "") -> None:
    """One account. Asked for by many webhooks at once, it runs once: the others find it done since they asked."""
    channel = Channel.objects.filter(pk=channel_id).first()
    if channel is not None and not _done_since(channel, asked_at):
        sync.sync_channel(channel, actor=SYSTEM, now=clock.now())


@shared_task(name="whatsapp.sync_templates_nightly")
def sync_templates_nightly() -> None:
    sync.templates_sync_all(clock.now())


def _done_since(channel: Channel, asked_at: str) -> bool:
    try:
        known = MessageTemplate.objects.filter(provider=channel.provider, account_ref=account_ref_of(channel))
    except TemplateRefused:
        return True
    return bool(asked_at) and known.filter(synced_at__gte=datetime.fromisoformat(asked_at)).exists()
