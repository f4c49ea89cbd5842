"""No body, however broken, makes the stand-in fall over: it refuses in Graph's words, or it takes it.

Every field of every right body is replaced by each kind of junk, and taken away.
"""

import copy
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.test_standin_rules import GOOD
from tests.test_standin_template_sending import SENDABLE
from tests.test_standin_templates import NAMED, NEW
from whatsapp.standin import media, rules, templates

GONE = object()
JUNK = [None, True, 0, -1, 1.5, "", "x" * 5000, [], {}, [1], ["a"], [[]], [{}], {"a": 1}, {"type": "text"}, "https://["]
JUNK += ["image", "{{1}}", float("inf"), "\ud800", GONE]

SENDS = {kind: {"messaging_product": "whatsapp", "to": "+15550100191", **body} for kind, body in GOOD.items()}
SENDS |= {
    f"template {case}": {
        "messaging_product": "whatsapp",
        "recipient": "US.1001",
        "type": "template",
        "template": {"name": name, "language": {"code": "en_US"}, "components": list(parts)},
        "context": {"message_id": "wamid.x"},
        "biz_opaque_callback_data": "ours",
    }
    for case, (name, parts) in SENDABLE.items()
}
DEFINITIONS = {"positional": NEW, "named": NEW | {"components": [NAMED], "parameter_format": "NAMED"}}


def ways(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to each field of the body, however deep."""
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, part in steps:
        yield (*way, step)
        yield from ways(part, (*way, step))


def broken(body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for *way, last in ways(body):
        for junk in JUNK:
            changed = copy.deepcopy(body)
            place: Any = changed
            for step in way:
                place = place[step]
            if junk is GONE:
                del place[last]
            else:
                place[last] = junk
            yield changed


def is_refused(check: Callable[[dict[str, Any]], None], body: dict[str, Any]) -> bool:
    try:
        check(body)
    except rules.GraphError as refusal:
        return bool(refusal.details)
    return False


def take(body: dict[str, Any]) -> None:
    """All that the stand-in does with a send before it is on its way."""
    order = rules.read_order(body)
    assert isinstance(order, rules.Outgoing)
    assert isinstance(order.words, str)
    if order.type == "template":
        name, language = order.content["name"], order.content["language"]["code"]
        template = templates.Book().sendable("1", name, language)
        rules.check_template(order.content, template.known())
        assert templates.rendered(template, order.content)["body"]
    media.check_sent_media(media.Shelf(), order, "1")


@pytest.mark.parametrize("case", SENDS)
def test_a_broken_send_is_refused_or_taken(case):
    take(SENDS[case])
    outcomes = [is_refused(take, body) for body in broken(SENDS[case])]
    assert outcomes.count(True) > len(JUNK)


@pytest.mark.parametrize("case", DEFINITIONS)
def test_a_broken_definition_is_refused_or_taken(case):
    rules.check_definition(DEFINITIONS[case])
    outcomes = [is_refused(rules.check_definition, body) for body in broken(DEFINITIONS[case])]
    assert outcomes.count(True) > len(JUNK)
