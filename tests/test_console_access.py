"""Who sees what: strangers, other teams, the right person, a supervisor. A hole here shows customers to outsiders."""

import pytest
from django.urls import reverse

from audit.models import Event
from conversations.models import Conversation
from tests.console_factories import (  # noqa: F401
    PASSWORD,
    customer_writes,
    light_settings,
    make_agent,
    make_channel,
    waiting,
)

pytestmark = pytest.mark.django_db

PAGES = ["conversation", "record"]
FRAGMENTS = ["lines", "state"]
VERBS = ["write", "accept", "take_over", "call_person", "give_back", "close"]
FETCH = {"X-Baton": "fetch"}


@pytest.fixture
def conversation():
    make_agent("own", "Orders", first_name="Olga", last_name="Own")
    make_agent("other", "Billing")
    make_agent("boss", supervisor=True, is_staff=True)
    return customer_writes(make_channel())


def url(name, conversation):
    return reverse(f"console:{name}", args=[conversation.pk])


def sign_in(client, username):
    assert client.login(username=username, password=PASSWORD)


@pytest.mark.parametrize("name", PAGES + FRAGMENTS)
def test_stranger_is_sent_to_sign_in(client, conversation, name):
    response = client.get(url(name, conversation))
    assert response.status_code == 302
    assert response.url.startswith(reverse("console:login"))


@pytest.mark.parametrize("path", ["/", "/list/"])
def test_stranger_sees_no_list(client, path):
    assert client.get(path).status_code == 302
    assert client.get(path, headers=FETCH).status_code == 401


@pytest.mark.parametrize("name", FRAGMENTS)
def test_script_of_a_stranger_gets_401_not_a_sign_in_page(client, conversation, name):
    assert client.get(url(name, conversation), headers=FETCH).status_code == 401


@pytest.mark.parametrize("name", VERBS)
def test_stranger_can_do_nothing(client, conversation, name):
    assert client.post(url(name, conversation)).status_code == 302
    assert client.post(url(name, conversation), headers=FETCH).status_code == 401
    assert Conversation.objects.get().revision == conversation.revision


@pytest.mark.parametrize("name", PAGES + FRAGMENTS)
def test_other_team_finds_nothing(client, conversation, name):
    sign_in(client, "other")
    assert client.get(url(name, conversation)).status_code == 404


@pytest.mark.parametrize("name", VERBS)
def test_other_team_can_do_nothing(client, conversation, name):
    sign_in(client, "other")
    response = client.post(url(name, conversation), {"kind": "note", "body": "hello"}, headers=FETCH)
    assert response.status_code == 404
    assert Conversation.objects.get().revision == conversation.revision


@pytest.mark.parametrize("name", VERBS)
def test_verbs_are_posts(client, conversation, name):
    sign_in(client, "own")
    assert client.get(url(name, conversation)).status_code == 405


@pytest.mark.parametrize("name", VERBS)
def test_verbs_want_a_csrf_token(client, conversation, name):
    client.handler.enforce_csrf_checks = True
    sign_in(client, "own")
    assert client.post(url(name, conversation), headers=FETCH).status_code == 403


@pytest.mark.parametrize("user", ["own", "boss"])
@pytest.mark.parametrize("name", PAGES + FRAGMENTS)
def test_own_team_and_supervisor_see_it(client, conversation, user, name):
    sign_in(client, user)
    response = client.get(url(name, conversation), headers=FETCH)
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]


def test_list_shows_own_team_only(client, conversation):
    waiting(make_channel("Billing", key="billing"), make_agent("caller", "Billing"), name="Bill Ing")
    sign_in(client, "own")
    page = client.get("/list/?tab=open").text
    assert "Ana Souza" in page
    assert "Bill Ing" not in page
    assert 'data-waiting="0"' in page
    sign_in(client, "boss")
    page = client.get("/list/?tab=open").text
    assert "Ana Souza" in page
    assert "Bill Ing" in page


def test_supervisors_look_goes_on_the_record_once_per_page(client, conversation):
    sign_in(client, "boss")
    client.get(url("conversation", conversation))
    for name in FRAGMENTS:
        client.get(url(name, conversation), headers=FETCH)
    assert Event.objects.filter(event_type="transcript.seen").count() == 1


def test_own_teams_look_is_not_recorded(client, conversation):
    sign_in(client, "own")
    client.get(url("conversation", conversation))
    assert not Event.objects.filter(event_type="transcript.seen").exists()


def test_only_staff_is_shown_the_way_to_the_admin(client, conversation):
    sign_in(client, "own")
    assert 'href="/admin/"' not in client.get("/").text
    sign_in(client, "boss")
    assert 'href="/admin/"' in client.get("/").text


def test_deactivated_agent_is_out_at_once(client, conversation):
    sign_in(client, "own")
    assert client.get("/").status_code == 200
    agent = make_agent("unused")
    type(agent).objects.filter(username="own").update(is_active=False)
    assert client.get("/").status_code == 302


def test_sign_in_and_out(client, conversation):
    assert "An assistant answers on WhatsApp" in client.get("/login/").text
    wrong = client.post("/login/", {"username": "own", "password": "no"})
    assert "do not belong together" in wrong.text
    target = url("conversation", conversation)
    response = client.post("/login/", {"username": "own", "password": PASSWORD, "next": target})
    assert response.url == target
    assert client.get("/login/").status_code == 302
    assert client.post("/logout/").url == "/login/"
    assert client.get("/").status_code == 302


def test_sign_in_never_leads_to_another_site(client, conversation):
    response = client.post("/login/", {"username": "own", "password": PASSWORD, "next": "https://evil.example/"})
    assert response.url == "/"
