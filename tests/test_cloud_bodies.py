"""Each kind of message becomes exactly the JSON that Graph documents: one field off, and it is refused."""

import pytest

from conversations.content import (
    Button,
    Buttons,
    ContactRequest,
    LinkButton,
    Location,
    LocationRequest,
    Media,
    Menu,
    Reaction,
    Row,
    Section,
    Template,
    Text,
    Unsendable,
)
from conversations.models import Identity
from whatsapp.adapter import Outgoing
from whatsapp.cloud.bodies import MediaRef, body_of, read_mark

PHONE = Identity(kind=Identity.Kind.WA_ID, value="15550100191")
BSUID = Identity(kind=Identity.Kind.BSUID, value="GB.1002")
FILE = MediaRef("9001", "application/pdf", "invoice.pdf")
BODY_TEXT = {"type": "body", "parameters": [{"type": "text", "text": "Maya"}]}


def body(content, *, to=PHONE, reply_to="", media=None, reference="41"):
    return body_of(Outgoing(to=to, content=content, reference=reference, reply_to=reply_to), media)


def part(content, media=None):
    made = body(content, media=media)
    return made[made["type"]]


def template(*components):
    return Template(template=1, name="order_photo", locale="en_US", text="Hello", components=components)


def test_a_phone_number_goes_out_with_its_plus_or_meta_puts_our_country_before_it():
    assert body(Text("Hello")) == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": "+15550100191",
        "biz_opaque_callback_data": "41",
        "type": "text",
        "text": {"body": "Hello", "preview_url": False},
    }


@pytest.mark.parametrize("kind", [Identity.Kind.BSUID, Identity.Kind.PARENT_BSUID])
def test_a_customer_without_a_shared_number_is_addressed_by_user_id(kind):
    made = body(Text("Hello"), to=Identity(kind=kind, value="GB.1002"))
    assert made["recipient"] == "GB.1002"
    assert "to" not in made


def test_an_address_of_another_provider_is_not_sent_to_meta():
    with pytest.raises(Unsendable, match="channel it belongs to"):
        body(Text("Hello"), to=Identity(kind=Identity.Kind.TWILIO, value="whatsapp:+15550100191"))


def test_a_reply_quotes_its_message():
    assert body(Text("Yes"), reply_to="wamid.1")["context"] == {"message_id": "wamid.1"}


def test_a_reaction_quotes_nothing_besides_its_target():
    made = body(Reaction("wamid.1", "👍"), reply_to="wamid.2")
    assert made["reaction"] == {"message_id": "wamid.1", "emoji": "👍"}
    assert "context" not in made


def test_taking_a_reaction_back_sends_the_empty_emoji_and_not_none():
    assert part(Reaction("wamid.1", "")) == {"message_id": "wamid.1", "emoji": ""}


def test_a_link_preview_is_asked_for_where_the_writer_wants_it():
    assert part(Text("https://shop.example", preview_url=True))["preview_url"] is True


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (Media("image", 1, caption="Look"), {"id": "9001", "caption": "Look"}),
        (Media("image", 1, filename="cat.png"), {"id": "9001"}),
        (Media("video", 1), {"id": "9001"}),
        (Media("audio", 1), {"id": "9001"}),
        (Media("audio", 1, voice=True), {"id": "9001", "voice": True}),
        (Media("sticker", 1), {"id": "9001"}),
        (Media("document", 1), {"id": "9001", "filename": "invoice.pdf"}),
        (Media("document", 1, filename="Your invoice.pdf"), {"id": "9001", "filename": "Your invoice.pdf"}),
    ],
)
def test_a_file_goes_by_its_uploaded_id_and_only_documents_have_a_name(content, expected):
    assert part(content, FILE) == expected


def test_a_message_whose_file_is_gone_is_not_sent_empty():
    with pytest.raises(Unsendable, match="Attach it once more"):
        body(Media("image", 1))


def test_a_place_without_a_name_says_no_empty_name():
    assert part(Location(52.5, 13.4)) == {"latitude": 52.5, "longitude": 13.4}
    named = Location(52.5, 13.4, name="Shop", address="Main Street 1")
    assert part(named)["address"] == "Main Street 1"


def test_answers_to_tap():
    content = Buttons("Which?", (Button("a", "This"), Button("b", "That")), header="Choice", footer="Baton")
    assert part(content) == {
        "type": "button",
        "header": {"type": "text", "text": "Choice"},
        "body": {"text": "Which?"},
        "footer": {"text": "Baton"},
        "action": {
            "buttons": [
                {"type": "reply", "reply": {"id": "a", "title": "This"}},
                {"type": "reply", "reply": {"id": "b", "title": "That"}},
            ]
        },
    }


def test_a_menu_leaves_out_empty_titles_and_descriptions():
    content = Menu("Which?", "Open", (Section((Row("a", "This"), Row("b", "That", "Cheaper"))),))
    assert part(content) == {
        "type": "list",
        "body": {"text": "Which?"},
        "action": {
            "button": "Open",
            "sections": [
                {"rows": [{"id": "a", "title": "This"}, {"id": "b", "title": "That", "description": "Cheaper"}]}
            ],
        },
    }


def test_a_link_is_a_button():
    assert part(LinkButton("Track it", "Track", "https://shop.example/t")) == {
        "type": "cta_url",
        "body": {"text": "Track it"},
        "action": {"name": "cta_url", "parameters": {"display_text": "Track", "url": "https://shop.example/t"}},
    }


def test_requests_for_a_place_and_for_the_number():
    assert part(LocationRequest("Where?")) == {
        "type": "location_request_message",
        "body": {"text": "Where?"},
        "action": {"name": "send_location"},
    }
    assert part(ContactRequest("Your number?"))["action"] == {"name": "request_contact_info"}


def test_a_template_without_parameters_says_no_components():
    assert part(template()) == {"name": "order_photo", "language": {"code": "en_US"}}


def test_a_templates_parameters_are_sent_as_they_are():
    button = {"type": "button", "sub_type": "url", "index": 0, "parameters": [{"type": "text", "text": "A-1"}]}
    assert part(template(BODY_TEXT, button))["components"] == [BODY_TEXT, button]


@pytest.mark.parametrize(
    ("header", "file", "expected"),
    [
        ([], MediaRef("9", "image/png", "a.png"), {"type": "image", "image": {"id": "9"}}),
        ([], FILE, {"type": "document", "document": {"id": "9001", "filename": "invoice.pdf"}}),
        (
            [{"type": "header", "parameters": [{"type": "image", "image": {}}]}],
            MediaRef("9", "image/png"),
            {"type": "image", "image": {"id": "9"}},
        ),
        (
            [{"type": "header", "parameters": [{"type": "video", "video": {"id": "stale"}}]}],
            MediaRef("9", "video/mp4", "a.mp4"),
            {"type": "video", "video": {"id": "9"}},
        ),
        (
            [{"type": "header", "parameters": [{"type": "document"}]}],
            MediaRef("9", "image/png", "scan.png"),
            {"type": "document", "document": {"id": "9", "filename": "scan.png"}},
        ),
    ],
)
def test_a_templates_header_gets_the_file_of_its_kind_and_comes_first(header, file, expected):
    components = part(template(BODY_TEXT, *header), file)["components"]
    assert components == [{"type": "header", "parameters": [expected]}, BODY_TEXT]


def test_filling_the_header_leaves_the_stored_message_as_it_was():
    stored = {"type": "header", "parameters": [{"type": "image", "image": {}}]}
    part(template(stored), MediaRef("9", "image/png"))
    assert stored == {"type": "header", "parameters": [{"type": "image", "image": {}}]}


def test_a_read_mark_shows_typing_only_where_an_answer_follows():
    read = {"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.1"}
    assert read_mark("wamid.1", typing=False) == read
    assert read_mark("wamid.1", typing=True) == read | {"typing_indicator": {"type": "text"}}
