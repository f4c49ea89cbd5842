"""Prevents: a stranger's bytes on disk, a crash on odd input, memory filled by a body without end."""

import asyncio

import pytest

from tests.webhooks import PATH, SECRET, Web, make_channel, post, request, signed, stored
from whatsapp import signature
from whatsapp.edge.http import MAX_BODY
from whatsapp.edge.intake import edge
from whatsapp.models import InboundEvent

pytestmark = pytest.mark.django_db(transaction=True)
BODY = b'{"object":"whatsapp_business_account","entry":[]}'
LIMIT = MAX_BODY


@pytest.fixture
def web():
    with Web() as web:
        yield web


@pytest.fixture(autouse=True)
def channel():
    return make_channel()


@pytest.mark.parametrize(
    "body",
    [BODY, b"", b"not json", b"\x00\x01\xff", b"[1,", b'{"entry": 5}', b"<script>alert(1)</script>",
     '{"name":"\u202eÅsa \U0001f600 \\u0000"}'.encode()],
)  # fmt: skip
def test_whatever_is_signed_is_kept_byte_for_byte(web, body):
    answer = web.post(body)
    assert (answer.status, answer.text) == (200, "OK")
    assert stored() == [body]


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [(b"x-hub-signature-256", b"")],
        [(b"x-hub-signature-256", b"sha256=12")],
        [(b"x-hub-signature-256", b"sha256=" + b"0" * 64)],
        [(b"x-hub-signature", b"sha1=" + b"0" * 40)],
        signed(BODY, "another secret"),
        signed(BODY + b" "),
        signed(BODY) + signed(BODY),
    ],
)
def test_without_a_fitting_signature_nothing_is_stored(web, headers):
    answer = web.post(BODY, headers=headers)
    assert answer.status == 401
    assert "X-Hub-Signature-256" in answer.text
    assert stored() == []


def test_a_channel_without_secrets_accepts_nobody(web):
    make_channel("bare", secrets="\n \n")
    assert web.post(BODY, path="/webhooks/cloud/bare/", secret="").status == 401
    assert stored() == []


@pytest.mark.parametrize(
    "path",
    ["/webhooks/", "/webhooks/cloud", "/webhooks/cloud/", "/webhooks/cloud/nobody/", "/webhooks/cloud/shop/more/",
     "/webhooks/twitter/shop/", "/webhooks/cloud/sh\x00op/", "/webhooks/cloud/%2e%2e/", "/webhooks/cloud/Ω\udcff/"],
)  # fmt: skip
def test_an_unknown_address_is_404(web, path):
    assert web.post(BODY, path=path).status == 404
    assert stored() == []


def test_the_slash_at_the_end_may_be_missing(web):
    assert web.post(BODY, path=PATH.rstrip("/")).status == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE", "HEAD", "PATCH", "OPTIONS"])
def test_other_methods_are_405_and_say_what_is_allowed(web, method):
    answer = web.run(request(method, PATH))
    assert answer.status == 405
    assert answer.headers[b"allow"] == b"GET, POST"


def test_a_channel_switched_off_stores_nothing(web):
    make_channel("off", is_active=False)
    assert web.post(BODY, path="/webhooks/cloud/off/").status == 404
    assert stored() == []


def test_a_body_of_exactly_the_limit_is_kept(web):
    body = b"x" * LIMIT
    assert web.post(body, chunks=[body[:100], body[100:]]).status == 200
    assert stored() == [body]


@pytest.mark.parametrize("announced", [None, b"10", b"-1", b"ten", b"9" * 5000])
def test_a_body_past_the_limit_is_413_whatever_was_announced(web, announced):
    body = b"x" * (LIMIT + 1)
    headers = signed(body) + ([(b"content-length", announced)] if announced else [])
    answer = web.post(body, headers=headers, chunks=[body[:LIMIT], body[LIMIT:]])
    assert answer.status == 413
    assert str(LIMIT) in answer.text
    assert stored() == []


def test_a_body_announced_past_the_limit_is_not_even_read(web):
    headers = [*signed(BODY), (b"content-length", b"%d" % (LIMIT + 1))]
    assert web.post(BODY, headers=headers, chunks=[BODY], then_leave=True).status == 413


def test_a_caller_who_leaves_in_the_middle_stores_nothing(web):
    assert web.post(BODY, chunks=[BODY[:10]], then_leave=True) is None
    assert stored() == []


def test_a_caller_who_leaves_after_the_body_is_stored_all_the_same(web):
    async def leave():
        task = asyncio.create_task(post(BODY))
        while not edge().writer._queue:
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        return await post(b"the next one")

    assert web.run(leave()).status == 200
    assert stored() == [BODY, b"the next one"]


def test_duplicates_are_all_kept_for_later(web):
    answers = web.post_all([BODY] * 50)
    assert {answer.status for answer in answers} == {200}
    assert stored() == [BODY] * 50


def test_the_time_of_arrival_is_the_desks_clock(web, now, monkeypatch):
    monkeypatch.setattr("config.clock.now", lambda: now)
    web.post(BODY)
    assert InboundEvent.objects.get().received_at == now


def test_no_body_and_no_number_reaches_the_log(web, caplog):
    caplog.set_level("DEBUG")
    web.post(b'{"from":"15550100123"}', secret="wrong")
    web.post(b'{"from":"15550100123"}', path="/webhooks/cloud/15550100123/")
    assert "fits no app secret" in caplog.text
    assert "15550100123" not in caplog.text
    assert SECRET not in caplog.text
    assert signature.sign(b"", SECRET) not in caplog.text
