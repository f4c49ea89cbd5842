"""The channel's pages in the admin, in a real browser: nothing in anybody's way, and nothing the policy refuses."""

import contextlib
import os
import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import global_settings
from django.contrib.auth.models import User
from django.db import transaction
from playwright.sync_api import sync_playwright

from config import clock
from conversations.consent import Consent, Word, consent_record
from conversations.identity import conflict_note
from conversations.models import Channel, Customer, IdentityConflict
from tests import api_factories as make
from tests.admin_factories import page as page_of
from tests.processes.stack import running_stack
from whatsapp.models import ChannelHealth, Charge, InboundUpdate

CHROMIUM = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)
PASSWORD = "a-long-password-for-tests"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="NO BROWSER: install Chromium to run the browser tests"),
]


@pytest.fixture(scope="module")
def stack(django_db_setup, tmp_path_factory):
    with running_stack(tmp_path_factory.mktemp("admin"), "web", REDIS_URL=os.environ["REDIS_URL"], DEBUG="1") as stack:
        yield stack


@pytest.fixture
def rows(transactional_db, settings):
    """A channel in trouble, two customers that may be one, a charge; and who may see it all."""
    settings.PASSWORD_HASHERS = global_settings.PASSWORD_HASHERS  # the web process checks the password
    User.objects.create_superuser("root", password=PASSWORD)
    now = clock.now()
    first, second = make.conversation(now, number=4711), make.conversation(now, number=4712)
    ChannelHealth.objects.create(
        channel=first.channel, stopped_at=now, stop_words="The access token has expired.", templates_stopped_at=now,
        templates_stop_words="Too many customers blocked this number.", missing_fields=["security", "account_update"],
        fields_checked_at=now, notice="phone number quality update, event FLAGGED", notice_at=now,
    )  # fmt: skip
    agreed = Word(Consent.Kind.OPT_IN, Consent.Source.FORM, now, "terms 3", "Order 12")
    with transaction.atomic():
        consent_record(first.customer, agreed, now=now)
        conflict_note(first.channel, first.customer, second.customer, now=now)
    Charge.objects.create(
        message=first.messages.get(), conversation_id=first.pk, channel=first.channel, month=now.date().replace(day=1),
        type="regular", category="service", at=now, delivered_at=now,
    )  # fmt: skip
    return [
        page_of(Channel, "changelist"),
        page_of(Channel, "change", first.channel.pk),
        page_of(Channel, "add"),
        f"{page_of(Channel, 'add')}?provider=twilio",
        page_of(IdentityConflict, "change", IdentityConflict.objects.get().pk),
        page_of(Customer, "change", first.customer_id),
        page_of(Customer, "consent", first.customer_id),
        page_of(Charge, "changelist"),
        page_of(InboundUpdate, "changelist"),
    ]


#: Where our own markup stands; the rest of the page is the stock admin's.
OURS = [
    ".channel-health", ".channel-verbs", ".providers", ".conflict-sides", ".conflict-verbs", ".totals", ".tone",
    "#consent_form",
]  # fmt: skip


@contextlib.contextmanager
def browsing(stack, **options):
    """A page, signed in."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = chromium.new_context(**options).new_page()
        page.goto(f"{stack.url}/admin/login/")
        page.fill("#id_username", "root")
        page.fill("#id_password", PASSWORD)
        page.click("input[type=submit]")
        try:
            yield page
        finally:
            chromium.close()


def test_the_policy_refuses_nothing_on_these_pages(stack, rows):
    trouble = []
    with browsing(stack) as page:
        page.on("console", lambda message: message.type == "error" and trouble.append(message.text))
        page.on("pageerror", lambda error: trouble.append(str(error)))
        for path in rows:
            page.goto(stack.url + path)
            assert page.locator("h1").count(), path
    assert trouble == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_our_part_of_each_page_is_readable_for_everybody(stack, rows, scheme):
    """WCAG by axe. The policy is off: it refuses axe itself."""
    found, looked = [], set()
    with browsing(stack, color_scheme=scheme, bypass_csp=True) as page:
        for path in rows:
            page.goto(stack.url + path)
            ours = [selector for selector in OURS if page.locator(selector).count()]
            looked.update(ours)
            violations = Axe().run(page, context=ours).response["violations"] if ours else []
            found += [(path, item["id"], [node["target"] for node in item["nodes"]]) for item in violations]
    assert found == []
    assert looked == set(OURS)
