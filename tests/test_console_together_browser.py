"""Presence, offers, giving on and the typing lock in a real Chromium."""

import os
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from audit.actors import SYSTEM
from config import clock
from conversations.models import Conversation, Tier, supervise_permission
from conversations.states import State
from handoff import attendance, desk, mentions, offers, people, presence
from handoff.models import Handoff, Presence, ResolutionTag
from tests.console_factories import (  # noqa: F401
    customer_writes,
    held,
    light_settings,
    make_agent,
    make_channel,
    waiting,
)
from tests.test_console_browser import CHROMIUM, browsing, elsewhere, violations
from tests.test_console_browser import stack as stack

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="NO BROWSER: install Chromium to run the browser tests"),
]
WATCH_POLICY = """
    window.violations = [];
    addEventListener("securitypolicyviolation", (event) => window.violations.push(event.violatedDirective));
"""


@pytest.fixture
def orders(transactional_db):
    team = people.team_ensure(name="Orders", actor=SYSTEM, now=clock.now())
    people.team_ensure(name="Returns", actor=SYSTEM, now=clock.now())
    people.teams().filter(pk=team.pk).update(offer_time=timedelta(minutes=5))
    return people.teams().get(pk=team.pk)


@pytest.fixture
def agent(orders, settings):
    from django.conf import global_settings

    settings.PASSWORD_HASHERS = global_settings.PASSWORD_HASHERS  # the web process checks the password
    return make_agent("mia", "Orders", first_name="Mia", last_name="Lind")


@pytest.fixture
def colleague(orders):
    return make_agent("ben", "Orders", first_name="Ben", last_name="Oak")


@pytest.fixture
def channel(orders):
    return make_channel()


def offered(conversation, agent):
    now = clock.now()
    handoff = conversation.handoffs.get()
    return offers.offer_make(
        conversation, handoff, agent=agent, team=people.team_of(conversation), why="Holds the fewest: 0", now=now
    )


def clean(browser):
    assert browser.trouble == []
    assert browser.page.evaluate("window.violations ?? []") == []


def test_presence_menu_is_said_kept_and_level_on_every_page(stack, agent):
    """Opening the console makes one online; what is said on one page is shown on the other."""
    with browsing(stack) as browser:
        browser.page.add_init_script(WATCH_POLICY)
        browser.sign_in()
        page = browser.page
        menu = page.locator("#presence-menu")
        expect(menu).to_have_attribute("data-status", "online")
        page.wait_for_function("performance.getEntriesByName(location.origin + '/presence/seen/').length > 0")
        assert elsewhere(presence.is_available, agent, now=clock.now())
        page.click("#presence-menu summary")
        page.get_by_role("button", name="Away").click()
        expect(menu).to_have_attribute("data-status", "away")
        expect(menu.locator(".presence-word")).to_have_text("Away")
        expect(menu).not_to_have_attribute("open", "")
        assert elsewhere(presence.status_of, agent, now=clock.now()) == "away"
        elsewhere(presence.status_set, agent, status="finishing", now=clock.now())
        page.evaluate("dispatchEvent(new Event('online'))")
        expect(menu.locator(".presence-word")).to_have_text("Finishing")
        clean(browser)


def test_offer_comes_by_itself_keeps_the_focus_and_is_accepted(stack, agent, channel):
    mine = held(channel, agent, name="Hugo", phone="+15550100002")
    with browsing(stack) as browser:
        browser.page.add_init_script(WATCH_POLICY)
        browser.sign_in(f"/c/{mine.pk}/")
        page = browser.page
        page.fill("#body", "In the middle of a wor")
        conversation = elsewhere(waiting, channel, agent, name="Ana Souza")
        elsewhere(in_transaction, offered, conversation, agent)
        card = page.locator(".offer")
        expect(card).to_contain_text("Ana Souza", timeout=15000)
        expect(page.locator("#body")).to_be_focused()
        expect(page.locator("#announce")).to_contain_text("Offered to you: Ana Souza")
        assert page.title().startswith("Offered to you")
        card.get_by_role("button", name="Accept").click()
        expect(page.locator("h1")).to_have_text("Ana Souza", timeout=15000)
        browser.live()
        expect(page.locator(".offer")).to_have_count(0)
        expect(page.locator("#body")).to_be_enabled()
        clean(browser)
    conversation.refresh_from_db()
    assert (conversation.state, conversation.assigned_to) == (State.HUMAN, agent)


def in_transaction(work, *args):
    from django.db import transaction

    with transaction.atomic():
        return work(*args)


def test_offer_passed_or_over_leaves_the_page(stack, agent, channel):
    people.teams().update(offer_time=timedelta(seconds=12))
    first = waiting(channel, agent, name="First")
    second = waiting(channel, agent, name="Second", phone="+15550100002")
    in_transaction(offered, first, agent)
    with browsing(stack) as browser:
        browser.sign_in()
        page = browser.page
        page.get_by_role("button", name="Pass on First").click()
        expect(page.locator(".offer")).to_have_count(0)
        elsewhere(in_transaction, offered, second, agent)
        expect(page.locator(".offer")).to_contain_text("Second")
        expect(page.locator(".offer")).to_have_count(0, timeout=25000)
        assert not page.title().startswith("Offered")
        clean(browser)


def test_transfer_to_a_colleague(stack, agent, colleague, channel):
    conversation = held(channel, agent)
    presence.status_set(colleague, status="away", now=clock.now())
    with browsing(stack) as browser:
        browser.sign_in(f"/c/{conversation.pk}/")
        page = browser.page
        elsewhere(presence.status_set, colleague, status="finishing", now=clock.now())
        page.click(".head-verbs [data-dialog=transfer]")
        page.click("#transfer .segments label:has([value=person])")
        expect(page.locator("#transfer-person")).to_contain_text("Ben Oak (finishing, takes nothing new)")
        page.select_option("#transfer-person", str(colleague.pk))
        page.fill("#transfer-note", "Knows the depot")
        page.click("#transfer button[type=submit]")
        expect(page.locator("#transfer [data-trouble]")).to_contain_text("Ben Oak is finishing what they have")
        expect(page.locator("#transfer-note")).to_have_value("Knows the depot")
        elsewhere(presence.status_set, colleague, status="online", now=clock.now())
        page.click("#transfer button[type=submit]")
        expect(page.locator("#transfer")).to_be_hidden()
        expect(page.locator(".gate-reason")).to_contain_text("Ben Oak holds this conversation.")
        expect(page.locator(".line--note .words")).to_have_text("Knows the depot")
        page.click("#part-gate [data-dialog=take-over]")
        expect(page.locator("#take-over-title")).to_have_text("Take over from Ben Oak?")
        page.click("#take-over button[type=submit]")
        expect(page.locator("#body")).to_be_enabled()
        assert [only for only in browser.trouble if "409" not in only] == []
    conversation.refresh_from_db()
    assert conversation.assigned_to == agent


def test_typing_pauses_the_assistant_and_colleagues_see_it(stack, agent, colleague, channel):
    conversation = customer_writes(channel)
    with browsing(stack) as browser:
        browser.sign_in(f"/c/{conversation.pk}/")
        page = browser.page
        expect(page.locator(".gate-reason")).to_contain_text("Start typing to pause it")
        page.locator("#body").press_sequentially("Let me lo")
        expect(page.locator(".gate-reason")).to_contain_text("paused while you type")
        assert elsewhere(attendance.typing_until, conversation, now=clock.now())
        page.fill("#body", "")
        expect(page.locator(".gate-reason")).to_contain_text("Start typing to pause it")
        assert elsewhere(attendance.typing_until, conversation, now=clock.now()) is None
        elsewhere(desk.typing, conversation.pk, agent=colleague, now=clock.now())
        expect(page.locator(".head-present")).to_have_text("Ben Oak is typing…")
        page.locator("#body").press_sequentially("I have it")
        page.keyboard.press("Control+Enter")
        expect(page.locator(".line--human .words")).to_have_text("I have it")
        expect(page.locator(".gate")).to_have_attribute("data-holds", "true")
        assert browser.trouble == []
    conversation.refresh_from_db()
    assert (conversation.state, conversation.assigned_to) == (State.HUMAN, agent)


def test_suggestion_never_overwrites_what_is_written(stack, agent, channel):
    conversation = held(channel, agent, body="Hello")
    with browsing(stack) as browser:
        browser.sign_in(f"/c/{conversation.pk}/")
        page = browser.page
        draft = '{"id": 1, "body": "We open at nine.", "confidence": 90, "sources": []}'
        page.route("**/suggest/", lambda route: route.fulfill(body=draft, content_type="application/json"))
        page.fill("#body", "My own words")
        page.click("#suggest")
        expect(page.locator("#suggestion-words")).to_have_text("We open at nine.")
        expect(page.locator("#body")).to_have_value("My own words")
        page.click("#suggestion-use")
        expect(page.locator("#body")).to_have_value("We open at nine.")
        expect(page.locator("[name=suggestion]")).to_have_value("1")
        page.fill("#body", "")
        expect(page.locator("[name=suggestion]")).to_have_value("")
        page.click("#suggest")
        expect(page.locator("#body")).to_have_value("We open at nine.")
        page.click("#similar summary")
        expect(page.locator("#similar")).to_contain_text("No solved case is like this one.")
        assert browser.trouble == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_all_of_it_is_open_to_everyone(stack, agent, colleague, channel, scheme, width):
    """WCAG by axe in both schemes, wide and narrow; nothing scrolls sideways."""
    Tier.objects.update_or_create(code="vip", defaults={"name": "VIP", "rank": 1, "points": 40})
    ResolutionTag.objects.get_or_create(code="solved", defaults={"name": "Solved"})
    agent.user_permissions.add(supervise_permission())
    now = clock.now()
    conversation = held(channel, agent, name="A very long name of a customer who has many names",
                        now=now - timedelta(minutes=12))  # fmt: skip
    Handoff.objects.update(nudged_at=now)
    note = desk.note(conversation.pk, agent=colleague, body="@mia can you look at this?", now=now)
    desk.typing(conversation.pk, agent=colleague, now=now)
    presence.seen(colleague, now=now)
    bots = customer_writes(channel, name="Botho", phone="+15550100004")
    theirs = held(channel, colleague, name="Theirs", phone="+15550100005")
    queued = waiting(channel, agent, name="Ana Souza", phone="+15550100006")
    type(queued.customer).objects.filter(pk=queued.customer_id).update(tier="vip")
    in_transaction(offered, queued, agent)
    assert mentions.unseen(agent).get().message == note
    assert Presence.objects.count() == 1
    viewport, shots = {"width": width, "height": 900}, os.environ.get("SHOTS", "")
    with browsing(stack, color_scheme=scheme, viewport=viewport, bypass_csp=True, reduced_motion="reduce") as browser:
        browser.sign_in(f"/c/{conversation.pk}/")
        page = browser.page

        def look(name):
            if shots:
                page.screenshot(path=f"{shots}/{name}-{scheme}-{width}.png")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, name
            assert violations(page) == [], name

        look("held")
        page.click("#presence-menu summary")
        look("presence")
        page.keyboard.press("Escape")
        page.click("#head-more summary")
        look("head-more")
        page.keyboard.press("Escape")
        for name in ("transfer", "escalate", "invite", "give-back", "close-conversation"):
            page.evaluate("(name) => document.getElementById(name).showModal()", name)
            if name == "close-conversation":
                page.click("#close-teach summary")
            look(name)
            page.keyboard.press("Escape")
        for name, other in (("bot", bots), ("colleague", theirs), ("waiting", queued)):
            page.goto(f"{stack.url}/c/{other.pk}/")
            browser.live()
            look(name)
        if width < 500:
            page.click(".context-toggle")
        page.click("#how-routed summary")
        look("pane")
        page.goto(f"{stack.url}/?tab=waiting")
        browser.live()
        look("home")
    assert Conversation.objects.count() == 4
