"""Templates in the admin: who may do what, pages under the strict policy, and every rule told at the field."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from audit.models import Event
from config import clock
from conversations.models import Channel, Message
from tests import factories, standin
from tests import template_factories as make
from tests.template_factories import Catalogue, listed
from whatsapp.models import CloudAccount, LocaleFallback, MessageTemplate
from whatsapp.templates import submitting
from whatsapp.templates.cloud_client import Created, ProviderRefused

pytestmark = pytest.mark.django_db
LIST = "admin:whatsapp_messagetemplate_changelist"


class Provider:
    """Takes what is handed in, or refuses with these words."""

    def __init__(self) -> None:
        self.calls, self.refuses = [], ""

    def __getattr__(self, verb):
        def call(*args, **given):
            if self.refuses:
                raise ProviderRefused(self.refuses)
            self.calls.append((verb, args, given))
            return Created("4711", "PENDING", "UTILITY") if verb == "create" else "handle-1"

        return call


@pytest.fixture
def provider(monkeypatch):
    provider = Provider()
    monkeypatch.setattr(submitting, "client_for", lambda *account: provider)
    return provider


@pytest.fixture
def staff(client):
    """A member of the staff with these rights on templates."""

    def signed_in(*rights: str):
        user = factories.agent("helper")
        user.is_staff = True
        user.save()
        codes = [f"{right}_messagetemplate" for right in rights]
        user.user_permissions.set(Permission.objects.filter(codename__in=codes))
        client.force_login(user)
        return client

    return signed_in


@pytest.fixture
def browser(staff):
    return staff("view", "add", "change", "delete")


@pytest.fixture
def channel(now):
    return make.channel(now=now)


def change(row) -> str:
    return reverse("admin:whatsapp_messagetemplate_change", args=[row.pk])


def form(channel=None, **changes) -> dict:
    data = {
        "name": "our_news", "locale": "en_US", "category": "UTILITY", "parameter_format": "POSITIONAL",
        "header_kind": "", "header": "", "header_examples": "", "body": "Hi {{1}}, there is news.",
        "body_examples": "Ana", "footer": "", **({"channel": channel.pk} if channel else {}),
    }  # fmt: skip
    for number in range(1, 11):
        data |= {f"button_{number}_{part}": "" for part in range(4)}
    return data | changes


def errors(response) -> dict:
    assert response.status_code == 200
    return response.context["adminform"].form.errors


@pytest.mark.parametrize("status", MessageTemplate.Status.values)
@pytest.mark.parametrize("components", [[make.BODY], [], [make.BODY, {"type": "CAROUSEL"}], [{"type": 7}]])
def test_every_template_opens_whatever_it_is_made_of(browser, channel, now, status, components):
    row = make.template(now=now, status=status, components=components, category="AUTHENTICATION", locale="xx")
    for path in (change(row), reverse(LIST)):
        response = browser.get(path)
        assert response.status_code == 200
        html = response.content.decode()
        assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=|<style", html)


def test_hostile_template_is_shown_as_words(browser, channel, now):
    evil = "<script>alert(1)</script>"
    parts = [
        make.body(f"{evil} *{evil}*"),
        {"type": "FOOTER", "text": evil},
        make.buttons({"type": "URL", "text": evil}),
    ]
    row = make.template(now=now, components=parts)
    assert evil not in browser.get(change(row)).content.decode()


def test_list_says_status_and_quality_in_words_and_filters(browser, channel, now):
    make.template(now=now, name="good_one", quality="GREEN")
    make.template(now=now, name="bad_one", status="PAUSED", quality="RED", category="MARKETING")
    html = browser.get(reverse(LIST)).content.decode()
    assert "paused for low quality" in html
    assert ">low<" in html
    for query in ({"status__exact": "PAUSED"}, {"quality": "RED"}, {"category__exact": "MARKETING"}, {"q": "bad"}):
        html = browser.get(reverse(LIST), query).content.decode()
        assert "bad_one" in html
        assert "good_one" not in html


# Writing


def test_draft_is_kept_and_recorded(browser, channel, provider):
    data = form(channel, button_1_0="QUICK_REPLY", button_1_1="Yes")
    response = browser.post(reverse("admin:whatsapp_messagetemplate_add"), data)
    assert response.status_code == 302, errors(response)
    row = MessageTemplate.objects.get()
    assert (row.status, row.account_ref, row.provider) == ("DRAFT", make.WABA, "cloud")
    assert row.components == [
        {**make.body("Hi {{1}}, there is news."), "example": {"body_text": [["Ana"]]}},
        make.buttons({"type": "QUICK_REPLY", "text": "Yes"}),
    ]
    assert Event.objects.get(event_type="config.changed").stream == "channel:main"
    assert provider.calls == []
    html = browser.get(change(row)).content.decode()
    assert "Hi Ana, there is news." in html
    assert browser.post(change(row), form(body="Hello {{1}}, news.")).status_code == 302
    row.refresh_from_db()
    assert row.components[0]["text"] == "Hello {{1}}, news."
    assert row.status == "DRAFT"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": "Bad Name"}, "name"),
        ({"body": "Hi {{1}}"}, "body"),
        ({"body_examples": ""}, "body_examples"),
        ({"header_kind": "IMAGE"}, "header_sample"),
        ({"header_kind": "TEXT"}, "header"),
        ({"button_1_0": "URL", "button_1_1": "x", "button_1_2": "nowhere"}, "button_1"),
        ({"button_1_1": "x"}, "button_1"),
        ({"channel": ""}, "channel"),
        ({"category": "AUTHENTICATION"}, "category"),
    ],
)
def test_rules_are_told_at_their_field_and_nothing_is_handed_in(browser, channel, provider, wrong, field):
    data = form(channel) | {"_hand_in": "1"} | wrong
    assert field in errors(browser.post(reverse("admin:whatsapp_messagetemplate_add"), data))
    assert not MessageTemplate.objects.exists()
    assert provider.calls == []


def test_second_template_of_one_name_and_locale_is_refused(browser, channel, provider, now):
    make.template(now=now, name="our_news")
    told = errors(browser.post(reverse("admin:whatsapp_messagetemplate_add"), form(channel)))
    assert "already" in str(told["name"])


def test_draft_is_handed_in(browser, channel, provider):
    response = browser.post(reverse("admin:whatsapp_messagetemplate_add"), form(channel, _hand_in="1"), follow=True)
    assert "was handed in" in response.content.decode()
    row = MessageTemplate.objects.get()
    assert (row.status, row.provider_id) == ("PENDING", "4711")
    assert provider.calls[0][2]["components"] == row.components
    assert Event.objects.get(event_type="template.handed_in").actor_kind == "human"


def test_refused_draft_is_kept(browser, channel, provider):
    """What was written must not be lost because WhatsApp said no."""
    provider.refuses = "The name is taken."
    response = browser.post(reverse("admin:whatsapp_messagetemplate_add"), form(channel, _hand_in="1"), follow=True)
    assert "The name is taken." in response.content.decode()
    assert MessageTemplate.objects.get().status == "DRAFT"


def test_sample_file_is_uploaded_and_its_handle_kept(browser, channel, provider):
    path = reverse("admin:whatsapp_messagetemplate_add")
    sample = SimpleUploadedFile("x.png", b"png", "image/png")
    response = browser.post(path, form(channel, header_kind="IMAGE", header_sample=sample))
    assert response.status_code == 302, errors(response)
    row = MessageTemplate.objects.get()
    assert row.components[0] == {"type": "HEADER", "format": "IMAGE", "example": {"header_handle": ["handle-1"]}}
    assert browser.post(change(row), form(header_kind="IMAGE")).status_code == 302
    row.refresh_from_db()
    assert row.components[0]["example"] == {"header_handle": ["handle-1"]}


def test_sample_of_the_wrong_kind_is_refused(browser, channel, provider):
    sample = SimpleUploadedFile("x.exe", b"MZ", "application/octet-stream")
    data = form(channel, header_kind="IMAGE", header_sample=sample)
    told = errors(browser.post(reverse("admin:whatsapp_messagetemplate_add"), data))
    assert "will not do" in str(told["header_sample"])
    assert provider.calls == []


# Editing what WhatsApp has


def test_new_version_of_an_approved_template_is_handed_in(browser, channel, provider, now):
    row = make.template(now=now, name="our_news", provider_id="42")
    response = browser.post(change(row), form(name="another", category="MARKETING", _continue="1"))
    assert response.status_code == 302, errors(response)
    row.refresh_from_db()
    assert (row.name, row.category, row.status) == ("our_news", "UTILITY", "PENDING")
    assert provider.calls == [("edit", ("42",), {"components": row.components, "category": ""})]
    assert row.components[0]["text"] == "Hi {{1}}, there is news."
    assert Event.objects.filter(event_type="template.edited").count() == 1


def test_refused_version_changes_nothing_and_says_why(browser, channel, provider, now):
    provider.refuses = "Edited today already."
    row = make.template(now=now, name="our_news")
    told = errors(browser.post(change(row), form()))
    assert "Edited today already." in str(told)
    row.refresh_from_db()
    assert (row.status, row.components) == ("APPROVED", [make.BODY])


@pytest.mark.parametrize(
    "more", [{"status": "PENDING"}, {"status": "DELETED"}, {"components": [make.BODY, {"type": "X"}]}]
)
def test_what_cannot_be_edited_is_only_looked_at(browser, channel, provider, now, more):
    row = make.template(now=now, **more)
    assert browser.post(change(row), form()).status_code == 403
    assert provider.calls == []


def test_only_drafts_are_deleted_here(browser, channel, now):
    """A template's row stays for the messages that were sent by it."""
    row, draft = make.template(now=now), make.template(now=now, name="draft", status="DRAFT")
    for one, code in ((row, 403), (draft, 302)):
        path = reverse("admin:whatsapp_messagetemplate_delete", args=[one.pk])
        assert browser.post(path, {"post": "yes"}).status_code == code
    assert list(MessageTemplate.objects.all()) == [row]
    browser.post(reverse(LIST), {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"})
    assert MessageTemplate.objects.exists()


def test_deleting_at_whatsapp_asks_first(browser, channel, provider, now):
    row = make.template(now=now, provider_id="42")
    path = reverse("admin:whatsapp_messagetemplate_withdraw", args=[row.pk])
    assert "Where used" in browser.get(path).content.decode()
    assert provider.calls == []
    assert browser.post(path).status_code == 302
    row.refresh_from_db()
    assert row.status == "DELETED"
    assert provider.calls == [("delete", (), {"name": "order_update", "provider_id": "42"})]


# Preview, sync, where used


def test_preview_shows_what_stands_in_the_form_and_touches_nothing(browser, channel, provider, now):
    path = reverse("admin:whatsapp_messagetemplate_preview")
    data = form(body="Hi *{{1}}*, <b>news</b>.", button_1_0="QUICK_REPLY", button_1_1="Yes", name="")
    html = browser.post(path, data).content.decode()
    assert "Hi <strong>Ana</strong>, &lt;b&gt;news&lt;/b&gt;." in html
    assert "Yes" in html
    assert browser.post(path, {}).status_code == 200
    assert browser.get(path).status_code == 405
    assert (provider.calls, MessageTemplate.objects.count()) == ([], 0)


def test_sync_button_says_what_changed(browser, channel, now, monkeypatch):
    monkeypatch.setattr("whatsapp.templates.sync.adapter_for", lambda channel: Catalogue(listed()))
    html = browser.post(reverse("admin:whatsapp_messagetemplate_sync"), follow=True).content.decode()
    assert "Main: 1 new, 0 changed, 0 gone." in html
    assert Event.objects.get(event_type="template.added").actor_kind == "human"
    monkeypatch.setattr("whatsapp.templates.sync.adapter_for", lambda channel: Catalogue(listed(), breaks_after=0))
    html = browser.post(reverse("admin:whatsapp_messagetemplate_sync"), follow=True).content.decode()
    assert "could not be read to its end: the connection broke." in html
    Channel.objects.update(is_active=False)
    html = browser.post(reverse("admin:whatsapp_messagetemplate_sync"), follow=True).content.decode()
    assert "No active channel has a business account" in html


def test_sync_button_reaches_whatsapp_itself(browser, now, tmp_path):
    """Over HTTP, with the real adapter."""
    with standin.running(tmp_path) as graph:
        standin.register(graph, "http://127.0.0.1:9")
        factories.channel(now=now)
        CloudAccount.objects.update(
            phone_number_id=standin.NUMBER, access_token=standin.TOKEN, api_url=graph.url,
            business_account_id="555010900000001",
        )  # fmt: skip
        html = browser.post(reverse("admin:whatsapp_messagetemplate_sync"), follow=True).content.decode()
    count = MessageTemplate.objects.count()
    assert count > 0
    assert f"{count} new" in html


def test_where_used_counts_channels_and_messages(browser, channel, now):
    Channel.objects.update(reengage_template="order_update")
    row, other = make.template(now=now), make.template(now=now, locale="de")
    conversation = factories.conversation(now=now)
    for days in (1, 40):
        Message.objects.create(
            conversation=conversation, channel=channel, seq=100 + days, revision=1, direction="out", sender="human",
            type="template", body="x", content={"kind": "template", "name": "order_update", "locale": "en_US"},
            status="delivered", control_epoch=0, placed_at=now, created_at=clock.now() - timedelta(days=days),
        )  # fmt: skip
    html = browser.get(change(row)).content.decode()
    assert "Re-engagement on" in html
    assert "1 message in the last 30 days" in html
    assert "in the last 30 days</li>" not in browser.get(change(other)).content.decode()


# Who may


@pytest.mark.parametrize(
    ("rights", "allowed"),
    [((), set()), (("view",), {"list", "page", "preview"}), (("view", "change"), {"list", "page", "preview", "sync"})],
)
def test_rights_decide(staff, channel, provider, now, monkeypatch, rights, allowed):
    monkeypatch.setattr("whatsapp.templates.sync.adapter_for", lambda channel: Catalogue())
    row, browser = make.template(now=now), staff(*rights)
    name = "admin:whatsapp_messagetemplate"
    answers = {
        "list": browser.get(reverse(LIST)),
        "page": browser.get(change(row)),
        "preview": browser.post(reverse(f"{name}_preview"), form()),
        "add": browser.post(reverse(f"{name}_add"), form(channel)),
        "withdraw": browser.post(reverse(f"{name}_withdraw", args=[row.pk])),
        "sync": browser.post(reverse(f"{name}_sync")),
    }
    assert {what for what, answer in answers.items() if answer.status_code in (200, 302)} == allowed
    assert ("Sync now" in answers["list"].content.decode()) == ("sync" in allowed)


def test_strangers_are_sent_to_sign_in(client, channel, now):
    row = make.template(now=now)
    paths = [reverse(LIST), change(row), reverse("admin:whatsapp_messagetemplate_withdraw", args=[row.pk])]
    assert [client.get(path).status_code for path in paths] == [302, 302, 302]
    assert client.post(reverse("admin:whatsapp_messagetemplate_sync")).status_code == 302
    assert MessageTemplate.objects.get().status == "APPROVED"


# Locale fallbacks


def test_fallbacks_take_whatsapps_codes_only_and_are_recorded(client):
    client.force_login(User.objects.create_superuser("root"))
    path = reverse("admin:whatsapp_localefallback_add")
    for wrong in ({"template_locales": "en-US"}, {"template_locales": ""}, {"customer_locale": "german"}):
        data = {"customer_locale": "xh", "template_locales": "en_US", **wrong}
        assert client.post(path, data).status_code == 200
    assert client.post(path, {"customer_locale": "xh", "template_locales": " en_US  en en_US"}).status_code == 302
    assert LocaleFallback.objects.get(pk="xh").template_locales == "en_US en"
    assert Event.objects.filter(event_type="config.changed", stream="localefallback:xh").exists()
    path = reverse("admin:whatsapp_localefallback_change", args=["xh"])
    assert client.post(path, {"template_locales": "en"}).status_code == 302
    assert LocaleFallback.objects.get(pk="xh").template_locales == "en"
