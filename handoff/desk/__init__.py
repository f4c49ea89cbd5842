"""What a person at the desk may do with a conversation. Each verb is one transaction under the row lock.

Whether the person may see the conversation at all is the caller's question
(`Conversation.objects.visible_to`); whether they may do this now is answered here, with `Refused`.
"""

from handoff.desk.closing import Closed, Left, close, close_many
from handoff.desk.holding import accept, release, request_handoff, take_over
from handoff.desk.looking import note_look
from handoff.desk.together import escalate, invite, leave, transfer, typing
from handoff.desk.writing import consent_note, line_of, note, react, reply, send, send_template
from handoff.resolutions import Labels

__all__ = [
    "Closed",
    "Labels",
    "Left",
    "accept",
    "close",
    "close_many",
    "consent_note",
    "escalate",
    "invite",
    "leave",
    "line_of",
    "note",
    "note_look",
    "react",
    "release",
    "reply",
    "request_handoff",
    "send",
    "send_template",
    "take_over",
    "transfer",
    "typing",
]
