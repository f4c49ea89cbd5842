"""The stand-in and a desk that listens to it: what the tests of inbound traffic share."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests import standin
from tests.standin import Desk, settle
from whatsapp.standin.client import StandinClient


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[StandinClient]:
    with standin.running(tmp_path_factory.mktemp("standin")) as client:
        yield client


@pytest.fixture
def desk(server) -> Iterator[Desk]:
    with standin.listening(server) as desk:
        yield desk
        assert desk.badly_signed == 0


def changes(desk: Desk) -> list[dict[str, Any]]:
    return [change for body in desk.bodies for entry in json.loads(body)["entry"] for change in entry["changes"]]


def last_message(server: StandinClient, desk: Desk) -> dict[str, Any]:
    settle(server)
    return desk.messages()[-1]
