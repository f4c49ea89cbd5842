"""Sending through Twilio, and what else its API does for one WhatsApp sender (Twilio docs, "Programmable Messaging",
"Content API", "Typing indicators")."""

import contextlib
import json
import logging
import re
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import SplitResult, urlencode, urlsplit

import httpx
from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError

from conversations.content import (
    Buttons,
    ContactRequest,
    LinkButton,
    Location,
    LocationRequest,
    Media,
    Menu,
    Reaction,
    Template,
    Text,
)
from whatsapp.accounts import LOCAL_HOSTS
from whatsapp.adapter import (
    Accepted,
    Ambiguous,
    Download,
    MediaGone,
    NotSent,
    Outgoing,
    Probe,
    ProviderUnavailable,
    Refused,
    SendResult,
)
from whatsapp.faults import Fault, FaultKind
from whatsapp.models import MessageTemplate, TwilioAccount
from whatsapp.twilio import bodies, client, errors, templates
from whatsapp.twilio.bodies import CannotSay, Form, Rich

logger = logging.getLogger(__name__)

PROVIDER = "twilio"
API = "2010-04-01"
#: Where Twilio keeps media (Twilio docs, "Media subresource"; help, "HTTP basic authentication for media").
MEDIA_HOSTS = ("twilio.com", "twiliocdn.com")
MESSAGE_SID = re.compile(r"(?:SM|MM)[0-9a-fA-F]{32}")
#: Seconds for which the name of a content resource is remembered.
CONTENT_KEPT = 30 * 24 * 3600
#: Of the time for a request: making a content resource and sending stay within one claim.
CONTENT_SHARE = 0.25
#: The resource behind a message with buttons is gone at Twilio, or was made under another account.
CONTENT_GONE = ("21655", "63027")
PAGE = 500


class _NoContent(Exception):
    """The content resource could not be made, so nothing was sent."""

    def __init__(self, result: SendResult) -> None:
        super().__init__(result)
        self.result = result


class TwilioAdapter:
    """How to use one Twilio sender. Implements `whatsapp.adapter.Adapter`."""

    def __init__(self, account: TwilioAccount) -> None:
        self.account = account

    def send(self, outgoing: Outgoing) -> SendResult:
        """One message; a quote is left out, as Twilio has no way to quote."""
        try:
            form = self._envelope(outgoing) | self._said(outgoing)
        except CannotSay as cannot:
            return Refused(cannot.fault)
        except _NoContent as failed:
            return failed.result
        result = self._post(form)
        if isinstance(result, Refused) and isinstance(outgoing.content, Buttons | Menu | LinkButton):
            return self._after_refusal(result, bodies.rich(outgoing.content))
        return result

    def mark_read(self, provider_id: str, *, typing: bool) -> bool:
        """Twilio shows a message as read only together with the typing indicator; without it there is no way."""
        found = MESSAGE_SID.match(provider_id)
        if not typing or not found:
            return False
        url = f"{self.account.messaging_api_url}/v2/Indicators/Typing.json"
        try:
            reply = client.ask(self.account, "POST", url, form={"channel": "whatsapp", "messageId": found[0]})
        except (httpx.HTTPError, *client.NO_ADDRESS):
            return False
        return reply.is_success

    def locate(self, media_id: str) -> Download:
        """`media_id` is the MediaUrl of the webhook. The token goes to Twilio's API hosts alone."""
        if not self.may_fetch(media_id):
            raise MediaGone("This is no address of Twilio's.")
        parts = urlsplit(media_id)
        return Download(media_id, headers=self._authorization() if self._is_api(parts) else {})

    def may_fetch(self, url: str) -> bool:
        """Twilio's own hosts over https, and the host of a changed API address."""
        try:
            parts = urlsplit(url)
            host, _ = parts.hostname or "", parts.port
        except ValueError:
            return False
        if parts.username is not None or parts.password is not None:
            return False
        if self._is_configured(parts):
            return True
        return parts.scheme == "https" and parts.port in (None, 443) and _is_within(host, MEDIA_HOSTS)

    def templates(self) -> Iterator[dict[str, Any]]:
        """Every template handed in for approval. Raises ProviderUnavailable."""
        url = f"{self.account.content_api_url}/v1/ContentAndApprovals"
        contents = client.listed(self.account, url, {"PageSize": PAGE}, key="contents")
        yield from templates.graph_templates(contents)

    def probe(self) -> Probe:
        """Whether the account exists, is active, and takes the auth token."""
        try:
            found = client.fetch(self.account, self._url(f"{self.account.account_sid}.json"))
        except ProviderUnavailable as error:
            return Probe(healthy=False, words=str(error))
        status = str(found.get("status") or "")
        facts = {"status": status, "type": str(found.get("type") or "")}
        if status != "active":
            return Probe(healthy=False, words=f"The Twilio account is {status or 'unknown'}.", facts=facts)
        return Probe(healthy=True, facts=facts)

    def missing_fields(self) -> list[str] | None:
        """Twilio has no webhook fields to subscribe."""
        return None

    def _envelope(self, outgoing: Outgoing) -> Form:
        """To, from (of a messaging service's senders, this one), and where news of it goes, with our reference."""
        form = {"To": bodies.address(outgoing.to), "From": self.account.sender}
        if self.account.messaging_service_sid:
            form["MessagingServiceSid"] = self.account.messaging_service_sid
        if settings.PUBLIC_URL:
            reference = urlencode({"ref": outgoing.reference})
            path = f"/webhooks/{PROVIDER}/{self.account.channel.key}/"
            form["StatusCallback"] = f"{settings.PUBLIC_URL}{path}?{reference}"
        return form

    def _said(self, outgoing: Outgoing) -> Form:
        match outgoing.content:
            case Text() as content:
                return bodies.text(content)
            case Media() as content:
                return bodies.media(content, outgoing.file)
            case Location() as content:
                return bodies.location(content)
            case Buttons() | Menu() | LinkButton() as content:
                return self._rich(bodies.rich(content))
            case Template() as content:
                return self._template(content, outgoing)
            case LocationRequest():
                raise bodies.unsupported("a request for a location", "Ask for the place in words.")
            case ContactRequest():
                raise bodies.unsupported("a request for a phone number", "Ask for the number in words.")
            case Reaction():
                raise bodies.unsupported("a reaction", "Answer in words.")

    def _template(self, content: Template, outgoing: Outgoing) -> Form:
        row = MessageTemplate.objects.filter(
            provider=PROVIDER, account_ref=self.account.account_sid, name=content.name, locale=content.locale
        ).first()
        if row is None or not row.provider_id:
            raise CannotSay(
                "template_missing", FaultKind.TEMPLATE, f"Twilio has no template {content.name} ({content.locale}).",
                "Choose another template, or ask an administrator to fetch the templates anew.",
            )  # fmt: skip
        return _with_content(row.provider_id, templates.variables(content, row.components, outgoing.file))

    def _rich(self, rich: Rich) -> Form:
        sid = _recall(self._content_key(rich)) or self._create_content(rich)
        return _with_content(sid, rich.variables)

    def _create_content(self, rich: Rich) -> str:
        """Make the resource of this shape; whatever goes wrong here, no message was sent. Raises _NoContent."""
        url = f"{self.account.content_api_url}/v1/Content"
        try:
            reply = client.ask(self.account, "POST", url, share=CONTENT_SHARE, document=rich.resource())
        except client.NO_ADDRESS as error:
            raise _NoContent(Refused(_bad_address())) from error
        except httpx.HTTPError as error:
            raise _NoContent(NotSent(f"Twilio's Content API cannot be reached ({type(error).__name__})")) from error
        sid = reply.body.get("sid")
        if reply.is_success and isinstance(sid, str) and sid:
            _remember(self._content_key(rich), sid)
            return sid
        if reply.is_success or reply.status >= 500:
            raise _NoContent(NotSent(f"Twilio's Content API failed (HTTP {reply.status})", reply.status))
        raise _NoContent(_refusal(reply))

    def _content_key(self, rich: Rich) -> str:
        return f"twilio-content:{self.account.account_sid}:{rich.digest()}"

    def _after_refusal(self, result: Refused, rich: Rich) -> Refused:
        """A remembered resource that Twilio no longer has is forgotten: the next try makes it anew."""
        if result.fault.code not in CONTENT_GONE:
            return result
        _forget(self._content_key(rich))
        return replace(result, fault=replace(result.fault, kind=FaultKind.TRANSIENT))

    def _post(self, form: Form) -> SendResult:
        url = self._url(f"{self.account.account_sid}/Messages.json")
        try:
            reply = client.ask(self.account, "POST", url, form=form)
        except client.NO_ADDRESS:
            return Refused(_bad_address())
        except client.UNSENT as error:
            return NotSent(f"Twilio cannot be reached ({type(error).__name__})")
        except httpx.HTTPError as error:
            return Ambiguous(f"no answer from Twilio ({type(error).__name__})")
        return _result(reply)

    def _url(self, path: str) -> str:
        return f"{self.account.api_url}/{API}/Accounts/{path}"

    def _authorization(self) -> dict[str, str]:
        token = next(iter(self.account.auth_tokens.split()), "")
        pair = b64encode(f"{self.account.account_sid}:{token}".encode()).decode()
        return {"Authorization": f"Basic {pair}"}

    def _is_api(self, parts: SplitResult) -> bool:
        """Whether the token may go there: Twilio's API, or the address that was set for it."""
        own = urlsplit(self.account.api_url)
        return parts.netloc == own.netloc or _is_within(parts.hostname or "", ("twilio.com",))

    def _is_configured(self, parts: SplitResult) -> bool:
        """The API's own address. A stand-in on this machine may send on to another name of this machine."""
        own = urlsplit(self.account.api_url)
        same_host = parts.hostname == own.hostname or {parts.hostname, own.hostname} <= LOCAL_HOSTS
        return parts.scheme == own.scheme and same_host and parts.port == own.port


def _is_within(host: str, domains: tuple[str, ...]) -> bool:
    return any(host == domain or host.endswith(f".{domain}") for domain in domains)


def _with_content(sid: str, variables: dict[str, str]) -> Form:
    return {"ContentSid": sid} | ({"ContentVariables": json.dumps(variables)} if variables else {})


def _result(reply: client.Reply) -> SendResult:
    """What the answer to a send means. Only 4xx with a reason is a no: anything unclear may have been sent."""
    sid = reply.body.get("sid")
    if reply.is_success and isinstance(sid, str) and sid:
        return Accepted(sid, reply.status)
    if reply.is_success:
        return Ambiguous("Twilio's answer could not be read", reply.status)
    if reply.status >= 500 or reply.status == 408:
        return Ambiguous(f"Twilio failed (HTTP {reply.status})", reply.status)
    return _refusal(reply)


def _refusal(reply: client.Reply) -> Refused:
    fault = errors.refused(reply.body, reply.status, reply.reference)
    return Refused(fault, reply.status, errors.retry_after(reply.headers.get("retry-after", "")))


def _bad_address() -> Fault:
    return Fault(
        code="bad_url",
        kind=FaultKind.ACCOUNT,
        words="The channel's Twilio address is not a web address.",
        advice="Ask an administrator to correct it.",
    )


def _recall(key: str) -> str:
    """The cache saves a request; without it the message goes out all the same."""
    try:
        return str(cache.get(key) or "")
    except RedisError:
        return ""


def _remember(key: str, sid: str) -> None:
    try:
        cache.set(key, sid, CONTENT_KEPT)
    except RedisError:
        logger.warning("the cache is away: a content resource of Twilio's will be made again")


def _forget(key: str) -> None:
    with contextlib.suppress(RedisError):
        cache.delete(key)
