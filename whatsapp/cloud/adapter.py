"""One number at Meta's Cloud API (Meta, WhatsApp docs, "Send messages", "Media", "Phone numbers", "Templates")."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx

from conversations.content import Unsendable
from whatsapp.adapter import (
    Accepted,
    Ambiguous,
    Download,
    File,
    MediaGone,
    NotSent,
    Outgoing,
    Probe,
    ProviderUnavailable,
    Refused,
    SendResult,
)
from whatsapp.cloud import account_state
from whatsapp.cloud.bodies import MediaRef, body_of, read_mark
from whatsapp.cloud.errors import MEANINGS, fault_of, fault_of_status, retry_after
from whatsapp.cloud.http import USER_AGENT, Answer, Misconfigured, NoAnswer, Unreached, ask
from whatsapp.faults import Fault, FaultKind
from whatsapp.models import DEFAULT_API_URL, CloudAccount

#: Uploads live thirty days at WhatsApp; the last one is left out, so that none expires on its way.
UPLOAD_LIVES = timedelta(days=29)
#: Where Meta keeps files, besides the API's own host.
MEDIA_HOST, MEDIA_DOMAIN = "lookaside.fbsbx.com", ".fbcdn.net"
#: Six thousand templates are the most that an account can have.
TEMPLATES_A_PAGE, MOST_PAGES = 100, 100
TEMPLATE_FIELDS = "id,name,language,status,category,components,parameter_format,quality_score,rejected_reason"

#: A file or node that is not there (any more).
GONE = ("33", "100", "131052")
#: A field that this version or this token does not see.
NOT_SHOWN = ("10", "100", "200")
WAITABLE = (FaultKind.THROTTLE_APP, FaultKind.THROTTLE_NUMBER, FaultKind.THROTTLE_PAIR, FaultKind.TRANSIENT)


class CloudAdapter:
    """See `whatsapp.adapter.Adapter`. Holds nothing but the account: as many as wanted may be made."""

    def __init__(self, account: CloudAccount) -> None:
        self.account = account

    def send(self, outgoing: Outgoing) -> SendResult:
        """Upload the file where there is one and it is not there yet; then one request that sends."""
        media = self._uploaded(outgoing.file) if outgoing.file else None
        if isinstance(media, Refused | NotSent):
            return media
        try:
            body = body_of(outgoing, media)
        except Unsendable as error:
            return Refused(Fault("unsendable", FaultKind.BUG, str(error)))
        try:
            answer = self._ask("POST", f"{self._number}/messages", json=body)
        except Misconfigured as error:
            return Refused(_misconfigured(error))
        except Unreached as error:
            return NotSent(str(error))
        except NoAnswer as error:
            return Ambiguous(str(error))
        return _sent(answer)

    def mark_read(self, provider_id: str, *, typing: bool) -> bool:
        """Whether Graph took the read mark; the typing indicator ends by itself after 25 seconds."""
        try:
            answer = self._ask("POST", f"{self._number}/messages", json=read_mark(provider_id, typing=typing))
        except (Unreached, NoAnswer):
            return False
        return answer.ok and answer.body.get("success") is True

    def locate(self, media_id: str) -> Download:
        """The file's address, good for five minutes, and the token to fetch it with where the host is Meta's."""
        if not re.fullmatch(r"[A-Za-z0-9_-]{1,255}", media_id):
            raise MediaGone("This is no id of a file at WhatsApp.")
        answer = self._read(media_id, {"phone_number_id": self._number}, gone_is=MediaGone)
        url = answer.body.get("url")
        if not isinstance(url, str) or not url:
            raise ProviderUnavailable("WhatsApp did not say where the file is.")
        return Download(
            url=url,
            mime_type=_string(answer.body.get("mime_type")),
            sha256=_string(answer.body.get("sha256")),
            size=_count(answer.body.get("file_size")),
            headers=self._download_headers() if self.may_fetch(url) else {},
        )

    def may_fetch(self, url: str) -> bool:
        """Meta's own hosts by https; and the API's host, on whichever port, where that is not Meta's."""
        if not re.fullmatch(r"[!-~]+", url) or "\\" in url:
            return False
        try:
            parts, own = httpx.URL(url), httpx.URL(self.account.api_url)
        except httpx.InvalidURL:
            return False
        if parts.userinfo or not parts.host:
            return False
        if parts.host == own.host != httpx.URL(DEFAULT_API_URL).host:
            return parts.scheme in ("https", own.scheme)
        is_meta = parts.host == MEDIA_HOST or parts.host.endswith(MEDIA_DOMAIN)
        return is_meta and _origin(parts) == ("https", parts.host, 443)

    def templates(self) -> Iterator[dict[str, Any]]:
        """Page by page, so ProviderUnavailable may come after the first ones: take all, or none."""
        path, after = f"{self._business('Templates')}/message_templates", ""
        for _ in range(MOST_PAGES):
            page = {"fields": TEMPLATE_FIELDS, "limit": str(TEMPLATES_A_PAGE)} | ({"after": after} if after else {})
            answer = self._read(path, page)
            yield from account_state.items(answer)
            following = account_state.next_cursor(answer)
            if not following:
                return
            if following == after:
                raise ProviderUnavailable("WhatsApp's list of templates goes in a circle.")
            after = following
        raise ProviderUnavailable(f"WhatsApp's list of templates is longer than {MOST_PAGES} pages.")

    def probe(self) -> Probe:
        """Asks once more without the state of health where Graph shows this token none."""
        try:
            answer = self._number_node(account_state.FIELDS + account_state.HEALTH)
            if not answer.ok and _fault(answer).code in NOT_SHOWN:
                answer = self._number_node(account_state.FIELDS)
        except (Unreached, NoAnswer) as error:
            return Probe(False, str(error))
        if not answer.ok:
            fault = _fault(answer)
            return Probe(False, f"{fault.words} {fault.advice}".strip())
        return account_state.judge(answer.body, self._number)

    def _number_node(self, fields: tuple[str, ...]) -> Answer:
        return self._ask("GET", self._number, params={"fields": ",".join(fields)})

    def missing_fields(self) -> list[str] | None:
        """Asked of our own app with its secret; ["subscribed_apps"] where the account sends our app nothing at all."""
        apps = account_state.app_ids(self._read(f"{self._business('Webhook fields')}/subscribed_apps"))
        for app_id in apps:
            answer = self._subscriptions(app_id)
            if answer is not None:
                return account_state.missing(answer)
        return [account_state.NO_APP]

    def _subscriptions(self, app_id: str) -> Answer | None:
        """What this app is subscribed to; None where it is not ours, and its token therefore none."""
        secret = self.account.app_secrets.split("\n", 1)[0].strip()
        answer = self._ask_or_raise("GET", f"{app_id}/subscriptions", token=f"{app_id}|{secret}")
        if answer.ok:
            return answer
        fault = _fault(answer)
        if answer.error and (fault.kind == FaultKind.ACCOUNT or fault.code in GONE):
            return None
        raise ProviderUnavailable(fault.words)

    def _uploaded(self, file: File) -> MediaRef | Refused | NotSent:
        """The file at WhatsApp. Nothing has been sent yet, so nothing here is ambiguous."""
        media_id = file.uploaded_id()
        if not media_id:
            result = self._upload(file)
            if not isinstance(result, str):
                return result
            media_id = result
            file.note_upload(media_id, valid_for=UPLOAD_LIVES)
        return MediaRef(media_id, file.mime_type, file.filename)

    def _upload(self, file: File) -> str | Refused | NotSent:
        fields = {"messaging_product": "whatsapp", "type": file.mime_type}
        try:
            with file.open() as content:
                part = (file.filename or "file", content, file.mime_type)
                answer = self._ask("POST", f"{self._number}/media", data=fields, files={"file": part})
        except Misconfigured as error:
            return Refused(_misconfigured(error))
        except (Unreached, NoAnswer) as error:
            return NotSent(f"The file could not be uploaded. {error}")
        except OSError:
            return Refused(Fault("no_file", FaultKind.MEDIA, "The stored file cannot be read.", "Attach it once more."))
        return _upload_result(answer)

    @property
    def _number(self) -> str:
        return self.account.phone_number_id

    def _business(self, what: str) -> str:
        if not self.account.business_account_id:
            raise ProviderUnavailable(
                f"{what} belong to the WhatsApp business account: add its id to the channel in the admin."
            )
        return self.account.business_account_id

    def _download_headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.account.access_token}", "User-Agent": USER_AGENT}

    def _ask(self, method: str, path: str, *, token: str = "", **options: Any) -> Answer:
        url = f"{self.account.api_url.rstrip('/')}/{self.account.api_version}/{path}"
        return ask(method, url, token=token or self.account.access_token, **options)

    def _ask_or_raise(self, method: str, path: str, *, token: str = "", **options: Any) -> Answer:
        try:
            answer = self._ask(method, path, token=token, **options)
        except (Unreached, NoAnswer) as error:
            raise ProviderUnavailable(str(error)) from error
        if not answer.whole:
            raise ProviderUnavailable("WhatsApp's answer was cut off.")
        return answer

    def _read(
        self, path: str, params: dict[str, str] | None = None, *, gone_is: type[Exception] = ProviderUnavailable
    ) -> Answer:
        """A whole, good answer. Raises ProviderUnavailable, and `gone_is` where there is no such thing."""
        answer = self._ask_or_raise("GET", path, params=params)
        if answer.ok:
            return answer
        fault = _fault(answer)
        gone = answer.status == 404 or fault.code in GONE
        raise (gone_is if gone else ProviderUnavailable)(fault.words)


def _sent(answer: Answer) -> SendResult:
    """What an answer to a send means. Where it does not say for sure that nothing was sent, it is ambiguous."""
    provider_id = _first_id(answer.body)
    if answer.ok and provider_id:
        return Accepted(provider_id, answer.status)
    if not answer.whole and 400 <= answer.status < 500:
        return NotSent("WhatsApp refused, and its answer was cut off.", answer.status)
    if answer.error is None and (answer.ok or not answer.whole):
        return Ambiguous("WhatsApp's answer could not be read.", answer.status)
    return _refused(_fault(answer), answer)


def _refused(fault: Fault, answer: Answer) -> SendResult:
    if fault.kind == FaultKind.AMBIGUOUS:
        return Ambiguous(fault.words, answer.status)
    wait = retry_after(answer.headers) if fault.kind in WAITABLE else None
    return Refused(fault, answer.status, wait)


def _upload_result(answer: Answer) -> str | Refused | NotSent:
    media_id = answer.body.get("id")
    if answer.ok and isinstance(media_id, str) and media_id:
        return media_id
    if answer.error is None and (answer.ok or not answer.whole):
        return NotSent("The file could not be uploaded: WhatsApp's answer could not be read.", answer.status)
    fault = _fault(answer)
    if fault.kind == FaultKind.AMBIGUOUS:
        return NotSent("The file could not be uploaded: WhatsApp failed.", answer.status)
    if fault.kind == FaultKind.BUG:
        unfit = MEANINGS[131053]
        fault = replace(fault, kind=unfit.kind, words=unfit.words, advice=unfit.advice)
    return Refused(fault, answer.status, retry_after(answer.headers) if fault.kind in WAITABLE else None)


def _fault(answer: Answer) -> Fault:
    return fault_of(answer.error, answer.status) if answer.error else fault_of_status(answer.status)


def _misconfigured(error: Misconfigured) -> Fault:
    advice = "Tell an administrator to check the channel. Messages wait until this is mended."
    return Fault("misconfigured", FaultKind.ACCOUNT, str(error), advice)


def _first_id(body: dict[str, Any]) -> str:
    messages = body.get("messages")
    first = messages[0] if isinstance(messages, list) and messages else None
    return _string(first.get("id")) if isinstance(first, dict) else ""


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port or {"https": 443, "http": 80}.get(url.scheme)


def _string(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _count(value: Any) -> int:
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
