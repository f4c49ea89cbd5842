"""Prevents: a number that cannot be connected at Meta, or one that a stranger can connect."""

import pytest

from tests.webhooks import VERIFY, Web, make_channel
from whatsapp.models import CloudAccount

pytestmark = pytest.mark.django_db(transaction=True)
QUERY = f"hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token={VERIFY}".encode()


@pytest.fixture
def web():
    with Web() as web:
        yield web


def test_the_right_token_gets_the_bare_challenge_back(web):
    make_channel()
    answer = web.get(QUERY)
    assert (answer.status, answer.text) == (200, "1158201444")
    assert answer.headers[b"content-type"].startswith(b"text/plain")
    assert answer.headers[b"x-content-type-options"] == b"nosniff", "the challenge is the caller's: never a page"


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        (b"", "hub.mode"),
        (b"hub.mode=unsubscribe&hub.challenge=1&hub.verify_token=" + VERIFY.encode(), "hub.mode"),
        (b"hub.mode=subscribe&hub.challenge=1", "hub.verify_token"),
        (b"hub.mode=subscribe&hub.challenge=1&hub.verify_token=", "hub.verify_token"),
        (b"hub.mode=subscribe&hub.challenge=1&hub.verify_token=%00%ff\xc3", "hub.verify_token"),
        (QUERY.replace(b"hub.verify_token=", b"hub.verify_token=wrong&hub.verify_token="), "hub.verify_token"),
        (b"hub.mode=subscribe&hub.verify_token=" + VERIFY.encode(), "hub.challenge"),
    ],
)
def test_anything_else_is_refused_in_one_line(web, query, reason):
    make_channel()
    answer = web.get(query)
    assert answer.status == 403
    assert answer.text.startswith(reason)
    assert "\n" not in answer.text


def test_a_channel_without_a_verify_token_matches_no_token(web):
    make_channel(verify_token="")
    assert web.get(b"hub.mode=subscribe&hub.challenge=1&hub.verify_token=").status == 403


def test_a_changed_token_works_without_a_restart(web):
    make_channel()
    assert web.get(QUERY).status == 200
    account = CloudAccount.objects.get()
    account.verify_token = "another-token"
    account.save()
    web.forget_pause()
    assert web.get(QUERY.replace(VERIFY.encode(), b"another-token")).status == 200


@pytest.mark.parametrize("active", [True, False])
def test_an_unknown_key_and_a_channel_switched_off_look_alike(web, active):
    make_channel(is_active=active)
    path = "/webhooks/cloud/unknown/" if active else "/webhooks/cloud/shop/"
    answer = web.get(QUERY, path=path)
    assert answer.status == 404
    assert "No channel listens here" in answer.text
