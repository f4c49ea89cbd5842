"""Prevents: one provider's door that lets in what another's keeps out. The same cases, for each of the three."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.db import connection

from tests import webhooks
from tests.webhooks import PUBLIC_URL, SECRET, Web, request, stored
from whatsapp.edge.http import MAX_BODY
from whatsapp.models import InboundEvent

pytestmark = pytest.mark.django_db(transaction=True)
BODY = b"From=whatsapp%3A%2B15550100123&Body=Hello&MessageSid=SM1"


@dataclass(frozen=True)
class Door:
    name: str
    make: Callable
    signed: Callable
    header: bytes

    @property
    def path(self):
        return f"/webhooks/{self.name}/shop/"


CLOUD = Door("cloud", webhooks.make_channel, webhooks.signed, b"x-hub-signature-256")
TWILIO = Door("twilio", webhooks.make_twilio, webhooks.twilio_signed, b"x-twilio-signature")
WASENDER = Door("wasender", webhooks.make_wasender, webhooks.wasender_signed, b"x-webhook-signature")
SECRETS = {"cloud": "app_secrets", "twilio": "auth_tokens", "wasender": "webhook_secrets"}
DOORS = [CLOUD, TWILIO, WASENDER]


@pytest.fixture(params=DOORS, ids=lambda door: door.name)
def door(request):
    return request.param


@pytest.fixture
def web():
    with Web() as web:
        yield web


@pytest.fixture(autouse=True)
def public(settings):
    settings.PUBLIC_URL = PUBLIC_URL
    settings.WASENDER_ENABLED = True


def post(web, door, body=BODY, *, secret=SECRET, headers=None, path=None, **more):
    more.setdefault("chunks", [body])
    headers = door.signed(body, secret) if headers is None else headers
    return web.run(request("POST", path or door.path, headers=headers, **more))


def test_what_is_signed_is_kept_byte_for_byte_in_however_many_pieces(web, door):
    door.make()
    assert post(web, door).status == 200
    assert post(web, door, chunks=[BODY[:7], b"", BODY[7:]]).status == 200
    assert stored() == [BODY, BODY]


def test_what_is_not_signed_or_wrongly_signed_is_refused_with_the_header_named(web, door, caplog):
    door.make()
    for headers in ([], [(door.header, b"")], door.signed(BODY, "wrong"), door.signed(BODY) * 2):
        answer = post(web, door, headers=headers)
        assert answer.status == 401
        assert door.header in answer.text.lower().encode()
    assert stored() == []
    assert "channel shop:" in caplog.text
    assert SECRET not in caplog.text


def test_a_flood_of_forgeries_fills_no_log(web, door, caplog):
    door.make()
    for _ in range(20):
        post(web, door, secret="wrong")
    assert caplog.text.count("channel shop:") == 1


@pytest.mark.parametrize("door", [CLOUD, TWILIO], ids=["cloud", "twilio"])
def test_another_body_under_the_same_signature_is_refused(web, door):
    door.make()
    assert post(web, door, headers=door.signed(BODY + b"!")).status == 401
    assert stored() == []


def test_both_secrets_count_while_rotating_and_a_new_one_needs_no_restart(web, door):
    channel = door.make(secrets="new\n old\r\n")
    assert [post(web, door, secret=secret).status for secret in ("new", "old", "older")] == [200, 200, 401]
    account = getattr(channel, door.name)
    setattr(account, SECRETS[door.name], "newest")
    account.save()
    web.forget_pause()
    assert [post(web, door, secret=secret).status for secret in ("newest", "new")] == [200, 401]


def test_a_channel_without_secrets_accepts_nobody(web, door):
    door.make(secrets="\n \n")
    assert post(web, door, secret="").status == 401
    assert stored() == []


def test_a_channel_switched_off_and_an_unknown_key_look_alike(web, door):
    door.make(is_active=False)
    off, unknown = post(web, door), post(web, door, path=f"/webhooks/{door.name}/nobody/")
    assert (off.status, off.text) == (unknown.status, unknown.text) == (404, off.text)
    assert stored() == []


@pytest.mark.parametrize("owner", DOORS, ids=lambda door: f"of_{door.name}")
def test_a_key_belongs_to_one_provider(web, door, owner):
    owner.make()
    expected = 200 if owner is door else 404
    assert post(web, door).status == expected
    assert stored() == ([BODY] if owner is door else [])


def test_methods_that_are_not_allowed_are_405_and_say_which_are(web, door):
    door.make()
    allowed = b"GET, POST" if door is CLOUD else b"POST"
    for method in ("PUT", "DELETE", "HEAD", "OPTIONS", *(() if door is CLOUD else ("GET",))):
        answer = web.run(request(method, door.path))
        assert (answer.status, answer.headers[b"allow"]) == (405, allowed)


@pytest.mark.parametrize("announced", [None, b"10", b"%d" % (MAX_BODY + 1)])
def test_a_body_past_the_limit_is_413_whatever_was_announced(web, door, announced):
    door.make()
    body = b"Body=" + b"x" * MAX_BODY
    headers = door.signed(BODY) + ([(b"content-length", announced)] if announced else [])
    answer = post(web, door, headers=headers, chunks=[body[:MAX_BODY], body[MAX_BODY:]])
    assert answer.status == 413
    assert stored() == []


def test_a_caller_who_leaves_in_the_middle_stores_nothing(web, door):
    door.make()
    assert post(web, door, chunks=[BODY[:9]], then_leave=True) is None
    assert stored() == []


def test_the_query_is_kept_as_it_came(web, door):
    door.make()
    query = b"ref=5b0c%2F1&x=%C3%A9"
    url = f"{PUBLIC_URL}{door.path}?{query.decode()}"
    headers = webhooks.twilio_signed(BODY, url=url) if door is TWILIO else None
    assert post(web, door, query=query, headers=headers).status == 200
    assert InboundEvent.objects.get().query == query.decode()


def test_a_query_too_long_to_be_kept_is_refused_and_spoils_no_batch(web, door):
    door.make()
    answer = post(web, door, query=b"x" * 1001)
    assert (answer.status, "1000" in answer.text) == (414, True)
    assert stored() == []


def test_a_secret_that_cannot_be_decrypted_takes_no_other_channel_with_it(web, door):
    broken = getattr(door.make("broken"), door.name)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {broken._meta.db_table} SET {SECRETS[door.name]} = 'not ours'")  # noqa: S608
    door.make()
    assert post(web, door).status == 200


def test_providers_share_no_entry_of_the_log_and_no_number_reaches_it(web, door, caplog):
    caplog.set_level("DEBUG")
    door.make()
    post(web, door, b"From=whatsapp%3A%2B15550100123", secret="wrong")
    post(web, door, path=f"/webhooks/{door.name}/15550100123/")
    assert "15550100123" not in caplog.text
