"""Carries webhooks to Baton: the shared secret in clear in a header, tried again a few times."""

import asyncio
import json
from typing import Any

import httpx

from whatsapp.standin.wasender import events
from whatsapp.standin.wasender.faults import take_hook
from whatsapp.standin.wasender.world import Sent, Session, World

#: Seconds between the tries. WASender documents none: these are ours.
PAUSES = (0.0, 0.2, 0.5, 1.0, 2.0)
TIMEOUT = 10.0


async def tell(world: World, session: Session, event: str, data: Any) -> None:
    """Send one event, if the session has it switched on and somebody to tell."""
    if event not in session.spec.events:
        return
    fault = take_hook(world.hook_faults, event)
    body = json.dumps(events.envelope(event, data, api_key=session.spec.api_key), ensure_ascii=False).encode()
    noted = {"event": event, "session": session.id, "answers": []}
    world.hooks.append(noted)
    if fault is not None and fault.kind == "drop":
        return
    secret = "not-the-secret" if fault is not None and fault.kind == "wrong_secret" else session.spec.webhook_secret
    for _ in range(2 if fault is not None and fault.kind == "duplicate" else 1):
        await _carry(world, session, body, secret, noted)


async def _carry(world: World, session: Session, body: bytes, secret: str, noted: dict[str, Any]) -> None:
    base = (session.spec.baton_url or world.baton_url).rstrip("/")
    if not base:
        return
    headers = {"Content-Type": "application/json", "X-Webhook-Signature": secret}
    async with httpx.AsyncClient(timeout=TIMEOUT, trust_env=False) as client:
        for pause in PAUSES:
            await asyncio.sleep(pause)
            try:
                answer = await client.post(
                    f"{base}/webhooks/wasender/{session.spec.key}/", content=body, headers=headers
                )
            except httpx.HTTPError as error:
                noted["answers"].append(type(error).__name__)
                continue
            noted["answers"].append(answer.status_code)
            if answer.status_code < 500:
                return


async def follow(world: World, session: Session, sent: Sent, *, fails: bool) -> None:
    """What a message goes through after it was taken: it leaves, comes back as an echo, and gets its ticks."""
    await asyncio.sleep(world.pace)
    if fails:
        sent.status = 0
        problem = "Failed to send message: Invalid number JID"
        await tell(world, session, "message.sent", {"success": False, "msgId": sent.number, "error": problem})
        return
    sent.is_out, sent.status = True, 2
    key = events.own_key(sent)
    message = events.own_message(sent.body)
    await tell(world, session, "message.sent", {"key": key, "message": message, "success": True})
    await tell(world, session, "messages.upsert", {"messages": [events.element(key, message)]})
    for status in (2, 3, 4):
        await asyncio.sleep(world.pace)
        sent.status = status
        await tell(world, session, "messages.update", {"update": {"status": status}, "key": key})
