"""Twilio's calls to the desk: signed, tried once, and lost where nobody answers within its time."""

import asyncio
import hashlib
import hmac
from base64 import b64encode
from typing import Any
from urllib.parse import urlencode

import httpx

from whatsapp.standin.twilio.memory import API, JSON, Account, Line, Memory, new_sid

#: Seconds; Twilio gives a webhook no more.
TIMEOUT = 15.0


def signature(account: Account, url: str, form: JSON) -> dict[str, str]:
    """The headers that sign this call: by the token with SHA-1, by a shared key with SHA-256."""
    signed = url + "".join(name + str(form[name]) for name in sorted(form))
    secret, how = (account.shared_key, hashlib.sha256) if account.shared_key else (account.auth_token, hashlib.sha1)
    made = b64encode(hmac.new(secret.encode(), signed.encode(), how).digest()).decode()
    headers = {"X-Twilio-Signature": made}
    if account.shared_key:
        headers["X-Twilio-Webhooks-Signature-Settings"] = "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256"
    return headers


def message_form(account: Account, line: Line, base_url: str, extra: JSON | None = None) -> JSON:
    """What the desk is told of a customer's message."""
    form: JSON = {
        "SmsMessageSid": line.sid, "MessageSid": line.sid, "SmsSid": line.sid, "SmsStatus": "received",
        "AccountSid": account.sid, "From": line.sender, "To": line.to, "Body": line.body, "ApiVersion": API,
        "NumSegments": "1", "NumMedia": str(len(line.files)), "ProfileName": "Ann", "MessageType": "text",
    }  # fmt: skip
    if line.sender.startswith("whatsapp:+"):
        form["WaId"] = line.sender.removeprefix("whatsapp:+")
    for place, file in enumerate(line.files):
        form[f"MediaUrl{place}"] = f"{base_url}/{API}/Accounts/{account.sid}/Messages/{line.sid}/Media/{file.sid}"
        form[f"MediaContentType{place}"] = file.mime_type
        form["MessageType"] = file.mime_type.partition("/")[0]
    return form | (extra or {})


def status_form(account: Account, line: Line, status: str) -> JSON:
    """What the desk is told of its own message."""
    form: JSON = {
        "MessageSid": line.sid, "SmsSid": line.sid, "MessageStatus": status, "SmsStatus": status,
        "AccountSid": account.sid, "From": line.sender, "To": line.to, "ChannelToAddress": line.to.replace("+", ""),
        "ChannelPrefix": "whatsapp", "ChannelInstallSid": new_sid("XE"), "ApiVersion": API,
    }  # fmt: skip
    if status == "read":
        form["EventType"] = "READ"
    if line.error_code and status in ("failed", "undelivered"):
        form |= {"ErrorCode": str(line.error_code), "ErrorMessage": "A scripted fault."}
    return form


async def post(memory: Memory, url: str, form: JSON) -> int:
    """One try. The status the desk answered, or 0; either is remembered."""
    seen: JSON = {"url": url, "form": form, "status": 0}
    memory.webhooks.append(seen)
    headers = {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"} | signature(
        memory.account, url, form
    )
    try:
        async with httpx.AsyncClient(timeout=TIMEOUT, trust_env=False) as client:
            seen["status"] = (await client.post(url, content=urlencode(form), headers=headers)).status_code
    except httpx.HTTPError:
        pass
    return int(seen["status"])


async def carry(memory: Memory, line: Line, fails_with: int = 0) -> None:
    """Bring an accepted message to the phone and tell the desk of each step, where it asked to be told."""
    steps = ("sent", "failed") if fails_with else ("sent", "delivered", "read")
    line.error_code = fails_with or None
    for status in steps:
        await asyncio.sleep(memory.pace)
        line.status = status
        if url := line.form.get("StatusCallback"):
            await post(memory, url, status_form(memory.account, line, status))


_running: set["asyncio.Task[Any]"] = set()


def start_carrying(memory: Memory, line: Line, fails_with: int = 0) -> None:
    """As `carry`, beside what else goes on."""
    task = asyncio.get_running_loop().create_task(carry(memory, line, fails_with))
    _running.add(task)
    task.add_done_callback(_running.discard)
