"""Signing in to the API: bearer tokens and the console's session."""

import pytest
from rest_framework.test import APIClient

from audit.actors import SYSTEM
from audit.models import Event
from console.tokens import token_create
from tests import api_factories as make

pytestmark = pytest.mark.django_db

LIST = "/api/v1/conversations/"


@pytest.fixture
def ana(now):
    return make.agent(now, "ana")


def test_token_opens_the_api(now, ana, client):
    token = token_create(user=ana, actor=SYSTEM, now=now)
    assert client.get(LIST, headers={"Authorization": f"Bearer {token}"}).status_code == 200


def test_token_is_not_stored_and_not_on_the_record(now, ana):
    token = token_create(user=ana, actor=SYSTEM, now=now)
    assert token not in str(ana.auth_token_set.values())
    event = Event.objects.get(event_type="token.created")
    assert (event.stream, event.payload) == (f"user:{ana.pk}", {"username": "ana"})


@pytest.mark.parametrize("token", ["", "abc", "x" * 10_000, "a b", "\x00", "é", "ÿþ", "a" * 8 + "\x00"])
def test_what_is_no_token(client, ana, token):
    response = client.get(LIST, headers={"Authorization": f"Bearer {token}"})
    assert (response.status_code, response.json()["code"]) == (401, "authentication_failed")


def test_token_of_one_who_left_opens_nothing(now, ana, client):
    token = token_create(user=ana, actor=SYSTEM, now=now)
    ana.is_active = False
    ana.save()
    assert client.get(LIST, headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_session_needs_its_csrf_token_to_write(now, ana):
    """Else any page that an agent visits could write to customers in their name."""
    thread = make.conversation(now)
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(ana)
    assert client.get(LIST).status_code == 200
    response = client.post(f"{LIST}{thread.pk}/note/", {"body": "Hello"}, format="json")
    assert (response.status_code, response.json()["code"]) == (403, "permission_denied")
