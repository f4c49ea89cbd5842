"""The pages beside the desk in a real Chromium: the brake, closing several, the teams kept level; open to everyone.

Set SCREENSHOTS to a directory to have pictures of them, with the demo's people and stories.
"""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import global_settings
from django.contrib.auth.models import User
from playwright.sync_api import expect

from config import clock
from console.demo.seed import seed
from conversations.models import BotSwitch, Conversation
from conversations.states import State
from handoff import desk
from handoff.models import Handoff, Presence, Team, Ticket
from tests.console_factories import (  # noqa: F401
    held,
    light_settings,
    make_agent,
    make_channel,
    waiting,
)
from tests.processes.stack import running_stack
from tests.test_console_browser import CHROMIUM, browsing, elsewhere, violations

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="NO BROWSER: install Chromium to run the browser tests"),
]
LOOKS = [("light", 1440), ("dark", 1440), ("light", 390), ("dark", 390)]


@pytest.fixture(scope="module")
def stack(django_db_setup, tmp_path_factory):
    with running_stack(tmp_path_factory.mktemp("pages"), "web", REDIS_URL=os.environ["REDIS_URL"], DEBUG="1") as stack:
        yield stack


@pytest.fixture
def boss(transactional_db, settings):
    settings.PASSWORD_HASHERS = global_settings.PASSWORD_HASHERS  # the web process checks the password
    return make_agent("mia", "Orders", first_name="Mia", last_name="Lind", supervisor=True)


def test_stop_and_start(stack, boss):
    """If this fails, nobody can stop an assistant that says wrong things."""
    with browsing(stack) as browser:
        browser.sign_in()
        page = browser.page
        page.goto(f"{stack.url}/assistant/")
        expect(page.locator("#brake-state")).to_have_text("The assistant answers every customer")
        page.get_by_role("button", name="Stop the assistant").click()
        assert elsewhere(lambda: BotSwitch.current().enabled), "it asks first"
        page.get_by_role("link", name="No, leave it").click()
        page.get_by_role("button", name="Stop the assistant").click()
        page.get_by_role("button", name="Yes, stop it").click()
        expect(page.locator("#brake-state")).to_contain_text("by Mia Lind")
        assert not elsewhere(lambda: BotSwitch.current().enabled)
        page.get_by_role("button", name="Start the assistant").click()
        expect(page.locator("#brake-state")).to_have_text("The assistant answers every customer")
        page.get_by_label("Percent of customers").fill("20")
        page.get_by_role("button", name="Save").click()
        expect(page.locator("#brake-state")).to_have_text("The assistant answers 20 % of customers")
        expect(page.locator(".happenings li")).to_have_count(3)
        assert browser.trouble == []


def test_several_are_selected_while_the_list_moves_on_and_closed(stack, boss):
    """What is ticked must stay ticked when the desk rings; who waits must stay open unless that is ticked too."""
    channel = make_channel()
    for number, name in enumerate(("Anna", "Berta")):
        conversation = held(channel, boss, name=name, phone=f"+1555010000{number}")
        desk.reply(conversation.pk, agent=boss, body="Done.", now=clock.now())
    waits = held(channel, boss, name="Waits", phone="+15550100009")
    with browsing(stack) as browser:
        browser.sign_in("/?tab=mine")
        page = browser.page
        page.get_by_role("link", name="Select several").click()
        browser.live()
        page.get_by_label("Select Anna").check()
        page.get_by_label("Select Waits").check()
        elsewhere(held, channel, boss, name="Newcomer", phone="+15550100010")
        expect(page.get_by_label("Select Newcomer")).to_be_visible(timeout=10000)
        expect(page.get_by_label("Select Newcomer")).not_to_be_checked()
        expect(page.get_by_label("Select Anna")).to_be_checked()
        page.get_by_role("button", name="Close the selected").click()
        expect(page.get_by_role("heading", name="1 will be closed")).to_be_visible()
        page.get_by_label("Note").fill("All done")
        page.get_by_role("button", name="Close 1 and those ticked").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("1 closed")
        page.get_by_role("link", name="Back to the list").click()
        browser.live()
        expect(page.locator("a.row")).to_have_count(3)
        assert browser.trouble == []
    assert elsewhere(lambda: Conversation.objects.get(pk=waits.pk).state) == State.HUMAN


def test_teams_are_kept_level(stack, boss):
    """A supervisor leaves the page open all day."""
    group = boss.groups.get()
    channel = make_channel()
    elsewhere(lambda: Team(group_ptr_id=group.pk, slug="orders").save_base(raw=True))
    with browsing(stack) as browser:
        browser.sign_in()
        browser.page.goto(f"{stack.url}/team/")
        browser.live()
        waits = browser.page.locator(".figures-row dd").first
        expect(waits).to_have_text("0")
        elsewhere(waiting, channel, boss)
        expect(waits).to_have_text("1", timeout=10000)
        assert browser.trouble == []


@pytest.fixture
def shop(boss, settings):
    """The demo's shop on a busy morning: who is there, what needs a supervisor."""
    settings.SIMULATOR = True
    now = clock.now()
    assert seed(standin_url="http://127.0.0.1:9", now=now)
    boss.groups.set(Team.objects.filter(slug="support"))
    for username, status, ago in (
        ("ana", "online", 0),
        ("ben", "away", 9),
        ("lena", "finishing", 0),
        ("sara", "online", 2),
    ):
        Presence.objects.update_or_create(
            user=User.objects.get(username=username),
            defaults={"status": status, "seen_at": now - timedelta(minutes=ago), "since": now},
        )
    omar = Conversation.objects.get(customer__external_ref="L-1004")
    Handoff.objects.filter(conversation=omar).update(supervisor_since=now - timedelta(minutes=2))
    return omar


PAGES = {
    "team": "/team/",
    "assistant": "/assistant/",
    "assistant-stop": "/assistant/?stop=1",
    "tickets": "/tickets/",
    "ticket": "ticket",
    "needs-you": "/?tab=needs",
    "select": "/?tab=open&select=1",
    "bulk": "bulk",
}


def test_nothing_stands_in_anybodys_way(stack, boss, shop):
    """WCAG by axe in both schemes, wide and narrow; no page scrolls sideways. And the pictures, where wanted."""
    ids = "&".join(f"id={pk}" for pk in Conversation.objects.values_list("pk", flat=True))
    paths = PAGES | {"ticket": f"/tickets/{Ticket.objects.latest('number').number}/", "bulk": f"/close/?{ids}"}
    found = []
    for scheme, width in LOOKS:
        viewport = {"width": width, "height": 900}
        with browsing(
            stack, color_scheme=scheme, viewport=viewport, bypass_csp=True, reduced_motion="reduce"
        ) as browser:
            browser.sign_in()
            for name, path in paths.items():
                browser.page.goto(stack.url + path)
                picture(browser.page, f"{name}-{scheme}{'-narrow' if width < 500 else ''}")
                found += [(name, scheme, width, item) for item in violations(browser.page)]
                if browser.page.evaluate("document.documentElement.scrollWidth") > width:
                    found.append((name, scheme, width, "scrolls sideways"))
    assert found == []


def picture(page, name):
    if directory := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(directory) / f"console-{name}.png", full_page="select" not in name)
