"""Prevents: webhooks lost while an app secret is changed, and a flood of strangers that floods Postgres."""

import pytest

from tests.webhooks import Web, make_channel, stored
from whatsapp import channel_directory
from whatsapp.edge.intake import edge
from whatsapp.models import CloudAccount

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def web():
    with Web() as web:
        yield web


@pytest.fixture
def reads(monkeypatch):
    """How often Postgres was asked for the directory."""
    count = []
    real = channel_directory._entries

    async def counted():
        count.append(1)
        return await real()

    monkeypatch.setattr(channel_directory, "_entries", counted)
    return count


def set_secrets(text: str) -> None:
    account = CloudAccount.objects.get()
    account.app_secrets = text
    account.save()


def test_old_and_new_secret_both_count_while_both_are_listed(web):
    make_channel(secrets="new\r\n  old \n")
    assert web.post(b"1", secret="new").status == 200
    assert web.post(b"2", secret="old").status == 200
    assert web.post(b"3", secret="older").status == 401
    assert stored() == [b"1", b"2"]


def test_a_rotated_secret_works_without_a_restart(web):
    make_channel(secrets="old")
    assert web.post(b"1", secret="old").status == 200
    set_secrets("new")
    web.forget_pause()
    assert web.post(b"2", secret="new").status == 200
    assert web.post(b"3", secret="old").status == 401, "and the old one is dead"


def test_a_new_number_works_without_a_restart(web):
    assert web.post(b"1").status == 404
    make_channel()
    web.forget_pause()
    assert web.post(b"1").status == 200


def test_a_removed_secret_is_dead_after_a_quiet_night(web):
    make_channel(secrets="leaked")
    assert web.post(b"1", secret="leaked").status == 200
    set_secrets("new")
    web.forget_pause()
    webhook_directory(web)._read_at -= channel_directory.STALE_AFTER
    assert web.post(b"2", secret="leaked").status == 401


def test_a_flood_of_strangers_asks_postgres_once(web, reads):
    make_channel()
    unknown = web.post_all([b"x"] * 300, path="/webhooks/cloud/nobody/")
    forged = web.post_all([b"x"] * 300, secret="forged")
    assert {answer.status for answer in unknown} == {404}
    assert {answer.status for answer in forged} == {401}
    assert len(reads) == 1


def test_a_channel_whose_secret_cannot_be_decrypted_takes_no_other_with_it(web):
    make_channel("broken")
    CloudAccount.objects.all().update(access_token="t")
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("UPDATE whatsapp_cloudaccount SET app_secrets = 'not ours'")
    make_channel()
    assert web.post(b"1").status == 200
    assert web.post(b"2", path="/webhooks/cloud/broken/").status == 401


def webhook_directory(web):
    async def directory():
        return edge().directory

    return web.run(directory())
