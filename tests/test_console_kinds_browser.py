"""Every kind of line in a real Chromium: pictures load, tools work, nothing blocks anyone, nothing scrolls sideways."""

import json

import pytest
from playwright.sync_api import expect

from config import clock
from conversations.models import Message
from handoff import desk
from tests.console_every_kind import amend, every_kind
from tests.test_console_browser import (  # noqa: F401
    agent,
    browsing,
    channel,
    elsewhere,
    light_settings,
    pytestmark,
    stack,
    violations,
)

SCHEMES = ["light", "dark"]


@pytest.fixture
def every(agent, channel):  # noqa: F811
    return every_kind(channel, agent, now=clock.now())


def path_of(message):
    return f"/c/{message.conversation_id}/"


def row(browser, message):
    return browser.page.locator(f"#line-{message.pk}")


def shown_pictures(page):
    """Which pictures have loaded, once all of them were on the screen."""
    return page.evaluate(
        """async () => {
            const pictures = [...document.querySelectorAll("#lines img")];
            for (const picture of pictures) picture.loading = "eager";
            await Promise.all(pictures.map((picture) => picture.decode().catch(() => {})));
            return pictures.map((picture) => picture.naturalWidth > 0);
        }"""
    )


def test_pictures_load_through_the_desk_and_nothing_is_blocked(stack, every):  # noqa: F811
    """A policy or a type gone wrong shows as a broken picture, or as a word on the browser's console."""
    with browsing(stack) as browser:
        browser.sign_in(path_of(every["image"]))
        loaded = shown_pictures(browser.page)
        assert loaded == [True] * 3
        voice = row(browser, every["voice"]).locator("audio")
        length = voice.evaluate(
            """(sound) => new Promise((known) => {
                sound.addEventListener("loadedmetadata", () => known(sound.duration));
                sound.addEventListener("error", () => known(sound.error.message));
                sound.preload = "metadata";
                sound.load();
            })"""
        )
        assert 0.9 < length < 1.2
        assert browser.trouble == []


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("width", [1440, 390])
def test_every_kind_stands_in_nobodys_way(stack, every, scheme, width):  # noqa: F811
    viewport = {"width": width, "height": 900}
    with browsing(stack, color_scheme=scheme, viewport=viewport, bypass_csp=True, reduced_motion="reduce") as browser:
        browser.sign_in(path_of(every["text"]))
        browser.page.evaluate("for (const part of document.querySelectorAll('#lines details')) part.open = true")
        assert violations(browser.page) == []
        assert browser.page.evaluate("document.documentElement.scrollWidth") <= width
        assert browser.page.evaluate("document.getElementById('scroll').scrollWidth") <= width
        wide = browser.page.evaluate(
            """() => [...document.querySelectorAll("#lines .bubble")]
                .filter((bubble) => bubble.scrollWidth > bubble.clientWidth + 1).map((bubble) => bubble.textContent)"""
        )
        assert wide == []


def test_reaction_is_chosen_from_a_line_and_taken_back(stack, every):  # noqa: F811
    with browsing(stack) as browser:
        browser.sign_in(path_of(every["order"]))
        line = row(browser, every["order"])
        line.hover()
        line.get_by_role("button", name="React to this message").click()
        browser.page.get_by_role("button", name="Thumbs up").click()
        expect(line.locator(".badge")).to_contain_text("from the desk")
        expect(line.get_by_role("button", name="React to this message")).to_be_focused()
        browser.page.keyboard.press("Enter")
        browser.page.get_by_role("button", name="Take the reaction back").click()
        expect(line.locator(".badge")).to_have_count(0)
        assert browser.trouble == []


def test_reply_from_a_line_quotes_it_in_the_composer(stack, every):  # noqa: F811
    with browsing(stack) as browser:
        browser.sign_in(path_of(every["tap"]))
        browser.page.evaluate(
            """document.addEventListener("baton:quote", (event) => {
                document.body.dataset.heard = JSON.stringify(event.detail);
            })"""
        )
        line = row(browser, every["tap"])
        line.hover()
        line.get_by_role("button", name="Reply to this message").click()
        heard = json.loads(browser.page.locator("body").get_attribute("data-heard"))
        assert heard == {"seq": every["tap"].seq, "text": "Chose: Return it Within 30 days"}
        assert browser.trouble == []


def test_tools_go_with_the_right_to_reply(stack, every, agent):  # noqa: F811
    """Lines are not drawn anew when control changes hands; the tools must know all the same."""
    with browsing(stack) as browser:
        browser.sign_in(path_of(every["text"]))
        button = row(browser, every["text"]).get_by_role("button", name="Reply to this message")
        expect(button).to_have_count(1)
        elsewhere(desk.release, every["text"].conversation_id, agent=agent, now=clock.now())
        expect(button).to_have_count(0)


def test_what_failed_is_sent_again_from_its_line(stack, every):  # noqa: F811
    with browsing(stack) as browser:
        browser.sign_in(path_of(every["failed"]))
        row(browser, every["failed"]).get_by_role("button", name="Send again").click()
        expect(row(browser, every["failed"]).locator("[data-line-link]")).to_have_text("Was sent again")
        expect(browser.page.locator(".line--human .words").last).to_have_text("You will not get this")
        row(browser, every["unknown_sent"]).get_by_role("button", name="It arrived").click()
        expect(row(browser, every["unknown_sent"]).locator(".trouble")).to_have_count(0)
        assert browser.trouble == []


def test_file_is_fetched_again_from_its_line(stack, every):  # noqa: F811
    with browsing(stack) as browser:
        browser.sign_in(path_of(every["blocked"]))
        row(browser, every["blocked"]).get_by_role("button", name="Try again").click()
        expect(row(browser, every["blocked"]).locator(".file--fetching")).to_contain_text("Fetching the file")
        assert browser.trouble == []


def test_quote_leads_to_its_line_even_where_it_is_not_on_the_page_yet(stack, every):  # noqa: F811
    quoted, quoting = every["text"], every["held"]
    amend(quoting, now=clock.now(), reply_to=quoted)
    for number in range(201):
        desk.note(quoted.conversation_id, agent=quoting.author, body=f"Note {number}", now=clock.now())
    Message.objects.filter(pk=quoting.pk).update(placed_at=clock.now())
    with browsing(stack) as browser:
        browser.sign_in(path_of(quoted))
        expect(row(browser, quoted)).to_have_count(0)
        row(browser, quoting).locator("a.quoted").click()
        browser.live()
        expect(row(browser, quoted)).to_be_in_viewport()
        expect(row(browser, quoted)).to_be_focused()


def test_redrawn_line_keeps_what_plays_and_what_is_open(stack, every):  # noqa: F811
    """A tick or a reaction must not stop a voice message in the middle, nor fold what is being read."""
    voice, form = every["voice"], every["unread_form"]
    with browsing(stack) as browser:
        browser.sign_in(path_of(voice))
        row(browser, voice).locator("audio").evaluate("(sound) => { sound.marked = true }")
        row(browser, form).locator("summary").click()
        for message in (voice, form):
            elsewhere(amend, message, now=clock.now())
        expect(row(browser, form)).not_to_have_attribute("data-revision", str(form.revision))
        assert row(browser, voice).locator("audio").evaluate("(sound) => sound.marked === true")
        expect(row(browser, form).locator("details")).to_have_attribute("open", "")
        expect(row(browser, form).locator("summary")).to_be_focused()


def test_change_that_found_its_message_leaves_an_open_page(stack, every):  # noqa: F811
    loose = every["loose_revoke"]
    with browsing(stack) as browser:
        browser.sign_in(path_of(loose))
        expect(row(browser, loose)).to_be_visible()
        elsewhere(amend, loose, now=clock.now(), metadata={"applied_to": str(every["text"].pk)})
        expect(row(browser, loose)).to_be_hidden()
