"""`manage.py add_agent` and `add_token`: a person, and a token for a program, without the admin."""

import io

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import CommandError, call_command

from audit.models import Event
from conversations.models import Conversation
from handoff.models import Team
from tests import api_factories as make

pytestmark = pytest.mark.django_db

PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def _cheap_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def add(username: str = "ana", *more: str, password: str = PASSWORD, team: str = "support") -> User:
    call_command("add_agent", username, "--password", password, "--team", team, *more)
    return User.objects.get(username=username)


def refused(*words, **options) -> str:
    with pytest.raises(CommandError) as refusal:
        add(*words, **options)
    assert refusal.value.returncode == 1
    return str(refusal.value)


def test_agent_and_team_are_made_and_recorded(capsys):
    ana = add("ana", "--name", "Ana Maria Example")
    assert ana.check_password(PASSWORD)
    assert (ana.first_name, ana.last_name) == ("Ana", "Maria Example")
    assert (ana.is_staff, ana.is_superuser, ana.has_perm("conversations.supervise")) == (False, False, False)
    team = Team.objects.get()
    assert (team.name, list(ana.groups.values_list("pk", flat=True))) == ("Support", [team.pk])
    assert [(event.stream, event.event_type) for event in Event.objects.all()] == [
        ("team:support", "team.created"),
        (f"user:{ana.pk}", "agent.created"),
    ]
    assert "ana added to team support." in capsys.readouterr().out


def test_team_by_its_name():
    add(team="Returns & Refunds")
    add("bob", team="returns-refunds")
    assert Team.objects.get().name == "Returns & Refunds"
    assert User.objects.filter(groups=Team.objects.get()).count() == 2


def test_supervisor_sees_every_team(now):
    chief = add("chief", "--supervisor", team="management")
    thread = make.conversation(now)
    assert list(Conversation.objects.visible_to(chief)) == [thread]


def test_admin():
    ana = add("ana", "--admin")
    assert (ana.is_staff, ana.is_superuser) == (True, True)


def test_again_updates_and_takes_nothing_away(capsys):
    add("ana", "--supervisor")
    ana = add("ana", team="returns", password="another good one")
    assert ana.check_password("another good one")
    assert ana.groups.count() == 2
    assert ana.has_perm("conversations.supervise")
    assert "ana updated, in team returns." in capsys.readouterr().out
    assert Event.objects.get(event_type="config.changed").payload["fields"] == ["password", "team"]


def test_password_from_standard_input(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))
    assert add(password="-").check_password(PASSWORD)


def test_password_is_never_recorded_or_shown(capsys):
    add()
    assert PASSWORD not in str(list(Event.objects.values())) + "".join(capsys.readouterr())


@pytest.mark.parametrize(
    ("password", "words"),
    [("x1", "too short"), ("password123", "too common"), ("anastasia", "too similar"), ("", "short")],
)
def test_weak_password_is_refused_and_leaves_nothing(password, words):
    assert words in refused("anastasia", password=password)
    assert not User.objects.exists()
    assert not Team.objects.exists()
    assert not Event.objects.exists()


@pytest.mark.parametrize("username", ["", "a b", "x" * 151, "a\x00b", "<b>"])
def test_bad_username_is_refused(username):
    assert "username" in refused(username)


def test_group_that_is_no_team_is_refused():
    Group.objects.create(name="Support")
    assert "that is no team" in refused()


@pytest.mark.parametrize("team", ["", "!!!"])
def test_team_that_cannot_be_one_is_refused(team):
    assert "cannot be a team" in refused(team=team)


def test_token_alone_is_printed_to_stdout(client, capsys):
    """So that TOKEN=$(manage.py add_token ana) holds a token and nothing else."""
    ana = add()
    capsys.readouterr()
    call_command("add_token", "ana")
    seen = capsys.readouterr()
    token = seen.out.removesuffix("\n")
    assert token.isalnum()
    assert "not shown again" in seen.err
    assert token not in seen.err
    response = client.get("/api/v1/conversations/", headers={"Authorization": f"Bearer {token}"})
    assert response.status_code == 200
    assert Event.objects.get(event_type="token.created").stream == f"user:{ana.pk}"


def test_token_for_nobody_is_refused():
    with pytest.raises(CommandError, match="There is no user 'nobody'") as refusal:
        call_command("add_token", "nobody")
    assert refusal.value.returncode == 1


def test_token_for_one_who_left_is_refused():
    User.objects.filter(pk=add().pk).update(is_active=False)
    with pytest.raises(CommandError, match="not active"):
        call_command("add_token", "ana")
