"""Prevents: the unofficial provider's door standing open on a desk that never asked for it."""

import pytest

from tests.webhooks import SECRET, Web, make_wasender, request, stored, wasender_signed

pytestmark = pytest.mark.django_db(transaction=True)
PATH = "/webhooks/wasender/shop/"
BODY = b'{"event":"messages.received"}'


@pytest.fixture
def web():
    with Web() as web:
        yield web


def post(web, headers=None):
    return web.run(request("POST", PATH, headers=headers or wasender_signed(BODY), chunks=[BODY]))


@pytest.mark.parametrize("switch", [False, None])
def test_it_is_404_unless_switched_on(web, settings, switch):
    if switch is None:
        del settings.WASENDER_ENABLED
    else:
        settings.WASENDER_ENABLED = switch
    make_wasender()
    answer = post(web)
    assert (answer.status, answer.text) == (404, "There is no such webhook.")
    assert stored() == []


def test_switched_on_it_stores(web, settings):
    settings.WASENDER_ENABLED = True
    make_wasender()
    assert (post(web).status, stored()) == (200, [BODY])


@pytest.mark.parametrize("given", [SECRET[:-1], SECRET + "x", SECRET.upper(), f" {SECRET}", "\xff"])
def test_only_the_whole_secret_opens(web, settings, given):
    settings.WASENDER_ENABLED = True
    make_wasender()
    assert post(web, [(b"x-webhook-signature", given.encode("latin-1"))]).status == 401
    assert stored() == []
