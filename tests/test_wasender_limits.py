"""WASender's limits: how fast a number may go, and how long it waits when it went too fast."""

import time
from datetime import timedelta

import httpx
import pytest

from conversations import content
from tests import wasender_standin
from tests.wasender_standin import message
from whatsapp.adapter import Accepted, Refused
from whatsapp.cloud.http import Answer
from whatsapp.faults import FaultKind
from whatsapp.wasender.errors import retry_after

pytestmark = pytest.mark.django_db
HELLO = content.Text("Hello")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with wasender_standin.running(tmp_path_factory.mktemp("standin") / "log", pace=0.0) as standin:
        yield standin


@pytest.fixture
def standin(server, settings):
    settings.WASENDER_ENABLED = True
    yield server
    server.reset()


def adapter_of(standin, now, *, protection):
    return wasender_standin.adapter(wasender_standin.channel(now=now, url=standin.url, protection=protection))


@pytest.mark.parametrize(("protection", "rate"), [(True, 0.2), (False, 256 / 60)])
def test_pace(standin, now, protection, rate):
    assert adapter_of(standin, now, protection=protection).sends_per_second == pytest.approx(rate)


@pytest.mark.parametrize(("spec", "longest"), [({"protection": True}, 6), ({"plan": "trial"}, 61)])
def test_second_message_too_soon_waits_as_told(standin, now, spec, longest):
    standin.session(**spec)
    adapter = adapter_of(standin, now, protection=spec.get("protection", False))
    assert isinstance(adapter.send(message(HELLO)), Accepted)
    result = adapter.send(message(HELLO))
    assert isinstance(result, Refused)
    assert (result.fault.kind, result.http_status) == (FaultKind.THROTTLE_NUMBER, 429)
    assert timedelta(seconds=1) <= result.retry_after <= timedelta(seconds=longest)
    assert len(standin.sent()) == 1


def test_plan_allows_256_a_minute(standin):
    """The stand-in refuses the 257th, and says so in its headers: a pacing that is off by one shows."""
    standin.session()
    with httpx.Client(base_url=standin.url, trust_env=False) as client:
        headers = {"Authorization": f"Bearer {wasender_standin.API_KEY}"}
        body = {"to": "+15550100191", "text": "x"}
        answers = [client.post("/api/send-message", json=body, headers=headers) for _ in range(257)]
    assert [answer.status_code for answer in answers] == [200] * 256 + [429]
    assert answers[0].headers["X-RateLimit-Limit"] == "256"
    assert answers[-1].headers["X-RateLimit-Remaining"] == "0"
    assert answers[-1].json()["retry_after"] >= int(answers[-1].headers["X-RateLimit-Reset"]) - 1


def waits(body=None, **headers):
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return retry_after(Answer(429, body or {}, httpx.Headers(named)), default=timedelta(seconds=5)).total_seconds()


def test_wait_is_read_from_the_body_then_the_headers():
    assert waits({"retry_after": 60}, retry_after="9", x_ratelimit_reset="3") == 60
    assert waits(retry_after="9", x_ratelimit_reset="3") == 9
    assert waits(x_ratelimit_reset="3") == 3
    assert waits() == 5


def test_reset_may_be_a_moment():
    """WASender documents both; a moment taken for seconds would hold the number back for half a century."""
    assert waits(x_ratelimit_reset=str(int(time.time()) + 30)) == pytest.approx(30, abs=2)
    assert waits(x_ratelimit_reset=str(int(time.time()) - 30)) == 1


@pytest.mark.parametrize("value", [True, "soon", -1, 0, None, [], "nan", "inf"])
def test_nonsense_is_no_wait(value):
    assert waits({"retry_after": value}) == 5


def test_wait_has_an_end():
    assert waits({"retry_after": 900_000_000}) == timedelta(days=1).total_seconds()
