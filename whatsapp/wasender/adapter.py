"""Sending through WASenderApi: unofficial, off unless the operator has switched it on (WASENDER_ENABLED)."""

import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from conversations.models import Identity
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
from whatsapp.cloud.http import Answer, Misconfigured, NoAnswer, Unreached, ask
from whatsapp.cloud.shapes import as_dict, text
from whatsapp.faults import Fault, FaultKind
from whatsapp.models import WasenderAccount
from whatsapp.wasender import errors, keys, sessions, stored
from whatsapp.wasender.message_parts import as_base64, whole
from whatsapp.wasender.outgoing import Unsendable, body_of

#: Messages a second: one in five with Account Protection, else 256 a minute (WASender, "Understanding rate limits").
PROTECTED_RATE = 1 / 5
PLAIN_RATE = 256 / 60
#: Seconds to wait before each look for WhatsApp's id of a message just taken: WASender sends a moment later.
LOOKS = (0.2, 0.8, 2.0)
OWN_DOMAIN = "wasenderapi.com"
#: How long the customer sees that somebody is writing.
TYPING_MS = 10_000
OFF = "WASenderApi is switched off: it is unofficial. An administrator sets WASENDER_ENABLED=1 to use it."


def is_enabled() -> bool:
    """Whether the operator has taken the risk of an unofficial way into WhatsApp."""
    return bool(getattr(settings, "WASENDER_ENABLED", False))


class WasenderAdapter:
    """One paired phone. Nothing here marks a window: an unofficial number has none, the desk keeps its own rules."""

    def __init__(self, account: WasenderAccount) -> None:
        self.account = account

    @property
    def sends_per_second(self) -> float:
        """How fast this number may send, on the long run."""
        return PROTECTED_RATE if self.account.account_protection else PLAIN_RATE

    def send(self, outgoing: Outgoing) -> SendResult:
        """One message; at most one request that could send it."""
        if not is_enabled():
            return Refused(Fault("switched_off", FaultKind.ACCOUNT, OFF))
        try:
            body = {"to": self._address(outgoing.to), **body_of(outgoing)}
        except Unsendable as unsendable:
            return Refused(unsendable.fault)
        number = stored.local_number(self.account.channel, outgoing.reply_to)
        return self._post(body | ({"replyTo": number} if number else {}))

    def _post(self, body: dict[str, Any]) -> SendResult:
        started = time.monotonic()
        try:
            answer = self._ask("POST", "/send-message", json=body)
        except Misconfigured as error:
            return Refused(Fault("unusable_address", FaultKind.ACCOUNT, str(error)))
        except Unreached as error:
            return NotSent(str(error))
        except NoAnswer as error:
            return Ambiguous(str(error))
        if not answer.ok or answer.body.get("success") is False:
            return errors.refusal(answer, protected=self.account.account_protection)
        return self._accepted(answer, started)

    def _accepted(self, answer: Answer, started: float) -> SendResult:
        """Statuses name a message by WhatsApp's id, the answer by WASender's own number: so the id is asked for."""
        data = as_dict(answer.body.get("data"))
        local = keys.local_id(whole(data.get("msgId")))
        known = keys.message_id(keys.key_of(data))
        if not (local or known):
            return Ambiguous("WASender's answer could not be read", answer.status)
        return Accepted(known or self._whatsapp_id(local, started) or local, answer.status)

    def _whatsapp_id(self, local: str, started: float) -> str:
        """WhatsApp's id of a message WASender has just taken; empty where it is not known in time."""
        path = f"/messages/{local.removeprefix(keys.LOCAL_PREFIX)}/info"
        for pause in LOOKS:
            if time.monotonic() + pause - started > settings.PROVIDER_TIMEOUT / 2:
                break
            time.sleep(pause)
            try:
                answer = self._ask("GET", path)
            except (Unreached, NoAnswer):
                break
            if found := keys.message_id(keys.key_of(as_dict(answer.body.get("data")))):
                return found
        return ""

    def _address(self, to: Identity) -> str:
        """A phone number with its plus; a linked-device id is turned into one first. Raises Unsendable."""
        if to.kind == Identity.Kind.WA_ID:
            return f"+{to.value}"
        phone = self._phone_behind(to.value) if to.kind == Identity.Kind.JID else ""
        if not phone:
            words, advice = (
                "This customer's phone number is not known",
                "Wait until they write again, or write by mail.",
            )
            raise Unsendable(Fault("no_phone", FaultKind.UNDELIVERABLE, words, advice))
        return f"+{phone}"

    def _phone_behind(self, lid: str) -> str:
        try:
            answer = self._ask("GET", f"/pn-from-lid/{keys.lid_of(lid)}")
        except (Unreached, NoAnswer):
            return ""
        return keys.phone_of(as_dict(answer.body.get("data")).get("pn"))

    def mark_read(self, provider_id: str, *, typing: bool) -> bool:
        """Show the customer's message as read; with `typing`, that an answer is being written. Best effort."""
        given = stored.key(self.account.channel, provider_id)
        chat = text(given.get("remoteJid"))
        if not is_enabled() or not chat:
            return False
        key = {"id": provider_id, "remoteJid": chat, "fromMe": False}
        taken = self._tell("/messages/read", {"key": key})
        if typing:
            self._tell("/send-presence-update", {"jid": chat, "type": "composing", "delayMs": TYPING_MS})
        return taken

    def _tell(self, path: str, body: dict[str, Any]) -> bool:
        try:
            answer = self._ask("POST", path, json=body)
        except (Unreached, NoAnswer):
            return False
        return answer.ok and answer.body.get("success") is not False

    def locate(self, media_id: str) -> Download:
        """Where to fetch an inbound file: WASender decrypts it and offers it for an hour. Raises MediaGone,
        ProviderUnavailable."""
        name, value = stored.file(self.account.channel, media_id)
        if not name:
            raise MediaGone("The event that brought the file is no longer kept, or held none.")
        body = {"data": {"messages": {"key": {"id": media_id}, "message": {name: value}}}}
        answer = self._asked("POST", "/decrypt-media", json=body)
        url = text(answer.body.get("publicUrl")) or text(as_dict(answer.body.get("data")).get("publicUrl"))
        if not url:
            raise ProviderUnavailable("WASender names no address for the file.")
        size = whole(value.get("fileLength")) or 0
        return Download(url, text(value.get("mimetype")), as_base64(value.get("fileSha256")), max(size, 0))

    def _asked(self, method: str, path: str, **options: Any) -> Answer:
        """An answer that is a success. Raises MediaGone where WASender will never give it, else ProviderUnavailable."""
        if not is_enabled():
            raise ProviderUnavailable(OFF)
        try:
            answer = self._ask(method, path, **options)
        except (Unreached, NoAnswer) as error:
            raise ProviderUnavailable(str(error)) from error
        if answer.ok and answer.body.get("success") is not False:
            return answer
        fault = errors.fault_of(answer)
        is_final = fault is not None and fault.kind in (FaultKind.BUG, FaultKind.MEDIA)
        words = f"WASender: {errors.words_of(answer) or 'no reason given'} (HTTP {answer.status})."
        raise (MediaGone if is_final or answer.status in (404, 410) else ProviderUnavailable)(words)

    def may_fetch(self, url: str) -> bool:
        """Whether this address is WASender's own, or that of the API the operator has named."""
        try:
            there, api = urlsplit(url), urlsplit(self.account.api_url)
            host, port = there.hostname or "", there.port
        except ValueError:
            return False
        if there.username is not None or there.password is not None:
            return False
        if (there.scheme, host, port) == (api.scheme, api.hostname, api.port):
            return True
        is_own = host == OWN_DOMAIN or host.endswith(f".{OWN_DOMAIN}")
        return there.scheme == "https" and port in (None, 443) and is_own

    def templates(self) -> Iterator[dict[str, Any]]:
        """None: an unofficial channel has no templates."""
        return iter(())

    def probe(self) -> Probe:
        """Ask WASender for the state of the phone's session."""
        if not is_enabled():
            return Probe(False, OFF)
        try:
            answer = self._ask("GET", "/status")
        except (Unreached, NoAnswer) as error:
            return Probe(False, str(error))
        if not answer.ok:
            fault = errors.fault_of(answer)
            return Probe(False, fault.words if fault else f"WASender failed (HTTP {answer.status})")
        state = text(answer.body.get("status")) or text(as_dict(answer.body.get("data")).get("status"))
        return Probe(state == sessions.CONNECTED, sessions.words_of(state[:40]), {"status": state[:40]})

    def missing_fields(self) -> list[str] | None:
        """None: a session's webhook events cannot be read with its API key."""
        return None

    def _ask(self, method: str, path: str, **options: Any) -> Answer:
        return ask(method, f"{self.account.api_url}{path}", token=self.account.api_key, **options)
