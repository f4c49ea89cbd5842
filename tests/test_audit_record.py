"""The record: append-only, chained, and every tampering found and located."""

import pytest
from django.db import IntegrityError, connection, transaction

from audit import sealing
from audit.actors import SYSTEM
from audit.models import Event, Head
from audit.record import record
from audit.verify import verify

pytestmark = pytest.mark.django_db(transaction=True)

STREAM = "conversation:1"


def write(count: int, now, stream: str = STREAM) -> None:
    for number in range(count):
        with transaction.atomic():
            payload = {
                "from": "new",
                "to": "pending",
                "confidence": number / 3,
                "nul": "a\x00b",
                "whole": 1.0,
                "big": 1e20,
            }
            record("conversation.transition", stream=stream, actor=SYSTEM, now=now, payload=payload)


def tamper(sql: str, *params) -> None:
    """What somebody with the database's password could do."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(sql, params)
        cursor.execute("SET session_replication_role = DEFAULT")


def test_untouched_record_verifies(now):
    write(5, now)
    sealing.seal(now=now)
    assert list(verify()) == []


@pytest.mark.parametrize("sql", ["UPDATE audit_event SET event_type = 'x'", "DELETE FROM audit_event"])
def test_database_refuses_changes(now, sql):
    write(1, now)
    with pytest.raises(IntegrityError, match="audit rows never change"), connection.cursor() as cursor:
        cursor.execute(sql)


def test_database_refuses_truncate(now):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_event ENABLE TRIGGER audit_event_no_truncate")
        try:
            with pytest.raises(IntegrityError, match="audit rows never change"):
                cursor.execute("TRUNCATE audit_event")
        finally:
            cursor.execute("ALTER TABLE audit_event DISABLE TRIGGER audit_event_no_truncate")


def test_edit_is_located(now):
    write(5, now)
    tamper("UPDATE audit_event SET payload = '{}' WHERE seq = 3")
    assert [(fault.stream, fault.seq, fault.what) for fault in verify()] == [(STREAM, 3, "payload was changed")]


def test_edit_with_new_digest_is_located(now):
    write(5, now)
    tamper("UPDATE audit_event SET actor_name = 'Eve' WHERE seq = 2")
    assert [(fault.seq, fault.what) for fault in verify()] == [(2, "was changed")]


def test_gap_is_located(now):
    write(5, now)
    tamper("DELETE FROM audit_event WHERE seq IN (2, 3)")
    assert [(fault.seq, fault.what) for fault in verify()] == [(2, "missing up to #3")]


def test_cut_off_end_is_located(now):
    write(5, now)
    tamper("DELETE FROM audit_event WHERE seq = 5")
    assert [fault.seq for fault in verify()] == [5]


def test_sealed_stream_deleted_whole_with_its_head_is_found(now):
    """A single chain cannot show that it is gone altogether: the seal does."""
    write(3, now)
    write(2, now, "conversation:2")
    sealing.seal(now=now)
    tamper("DELETE FROM audit_event WHERE stream = %s", STREAM)
    tamper("DELETE FROM audit_head WHERE stream = %s", STREAM)
    assert [(fault.stream, fault.seq) for fault in verify()] == [(STREAM, 3)]


def test_seal_takes_only_what_moved(now):
    write(2, now)
    assert sealing.seal(now=now).heads == [[STREAM, 2, Head.objects.get().hash]]
    assert sealing.seal(now=now) is None
    write(1, now)
    assert [head[1] for head in sealing.seal(now=now).heads] == [3]


def test_record_outside_a_transaction_is_refused(now):
    with pytest.raises(RuntimeError, match="belongs into the transaction"):
        record("conversation.transition", stream=STREAM, actor=SYSTEM, now=now)


def test_unregistered_event_is_refused(now):
    with pytest.raises(LookupError, match="register it"), transaction.atomic():
        record("no.such", stream=STREAM, actor=SYSTEM, now=now)


def test_python_refuses_changes():
    with pytest.raises(TypeError):
        Event.objects.all().update(event_type="x")
    with pytest.raises(TypeError):
        Event.objects.all().delete()
