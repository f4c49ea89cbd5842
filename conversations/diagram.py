"""The state machine drawn from its table, for the documentation. Pure functions."""

from collections.abc import Iterator

from conversations.states import CONTROL, TABLE, Control, Event, Memory, State

BEGIN, END = "<!-- state-diagram:begin -->", "<!-- state-diagram:end -->"

_COLOURS = {
    Control.BOT: "fill:#dbeafe,stroke:#1d4ed8,color:#172554",
    Control.QUEUE: "fill:#fef3c7,stroke:#b45309,color:#451a03",
    Control.HUMAN: "fill:#dcfce7,stroke:#15803d,color:#052e16",
    Control.NOBODY: "fill:#e5e7eb,stroke:#4b5563,color:#111827",
}
_MEMORY_NODES = {Memory.BOT_STATE: "bot_state", Memory.RESUME_STATE: "resume_state"}


def section() -> str:
    """What stands between the markers: diagram, legend and table."""
    return f"```mermaid\n{mermaid()}\n```\n\n{_legend()}\n\n{table()}"


def mermaid() -> str:
    """A stateDiagram-v2; every state is coloured by who is in control."""
    lines = ["stateDiagram-v2", *_nodes(), "    [*] --> new", *_arrows(), "    closed --> [*]", *_classes()]
    return "\n".join(lines)


def table() -> str:
    """State × event as a Markdown table; an empty cell means that the event does not apply."""
    head = ["| state | control | " + " | ".join(f"`{event}`" for event in Event) + " |"]
    rule = ["|---|---|" + "---|" * len(Event)]
    rows = [
        f"| `{state}` | {CONTROL[state].value} | " + " | ".join(_cell(state, event) for event in Event) + " |"
        for state in State
    ]
    return "\n".join(head + rule + rows)


def written_into(page: str) -> str:
    """The page with the section between its markers made new. Raises ValueError where the markers are missing."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"The page needs the lines {BEGIN} and {END}, in this order.")
    return f"{before}{BEGIN}\n\n{section()}\n\n{END}{after}"


def _nodes() -> Iterator[str]:
    for memory, node in _MEMORY_NODES.items():
        yield f'    state "{memory.value}" as {node}'


def _arrows() -> Iterator[str]:
    for (state, event), target in TABLE.items():
        node = _MEMORY_NODES[target] if isinstance(target, Memory) else target.value
        yield f"    {state.value} --> {node}: {event.value}"


def _classes() -> Iterator[str]:
    for control, colours in _COLOURS.items():
        yield f"    classDef in_{control.value} {colours}"
    for state in State:
        yield f"    class {state.value} in_{CONTROL[state].value}"


def _cell(state: State, event: Event) -> str:
    target = TABLE.get((state, event))
    if target is None:
        return ""
    return target.value if isinstance(target, Memory) else f"`{target.value}`"


def _legend() -> str:
    return (
        "Blue: the bot is in control. Amber: the queue, nobody but system notices may speak. Green: a person. "
        "Grey: nobody.\n\n"
        "Two targets are not states but memories. *The bot state held before the handoff* is kept in `bot_state`: a "
        "returned conversation goes on as `new`, `authenticated` or `automated`, as it was. *Where it was* is kept in "
        "`resume_state` when the window closes; a dormant conversation that was with people is not the bot's to hand "
        "off, so there `handoff` applies only where a bot state is remembered.\n\n"
        "A message after `closed` opens the same matter again until `reopen_until`, a time that each team sets, and a "
        "new conversation after it. Reopened, it is the bot's for the moment; where people had it, the router gives it "
        "back to them in the same transaction."
    )
