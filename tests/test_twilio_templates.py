"""Twilio's templates in Graph's shape, and back: every blank is filled by the right value."""

import json

import pytest

from conversations.content import Template
from tests import twilio_factories as make
from tests import twilio_standin
from whatsapp.adapter import Accepted, ProviderUnavailable
from whatsapp.faults import FaultKind
from whatsapp.models import MessageTemplate
from whatsapp.standin.twilio.api import add_content
from whatsapp.twilio.adapter import TwilioAdapter
from whatsapp.twilio.templates import graph_template

pytestmark = pytest.mark.django_db


@pytest.fixture
def standin():
    with twilio_standin.running() as running:
        yield running


@pytest.fixture
def adapter(standin, now):
    return TwilioAdapter(make.account(standin, now=now))


def content(types, name="order_ready", status="approved", language="en", **approval):
    return {
        "friendly_name": "ours",
        "language": language,
        "variables": {},
        "types": types,
        "approval_requests": {
            "name": name,
            "status": status,
            "category": "UTILITY",
            "rejection_reason": "",
            **approval,
        },
    }


TEXT = {"twilio/text": {"body": "Hello {{name}}, order {{2}} is ready. Bye {{name}}."}}
CARD = {
    "twilio/text": {"body": "A plain rendering {{9}}"},
    "whatsapp/card": {
        "body": "Hello {{2}}, it costs {{3}}.",
        "header_text": "Order {{1}}",
        "footer": "Example Shop",
        "actions": [
            {"type": "URL", "title": "Track", "url": "https://shop.example/track/{{4}}"},
            {"type": "QUICK_REPLY", "title": "Stop", "id": "stop"},
        ],
    },
}


def test_text_counts_its_blanks_as_graph_does():
    template = graph_template({"sid": "HX1", **content(TEXT)})
    assert template == {
        "id": "HX1",
        "name": "order_ready",
        "language": "en",
        "status": "APPROVED",
        "category": "UTILITY",
        "components": [
            {"type": "BODY", "text": "Hello {{1}}, order {{2}} is ready. Bye {{1}}.", "variables": ["name", "2"]}
        ],
        "parameter_format": "POSITIONAL",
        "quality_score": {},
        "rejected_reason": "",
    }


def test_every_part_of_a_card_counts_from_one():
    header, body, footer, buttons = graph_template({"sid": "HX1", **content(CARD)})["components"]
    assert header == {"type": "HEADER", "format": "TEXT", "text": "Order {{1}}", "variables": ["1"]}
    assert body == {"type": "BODY", "text": "Hello {{1}}, it costs {{2}}.", "variables": ["2", "3"]}
    assert footer == {"type": "FOOTER", "text": "Example Shop"}
    assert buttons["buttons"] == [
        {"type": "URL", "text": "Track", "url": "https://shop.example/track/{{1}}", "variables": ["4"]},
        {"type": "QUICK_REPLY", "text": "Stop", "payload": "stop"},
    ]


@pytest.mark.parametrize(
    ("link", "form"),
    [
        ("https://x.example/{{1}}", "IMAGE"),
        ("https://x.example/{{1}}.pdf?v=1", "DOCUMENT"),
        ("https://x.example/{{1}}.mp4", "VIDEO"),
    ],
)
def test_media_header(link, form):
    header = graph_template({"sid": "HX1", **content({"twilio/media": {"body": "See", "media": [link]}})})[
        "components"
    ][0]
    assert (header["type"], header["format"], header["twilio_media"]) == ("HEADER", form, link)


def kinds(types):
    return [part["type"] for part in graph_template({"sid": "HX1", **content(types)})["components"]]


def test_fixed_file_asks_for_nothing():
    assert kinds({"twilio/media": {"body": "See", "media": ["https://x.example/a.jpg"]}}) == ["BODY"]


def test_template_that_cannot_be_filled_in_says_so():
    """A carousel's cards have blanks of their own: it must not go out with samples in them."""
    assert kinds({"twilio/carousel": {"body": "See", "cards": []}}) == ["BODY", "CAROUSEL"]


def test_one_time_code():
    given = {"whatsapp/authentication": {"actions": [{"type": "COPY_CODE", "copy_code_text": "Copy"}]}}
    body, buttons = graph_template({"sid": "HX1", **content(given, category="AUTHENTICATION")})["components"]
    assert body["variables"] == ["1"]
    assert buttons["buttons"] == [{"type": "OTP", "otp_type": "COPY_CODE", "text": "Copy"}]


@pytest.mark.parametrize(
    ("status", "expected"),
    [("approved", "APPROVED"), ("received", "PENDING"), ("pending", "PENDING"), ("rejected", "REJECTED"),
     ("paused", "PAUSED"), ("disabled", "DISABLED")],
)  # fmt: skip
def test_status(status, expected):
    template = graph_template({"sid": "HX1", **content(TEXT, status=status, rejection_reason="INVALID_FORMAT")})
    assert (template["status"], template["rejected_reason"]) == (expected, "INVALID_FORMAT")


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"sid": "HX1", "types": TEXT, "approval_requests": None},
        {"sid": "HX1", **content(TEXT, status="unsubmitted")},
        {"sid": "HX1", **content(TEXT, name="")},
        {"types": None, "approval_requests": []},
    ],
)
def test_content_that_is_no_template_is_left_out(given):
    assert graph_template(given) is None


def test_listing_over_pages_leaves_out_the_desks_own_button_contents(standin, adapter):
    standin.memory.page_limit = 2
    for place in range(5):
        add_content(standin.memory, content(TEXT, name=f"template_{place}"))
    add_content(standin.memory, {"friendly_name": "baton_x", "types": {"twilio/quick-reply": {"body": "{{1}}"}}})
    assert [template["name"] for template in adapter.templates()] == [f"template_{place}" for place in range(5)]
    assert {seen["host"] for seen in standin.memory.requests} == {standin.url.removeprefix("http://")}


def test_of_two_with_one_name_and_language_the_approved_one_counts(standin, adapter):
    """A rejected draft beside the approved template must not hide it."""
    add_content(standin.memory, content(TEXT, status="rejected"))
    best = add_content(standin.memory, content(TEXT))
    add_content(standin.memory, content(TEXT, status="pending"))
    other = add_content(standin.memory, content(TEXT, language="de", status="pending"))
    assert {template["id"] for template in adapter.templates()} == {best["sid"], other["sid"]}


@pytest.mark.parametrize(("http", "code"), [(500, 0), (401, 20003), (429, 20429)])
def test_listing_that_fails_says_so(standin, adapter, http, code):
    standin.script("templates", "error", http=http, code=code)
    with pytest.raises(ProviderUnavailable, match=str(code or http)):
        list(adapter.templates())


def stored(standin, adapter, types, now, **approval):
    """The template as a sync would have stored it."""
    add_content(standin.memory, content(types, **approval))
    (found,) = adapter.templates()
    return MessageTemplate.objects.create(
        provider="twilio",
        account_ref=adapter.account.account_sid,
        provider_id=found["id"],
        name=found["name"],
        locale=found["language"],
        status=found["status"],
        components=found["components"],
        changed_at=now,
    )


def template(row, *components):
    return Template(template=row.pk, name=row.name, locale=row.locale, text="whole", components=components)


def words(*values):
    return [{"type": "text", "text": value} for value in values]


def sent(standin):
    form = standin.requests("/Messages.json")[-1]["form"]
    return form["ContentSid"], json.loads(form.get("ContentVariables", "{}"))


def test_template_is_filled_in_under_twilios_names(standin, adapter, now):
    row = stored(standin, adapter, CARD, now)
    filled = template(
        row,
        {"type": "header", "parameters": words("A-7")},
        {"type": "body", "parameters": [*words("Ann"), {"type": "currency", "currency": {"fallback_value": "5 EUR"}}]},
        {"type": "button", "sub_type": "url", "index": "0", "parameters": words("7?x=1")},
    )
    assert isinstance(adapter.send(make.outgoing(filled)), Accepted)
    assert sent(standin) == (row.provider_id, {"1": "A-7", "2": "Ann", "3": "5 EUR", "4": "7?x=1"})


def test_tapped_answer_says_its_own_words_unless_told_otherwise(standin, adapter, now):
    actions = [{"type": "QUICK_REPLY", "title": "Yes", "id": "{{2}}"}]
    row = stored(standin, adapter, {"twilio/quick-reply": {"body": "{{1}}, shall we?", "actions": actions}}, now)
    adapter.send(make.outgoing(template(row, {"type": "body", "parameters": words("Ann")})))
    assert sent(standin)[1] == {"1": "Ann", "2": "Yes"}
    payload = {"type": "button", "index": "0", "parameters": [{"type": "payload", "payload": "yes-7"}]}
    adapter.send(make.outgoing(template(row, {"type": "body", "parameters": words("Ann")}, payload)))
    assert sent(standin)[1] == {"1": "Ann", "2": "yes-7"}


def test_template_without_blanks(standin, adapter, now):
    row = stored(standin, adapter, {"twilio/text": {"body": "We are back."}}, now)
    assert isinstance(adapter.send(make.outgoing(template(row))), Accepted)
    assert "ContentVariables" not in standin.requests("/Messages.json")[-1]["form"]


@pytest.mark.parametrize("values", [[], ["Ann"], ["Ann", ""]])
def test_blank_left_open_is_refused_before_anything_leaves(standin, adapter, now, values):
    row = stored(standin, adapter, TEXT, now)
    result = adapter.send(make.outgoing(template(row, {"type": "body", "parameters": words(*values)})))
    assert (result.fault.code, result.fault.kind) == ("template_values", FaultKind.TEMPLATE)
    assert not standin.requests("/Messages.json")


def test_template_that_is_gone(adapter):
    gone = Template(template=1, name="gone", locale="en", text="x")
    result = adapter.send(make.outgoing(gone))
    assert (result.fault.code, result.fault.kind) == ("template_missing", FaultKind.TEMPLATE)


def test_template_is_found_by_name_and_locale_not_by_the_old_row(standin, adapter, now):
    """Between writing and sending the template was fetched anew, under another row."""
    row = stored(standin, adapter, TEXT, now)
    filled = template(row, {"type": "body", "parameters": words("Ann", "7")})
    anew = {
        name: getattr(row, name) for name in ("provider", "account_ref", "name", "locale", "components", "changed_at")
    }
    row.delete()
    sid = add_content(standin.memory, content(TEXT))["sid"]
    MessageTemplate.objects.create(provider_id=sid, **anew)
    assert isinstance(adapter.send(make.outgoing(filled)), Accepted)
    assert sent(standin) == (sid, {"name": "Ann", "2": "7"})


MEDIA_CARD = {"twilio/media": {"body": "Your invoice, {{2}}", "media": ["https://desk.example/media/{{1}}"]}}
BODY = {"type": "body", "parameters": words("Ann")}


def test_file_in_a_templates_header(standin, adapter, now):
    row = stored(standin, adapter, MEDIA_CARD, now)
    header = {"type": "header", "parameters": [{"type": "image", "image": {"link": "https://desk.example/media/9"}}]}
    assert isinstance(adapter.send(make.outgoing(template(row, header, BODY))), Accepted)
    assert sent(standin)[1] == {"1": "9", "2": "Ann"}
    assert isinstance(adapter.send(make.outgoing(template(row, BODY), file=make.StoredFile())), Accepted)
    assert sent(standin)[1] == {"1": "1?sig=x", "2": "Ann"}


@pytest.mark.parametrize("file", [None, make.StoredFile(url="https://elsewhere.example/1")])
def test_header_takes_no_file_from_elsewhere(standin, adapter, now, file):
    row = stored(standin, adapter, MEDIA_CARD, now)
    result = adapter.send(make.outgoing(template(row, BODY), file=file))
    assert (result.fault.code, result.fault.kind) == ("template_file", FaultKind.TEMPLATE)


def test_content_gone_at_twilio_is_the_templates_fault_not_a_passing_one(standin, adapter, now):
    row = stored(standin, adapter, {"twilio/text": {"body": "We are back."}}, now)
    standin.memory.contents.clear()
    assert adapter.send(make.outgoing(template(row))).fault.kind == FaultKind.TEMPLATE
