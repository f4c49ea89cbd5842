"""Templates written at WhatsApp, over HTTP against the stand-in: handed in, edited, deleted, listed page by page."""

import httpx
import pytest

from audit.actors import SYSTEM
from audit.models import Event
from tests import factories, standin
from tests import template_factories as make
from whatsapp.adapter import ProviderUnavailable
from whatsapp.models import CloudAccount, MessageTemplate
from whatsapp.providers import adapter_for
from whatsapp.templates import submitting
from whatsapp.templates.cloud_client import CloudTemplates, ProviderRefused
from whatsapp.templates.refusals import TemplateRefused
from whatsapp.templates.sync import templates_sync

pytestmark = pytest.mark.django_db
ACCOUNT = "555010900000001"


@pytest.fixture(scope="module")
def graph(tmp_path_factory):
    with standin.running(tmp_path_factory.mktemp("standin")) as client:
        yield client


@pytest.fixture
def channel(graph, now):
    standin.register(graph, "http://127.0.0.1:9")
    channel = factories.channel(now=now)
    CloudAccount.objects.update(
        phone_number_id=standin.NUMBER, access_token=standin.TOKEN, api_url=graph.url, business_account_id=ACCOUNT
    )
    channel.refresh_from_db()
    return channel


def draft(now, name="our_news", **more) -> MessageTemplate:
    components = [{**make.body("Hi {{1}}, there is news."), "example": {"body_text": [["Ana"]]}}]
    return make.template(
        now=now, name=name, status="DRAFT", provider_id="", components=components, account_ref=ACCOUNT, **more
    )


def hand_in(row, now) -> None:
    submitting.template_hand_in(row, client=submitting.client_for("cloud", ACCOUNT), actor=SYSTEM, now=now)


def sync(channel, now):
    return templates_sync(channel, adapter=adapter_for(channel), actor=SYSTEM, now=now)


def test_draft_is_handed_in_edited_and_deleted(channel, now):
    row = draft(now)
    hand_in(row, now)
    row.refresh_from_db()
    assert row.status == "PENDING"
    assert row.provider_id
    assert Event.objects.filter(event_type="template.handed_in", stream="channel:main").count() == 1

    MessageTemplate.objects.update(status="APPROVED")
    row.refresh_from_db()
    client = submitting.client_for("cloud", ACCOUNT)
    submitting.template_delete(row, client=client, actor=SYSTEM, now=now)
    row.refresh_from_db()
    assert row.status == "DELETED"
    assert sync(channel, factories.later(now, hours=1)).why == ""
    assert not MessageTemplate.objects.filter(name="our_news").exclude(status="DELETED").exists()


def test_new_version_is_handed_in(channel, graph, now):
    row = draft(now)
    hand_in(row, now)
    told = httpx.post(f"{graph.url}/standin/templates/{row.provider_id}", json={"status": "APPROVED"}, trust_env=False)
    assert told.status_code == 200, told.text
    sync(channel, factories.later(now, hours=1))
    row.refresh_from_db()
    assert row.status == "APPROVED"
    components = [{**make.body("Hello {{1}}, there is news."), "example": {"body_text": [["Ana"]]}}]
    client = submitting.client_for("cloud", ACCOUNT)
    submitting.template_edit(row, components=components, category=row.category, client=client, actor=SYSTEM, now=now)
    row.refresh_from_db()
    assert (row.status, row.components) == ("PENDING", components)
    with pytest.raises(TemplateRefused, match="cannot be edited while"):
        submitting.template_edit(row, components=components, category="", client=client, actor=SYSTEM, now=now)
    sync(channel, factories.later(now, hours=2))
    row.refresh_from_db()
    assert row.components == components


def test_list_of_many_pages_is_read_to_its_end(channel, now):
    """More than one page at any sensible page size."""
    client = submitting.client_for("cloud", ACCOUNT)
    for number in range(130):
        client.create(
            name=f"page_{number}", locale="en_US", category="UTILITY", parameter_format="POSITIONAL",
            components=[make.BODY],
        )  # fmt: skip
    result = sync(channel, now)
    assert result.why == ""
    assert MessageTemplate.objects.filter(name__startswith="page_").count() == 130
    assert sync(channel, factories.later(now, hours=1)).words() == "Nothing has changed."


def test_refusal_is_told_in_words_and_the_draft_stays(channel, now):
    row = draft(now)
    hand_in(row, now)
    again = draft(now, name="other_name")
    MessageTemplate.objects.filter(pk=again.pk).update(components=[make.body("{{1}} first")])
    again.refresh_from_db()
    with pytest.raises(ProviderRefused) as caught:
        hand_in(again, now)
    assert len(str(caught.value)) > 10
    again.refresh_from_db()
    assert again.status == "DRAFT"
    with pytest.raises(TemplateRefused, match="handed in already"):
        hand_in(row, now)


def test_wrong_token_says_where_a_new_one_is_entered(channel, now):
    CloudAccount.objects.update(access_token="wrong")
    with pytest.raises(ProviderRefused, match="Enter a new one in the admin"):
        hand_in(draft(now), now)


def test_nobody_there_says_that_nothing_was_handed_in(channel, now):
    CloudAccount.objects.update(api_url=f"http://127.0.0.1:{standin.free_port()}")
    row = draft(now)
    with pytest.raises(ProviderUnavailable, match="Nothing was handed in"):
        hand_in(row, now)
    with pytest.raises(ProviderUnavailable):
        CloudTemplates(CloudAccount.objects.get()).upload_sample(filename="x.png", mime_type="image/png", data=b"x")


def test_accounts_elsewhere_are_only_synced(now):
    for provider, account in (("twilio", "AC1"), ("cloud", "unknown")):
        with pytest.raises(TemplateRefused, match="synced only"):
            submitting.client_for(provider, account)
