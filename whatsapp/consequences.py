"""What a fault means beyond its own message: for the window, the customer, the channel, the people who mend it."""

from datetime import datetime, timedelta

from django.db import transaction

from audit.actors import SYSTEM
from audit.record import record
from config import wake
from conversations import consent, transcript
from conversations.models import Consent, Conversation, Message
from whatsapp import channel_state, events, task_names
from whatsapp.alerts import alert
from whatsapp.faults import Fault, FaultKind

#: So long the same trouble of a channel is mailed once only.
QUIET = timedelta(minutes=30)


@transaction.atomic
def follow(message: Message, fault: Fault, *, now: datetime, retry_after: timedelta | None = None) -> timedelta | None:
    """Draw the consequences. Returns how long the channel pauses, where it does."""
    channel = message.channel
    match fault.kind:
        case FaultKind.WINDOW_CLOSED:
            _close_window(message, now)
        case FaultKind.OPTED_OUT:
            _stop_marketing(message.conversation, fault, now)
        case FaultKind.SPAM:
            channel_state.templates_stop(channel, fault, now=now)
        case FaultKind.TEMPLATE:
            wake.on_commit(task_names.SYNC_TEMPLATES, channel.pk)
            words = f"{fault.words} {fault.advice}"
            alert(f"A template failed on {channel.name}", words, about=words, quiet=QUIET)
        case FaultKind.BUG:
            _dead_letter(message, fault, now)
        case FaultKind.ACCOUNT:
            channel_state.channel_stop(channel, fault, now=now)
        case FaultKind.THROTTLE_NUMBER:
            return channel_state.channel_pause(channel, words=fault.words, retry_after=retry_after, now=now)
        case FaultKind.THROTTLE_APP:
            return channel_state.account_pause(channel, words=fault.words, retry_after=retry_after, now=now)
        case FaultKind.IDENTITY_CHANGED:
            conversation = transcript.lock(message.conversation_id)
            transcript.banner(conversation, f"{fault.words} {fault.advice}".strip(), now=now)
        case _:
            pass
    return None


def _close_window(message: Message, now: datetime) -> None:
    """WhatsApp says the window is closed (131047): then it is, whatever our own book says.

    An error about a message that left before the customer's last words says nothing of the window they opened.
    """
    conversation = transcript.lock(message.conversation_id)
    last = message.delivery_attempts.order_by("-number").first()
    left_at, wrote = last.started_at if last else message.created_at, conversation.last_customer_at
    if conversation.window_is_open(now) and (wrote is None or wrote <= left_at):
        conversation.window_expires_at = now
        transcript.touch(conversation, now=now, also=["window_expires_at"])


def _stop_marketing(conversation: Conversation, fault: Fault, now: datetime) -> None:
    word = consent.Word(Consent.Kind.MARKETING_STOP, Consent.Source.PROVIDER, now, evidence=f"error {fault.code}")
    consent.consent_record(conversation.customer, word, now=now)


def _dead_letter(message: Message, fault: Fault, now: datetime) -> None:
    record(events.DEAD_LETTER, stream=message.conversation.stream, actor=SYSTEM, now=now,
           payload={"message": str(message.pk), "seq": message.seq, "code": fault.code})  # fmt: skip
    told = f"{fault.words} {fault.title} {fault.details} (code {fault.code}, trace {fault.reference})."
    subject = f"WhatsApp refuses what Baton sent on {message.channel.name}"
    alert(subject, f"{told} Message {message.pk}.", about=f"{fault.code} {fault.details}", quiet=QUIET)
