"""What a mind returns: the one schema for every engine, ours or a model's."""

from typing import Annotated, Self

import msgspec

LONGEST_ANSWER = 900
MOST_CITATIONS = 5

Url = Annotated[str, msgspec.Meta(pattern=r"^https?://[^\s]+$", max_length=500)]


class Reply(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An answer, or the wish to hand off. Validated whenever it is made; raises msgspec.ValidationError."""

    intent: Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=r"^[a-z][a-z0-9_]*$")]
    answer: Annotated[str, msgspec.Meta(max_length=LONGEST_ANSWER)] = ""
    citations: Annotated[tuple[Url, ...], msgspec.Meta(max_length=MOST_CITATIONS)] = ()
    handoff: bool = False
    confidence: Annotated[float, msgspec.Meta(ge=0.0, le=1.0)]
    reason: Annotated[str, msgspec.Meta(max_length=500)] = ""

    @classmethod
    def make(cls, **fields: object) -> Self:
        """A reply from raw fields, checked. A reply says something or hands off."""
        reply = msgspec.convert(fields, cls)
        if not reply.handoff and not reply.answer.strip():
            raise msgspec.ValidationError("A reply without a handoff needs an answer.")
        return reply
