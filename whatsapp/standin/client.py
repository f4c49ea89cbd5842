"""Talks to the stand-in's own doors: for the phone simulator, the demo's start and the tests. Synchronous."""

import base64
from collections.abc import Mapping
from datetime import datetime
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx
import msgspec

JSON = dict[str, Any]
Shape = TypeVar("Shape")


class StandinAway(Exception):
    """Nothing answers at the stand-in's address."""


class StandinRefused(Exception):
    """The stand-in said no; the text says the mend."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status


class _Refusal(msgspec.Struct):
    detail: str


class StandinClient:
    """One stand-in at `url`. Every method may raise StandinAway and StandinRefused. Safe to share by threads."""

    def __init__(self, url: str, *, timeout: float = 5.0) -> None:
        self.url = url
        self._http = httpx.Client(base_url=url, timeout=timeout, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    def hello(self) -> JSON:
        """Answers when the stand-in is up."""
        return self._ask(JSON, "GET", "/standin/")

    def put_number(
        self,
        phone_number_id: str,
        *,
        key: str,
        access_token: str,
        app_secret: str,
        display: str,
        baton_url: str = "",
        name: str = "",
    ) -> JSON:
        """Make a business number known; its webhooks go to `<baton_url>/webhooks/cloud/<key>/`."""
        body = {"key": key, "access_token": access_token, "app_secret": app_secret, "display": display}
        return self._ask(
            JSON, "PUT", f"/standin/numbers/{phone_number_id}", body | {"baton_url": baton_url, "name": name}
        )

    def numbers(self) -> list[JSON]:
        """`phone_number_id`, `key`, `display` and `name` of each number; never the secrets."""
        return self._ask(list[JSON], "GET", "/standin/numbers")

    def put_user(
        self, user_id: str, *, name: str, bsuid: str, wa_id: str = "", username: str = "", shares_phone: bool = True
    ) -> JSON:
        body = {"name": name, "bsuid": bsuid, "wa_id": wa_id, "username": username, "shares_phone": shares_phone}
        return self._ask(JSON, "PUT", f"/standin/users/{user_id}", body)

    def users(self) -> list[JSON]:
        """Each person, with `unread` (count) and `last` (line or None)."""
        return self._ask(list[JSON], "GET", "/standin/users")

    def write(
        self, user_id: str, *, phone_number_id: str, type: str = "text", text: str = "", data: bytes = b"", **more: Any
    ) -> JSON:
        """The person writes. Returns the line on the screen.

        `type` and `more` as in `whatsapp.standin.contents.Written`: reply_to, forwarded, referral, caption, sample,
        payload, message_id, at ... `data`: the bytes of a file, in place of a sample.
        """
        body = {"phone_number_id": phone_number_id, "type": type, "text": text, **more}
        if data:
            body["data"] = base64.b64encode(data).decode()
        return self._ask(JSON, "POST", f"/standin/users/{user_id}/messages", body)

    def react(self, user_id: str, *, phone_number_id: str, target: str = "", emoji: str = "\N{THUMBS UP SIGN}") -> JSON:
        """Put an emoji under a message (the business's last one unless `target` names it); "" takes it back."""
        more: JSON = {"target": target, "emoji": emoji, "remove": not emoji}
        return self.write(user_id, phone_number_id=phone_number_id, type="reaction", **more)

    def edit(self, user_id: str, *, phone_number_id: str, target: str, text: str) -> JSON:
        """Other words for one's own message, within 15 minutes."""
        return self.write(user_id, phone_number_id=phone_number_id, type="edit", target=target, text=text)

    def revoke(self, user_id: str, *, phone_number_id: str, target: str) -> JSON:
        """Delete one's own message for everyone, within two days."""
        return self.write(user_id, phone_number_id=phone_number_id, type="revoke", target=target)

    def tap(self, user_id: str, *, phone_number_id: str, target: str, id: str, title: str, **more: Any) -> JSON:
        """Tap a reply button of the business's message `target`; `type` list_reply or button for the others."""
        more = {"type": "button_reply", "reply_to": target, "id": id, "title": title, **more}
        return self.write(user_id, phone_number_id=phone_number_id, **more)

    def standby(self, user_id: str, *, phone_number_id: str, **more: Any) -> JSON:
        """As `write`, while Meta's own agent holds the thread: it arrives on the field standby."""
        return self.write(user_id, phone_number_id=phone_number_id, field="standby", **more)

    def call(self, user_id: str, *, phone_number_id: str) -> JSON:
        """The person calls. Returns the line; its `id` is the call's."""
        return self._act(user_id, "calls", phone_number_id, event="connect")

    def hang_up(self, user_id: str, *, phone_number_id: str, call_id: str, seconds: int = 0) -> JSON:
        """The call is over after so many seconds; 0: nobody answered."""
        return self._act(user_id, "calls", phone_number_id, event="terminate", call_id=call_id, seconds=seconds)

    def echo(self, user_id: str, *, phone_number_id: str, **more: Any) -> JSON:
        """The business writes with its own phone app: `text`, or `type` edit or revoke with `target`."""
        return self._act(user_id, "echoes", phone_number_id, **more)

    def system(self, user_id: str, change: str, *, phone_number_id: str, **more: Any) -> JSON:
        """`change`: user_changed_number, user_changed_user_id or customer_identity_changed. Returns the person."""
        return self._act(user_id, "system", phone_number_id, change=change, **more)

    def preferences(self, user_id: str, value: str, *, phone_number_id: str) -> JSON:
        """Marketing messages: `stop`, `resume` or `signup`."""
        return self._act(user_id, "preferences", phone_number_id, value=value)

    def history(self, user_id: str, *, phone_number_id: str, **more: Any) -> JSON:
        """The business shares this chat as history; returns how many `messages`."""
        return self._act(user_id, "history", phone_number_id, **more)

    def announce(self, phone_number_id: str, field: str, value: Mapping[str, Any]) -> JSON:
        """A webhook of any field with any value, such as message_template_status_update or account_update."""
        body = {"field": field, "value": dict(value)}
        return self._ask(JSON, "POST", f"/standin/numbers/{phone_number_id}/announcements", body)

    def media(self, media_id: str) -> tuple[bytes, str]:
        """A file's bytes and MIME type."""
        found = self._ask(JSON, "GET", f"/standin/media/{media_id}")
        return base64.b64decode(found["data"]), found["mime_type"]

    def screen(self, user_id: str, *, after: int = 0) -> JSON:
        """`revision`, `lines` changed after that revision, `window_closes` by phone_number_id, `typing` numbers."""
        return self._ask(JSON, "GET", f"/standin/users/{user_id}/messages?after={after}")

    def open_phone(self, user_id: str, is_open: bool = True) -> JSON:
        """The person looks at the phone (for 20 s unless said again), or puts it away."""
        return self._ask(JSON, "POST", f"/standin/users/{user_id}/open", {"open": is_open})

    def put_window(self, phone_number_id: str, user_id: str, *, at: datetime) -> JSON:
        """As if the person had written to the number at that moment."""
        return self._ask(JSON, "PUT", f"/standin/windows/{phone_number_id}/{user_id}", {"at": at.isoformat()})

    def jump_clock(self, seconds: float) -> JSON:
        """Move the demo clock ahead; returns `now`. Refused outside the demo."""
        return self._ask(JSON, "POST", "/standin/clock/", {"seconds": seconds})

    def faults(self, *faults: Mapping[str, Any]) -> list[JSON]:
        """Script faults of sends (`whatsapp.standin.faults.SendFault`); returns those waiting."""
        return self._ask(list[JSON], "POST", "/standin/faults", list(faults))

    def webhook_faults(self, *faults: Mapping[str, Any]) -> list[JSON]:
        """Script faults of webhooks (`whatsapp.standin.faults.HookFault`); returns those waiting."""
        return self._ask(list[JSON], "POST", "/standin/webhook-faults", list(faults))

    def sent(self) -> list[JSON]:
        """All accepted sends, in order of arrival: `id`, `phone_number_id`, `user`, `at`, `body` as received."""
        return self._ask(list[JSON], "GET", "/standin/sent")

    def requests(self) -> list[JSON]:
        """All requests on the Graph side, in order; `status` is None where none was answered."""
        return self._ask(list[JSON], "GET", "/standin/requests")

    def webhooks(self) -> dict[str, int]:
        """`pending`, `posts`, `failures`, `given_up`."""
        return self._ask(dict[str, int], "GET", "/standin/webhooks")

    def reset(self, *, all: bool = False) -> None:
        """Empty phones, books, queues and faults; with `all`, forget numbers and people too."""
        self._ask(JSON, "POST", "/standin/reset", {"all": all})

    def _act(self, user_id: str, door: str, phone_number_id: str, **more: Any) -> JSON:
        body = {"phone_number_id": phone_number_id, **more}
        return self._ask(JSON, "POST", f"/standin/users/{user_id}/{door}", body)

    def _ask(self, shape: type[Shape], method: str, path: str, body: Any = None) -> Shape:
        try:
            answer = self._http.request(method, path, json=body)
        except httpx.HTTPError as error:
            raise StandinAway(f"The stand-in for WhatsApp does not answer at {self.url}.") from error
        try:
            if answer.is_error:
                refusal = msgspec.json.decode(answer.content, type=_Refusal)
                raise StandinRefused(answer.status_code, refusal.detail)
            return msgspec.json.decode(answer.content, type=shape)
        except msgspec.MsgspecError as error:
            raise StandinRefused(answer.status_code, f"What answers at {self.url} is not the stand-in.") from error
