"""Sending from the desk in a real Chromium: files, quotes, menus, templates, and the window that closes meanwhile."""

import os
from datetime import timedelta

import pytest
from django.conf import global_settings
from playwright.sync_api import expect

from config import clock
from conversations.models import Conversation, Message, supervise_permission
from handoff import resting
from tests.console_factories import (  # noqa: F401
    customer_writes,
    held,
    light_settings,
    make_agent,
    make_channel,
)
from tests.console_templates import approved, with_account
from tests.media_host import png
from tests.processes.stack import running_stack
from tests.test_console_browser import CHROMIUM, browsing, elsewhere, violations
from whatsapp.models import ChannelHealth

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="NO BROWSER: install Chromium to run the browser tests"),
]


QUOTE = "(text) => document.dispatchEvent(new CustomEvent('baton:quote', {detail: {seq: 1, text}, bubbles: true}))"


@pytest.fixture(scope="module")
def stack(django_db_setup, tmp_path_factory):
    with running_stack(
        tmp_path_factory.mktemp("sending"), "web", REDIS_URL=os.environ["REDIS_URL"], DEBUG="1"
    ) as stack:
        yield stack


@pytest.fixture
def agent(transactional_db, settings):
    settings.PASSWORD_HASHERS = global_settings.PASSWORD_HASHERS  # the web process checks the password
    return make_agent("mia", "Orders", first_name="Mia", last_name="Lind")


@pytest.fixture
def channel(transactional_db):
    return with_account(make_channel())


def sent(conversation, **wanted):
    """The rows that this agent sent, read in a thread of its own."""
    return elsewhere(lambda: list(conversation.messages.filter(sender=Message.Sender.HUMAN, **wanted).order_by("seq")))


def test_file_is_chosen_captioned_and_sent(stack, agent, channel):
    conversation = held(channel, agent)
    with browsing(stack) as browser:
        browser.sign_in(f"/c/{conversation.pk}/")
        page = browser.page
        expect(page.locator("#send")).to_be_disabled()
        page.set_input_files("#attach-file", {"name": "cup.png", "mimeType": "image/png", "buffer": png()})
        expect(page.locator("#composer-file-name")).to_have_text("cup.png")
        expect(page.locator("#composer-file-picture")).to_be_visible()
        page.fill("#body", "Your cup")
        page.click("#send")
        expect(page.locator("#composer-file")).to_be_hidden()
        expect(page.locator("#body")).to_have_value("")
        expect(page.locator(".line--human")).to_have_count(1)
        assert browser.trouble == []
    [message] = sent(conversation)
    assert (message.type, message.content["caption"]) == ("image", "Your cup")


def test_files_that_whatsapp_refuses_are_refused_before_and_after_the_upload(stack, agent, channel):
    conversation = held(channel, agent)
    with browsing(stack) as browser:
        browser.sign_in(f"/c/{conversation.pk}/")
        page = browser.page
        page.set_input_files("#attach-file", {"name": "a.gif", "mimeType": "image/gif", "buffer": b"GIF89a"})
        expect(page.locator("#composer-trouble")).to_contain_text("does not take this file: it is image/gif")
        big = {"name": "big.png", "mimeType": "image/png", "buffer": png() + b"x" * 6 * 1024 * 1024}
        page.set_input_files("#attach-file", big)
        expect(page.locator("#composer-trouble")).to_contain_text("images up to 5 MB; this has 6 MB")
        expect(page.locator("#composer-file")).to_be_hidden()
        page.set_input_files("#attach-file", {"name": "fake.png", "mimeType": "image/png", "buffer": bytes(range(256))})
        page.fill("#body", "A caption worth keeping")
        page.click("#send")
        expect(page.locator("#composer-trouble")).not_to_be_empty()
        expect(page.locator("#composer-file-name")).to_have_text("fake.png")
        expect(page.locator("#body")).to_have_value("A caption worth keeping")
    assert sent(conversation, type="image") == []


def test_picture_is_pasted_and_dropped_and_sound_may_be_a_voice_message(stack, agent, channel):
    conversation = held(channel, agent)
    with browsing(stack) as browser:
        browser.sign_in(f"/c/{conversation.pk}/")
        page = browser.page
        give = """([kind, target, name, type, property]) => {
            const data = new DataTransfer();
            data.items.add(new File(["123"], name, { type }));
            const event = new Event(kind, { bubbles: true, cancelable: true });
            Object.defineProperty(event, property, { value: data });
            document.querySelector(target).dispatchEvent(event);
        }"""
        page.evaluate(give, ["paste", "#body", "pasted.png", "image/png", "clipboardData"])
        expect(page.locator("#composer-file-name")).to_have_text("pasted.png")
        expect(page.locator("#composer-file-voice")).to_be_hidden()
        page.evaluate(give, ["drop", "#scroll", "song.ogg", "audio/ogg", "dataTransfer"])
        expect(page.locator("#composer-file-name")).to_have_text("song.ogg")
        expect(page.locator("#composer-file-voice")).to_be_visible()
        page.click("#composer-file-remove")
        expect(page.locator("#composer-file")).to_be_hidden()
        page.click(".composer-kind label:has([value=note])")
        page.evaluate(give, ["drop", "#scroll", "song.ogg", "audio/ogg", "dataTransfer"])
        expect(page.locator("#composer-file")).to_be_hidden()  # a note has no files
        assert browser.trouble == []


def test_quoted_reply_shows_what_it_answers_and_can_let_go(stack, agent, channel):
    conversation = held(channel, agent)
    with browsing(stack) as browser:
        browser.sign_in(f"/c/{conversation.pk}/")
        page = browser.page
        page.evaluate(QUOTE, "Where <i>?")
        expect(page.locator("#composer-quote-words")).to_have_text("Where <i>?")
        expect(page.locator("#body")).to_be_focused()
        page.click("#composer-quote-remove")
        expect(page.locator("#composer-quote")).to_be_hidden()
        page.evaluate(QUOTE, "Where <i>?")
        page.fill("#body", "Here")
        page.keyboard.press("Control+Enter")
        expect(page.locator("#composer-quote")).to_be_hidden()
        page.fill("#body", "And there")
        page.keyboard.press("Control+Enter")
        expect(page.locator(".line--human")).to_have_count(2)
        assert browser.trouble == []
    first, second = sent(conversation)
    assert (first.reply_to_id is not None, second.reply_to_id) == (True, None)


def test_buttons_and_a_list_are_written_by_keyboard_within_limits(stack, agent, channel):
    conversation = held(channel, agent)
    with browsing(stack) as browser:
        browser.sign_in(f"/c/{conversation.pk}/")
        page = browser.page
        page.focus("#more summary")
        page.keyboard.press("Enter")
        page.keyboard.press("Escape")
        expect(page.locator("#more summary")).to_be_focused()
        expect(page.locator(".more-items")).to_be_hidden()
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator("#buttons")).to_be_visible()
        page.fill("#buttons-body", "Which?")
        page.fill("#buttons-1", "x" * 21)
        expect(page.locator("#buttons-1-count")).to_have_text("21 of 20")
        page.click("#buttons button[type=submit]")
        expect(page.locator("#buttons")).to_be_visible()  # the browser says which field is too long
        page.fill("#buttons-1", "Same")
        page.fill("#buttons-2", "Same")
        page.keyboard.press("Enter")
        expect(page.locator("#buttons [data-trouble]")).to_contain_text("two are the same")
        page.fill("#buttons-2", "Other")
        page.keyboard.press("Enter")
        expect(page.locator("#buttons")).to_be_hidden()
        page.click("#more summary")
        page.click("[data-dialog=menu]")
        page.fill("#menu-body", "Which day?")
        page.fill("#menu-button", "Days")
        page.fill("#menu-title-1", "Monday")
        for _ in range(9):
            page.click("#menu-add")
        expect(page.locator("#menu-add")).to_be_disabled()
        page.fill("#menu-title-10", "Friday")
        expect(page.locator("#menu-title-10-count")).to_have_text("6 of 24")
        page.click("#menu button[type=submit]")
        expect(page.locator("#menu")).to_be_hidden()
        expect(page.locator("#menu .menu-row")).to_have_count(1)
        assert browser.trouble == [only for only in browser.trouble if "400" in only]
    assert [message.content["kind"] for message in sent(conversation, type="interactive")] == ["buttons", "menu"]


def test_window_closes_while_the_page_stands_open_and_a_template_goes_out(stack, agent, channel):
    """The composer shuts by itself, offers what may still be sent, and shows exactly that before it is sent."""
    template = approved()
    conversation = held(channel, agent)
    Conversation.objects.filter(pk=conversation.pk).update(window_expires_at=clock.now() + timedelta(seconds=15))
    with browsing(stack) as browser:
        browser.sign_in(f"/c/{conversation.pk}/")
        page = browser.page
        page.fill("#body", "Too slow")
        expect(page.locator("#body")).to_be_disabled(timeout=25000)
        expect(page.locator("#part-gate .gate-reason")).to_contain_text("24-hour window is closed")
        elsewhere(resting.windows_expire, now=clock.now())
        page.click("#part-gate [data-dialog=template]")
        page.select_option("#template-choice", str(template.pk))
        expect(page.locator("#template-preview")).to_contain_text("Hello Bo, news of your order A-1.")
        page.fill("#template-field-1", "Ana")
        page.fill("#template-field-2", "B-77")
        expect(page.locator("#template-preview")).to_contain_text("Hello Ana, news of your order B-77.")
        expect(page.locator("#template-preview [data-ready]")).to_have_text("This is what is sent.")
        page.fill("#template-follow-up", "It is at the depot.")
        page.click("#template-send")
        expect(page.locator("#template")).to_be_hidden()
        expect(page.locator(".notices")).to_contain_text("1 message waits until the customer writes")
        elsewhere(customer_writes, channel, "Yes?")
        expect(page.locator("#body")).to_be_enabled()
        expect(page.locator("#body")).to_have_value("Too slow")
        assert browser.trouble == []


def test_consent_is_recorded_from_within_the_picker(stack, agent, channel):
    template = approved(category="MARKETING")
    conversation = held(channel, agent, now=clock.now() - timedelta(hours=30))
    resting.windows_expire(now=clock.now())
    with browsing(stack) as browser:
        browser.sign_in(f"/c/{conversation.pk}/")
        page = browser.page
        page.click("#part-gate [data-dialog=template]")
        page.select_option("#template-choice", str(template.pk))
        expect(page.locator("#template-send")).to_be_disabled()
        page.click("#template-form [data-dialog=consent]")
        page.check("#consent [value=opt_in]")
        page.fill("#consent-evidence", "On the phone")
        page.keyboard.press("Enter")
        expect(page.locator("#consent")).to_be_hidden()
        expect(page.locator("#template-send")).to_be_enabled()
        expect(page.locator("#part-context")).to_contain_text("Agreed to be written to")
        assert browser.trouble == []


def test_typing_is_told_seldom_and_each_message_is_marked_read_once(stack, agent, channel):
    conversation = held(channel, agent)
    with browsing(stack) as browser:
        told = []
        browser.page.on("request", lambda asked: asked.url.endswith("/typing/") and told.append(asked.post_data))
        browser.sign_in(f"/c/{conversation.pk}/")
        page = browser.page
        page.locator("#body").press_sequentially("Hello there")
        elsewhere(customer_writes, channel, "One more thing")
        expect(page.locator(".line--customer")).to_have_count(2)
        page.locator("#body").press_sequentially(" again")
        page.click(".composer-kind label:has([value=note])")
        page.locator("#body").press_sequentially("a note")
        page.reload()
        browser.live()
        values = [["0", "1"]['name="typing"\r\n\r\n1' in data] for data in told]
        assert sorted(values) == ["0", "0", "1"]
        assert browser.trouble == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_every_dialog_and_notice_is_open_to_everyone(stack, agent, channel, scheme, width, tmp_path):
    """WCAG by axe in both schemes, wide and narrow; nothing scrolls sideways."""
    template = approved()
    agent.user_permissions.add(supervise_permission())
    conversation = held(channel, agent, name="A very long name of a customer who has many names")
    Conversation.objects.update(standby_since=clock.now())
    ChannelHealth.objects.create(channel=channel, stopped_at=clock.now(), stop_words="The access token has run out.")
    viewport = {"width": width, "height": 900}
    shots = os.environ.get("SHOTS", "")
    with browsing(stack, color_scheme=scheme, viewport=viewport, bypass_csp=True, reduced_motion="reduce") as browser:
        browser.sign_in(f"/c/{conversation.pk}/")
        page = browser.page

        def look(name):
            if shots:
                page.screenshot(path=f"{shots}/{name}-{scheme}-{width}.png")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, name
            assert violations(page) == [], name

        page.evaluate(QUOTE, "Where? " * 40)
        page.set_input_files("#attach-file", {"name": f"{'long' * 20}.png", "mimeType": "image/png", "buffer": png()})
        look("composer")
        page.click("#more summary")
        look("more")
        for name in ("buttons", "menu", "link", "ask-place", "ask-phone", "template"):
            page.click(f"#more [data-dialog={name}]")
            if name == "template":
                page.select_option("#template-choice", str(template.pk))
                expect(page.locator("#template-preview")).to_contain_text("Hello Bo")
            look(name)
            page.keyboard.press("Escape")
            page.click("#more summary")
        page.keyboard.press("Escape")
        page.evaluate("document.getElementById('consent').showModal()")
        look("consent")
        for name in ("?tab=mine", "channels/"):
            page.goto(f"{stack.url}/{name}")
            look(name.strip("?/"))
