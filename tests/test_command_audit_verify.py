"""`manage.py audit_verify`: says where the record was touched, and tells scripts by its exit code."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import call_command
from django.db import connection

from audit import sealing, verify
from tests import api_factories as make

pytestmark = pytest.mark.django_db(transaction=True)


def test_sound_record(now, capsys):
    make.agent(now, "ana")
    sealing.seal(now=now)
    call_command("audit_verify")
    assert capsys.readouterr().out == "Checked 2 streams, 2 events, 1 seals: no fault found.\n"


def test_faults_are_printed_and_exit_with_1(now, capsys):
    make.agent(now, "ana")
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE audit_event SET payload = '{}' WHERE stream = 'team:support'")
        cursor.execute("SET session_replication_role = DEFAULT")
    with pytest.raises(SystemExit) as end:
        call_command("audit_verify")
    assert end.value.code == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        "team:support #1: payload was changed",
        "Checked 2 streams, 2 events, 0 seals: 1 fault found.",
    ]


def test_what_is_written_meanwhile_is_no_fault(now, capsys, monkeypatch):
    """The desk does not stop for a check: heads and events must be of one moment."""
    thread = make.conversation(now, number=1)
    end_of = verify._end_of

    def while_the_customer_writes(*args):
        with ThreadPoolExecutor(1) as elsewhere:
            elsewhere.submit(says_and_disconnects, now).result()
        return end_of(*args)

    monkeypatch.setattr(verify, "_end_of", while_the_customer_writes)
    call_command("audit_verify")
    assert capsys.readouterr().out.endswith(": no fault found.\n")
    assert thread.messages.count() > 1


def says_and_disconnects(now) -> None:
    make.says(now, number=1)
    connection.close()
