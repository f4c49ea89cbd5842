"""Working off one conversation's outbox: wait for a turn, claim, one request without any lock, settle.

Nothing is ever sent again blindly: what surely did not leave is tried again, what may have left is parked.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction

from config import clock, wake
from conversations import outbox, transcript
from conversations.content import Template, Unsendable
from conversations.identity import address_of
from conversations.models import Channel, Conversation, Identity, Message
from whatsapp import channel_state, consequences, pacing
from whatsapp.adapter import Accepted, Ambiguous, NotSent, Outgoing, Refused, SendResult
from whatsapp.faults import Fault, FaultKind
from whatsapp.media.outgoing import file_of
from whatsapp.models import DeliveryAttempt, MessageTemplate
from whatsapp.providers import adapter_for as adapter_for
from whatsapp.providers import rate_of

#: Enough for any backlog of one conversation; the sweep goes on where this stops.
MOST_AT_ONCE = 50
#: Longer waits are the sweep's: the broker keeps no long appointments.
LONGEST_APPOINTMENT = 5.0
LONGEST_PAUSE = timedelta(minutes=5)
#: So often a message is tried that surely did not leave; then a person decides.
MOST_TRIES = 12

NOT_SENT = DeliveryAttempt.Outcome.NOT_SENT
OUTCOMES = {
    Accepted: DeliveryAttempt.Outcome.ACCEPTED,
    Refused: DeliveryAttempt.Outcome.REFUSED,
    NotSent: NOT_SENT,
    Ambiguous: DeliveryAttempt.Outcome.AMBIGUOUS,
}


def deliver(conversation_id: UUID | str) -> int:
    """Send what may be sent of this conversation, in order. Returns how many messages were taken up."""
    conversation = Conversation.objects.select_related("channel").get(pk=conversation_id)
    for count in range(MOST_AT_ONCE):
        if not _has_turn(conversation):
            return count
        message = outbox.claim_next(conversation_id, now=clock.now())
        if message is None:
            pacing.give_back(conversation, rate=rate_of(conversation.channel))
            return count
        started = clock.now()
        result = _send(message)
        if not _settle(message, result, started=started, now=clock.now()):
            return count + 1
    return MOST_AT_ONCE


def _has_turn(conversation: Conversation) -> bool:
    """Whether something is due, the channel sends, and WhatsApp's limits have room. A token is taken then."""
    now = clock.now()
    urgency = outbox.next_urgency(conversation.pk, now=now)
    if urgency is None or not _can_send(conversation.channel, now):
        return False
    wait = pacing.take(conversation, rate=rate_of(conversation.channel), urgency=urgency)
    if 0 < wait.seconds <= LONGEST_APPOINTMENT and pacing.appoint(conversation, seconds=wait.seconds):
        wake.send(outbox.DELIVER_TASK, str(conversation.pk), countdown=wait.seconds)
    return not wait.seconds


def _can_send(channel: Channel, now: datetime) -> bool:
    """A number whose account at the provider is not entered stops as any other sick account does."""
    if channel_state.obstacle(channel, now=now):
        return False
    try:
        adapter_for(channel)
    except ObjectDoesNotExist:
        channel_state.channel_stop(channel, channel_state.NO_ACCOUNT, now=now)
        return False
    return True


def _send(message: Message) -> SendResult:
    to = _address(message)
    if to is None:
        return _refused("no_address", FaultKind.UNDELIVERABLE, "This customer has no address on this channel")
    try:
        content = outbox.content_of(message)
        if isinstance(content, Template) and (obstacle := _template_obstacle(message, content)):
            return obstacle
        quoted = message.reply_to.provider_id if message.reply_to else ""
        outgoing = Outgoing(to, content, str(message.pk), quoted, file_of(message))
    except Unsendable as error:
        return _refused("unsendable", FaultKind.BUG, str(error))
    return adapter_for(message.channel).send(outgoing)


def _address(message: Message) -> Identity | None:
    """By BSUID first; by phone number where WhatsApp has said that this message cannot go to a BSUID."""
    customer, channel = message.conversation.customer, message.channel
    if message.metadata.get("by_phone"):
        return address_of(customer, channel, (Identity.Kind.WA_ID,))
    return address_of(customer, channel)


def _template_obstacle(message: Message, template: Template) -> Refused | None:
    """The last look before it leaves: approved a minute ago is not approved now, utility may be marketing by now."""
    row = MessageTemplate.objects.filter(pk=template.template).first()
    if row is None or row.status != MessageTemplate.Status.APPROVED:
        words = f"The template {template.name} is not approved any more"
        return _refused("template_not_approved", FaultKind.TEMPLATE, words, "Choose another template.")
    if words := channel_state.templates_obstacle(message.channel):
        return _refused("templates_stopped", FaultKind.SPAM, words)
    if refusal := outbox.template_refusal(message.conversation, category=row.category, now=clock.now()):
        return _refused(refusal.code, FaultKind.UNDELIVERABLE, refusal.words)
    return None


def _refused(code: str, kind: FaultKind, words: str, advice: str = "") -> Refused:
    return Refused(Fault(code, kind, words, advice))


@transaction.atomic
def _settle(message: Message, result: SendResult, *, started: datetime, now: datetime) -> bool:
    """Put down what became of it. Returns whether the conversation's next message may go now."""
    transcript.lock(message.conversation_id)  # first of all, as in the house's order: a channel's row comes after it
    DeliveryAttempt.objects.create(
        message=message, number=message.attempts, started_at=started, finished_at=now, outcome=OUTCOMES[type(result)],
        http_status=result.http_status, detail=_detail(result),
    )  # fmt: skip
    match result:
        case Accepted():
            outbox.mark_accepted(message.pk, provider_id=result.provider_id, now=now)
            channel_state.note_success(message.channel, started=started)
        case Ambiguous():
            outbox.mark_unknown(message.pk, why=result.why, now=now)
        case NotSent():
            return _settle_not_sent(message, result, now)
        case Refused():
            return _settle_refused(message, result, now)
    return True


def _settle_not_sent(message: Message, result: NotSent, now: datetime) -> bool:
    """Nobody reached is no word about this message: it waits as long as it must. An answer is, and so is a file that
    does not get through: that ends."""
    tries = _tries(message)
    if tries >= MOST_TRIES and (result.http_status or file_of(message)):
        outbox.mark_failed(message.pk, error={"code": "not_sent", "title": result.why}, now=now)
        return True
    outbox.mark_postponed(message.pk, why=result.why, delay=_backoff(tries), now=now)
    return False


def _settle_refused(message: Message, refused: Refused, now: datetime) -> bool:
    fault = refused.fault
    pause = consequences.follow(message, fault, now=now, retry_after=refused.retry_after)
    match fault.kind:
        case FaultKind.AMBIGUOUS:
            outbox.mark_unknown(message.pk, why=fault.words, now=now)
        case FaultKind.THROTTLE_PAIR:
            pause = refused.retry_after or _pair_pause(_tries(message, fault.kind))
            outbox.mark_postponed(message.pk, why=fault.words, delay=pause, now=now)
            return False  # this customer's messages wait, nobody else's
        case FaultKind.THROTTLE_NUMBER | FaultKind.THROTTLE_APP | FaultKind.ACCOUNT:
            outbox.mark_postponed(message.pk, why=fault.words, delay=pause or timedelta(0), now=now)
            return False  # the channel as a whole waits; how often is not this message's fault
        case FaultKind.TRANSIENT:
            return _try_again(message, refused, now)
        case FaultKind.WINDOW_CLOSED if outbox.is_worth_holding(message):
            outbox.mark_held(message.pk, why=fault.words, now=now)
        case FaultKind.BSUID_UNSUPPORTED if _may_go_by_phone(message):
            outbox.mark_by_phone(message.pk, now=now)
        case _:
            outbox.mark_failed(message.pk, error=fault.as_error(), now=now)
    return True


def _try_again(message: Message, refused: Refused, now: datetime) -> bool:
    fault, tries = refused.fault, _tries(message, refused.fault.kind)
    if tries >= MOST_TRIES:
        outbox.mark_failed(message.pk, error=fault.as_error(), now=now)
        return True
    outbox.mark_postponed(message.pk, why=fault.words, delay=refused.retry_after or _backoff(tries), now=now)
    return False


def _tries(message: Message, kind: FaultKind | None = None) -> int:
    """How often this message met this kind of fault; None: nobody could be reached. Waiting for other reasons, such as
    a number that slows down, uses up no tries."""
    attempts = message.delivery_attempts.all()
    return attempts.filter(detail__kind=kind).count() if kind else attempts.filter(outcome=NOT_SENT).count()


def _backoff(tries: int) -> timedelta:
    return min(timedelta(seconds=2 ** min(tries, 9)), LONGEST_PAUSE)


def _pair_pause(tries: int) -> timedelta:
    """4^X seconds, X = 0, 1, 2 … (Meta, "Error codes", 131056)."""
    return timedelta(seconds=4 ** min(tries - 1, 5))


def _may_go_by_phone(message: Message) -> bool:
    has_phone = address_of(message.conversation.customer, message.channel, (Identity.Kind.WA_ID,)) is not None
    return has_phone and not message.metadata.get("by_phone")


def _detail(result: SendResult) -> dict[str, object]:
    match result:
        case Accepted():
            return {"provider_id": result.provider_id}
        case Refused():
            return result.fault.as_error()
        case NotSent() | Ambiguous():
            return {"why": result.why}
