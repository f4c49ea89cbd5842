"""`manage.py feedback_export`: labelled examples on standard output, for the assistant's training."""

import csv
import io
import json

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from audit.models import Event
from handoff import desk, feedback
from tests import factories

pytestmark = pytest.mark.django_db


def ended(now, body: str, number: int = 1) -> None:
    ana = factories.agent(f"ana{number}")
    conversation = factories.conversation(now=now, body=body, who=factories.sender(number))
    desk.request_handoff(conversation.pk, agent=ana, explanation="", now=now)
    desk.close(conversation.pk, agent=ana, now=now, tag="solved")


def export(**options) -> str:
    out = io.StringIO()
    call_command("feedback_export", stdout=out, **options)
    return out.getvalue()


def test_every_line_is_one_example_in_json(now):
    ended(now, "¿Dónde está mi pedido?\nLlámame al 5550100042")
    (line,) = export().splitlines()
    assert json.loads(line)["question"] == "¿Dónde está mi pedido?\nLlámame al …42"
    assert Event.objects.get(stream="feedback").actor_kind == "system"


def test_csv_has_a_head_and_whole_texts(now):
    ended(now, 'He said "two", in\ntwo lines')
    (row,) = csv.DictReader(io.StringIO(export(format="csv")))
    assert tuple(row) == feedback.FIELDS
    assert row["question"] == 'He said "two", in\ntwo lines'


def test_customer_cannot_write_a_formula_into_the_spreadsheet(now):
    """If this fails, opening the file runs what a stranger wrote."""
    ended(now, '=HYPERLINK("http://example.com","x")')
    (row,) = csv.DictReader(io.StringIO(export(format="csv")))
    assert row["question"].startswith("'=")


def test_since_leaves_out_what_ended_before_that_day(now):
    ended(now, "old", 1)
    ended(factories.later(now, days=2), "new", 2)
    day = factories.later(now, days=1).date().isoformat()
    assert [json.loads(line)["question"] for line in export(since=day).splitlines()] == ["new"]


def test_date_that_is_none_is_refused_and_nothing_is_on_the_record(now):
    with pytest.raises(CommandError, match="2026-11-21"):
        export(since="yesterday")
    assert not Event.objects.filter(stream="feedback").exists()


def test_nothing_to_export_is_no_error(db):
    assert export() == ""
