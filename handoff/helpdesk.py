"""Where tickets live: the built-in list, and behind the same protocol whatever help desk the house has besides.

An outside desk registers here. What it sends in (a reply, a closing) reaches the customer through `tickets.reply_in`
and `tickets.closed`.
"""

from collections.abc import Mapping
from typing import Any, Protocol

from handoff.models import Team, Ticket

BUILTIN = "builtin"


class HelpDesk(Protocol):
    """`create` and `update` are called in the transaction that made or changed the ticket, under its conversation's
    lock: an outside desk wakes a task of its own after the commit (`config.wake.on_commit`) and returns. That task
    keeps the other side's number in `Ticket.external_id`.

    `reply_in` and `closed` read what such a desk sends to our webhook: the external id with the text of a reply, or
    with the words of the solution; None where the news is about something else.
    """

    key: str

    def create(self, ticket: Ticket) -> None: ...

    def update(self, ticket: Ticket, changed: Mapping[str, Any]) -> None: ...

    def reply_in(self, data: Mapping[str, Any]) -> tuple[str, str] | None: ...

    def closed(self, data: Mapping[str, Any]) -> tuple[str, str] | None: ...

    def serves(self, team: Team) -> bool:
        """Whether new tickets of this team go there."""
        ...


class BuiltIn:
    """The list in the console: the row is the ticket, and nobody else is to be told."""

    key = BUILTIN

    def create(self, ticket: Ticket) -> None:
        """Nothing to do beyond the row."""

    def update(self, ticket: Ticket, changed: Mapping[str, Any]) -> None:
        """Nothing to do beyond the row."""

    def reply_in(self, data: Mapping[str, Any]) -> tuple[str, str] | None:  # noqa: ARG002 - nothing comes from outside
        return None

    def closed(self, data: Mapping[str, Any]) -> tuple[str, str] | None:  # noqa: ARG002
        return None

    def serves(self, team: Team) -> bool:  # noqa: ARG002 - whom no other desk serves
        return True


_builtin = BuiltIn()
_desks: dict[str, HelpDesk] = {BUILTIN: _builtin}


def register(desk: HelpDesk) -> None:
    """Let this desk serve. Raises ValueError for a key that is taken."""
    if desk.key in _desks:
        raise ValueError(f"There is a help desk {desk.key!r} already.")
    _desks[desk.key] = desk


def unregister(key: str) -> None:
    """Its tickets stay, in the built-in list."""
    if key != BUILTIN:
        _desks.pop(key, None)


def desk_for(team: Team) -> HelpDesk:
    """Where a new ticket of this team goes: the first outside desk that serves it, else the built-in list."""
    outside = (desk for key, desk in _desks.items() if key != BUILTIN and desk.serves(team))
    return next(outside, _builtin)


def desk_of(ticket: Ticket) -> HelpDesk:
    """Where this ticket is; one whose desk is gone is in the built-in list."""
    return _desks.get(ticket.help_desk, _builtin)
