"""What this floor puts on the record, in plain words."""

from collections.abc import Mapping
from typing import Any

from audit.registry import register

_STATE_SENTENCES = {
    "authed": "The customer was recognised",
    "answer_ok": "The assistant has answered",
    "handoff": "Handed over to people",
    "accept": "Accepted by {actor}",
    "take_over": "Taken over by {actor}",
    "requeue": "Put back into the queue",
    "return_to_bot": "Given back to the assistant",
    "resolved": "Closed",
    "expire_window": "WhatsApp's 24-hour window closed",
    "customer_message": "The customer is back",
}


_CONTROL_WORDS = {
    "bot": "the assistant answers from here on",
    "queue": "waiting for a person, the assistant is silent",
    "human": "a person answers from here on",
    "nobody": "nobody may write",
}


def _transition(payload: Mapping[str, Any]) -> str:
    sentence = _STATE_SENTENCES.get(str(payload.get("event")), "Changed").format(actor=payload.get("actor", "an agent"))
    if payload.get("control_changed"):
        sentence += f"; {_CONTROL_WORDS.get(str(payload.get('control')), 'control changed')}"
    return f"{sentence}: “{payload['why']}”" if payload.get("why") else sentence


def _dropped(payload: Mapping[str, Any]) -> str:
    return f"Message {payload.get('seq')} was withheld: {payload.get('why')}"


CUSTOMER_CREATED = register("customer.created", "A new customer was recorded")
IDENTITY_LINKED = register("identity.linked", "Identity ({kind}) linked to this customer")
IDENTITY_CONFLICT = register("identity.conflict", "Identities of two customers came in one message; not merged")
OPENED = register("conversation.opened", "The conversation was opened")
TRANSITION = register("conversation.transition", _transition)
RECEIVED = register("message.received", "The customer's message {seq} ({type}) arrived")
QUEUED = register("message.queued", "Message {seq} by the {sender} was queued for sending")
NOTED = register("message.noted", "An internal note (message {seq}) was written")
CLAIMED = register("message.sending", "Message {seq} is being sent (attempt {attempt})")
ACCEPTED = register("message.accepted", "WhatsApp accepted message {seq}")
STATUS = register("message.status", "Message {seq} is now {to}")
POSTPONED = register("message.postponed", "Message {seq} will be tried again: {why}")
FAILED = register("message.failed", "Message {seq} failed: {why}")
UNKNOWN = register("message.unknown", "It is not known whether message {seq} was sent: {why}")
DROPPED = register("message.dropped", _dropped)
HELD = register("message.held", "Message {seq} waits until the customer writes again: {why}")
RELEASED = register("message.released", "The customer wrote: message {seq}, which waited, goes out now")
RESENT = register("message.resent", "Message {seq} is sent again, as message {again}")
SETTLED = register("message.settled", "A person settled what became of message {seq}: {outcome}")
REACTED = register("message.reacted", "Reaction {emoji} to message {seq} by the {by}")
EDITED = register("message.edited", "Message {seq} was edited by who wrote it; the earlier words are kept")
REVOKED = register("message.revoked", "Message {seq} was deleted by who wrote it; it is kept here")
PLAYED = register("message.played", "The customer played message {seq}")
STANDBY = register("conversation.standby", "Meta's agent holds the thread: {held}")
IDENTITY_MOVED = register("identity.moved", "Identity ({kind}) of this customer was replaced by a new one")
CUSTOMERS_MERGED = register("customer.merged", "Two customers are one person: merged by {actor}")
CONFLICT_DISMISSED = register("identity.kept_apart", "Two customers with like identities are two people, says {actor}")
CONSENT = register("customer.consent", "The customer {words} ({source})")
ECHOED = register("message.echoed", "Message {seq} was written on the business's own phone")
HISTORY = register("message.history", "Message {seq} came with the chat history of the business's phone")
