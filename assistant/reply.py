"""What a mind returns: the one schema for every engine, ours or a model's."""

from typing import Annotated, Self

import msgspec

LONGEST_ANSWER = 900
MOST_CITATIONS = 5
MOST_ENTITIES = 20
MOST_TOOLS = 20

Url = Annotated[str, msgspec.Meta(pattern=r"^https?://[^\s]+$", max_length=500)]
#: A name or a code: nothing that a customer wrote.
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=r"^[a-z][a-z0-9_.-]*$")]
Code = Annotated[str, msgspec.Meta(max_length=64, pattern=r"^[A-Za-z0-9_.:-]*$")]
#: One line, without what Postgres refuses in a text.
Words = Annotated[str, msgspec.Meta(max_length=200, pattern=r"^[^\x00-\x1f\ud800-\udfff]*$")]


class ToolResult(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What came of a tool the engine used. A failure says its `error_code`, as ERR_PERM_004; `note`: for the agent."""

    name: Name
    ok: bool
    error_code: Code = ""
    note: Words = ""


class Reply(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An answer, or the wish to hand off. Validated whenever it is made; raises msgspec.ValidationError.

    All after `reason` is optional. `entities`: what was found in the customer's words, as order_number → B-10234;
    `sentiment`: the engine's own view, -1 to 1, None leaves it to the formula; `guardrail`: which one tripped.
    """

    intent: Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=r"^[a-z][a-z0-9_]*$")]
    answer: Annotated[str, msgspec.Meta(max_length=LONGEST_ANSWER)] = ""
    citations: Annotated[tuple[Url, ...], msgspec.Meta(max_length=MOST_CITATIONS)] = ()
    handoff: bool = False
    confidence: Annotated[float, msgspec.Meta(ge=0.0, le=1.0)]
    reason: Annotated[str, msgspec.Meta(max_length=500)] = ""
    entities: Annotated[dict[Name, Words], msgspec.Meta(max_length=MOST_ENTITIES)] = {}
    sentiment: Annotated[float, msgspec.Meta(ge=-1.0, le=1.0)] | None = None
    tools: Annotated[tuple[ToolResult, ...], msgspec.Meta(max_length=MOST_TOOLS)] = ()
    guardrail: Annotated[str, msgspec.Meta(max_length=64, pattern=r"^([a-z][a-z0-9_.-]*)?$")] = ""

    @classmethod
    def make(cls, **fields: object) -> Self:
        """A reply from raw fields, checked. A reply says something or hands off."""
        reply = msgspec.convert(fields, cls)
        if not reply.handoff and not reply.answer.strip():
            raise msgspec.ValidationError("A reply without a handoff needs an answer.")
        return reply

    @property
    def error_codes(self) -> tuple[str, ...]:
        """Of the tools that failed; one that said none is named instead."""
        return tuple(tool.error_code or tool.name for tool in self.tools if not tool.ok)
