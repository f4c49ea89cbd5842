"""Templates from the desk: what is shown is what is sent, and consent is asked for where it is missing."""

from uuid import uuid4

import pytest

from config import clock
from conversations.models import Consent
from tests.console_factories import (  # noqa: F401
    customer_writes,
    held,
    light_settings,
    make_agent,
    make_channel,
)
from tests.console_sending import (  # noqa: F401
    FETCH,
    asleep,
    media_root,
    picture,
    post,
    refused,
    sent,
    state_page,
    url,
    wrong,
)
from tests.console_templates import COMPONENTS, approved, with_account
from whatsapp.models import Attachment, ChannelHealth

pytestmark = pytest.mark.django_db

FILLED = {"field:1": "Ana", "field:2": "B-77"}


@pytest.fixture
def channel():
    return with_account(make_channel())


@pytest.fixture
def agent(client):
    agent = make_agent("mia", "Orders", first_name="Mia", last_name="Lind")
    client.force_login(agent)
    return agent


@pytest.fixture
def colleague():
    return make_agent("sam", "Orders", first_name="Sam", last_name="Oak")


def test_closed_window_offers_templates_and_the_customer_gets_what_was_shown(client, agent, channel):
    template, conversation = approved(), asleep(channel)
    html = state_page(client, conversation)
    assert "An approved template can still be sent" in html
    assert 'data-dialog="template"' in html
    form = client.get(url("templates", conversation), {"template": template.pk}, headers=FETCH).text
    assert 'name="field:1"' in form
    assert "Record what they say" not in form
    shown = post(client, "template_preview", conversation, template=template.pk, **FILLED).text
    assert "Hello Ana, news of your <strong>order</strong> B-77." in shown
    assert "This is what is sent." in shown
    assert post(client, "template", conversation, template=template.pk, **FILLED).status_code == 204
    message = conversation.messages.get(type="template")
    assert message.body.startswith("Shop line\n\nHello Ana, news of your *order* B-77. Reply to continue.")


def test_follow_up_waits_for_the_customer(client, agent, channel):
    template, conversation = approved(), asleep(channel)
    response = post(client, "template", conversation, template=template.pk, follow_up="It is at the depot.", **FILLED)
    assert response.status_code == 204
    follow_up = conversation.messages.get(body="It is at the depot.")
    assert follow_up.status == "held"
    assert "1 message waits until the customer writes" in state_page(client, conversation)
    customer_writes(channel, "Yes?")
    follow_up.refresh_from_db()
    assert follow_up.status == "queued"


def test_same_token_sends_once(client, agent, channel):
    template, conversation, token = approved(), asleep(channel), str(uuid4())
    for _ in range(2):
        response = post(client, "template", conversation, template=template.pk, token=token, **FILLED)
        assert response.status_code == 204
    assert conversation.messages.filter(type="template").count() == 1


def test_what_is_missing_is_said_beside_the_examples(client, agent, channel):
    template, conversation = approved(), asleep(channel)
    shown = post(client, "template_preview", conversation, template=template.pk, **{"field:1": "Ana"}).text
    assert "Hello Ana, news of your <strong>order</strong> A-1." in shown
    assert "Text {{2}} is empty. Fill it in." in shown
    wrong(post(client, "template", conversation, template=template.pk, **{"field:1": "Ana"}), "{{2}} is empty")


def test_what_the_agent_types_is_text_in_the_preview(client, agent, channel):
    template, conversation = approved(), asleep(channel)
    data = {"field:1": "<img src=x onerror=alert(1)>", "field:2": "b"}
    assert "<img" not in post(client, "template_preview", conversation, template=template.pk, **data).text


def test_template_that_is_not_approved_any_more(client, agent, channel):
    template, conversation = approved(status="PAUSED"), asleep(channel)
    approved("other")
    assert f'value="{template.pk}"' not in client.get(url("templates", conversation), headers=FETCH).text
    wrong(post(client, "template", conversation, template=template.pk, **FILLED), "Choose a template")
    assert "Choose a template" in post(client, "template_preview", conversation, template=template.pk).text


def test_without_consent_it_is_said_with_the_way_to_record_it(client, agent, channel):
    template, conversation = approved(category="MARKETING"), asleep(channel)
    form = client.get(url("templates", conversation), {"template": template.pk}, headers=FETCH).text
    assert "has not agreed to be written to first" in form
    assert 'data-dialog="consent"' in form
    refused(post(client, "template", conversation, template=template.pk, **FILLED), "no_consent", "has not agreed")
    assert post(client, "consent", conversation, kind="opt_in", evidence="On the phone").status_code == 204
    assert post(client, "template", conversation, template=template.pk, **FILLED).status_code == 204


def test_number_that_may_send_none_says_so(client, agent, channel):
    approved()
    ChannelHealth.objects.create(channel=channel, templates_stopped_at=clock.now(), templates_stop_words="Low quality.")
    form = client.get(url("templates", asleep(channel)), headers=FETCH).text
    assert "This number sends no templates now: Low quality." in form


def test_provider_without_templates_says_so(client, agent):
    channel = make_channel(key="bare")
    type(channel).objects.filter(pk=channel.pk).update(provider="wasender")
    form = client.get(url("templates", customer_writes(channel)), headers=FETCH).text
    assert "provider without templates" in form


def test_header_file_is_uploaded_with_the_template(client, agent, channel):
    template = approved(components=[{"type": "HEADER", "format": "IMAGE"}, *COMPONENTS[1:]])
    conversation = held(channel, agent)
    shown = post(
        client,
        "template_preview",
        conversation,
        template=template.pk,
        **FILLED,
        **{"field:header.image": "cup.png"},
    ).text
    assert "cup.png" in shown
    assert "This is what is sent." in shown
    data = {**FILLED, "field:header.image": picture()}
    assert post(client, "template", conversation, template=template.pk, **data).status_code == 204
    assert conversation.messages.get(type="template").attachments.get().filename == "cup.png"


def test_another_customers_file_cannot_be_named_by_its_number(client, agent, channel):
    template = approved(components=[{"type": "HEADER", "format": "IMAGE"}, *COMPONENTS[1:]])
    foreign = Attachment.objects.create(
        channel=channel, kind="image", state="stored", mime_type="image/png", size=10, created_at=clock.now()
    )
    data = {**FILLED, "field:header.image": str(foreign.pk)}
    wrong(post(client, "template", held(channel, agent), template=template.pk, **data), "Header image is empty")


def test_place_in_the_header(client, agent, channel):
    template = approved(components=[{"type": "HEADER", "format": "LOCATION"}, COMPONENTS[1]])
    conversation = held(channel, agent)
    place = {"latitude": "52.5", "longitude": "13.4", "name": "Shop", "address": "Main Street 1"}
    data = FILLED | {f"field:header.location.{name}": value for name, value in place.items()}
    assert (
        'name="field:header.location.latitude"'
        in client.get(url("templates", conversation), {"template": template.pk}, headers=FETCH).text
    )
    assert post(client, "template", conversation, template=template.pk, **data).status_code == 204
    wrong(
        post(
            client,
            "template",
            conversation,
            template=template.pk,
            **(data | {"field:header.location.latitude": "x"}),
        ),
        "latitude lies between",
    )


def test_colleagues_conversation_is_left_to_them(client, agent, colleague, channel):
    template, conversation = approved(), asleep(channel, colleague)
    html = state_page(client, conversation)
    assert "You can reply once the customer has written again" in html
    assert "Choose a template" not in html
    refused(post(client, "template", conversation, template=template.pk, **FILLED), "not_in_control", "Sam Oak")


def test_picker_without_a_script_leads_back(client, agent, channel):
    assert client.get(url("templates", customer_writes(channel))).status_code == 302


def test_word_is_kept_with_its_evidence_and_shown(client, agent, channel):
    conversation = customer_writes(channel)
    assert post(client, "consent", conversation, kind="opt_out", evidence="Asked on the phone").status_code == 204
    kept = Consent.objects.get()
    assert (kept.kind, kept.evidence, kept.recorded_by) == ("opt_out", "Asked on the phone", agent)
    html = state_page(client, conversation)
    assert "Asked not to be written to" in html
    assert "noted by Mia Lind: Asked on the phone" in html
    assert "what you write is withheld" in html


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"kind": "opt_in", "evidence": " "}, "how the customer told you"),
        ({"kind": "maybe", "evidence": "x"}, "Choose what the customer said"),
        ({}, "Choose what the customer said"),
    ],
)
def test_word_without_evidence_is_none(client, agent, channel, data, words):
    wrong(post(client, "consent", customer_writes(channel), **data), words)
    assert not Consent.objects.exists()
