"""The API sends more than text: templates, interactive messages, reactions, quotes; and refuses with the mend."""

from datetime import timedelta

import pytest
import time_machine

from conversations.models import Consent, Message
from handoff import desk, resting
from tests import api_factories as make
from tests import template_factories as templates
from whatsapp.models import Attachment, CloudAccount

pytestmark = pytest.mark.django_db
URL = "/api/v1/conversations/"


@pytest.fixture
def ana(now):
    return make.agent(now, "ana")


@pytest.fixture
def held(now, ana):
    conversation = make.held_by(ana, now, number=1)
    CloudAccount.objects.update(business_account_id=templates.WABA)
    return conversation


@pytest.fixture
def api(ana):
    return make.client_of(ana)


def post(api, conversation, verb, body, **headers):
    return api.post(f"{URL}{conversation.pk}/{verb}/", body, format="json", headers=headers)


def at_rest(conversation, now):
    """The same conversation a day later: its window has closed."""
    late = now + timedelta(hours=25)
    resting.windows_expire(now=late)
    conversation.refresh_from_db()
    assert conversation.state == "dormant"
    return late


def test_template_is_sent_as_the_customer_will_read_it(api, held, now):
    templates.template(now=now, components=[templates.body("Hello {{1}}, order {{2}} is on its way.")])
    answer = post(api, held, "template", {"name": "order_update", "locale": "en_US", "params": ["Maya", "B-1"]})
    assert answer.status_code == 201
    assert (answer.data["type"], answer.data["body"]) == ("template", "Hello Maya, order B-1 is on its way.")
    assert answer.data["content"]["name"] == "order_update"


def test_template_leaves_outside_the_window_where_text_does_not(api, held, now):
    """If this fails, agents lose every customer whose day is over, or WhatsApp refuses what we send."""
    templates.template(now=now, name="update", components=[templates.body("There is news. Reply to continue.")])
    late = at_rest(held, now)
    with time_machine.travel(late, tick=False):
        refused = post(api, held, "reply", {"body": "Hello?"})
        assert (refused.status_code, refused.data["code"]) == (409, "window_closed")
        sent = post(api, held, "template", {"name": "update", "follow_up": "The lamp is on its way."})
    assert sent.status_code == 201
    waiting = Message.objects.get(body="The lamp is on its way.")
    assert waiting.status == "held"
    make.says(late + timedelta(minutes=5), "Yes?", number=1)
    waiting.refresh_from_db()
    assert waiting.status == "queued", "what waited goes out once the customer has written"


@pytest.mark.parametrize(
    ("status", "code"), [("PAUSED", "template_not_approved"), ("REJECTED", "template_not_approved")]
)
def test_template_that_is_not_approved_is_refused(api, held, now, status, code):
    templates.template(now=now, status=status)
    answer = post(api, held, "template", {"name": "order_update", "locale": "en_US"})
    assert (answer.status_code, answer.data["code"]) == (409, code)


def test_unknown_template_and_wrong_parameters_are_named(api, held, now):
    missing = post(api, held, "template", {"name": "nowhere"})
    assert (missing.status_code, missing.data["code"]) == (409, "template_missing")
    templates.template(now=now, components=[templates.body("Order {{1}} is ready.")])
    wrong = post(api, held, "template", {"name": "order_update", "locale": "en_US", "params": []})
    assert wrong.status_code == 400
    assert not Message.objects.filter(type="template").exists()


def test_locale_is_chosen_by_the_list_and_never_guessed(api, held, now):
    templates.template(now=now, locale="de")
    answer = post(api, held, "template", {"name": "order_update"})
    assert (answer.status_code, answer.data["code"]) == (409, "template_locale_missing")


def test_marketing_needs_consent(api, held, ana, now):
    templates.template(now=now, name="sale", category="MARKETING")
    late = at_rest(held, now)
    with time_machine.travel(late, tick=False):
        refused = post(api, held, "template", {"name": "sale"})
        assert (refused.status_code, refused.data["code"]) == (409, "no_consent")
        desk.consent_note(held.pk, agent=ana, kind=Consent.Kind.OPT_IN, evidence="Said so by phone", now=late)
        assert post(api, held, "template", {"name": "sale"}).status_code == 201


def test_template_is_sent_once_however_often_it_is_asked_for(api, held, now):
    templates.template(now=now)
    body = {"name": "order_update", "locale": "en_US"}
    first, again = (post(api, held, "template", body, **{"Idempotency-Key": "k1"}) for _ in range(2))
    assert first.data["id"] == again.data["id"]
    other = post(api, held, "interactive", {"kind": "contact_request", "body": "x"}, **{"Idempotency-Key": "k1"})
    assert (other.status_code, other.data["code"]) == (409, "key_reused")


BUTTONS = {
    "kind": "buttons",
    "body": "Which one?",
    "buttons": [{"id": "a", "title": "Lamp"}, {"id": "b", "title": "Bed"}],
}
GRAPH = {
    "type": "list",
    "body": {"text": "Pick one"},
    "action": {"button": "Open", "sections": [{"title": "S", "rows": [{"id": "1", "title": "One"}]}]},
}


@pytest.mark.parametrize(
    "body",
    [
        BUTTONS,
        GRAPH,
        {"interactive": GRAPH},
        {"kind": "link", "body": "See", "display_text": "Open", "url": "https://example.com"},
        {"kind": "location_request", "body": "Where are you?"},
        {"type": "request_contact_info", "body": {"text": "Your number?"}},
    ],
)
def test_interactive_kinds_are_queued(api, held, body):
    answer = post(api, held, "interactive", body)
    assert answer.status_code == 201, answer.data
    assert answer.data["type"] == "interactive"
    assert answer.data["status"] == "queued"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "type"),
        ({"kind": "dance"}, "`kind` is one of"),
        ({"kind": "buttons", "body": "x", "buttons": []}, "one to three"),
        ({"kind": "buttons", "body": "x", "buttons": [{"id": "a", "title": "x" * 21}]}, "20 characters"),
        ({"kind": "buttons", "body": "x", "buttons": 5}, "no message"),
        ({"kind": "link", "body": "x", "display_text": "y", "url": "javascript:x"}, "https"),
        ([1], "object"),
    ],
)
def test_what_whatsapp_would_refuse_is_refused_here_with_the_mend(api, held, body, words):
    answer = post(api, held, "interactive", body)
    assert answer.status_code == 400
    assert words in answer.data["detail"]


def test_reaction_stands_under_the_line_and_is_taken_back(api, held):
    said = held.messages.get(direction="in")
    answer = post(api, held, "react", {"seq": said.seq, "emoji": "👍"})
    assert answer.status_code == 201, answer.data
    assert [(one["by"], one["emoji"]) for one in answer.data["reactions"]] == [("desk", "👍")]
    assert post(api, held, "react", {"seq": said.seq, "emoji": ""}).data["reactions"] == []
    outgoing = [line.content["emoji"] for line in held.messages.filter(type="reaction").order_by("seq")]
    assert outgoing == ["👍", ""]


def test_reaction_to_nothing_or_with_words_is_refused(api, held):
    assert post(api, held, "react", {"seq": 999, "emoji": "👍"}).status_code == 400
    said = held.messages.get(direction="in")
    assert post(api, held, "react", {"seq": said.seq, "emoji": "yes"}).status_code == 400


def test_reply_quotes_a_line(api, held):
    said = held.messages.get(direction="in")
    answer = post(api, held, "reply", {"body": "About this?", "reply_to": said.seq})
    assert (answer.status_code, answer.data["reply_to"]) == (201, said.seq)
    assert post(api, held, "reply", {"body": "x", "reply_to": 999}).status_code == 400


@pytest.mark.parametrize("verb", ["template", "interactive", "react"])
def test_only_the_holder_sends(held, now, verb):
    """If this fails, two people answer one customer."""
    templates.template(now=now)
    bodies = {"template": {"name": "order_update", "locale": "en_US"}, "interactive": BUTTONS,
              "react": {"seq": held.messages.get(direction="in").seq, "emoji": "👍"}}  # fmt: skip
    colleague, stranger = make.agent(now, "ben"), make.agent(now, "zoe", in_team="night")
    refused = post(make.client_of(colleague), held, verb, bodies[verb])
    assert (refused.status_code, refused.data["code"]) == (409, "not_in_control")
    assert post(make.client_of(stranger), held, verb, bodies[verb]).status_code == 404


def test_channels_show_their_health(api, held, now):
    (line,) = api.get("/api/v1/channels/").data["results"]
    assert (line["key"], line["state"], line["official"]) == ("main", "ok", True)
    assert line["free_left"] == 1000
    stranger = make.client_of(make.agent(now, "zoe", in_team="night"))
    assert stranger.get("/api/v1/channels/").data["results"] == []


def test_customer_is_shown_masked_with_consent(api, held, ana, now):
    """If this fails, a phone number leaves through the API."""
    desk.consent_note(held.pk, agent=ana, kind=Consent.Kind.OPT_IN, evidence="by phone", now=now)
    answer = api.get(f"/api/v1/customers/{held.customer_id}/")
    assert answer.status_code == 200
    assert make.PHONE.format(1) not in str(answer.data)
    assert answer.data["identities"][0]["masked"] == "…0001"
    assert answer.data["consent"]["opted_in_at"] is not None
    assert [word["source"] for word in answer.data["consent"]["history"]] == ["agent"]
    stranger = make.client_of(make.agent(now, "zoe", in_team="night"))
    assert stranger.get(f"/api/v1/customers/{held.customer_id}/").status_code == 404
    assert api.get("/api/v1/customers/nobody/").status_code == 404


def test_file_of_another_message_cannot_be_sent_by_its_number(api, held, now):
    """If this fails, whoever guesses a number sends another team's file to their own customer."""
    header = {"type": "HEADER", "format": "IMAGE", "example": {"header_handle": ["h"]}}
    templates.template(now=now, components=[header, templates.body("Look.")])
    file = Attachment.objects.create(
        message=held.messages.get(direction="in"), channel=held.channel, kind="image", state="stored",
        mime_type="image/png", size=9, sha256="0" * 64, file="media/x", created_at=now,
    )  # fmt: skip
    body = {"name": "order_update", "locale": "en_US", "params": {"header.image": file.pk}}
    assert post(api, held, "template", body).status_code == 400
    file.refresh_from_db()
    assert file.message.direction == "in", "it stays in its own transcript"
