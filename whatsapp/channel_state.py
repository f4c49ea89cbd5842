"""A channel's state at its provider: stopped, paused, kept from sending templates; and how it comes back.

Stopped, a channel sends nothing and keeps its queue; it is asked every minute whether it works again, and goes on by
itself when it does.
"""

from datetime import UTC, datetime, timedelta

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.db.models import Q

from audit.actors import SYSTEM, Actor
from audit.record import record
from conversations.models import Channel
from whatsapp import events
from whatsapp.adapter import Probe, ProviderUnavailable
from whatsapp.alerts import alert
from whatsapp.faults import Fault, FaultKind
from whatsapp.models import ChannelHealth
from whatsapp.providers import account_of, adapter_for
from whatsapp.templates.accounts import channels_of, channels_with_templates, templates_of

PROBE_EVERY = timedelta(seconds=55)
CHECK_FIELDS_EVERY = timedelta(hours=23)
LONGEST_PAUSE = timedelta(seconds=60)
ASK_AGAIN = timedelta(hours=1)
EVER = datetime.min.replace(tzinfo=UTC)
NO_ACCOUNT = Fault(
    "no_account", FaultKind.ACCOUNT, "This channel's account at the provider is not entered.",
    "Enter it in the admin, under Channels. Messages wait, and then go out by themselves.",
)  # fmt: skip


def state_of(channel: Channel) -> ChannelHealth:
    """The channel's row, made where there is none."""
    return ChannelHealth.objects.get_or_create(channel=channel)[0]


def obstacle(channel: Channel, *, now: datetime) -> str:
    """Why the channel sends nothing now, in words; empty where it does."""
    if not channel.is_active:
        return "the channel is switched off"
    health = ChannelHealth.objects.filter(channel=channel).first()
    if health is None:
        return ""
    if health.stopped_at:
        return health.stop_words or "the provider refuses this account"
    if health.paused_until and health.paused_until > now:
        return health.pause_words or "WhatsApp slows this number down"
    return ""


def silent_channels(*, now: datetime) -> list[int]:
    """Channels that send nothing now: the sweep leaves their queues alone."""
    silent = Q(health__stopped_at__isnull=False) | Q(health__paused_until__gt=now) | Q(is_active=False)
    return list(Channel.objects.filter(silent).values_list("pk", flat=True))


def templates_obstacle(channel: Channel) -> str:
    """Why this channel sends no templates now; empty where it does."""
    health = ChannelHealth.objects.filter(channel=channel).exclude(templates_stopped_at=None).first()
    return health.templates_stop_words if health else ""


@transaction.atomic
def channel_stop(channel: Channel, fault: Fault, *, now: datetime) -> None:
    """The provider refuses the account: send nothing more until it works again.

    Said once, and not again until something was sent: an account may look healthy and refuse every message.
    """
    health = _locked(channel)
    if health.stopped_at:
        return
    is_news = health.stop_code != fault.code[:32]
    health.stopped_at, health.stop_code, health.stop_words = now, fault.code[:32], fault.words[:300]
    health.save(update_fields=["stopped_at", "stop_code", "stop_words"])
    _record(events.CHANNEL_STOPPED, channel, now, code=fault.code, words=fault.words)
    if is_news:
        alert(f"{channel.name} has stopped sending", f"{fault.words} {fault.advice} ({fault.code} {fault.title})")


@transaction.atomic
def channel_resume(channel: Channel, *, now: datetime) -> None:
    """It works again: the sweep sends what has waited."""
    health = _locked(channel)
    if health.stopped_at is None:
        return
    health.stopped_at = None  # why it stopped stays noted until something is sent
    health.save(update_fields=["stopped_at"])
    _record(events.CHANNEL_RESUMED, channel, now)


@transaction.atomic
def channel_pause(channel: Channel, *, words: str, retry_after: timedelta | None, now: datetime) -> timedelta:
    """Throttled: the number waits, 1, 2, 4 … 60 seconds, or as long as the provider says. Returns how long."""
    health = _locked(channel)
    if health.paused_until and health.paused_until > now + (retry_after or timedelta(0)):
        return health.paused_until - now
    pause = retry_after or min(timedelta(seconds=2**health.pauses_in_row), LONGEST_PAUSE)
    health.paused_until, health.pause_words = now + pause, words[:300]
    health.pauses_in_row = min(health.pauses_in_row + 1, 10)
    health.save(update_fields=["paused_until", "pause_words", "pauses_in_row"])
    _record(events.CHANNEL_PAUSED, channel, now, words=words, seconds=round(pause.total_seconds()))
    return pause


def account_pause(channel: Channel, *, words: str, retry_after: timedelta | None, now: datetime) -> timedelta:
    """The app as a whole goes too fast: every number of the same business account waits."""
    kin = channels_of(channel.provider, account_of(channel)) or [channel]
    return max([channel_pause(other, words=words, retry_after=retry_after, now=now) for other in kin])


def note_success(channel: Channel, *, started: datetime) -> None:
    """A message went through: the next pause starts small again, the next stop is news again.

    One that had `started` before the last pause or stop says nothing of how the number does since.
    """
    health = ChannelHealth.objects.filter(channel=channel)
    if not health.filter(Q(pauses_in_row__gt=0) | ~Q(stop_code="")).exists():
        return
    health.filter(pauses_in_row__gt=0, paused_until__lte=started).update(pauses_in_row=0)
    since = Q(probed_at=None) | Q(probed_at__lte=started)
    health.filter(since, stopped_at=None).exclude(stop_code="").update(stop_code="", stop_words="")


@transaction.atomic
def templates_stop(channel: Channel, fault: Fault, *, now: datetime) -> None:
    """WhatsApp's quality limit: no more templates on this number until an admin allows them again."""
    health = _locked(channel)
    if health.templates_stopped_at:
        return
    health.templates_stopped_at, health.templates_stop_words = now, fault.words[:300]
    health.save(update_fields=["templates_stopped_at", "templates_stop_words"])
    _record(events.TEMPLATES_STOPPED, channel, now, code=fault.code, words=fault.words)
    alert(f"{channel.name} sends no templates any more", f"{fault.words} {fault.advice}")


@transaction.atomic
def templates_allow(channel: Channel, *, by: Actor, now: datetime) -> bool:
    """A person has looked: templates may leave on this number again. Returns whether they were stopped."""
    health = _locked(channel)
    if health.templates_stopped_at is None:
        return False
    health.templates_stopped_at, health.templates_stop_words = None, ""
    health.save(update_fields=["templates_stopped_at", "templates_stop_words"])
    payload = {"actor": by.name}
    record(events.TEMPLATES_ALLOWED, stream=f"channel:{channel.key}", actor=by, now=now, payload=payload)
    return True


def channels_probe(*, now: datetime) -> int:
    """Ask about every stopped channel that was not asked within the last minute. Returns how many came back."""
    stopped = Channel.objects.filter(health__stopped_at__isnull=False, is_active=True)
    due = stopped.filter(Q(health__probed_at=None) | Q(health__probed_at__lte=now - PROBE_EVERY))
    return sum(channel_probe(channel, now=now).healthy for channel in due)


def channel_probe(channel: Channel, *, now: datetime) -> Probe:
    """Ask the provider whether the account works; go on sending if it does."""
    ChannelHealth.objects.filter(channel=channel).update(probed_at=now)
    try:
        probe = adapter_for(channel).probe()
    except ObjectDoesNotExist:
        return Probe(False, NO_ACCOUNT.words)
    if probe.healthy:
        channel_resume(channel, now=now)
    return probe


def fields_check(*, now: datetime) -> None:
    """Once a day: are all the webhook fields subscribed that the desk needs? An admin is told of what is missing."""
    for channel in Channel.objects.filter(is_active=True).exclude(provider="wasender"):
        health = state_of(channel)
        if health.fields_checked_at and health.fields_checked_at > now - CHECK_FIELDS_EVERY:
            continue
        try:
            channel_fields_check(channel, now=now)
        except (ProviderUnavailable, ObjectDoesNotExist):
            continue  # tomorrow, or at the next sweep


def channel_fields_check(channel: Channel, *, now: datetime) -> list[str]:
    """Ask now which webhook fields are missing, and keep the answer. What is newly missing is told to an admin.

    Returns all that are missing. Raises ProviderUnavailable.
    """
    missing = sorted(adapter_for(channel).missing_fields() or [])
    with transaction.atomic():
        health = _locked(channel)
        news = sorted(set(missing) - set(health.missing_fields))
        health.fields_checked_at, health.missing_fields = now, missing
        health.save(update_fields=["fields_checked_at", "missing_fields"])
        if news:
            _record(events.FIELDS_MISSING, channel, now, fields=", ".join(news))
            alert(f"{channel.name} does not hear everything", f"Webhook fields not subscribed: {', '.join(news)}.")
    return missing


def without_templates(*, now: datetime) -> list[Channel]:
    """Channels none of whose templates is known yet, each at most once an hour: a new number need not wait for the
    night to have them."""
    found = []
    for channel in channels_with_templates():
        health = state_of(channel)
        if templates_of(channel).exists() or (health.templates_asked_at or EVER) > now - ASK_AGAIN:
            continue
        health.templates_asked_at = now
        health.save(update_fields=["templates_asked_at"])
        found.append(channel)
    return found


def _locked(channel: Channel) -> ChannelHealth:
    state_of(channel)
    return ChannelHealth.objects.select_for_update(no_key=True).get(channel=channel)


def _record(event: str, channel: Channel, now: datetime, **payload: object) -> None:
    record(event, stream=f"channel:{channel.key}", actor=SYSTEM, now=now, payload=payload)
