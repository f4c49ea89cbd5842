"""Messages whose webhook was lost: Twilio tries for seconds only, so its list of messages is read from time to time.

What the desk does not know yet is stored as the webhook would have been, and takes the one way in from there
(Twilio docs, "Messages resource: list"; "Webhooks: connection overrides").
"""

import logging
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.db import transaction

from config import wake
from conversations.models import Message
from whatsapp import task_names
from whatsapp.adapter import ProviderUnavailable
from whatsapp.models import InboundEvent, InboundUpdate, TwilioAccount
from whatsapp.twilio import client, inbound
from whatsapp.twilio.adapter import API

logger = logging.getLogger(__name__)

#: A message as young as this may still be on its way as a webhook.
GRACE = timedelta(minutes=2)
#: Looked at again, as Twilio's list may be behind.
OVERLAP = timedelta(minutes=10)
#: No further back, however long nobody looked: as long as Meta itself would go on trying.
LONGEST_BACK = timedelta(days=7)
#: What is taken in between two savings of progress.
SLICE = timedelta(hours=6)
PAGE = 200
_SID = re.compile(r"(?:SM|MM)[0-9a-fA-F]{32}")

JSON = dict[str, Any]


def lost_messages_recover(account: TwilioAccount, *, now: datetime) -> int:
    """Store a webhook for every inbound message of Twilio's list that the desk does not know. Returns how many.

    Looks from where the last look ended, at first from when the channel was added, a week back at most, up to two
    minutes ago. Safe to run twice and side by side. Raises ProviderUnavailable; what was found until then stays, and so
    does how far it got.
    """
    end = now - GRACE
    start = max(account.listed_until or account.channel.created_at, now - LONGEST_BACK)
    found = 0
    while start < end:
        until = min(start + SLICE, end)
        forms = list(_inbound_forms(account, start - OVERLAP, until))
        found += _store(account, forms, until, now)
        start = until
    if found:
        logger.warning("channel %s: %d messages came without a webhook", account.channel.key, found)
    return found


def all_lost_messages_recover(*, now: datetime) -> int:
    """As `lost_messages_recover`, for every active channel; one that cannot be asked does not keep the others waiting.
    Returns how many messages were found."""
    found = 0
    for account in TwilioAccount.objects.filter(channel__is_active=True).select_related("channel").order_by("pk"):
        try:
            found += lost_messages_recover(account, now=now)
        except ProviderUnavailable as error:
            logger.warning("channel %s: lost messages could not be looked for: %s", account.channel.key, error)
    return found


def _inbound_forms(account: TwilioAccount, since: datetime, until: datetime) -> Iterator[tuple[datetime, JSON]]:
    """What customers sent in this time, unknown to the desk, with its moment; the oldest first."""
    url = f"{account.api_url}/{API}/Accounts/{account.account_sid}/Messages.json"
    asked = {"To": account.sender, "DateSent>": _iso(since), "DateSent<": _iso(until), "PageSize": PAGE}
    ours = [item for item in client.listed(account, url, asked, key="messages") if _is_inbound(item, account)]
    known = _known(account, [item["sid"] for item in ours])
    dated = [(_sent_at(item) or until, item) for item in ours if item["sid"] not in known]
    for sent_at, item in sorted(dated, key=lambda pair: pair[0]):
        yield sent_at, _form(account, item)


def _is_inbound(item: JSON, account: TwilioAccount) -> bool:
    return (
        item.get("direction") == "inbound"
        and item.get("to") == account.sender
        and bool(_SID.fullmatch(str(item.get("sid"))))
    )


def _known(account: TwilioAccount, sids: list[str]) -> set[str]:
    """Which of these the desk has: as a message, as an update, or in a webhook not yet taken apart."""
    if not sids:
        return set()
    has = {"channel": account.channel_id, "provider_id__in": sids}
    messages = Message.objects.filter(**has).values_list("provider_id", flat=True)
    updates = InboundUpdate.objects.filter(**has).values_list("provider_id", flat=True)
    return {*messages, *updates, *_waiting(account)}


def _waiting(account: TwilioAccount) -> Iterator[str]:
    stored = InboundEvent.objects.filter(channel=account.channel_id, split_at=None)
    for body in stored.values_list("body", flat=True).iterator():
        form = dict(parse_qsl(bytes(body).decode("utf-8", "replace")))
        yield form.get("MessageSid", "")


@transaction.atomic
def _store(account: TwilioAccount, forms: Iterable[tuple[datetime, JSON]], until: datetime, now: datetime) -> int:
    """The webhooks that never came, and how far was looked, together. Whoever looked at the same time waits here."""
    locked = TwilioAccount.objects.select_for_update(no_key=True).get(pk=account.pk)
    found = list(forms)
    known = _known(account, [form["MessageSid"] for _, form in found])
    missing = [(sent_at, form) for sent_at, form in found if form["MessageSid"] not in known]
    InboundEvent.objects.bulk_create(
        InboundEvent(
            channel=account.channel,
            body=urlencode(form).encode(),
            query=urlencode({inbound.SENT_AT: int(sent_at.timestamp())}),
            received_at=now,
        )
        for sent_at, form in missing
    )
    if missing:
        wake.on_commit(task_names.INGEST)
    if locked.listed_until is None or locked.listed_until < until:
        locked.listed_until = until
        locked.save(update_fields=["listed_until"])
    account.listed_until = locked.listed_until
    return len(missing)


def _form(account: TwilioAccount, item: JSON) -> JSON:
    """The form Twilio would have posted, as far as its list tells."""
    sid, sender = item["sid"], str(item.get("from") or "")
    form = {
        "SmsMessageSid": sid,
        "MessageSid": sid,
        "SmsSid": sid,
        "SmsStatus": "received",
        "AccountSid": account.account_sid,
        "From": sender,
        "To": account.sender,
        "Body": str(item.get("body") or ""),
        "NumSegments": str(item.get("num_segments") or "1"),
        "ApiVersion": str(item.get("api_version") or API),
    }
    if sender.startswith("whatsapp:+"):
        form["WaId"] = sender.removeprefix("whatsapp:+")
    if item.get("messaging_service_sid"):
        form["MessagingServiceSid"] = str(item["messaging_service_sid"])
    return form | _media(account, item)


def _media(account: TwilioAccount, item: JSON) -> JSON:
    """Its files, from the list beside the message."""
    if str(item.get("num_media") or "0") == "0":
        return {"NumMedia": "0"}
    url = f"{account.api_url}/{API}/Accounts/{account.account_sid}/Messages/{item['sid']}/Media"
    listed = client.listed(account, f"{url}.json", {}, key="media_list")
    files = sorted((media for media in listed if media.get("sid")), key=_created)
    form = {"NumMedia": str(len(files))}
    for place, media in enumerate(files):
        form[f"MediaUrl{place}"] = f"{url}/{media['sid']}"
        form[f"MediaContentType{place}"] = str(media.get("content_type") or "")
    return form


def _created(media: JSON) -> tuple[float, str]:
    at = _moment(media.get("date_created"))
    return (at.timestamp() if at else 0.0, str(media["sid"]))


def _sent_at(item: JSON) -> datetime | None:
    return _moment(item.get("date_sent")) or _moment(item.get("date_created"))


def _moment(value: Any) -> datetime | None:
    """Twilio writes moments as e-mail does (RFC 2822), in UTC."""
    try:
        at = parsedate_to_datetime(str(value))
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
