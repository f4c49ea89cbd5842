"""Teams, their people and the routing matrix in the admin. If these fail, staff set up a desk that leaves customers
waiting, or delete what the record needs."""

from datetime import timedelta

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User

from audit.models import Event
from conversations.models import Tier, Topic
from conversations.states import State
from handoff import desk
from handoff.models import AgentProfile, Offer, Presence, RoutingRule, Seat, Team
from tests import factories
from tests import routing_factories as make
from tests.admin_factories import formset, page, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def root(db):
    return User.objects.create_superuser("root", password="a-long-password-for-tests")


@pytest.fixture
def browser(root):
    return signed_in(root)


@pytest.fixture
def support(db):
    return factories.team()


def team_form(team: Team, **changes) -> dict[str, object]:
    data = {
        "name": team.name, "slug": team.slug, "level": 1, "topics": [], "languages": "", "skills": "", "hours": "",
        "mode": "warm", "assignment": "claim", "strategy": "least_loaded", "capacity": 5, "offer_time": "45s",
        "grace_time": "2m", "answer_time": "10m", "wait_limit": "5m", "overflow_to": "", "overflow_after": "",
        "return_after": "", "reopen_within": "4h", "reopen_to": "agent", "_save": "1",
    }  # fmt: skip
    return {**data, **formset("User_groups"), **formset("seats"), **changes}


def change(browser, team, **changes):
    return browser.post(page(Team, "change", team.pk), team_form(team, **changes))


def last_change() -> Event:
    return Event.objects.filter(event_type="config.changed").latest("id")


# Teams


def test_team_is_set_up_in_words_and_recorded(browser, support):
    returns = factories.team("returns")
    Topic.objects.get_or_create(code="returns", defaults={"name": "Returns"})
    given = {
        "languages": "EN, es,en", "skills": "refunds, Tax", "assignment": "offer", "offer_time": "1m30s",
        "overflow_to": returns.pk, "overflow_after": "15m", "return_after": "1h", "topics": ["returns"],
    }  # fmt: skip
    response = change(browser, support, **given)
    assert response.status_code == 302, response.context["errors"]
    team = Team.objects.get(pk=support.pk)
    assert (team.languages, team.skills) == (["en", "es"], ["refunds", "tax"])
    assert (team.offer_time, team.overflow_after) == (timedelta(seconds=90), timedelta(minutes=15))
    assert (team.assignment, team.overflow_to, team.return_after) == ("offer", returns, timedelta(hours=1))
    event = last_change()
    assert event.stream == "team:support"
    assert {"languages", "offer_time", "overflow_to"} <= set(event.payload["fields"])
    html = browser.get(page(Team, "change", support.pk)).content.decode()
    assert 'value="1m30s"' in html


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"capacity": 0}, "At least 1"),
        ({"offer_time": "soon"}, "15m, 4h, 2d"),
        ({"offer_time": "0m"}, "Longer than nothing"),
        ({"grace_time": ""}, "required"),
        ({"languages": "english"}, "two or three letters"),
        ({"skills": "with blanks in it"}, "single words"),
        ({"overflow_after": "5m"}, "Fill in both"),
        ({"languages": "\x00"}, "ull characters"),
    ],
)
def test_what_would_break_a_team_is_refused_in_words(browser, support, given, words):
    response = change(browser, support, **given)
    assert response.status_code == 200
    assert words in str(response.context["errors"])


def test_team_cannot_overflow_into_itself(browser, support):
    response = change(browser, support, overflow_to=support.pk, overflow_after="5m")
    assert "into itself" in str(response.context["errors"])


def test_members_and_seats_are_edited_with_the_team_and_recorded(browser, support):
    bob = factories.agent("bob", teams=("returns",))
    data = {
        **formset("User_groups", 1), "User_groups-0-id": "", "User_groups-0-group": support.pk,
        "User_groups-0-user": bob.pk, **formset("seats", 1), "seats-0-id": "", "seats-0-team": support.pk,
        "seats-0-user": bob.pk, "seats-0-capacity": 2,
    }  # fmt: skip
    response = change(browser, support, **data)
    assert response.status_code == 302, response.context["errors"]
    assert bob.groups.filter(pk=support.pk).exists()
    assert Seat.objects.get().capacity == 2
    assert last_change().stream == "team:support"


def test_new_team_is_made_with_what_is_shown(browser):
    response = browser.post(page(Team, "add"), team_form(Team(name="Claims", slug="claims")))
    assert response.status_code == 302, response.context["errors"]
    assert Team.objects.filter(name="Claims").exists()
    assert last_change().payload["action"] == "added"


def test_team_that_had_conversations_cannot_be_deleted_and_the_page_says_what_to_do(browser, now, support):
    talk = make.waiting(now=now)
    html = browser.get(page(Team, "delete", support.pk)).content.decode()
    assert "move what is open to another team" in html
    assert str(talk.pk) not in html
    browser.post(page(Team, "delete", support.pk), {"post": "yes"})
    browser.post(
        page(Team, "changelist"), {"action": "delete_selected", "_selected_action": [support.pk], "post": "yes"}
    )
    assert Group.objects.filter(pk=support.pk).exists()


def test_team_that_never_had_any_is_deleted_and_recorded(browser):
    team = factories.team("mistake")
    browser.post(page(Team, "delete", team.pk), {"post": "yes"})
    assert not Group.objects.filter(pk=team.pk).exists()
    assert (last_change().stream, last_change().payload["action"]) == ("team:mistake", "deleted")


# People


def person_form(user: User, **changes) -> dict[str, object]:
    data = {
        "username": user.username, "first_name": "", "last_name": "", "email": "", "is_active": "on", "groups": [],
        "date_joined_0": "2026-11-21", "date_joined_1": "09:00:00", "last_login_0": "", "last_login_1": "",
        "_save": "1", **formset("agent_profile"),
    }  # fmt: skip
    return {name: value for name, value in (data | changes).items() if value is not None}


def save_person(browser, user, **changes):
    groups = list(user.groups.values_list("pk", flat=True))
    return browser.post(page(User, "change", user.pk), person_form(user, groups=groups, **changes), follow=True)


def test_switching_an_account_off_gives_back_what_it_holds(
    browser, now, support, root, django_capture_on_commit_callbacks
):
    """If this fails, its customers wait for somebody who cannot sign in any more."""
    ana = factories.agent("ana")
    talk = desk.accept(make.waiting(now=now).pk, agent=ana, now=now)
    with django_capture_on_commit_callbacks(execute=True):
        response = save_person(browser, ana, is_active=None)
    assert make.fresh(talk).state == State.PENDING
    requeued = Event.objects.get(event_type="handoff.requeued")
    assert (requeued.actor_id, requeued.payload["why"]) == (str(root.pk), "ana is no longer here")
    assert response.status_code == 200
    changed = Event.objects.filter(event_type="config.changed", stream=f"user:{ana.pk}").get()
    assert "is_active" in changed.payload["fields"]


def test_other_changes_take_nothing_from_anybody(browser, now, support, django_capture_on_commit_callbacks):
    ana = factories.agent("ana")
    talk = desk.accept(make.waiting(now=now).pk, agent=ana, now=now)
    with django_capture_on_commit_callbacks(execute=True):
        save_person(browser, ana, first_name="Ana")
    assert make.fresh(talk).assigned_to == ana


def test_what_somebody_can_do_is_edited_with_their_account(browser, support):
    ana = factories.agent("ana")
    profile = {
        **formset("agent_profile", 1), "agent_profile-0-id": "", "agent_profile-0-user": ana.pk,
        "agent_profile-0-languages": "EN,es", "agent_profile-0-skills": "tax", "agent_profile-0-capacity": "4",
    }  # fmt: skip
    response = save_person(browser, ana, **profile)
    assert response.redirect_chain, response.context["errors"]
    kept = AgentProfile.objects.get()
    assert (kept.languages, kept.skills, kept.capacity) == (["en", "es"], ["tax"], 4)


def test_somebody_who_had_conversations_cannot_be_deleted_and_the_page_says_what_to_do(browser, now, support):
    ana = factories.agent("ana")
    desk.accept(make.waiting(now=now).pk, agent=ana, now=now)
    html = browser.get(page(User, "delete", ana.pk)).content.decode()
    assert "untick “Active” on its page" in html
    browser.post(page(User, "delete", ana.pk), {"post": "yes"})
    assert User.objects.filter(pk=ana.pk).exists()


def test_new_account_is_made_with_a_name_and_a_password(browser):
    data = {"username": "cora", "password1": "a-long-password-1", "password2": "a-long-password-1",
            "usable_password": "true", "_save": "1"}  # fmt: skip
    response = browser.post(page(User, "add"), data)
    assert response.status_code == 302, response.context["errors"]
    assert last_change().payload["name"] == "cora"


def test_new_password_is_on_the_record_by_the_fact_alone(browser, support):
    ana = factories.agent("ana")
    word = "another-long-password"
    data = {"password1": word, "password2": word, "usable_password": "true"}
    response = browser.post(f"/admin/auth/user/{ana.pk}/password/", data)
    assert response.status_code == 302, response.context["form"].errors
    assert last_change().payload["fields"] == ["password"]
    assert word not in str(last_change().payload)


# The matrix, and what is there to look at


def test_routing_matrix_is_edited_in_its_list(browser, support):
    tax = factories.team("tax")
    tier = Tier.objects.get_or_create(code="vip", defaults={"name": "VIP"})[0]
    rows = [RoutingRule.objects.create(team=tax, tier=tier, order=20), RoutingRule.objects.create(team=support)]
    html = browser.get(page(RoutingRule, "changelist")).content.decode()
    assert "VIP → Tax" in html
    assert "nobody: passed over" in html
    data = {**formset("form", 2, 2), "_save": "1", "form-0-id": rows[0].pk, "form-0-order": 30,
            "form-1-id": rows[1].pk, "form-1-order": 10, "form-1-is_active": "on"}  # fmt: skip
    assert browser.post(page(RoutingRule, "changelist"), data).status_code == 302
    assert list(RoutingRule.objects.values_list("team", "order", "is_active")) == [
        (support.pk, 10, True), (tax.pk, 30, False)
    ]  # fmt: skip
    assert Event.objects.filter(event_type="config.changed", stream__startswith="routingrule:").count() == 2


def test_row_of_the_matrix_is_added(browser, support):
    data = {"order": 5, "is_active": "on", "tier": "", "topic": "", "language": "ES", "mood": "frustrated",
            "team": support.pk, "skills": "tax, refunds", "raises_priority": 3, "_save": "1"}  # fmt: skip
    response = browser.post(page(RoutingRule, "add"), data)
    assert response.status_code == 302, response.context["errors"]
    row = RoutingRule.objects.get()
    assert (row.language, row.skills) == ("es", "tax refunds")


@pytest.mark.parametrize("model", [Presence, Offer])
def test_presence_and_offers_can_only_be_looked_at(browser, now, model):
    make.team()
    ana = make.person("ana", now=now)
    talk = make.waiting(now=now)
    from handoff import assignment

    assignment.assign(talk.pk, now=now)
    assert model in admin.site._registry
    assert "ana" in browser.get(page(model, "changelist")).content.decode()
    row = model.objects.get()
    assert browser.get(page(model, "change", row.pk)).status_code == 200
    assert browser.post(page(model, "change", row.pk), {}).status_code == 403
    assert ana.presence
