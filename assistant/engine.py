"""The seam between the desk and whatever thinks: a context in, a `Reply` out."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol
from uuid import UUID

from assistant.reply import Reply

Who = Literal["user", "bot", "human", "system"]


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was said. `type` is the channel's: only `text` has words of the customer in `body`."""

    who: Who
    body: str
    at: datetime
    type: str = "text"


@dataclass(frozen=True, slots=True)
class Context:
    """All an engine may know. `unanswered` is what the customer has said since the last answer, oldest first."""

    conversation_id: UUID
    customer_id: UUID
    customer_name: str
    tier: str
    locale: str
    is_known: bool
    history: tuple[Line, ...]
    unanswered: tuple[Line, ...]
    now: datetime
    #: What the last person who had this conversation wants the assistant to know.
    guidance: str = ""
    #: A person was here and gave the conversation back. With nothing unanswered it is the assistant's turn all the
    #: same: it says that it is back and asks what is left. `guidance` is for it alone, never to be read out.
    returned: bool = False

    @property
    def question(self) -> str:
        """What the customer wants now, in their words: the unanswered texts, one to a line."""
        return "\n".join(line.body for line in self.unanswered if line.type == "text")


class Engine(Protocol):
    """A mind. It may read (knowledge, orders) but changes nothing, takes no lock and sends nothing.

    It may be slow and it may raise: a turn that fails hands the conversation to a person.
    """

    name: str

    def reply(self, context: Context) -> Reply: ...
