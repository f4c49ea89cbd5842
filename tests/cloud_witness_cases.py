"""The messages that the witness is asked about: as the desk has them, and the same words to pywa's client."""

from collections.abc import Callable
from typing import Any

from pywa import types
from pywa.types.templates import (
    BodyText,
    CopyCodeButton,
    HeaderDocument,
    HeaderImage,
    HeaderText,
    HeaderVideo,
    QuickReplyButton,
    TemplateLanguage,
    URLButton,
)

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
)
from tests.cloud import BOB, StoredFile, hello

ANN_OF_PYWA, BOB_OF_PYWA = "15550100191", "GB.1002"
UPLOADED = "9001"


def said(*words: str, **named: str) -> list[dict[str, Any]]:
    texts = [{"type": "text", "text": word} for word in words]
    return texts + [{"type": "text", "text": word, "parameter_name": name} for name, word in named.items()]


def template(*components: dict[str, Any]) -> Template:
    return Template(template=1, name="order_update", locale="en_US", text="Hello", components=components)


def send_template(client: Any, *params: Any) -> None:
    client.send_template(ANN_OF_PYWA, "order_update", TemplateLanguage.ENGLISH_US, list(params) or None)


def url_button(index: int, text: str) -> dict[str, Any]:
    return {"type": "button", "sub_type": "url", "index": index, "parameters": said(text)}


MENU = Menu(
    "Which?",
    "Open",
    (Section((Row("a", "This"), Row("b", "That", "Cheaper")), "All"), Section((Row("c", "None"),), "Else")),
    header="Choice",
    footer="Baton",
)
QUICK_REPLY = {
    "type": "button",
    "sub_type": "quick_reply",
    "index": 0,
    "parameters": [{"type": "payload", "payload": "talk"}],
}
COPY_CODE = {
    "type": "button",
    "sub_type": "copy_code",
    "index": 0,
    "parameters": [{"type": "coupon_code", "coupon_code": "SPRING10"}],
}

#: What to send: ours, and the same words to pywa.
CASES: dict[str, tuple[Any, Callable[[Any], Any]]] = {
    "text": (hello(), lambda wa: wa.send_message(ANN_OF_PYWA, "Hello")),
    "text to a bsuid": (hello(BOB), lambda wa: wa.send_message(BOB_OF_PYWA, "Hello")),
    "text with a preview": (
        hello(content=Text("https://shop.example", preview_url=True)),
        lambda wa: wa.send_message(ANN_OF_PYWA, "https://shop.example", preview_url=True),
    ),
    "reply": (
        hello(reply_to="wamid.1"),
        lambda wa: wa.send_message(ANN_OF_PYWA, "Hello", reply_to_message_id="wamid.1"),
    ),
    "image": (
        hello(content=Media("image", 1, caption="Look"), file=StoredFile("image")),
        lambda wa: wa.send_image(ANN_OF_PYWA, UPLOADED, caption="Look"),
    ),
    "image without words": (
        hello(content=Media("image", 1), file=StoredFile("image")),
        lambda wa: wa.send_image(ANN_OF_PYWA, UPLOADED),
    ),
    "video": (
        hello(content=Media("video", 1, caption="Look"), file=StoredFile("video")),
        lambda wa: wa.send_video(ANN_OF_PYWA, UPLOADED, caption="Look"),
    ),
    "document": (
        hello(content=Media("document", 1, caption="Read", filename="a.pdf"), file=StoredFile("document")),
        lambda wa: wa.send_document(ANN_OF_PYWA, UPLOADED, filename="a.pdf", caption="Read"),
    ),
    "audio": (
        hello(content=Media("audio", 1), file=StoredFile("audio")),
        lambda wa: wa.send_audio(ANN_OF_PYWA, UPLOADED),
    ),
    "voice": (
        hello(content=Media("audio", 1, voice=True), file=StoredFile("audio")),
        lambda wa: wa.send_voice(ANN_OF_PYWA, UPLOADED),
    ),
    "sticker": (
        hello(content=Media("sticker", 1), file=StoredFile("sticker")),
        lambda wa: wa.send_sticker(ANN_OF_PYWA, UPLOADED),
    ),
    "location": (
        hello(content=Location(52.5, 13.4, "Shop", "Main Street 1")),
        lambda wa: wa.send_location(ANN_OF_PYWA, 52.5, 13.4, "Shop", "Main Street 1"),
    ),
    "location without a name": (
        hello(content=Location(52.5, 13.4)),
        lambda wa: wa.send_location(ANN_OF_PYWA, 52.5, 13.4),
    ),
    "buttons": (
        hello(content=Buttons("Which?", (Button("a", "This"), Button("b", "That")), header="Choice", footer="Baton")),
        lambda wa: wa.send_message(
            ANN_OF_PYWA,
            "Which?",
            header="Choice",
            footer="Baton",
            buttons=[types.Button("This", "a"), types.Button("That", "b")],
        ),
    ),
    "menu": (
        hello(content=MENU),
        lambda wa: wa.send_message(
            ANN_OF_PYWA,
            "Which?",
            header="Choice",
            footer="Baton",
            buttons=types.SectionList(
                "Open",
                [
                    types.Section("All", [types.SectionRow("This", "a"), types.SectionRow("That", "b", "Cheaper")]),
                    types.Section("Else", [types.SectionRow("None", "c")]),
                ],
            ),
        ),
    ),
    "menu with one section": (
        hello(content=Menu("Which?", "Open", (Section((Row("a", "This"),)),))),
        lambda wa: wa.send_message(
            ANN_OF_PYWA,
            "Which?",
            buttons=types.SectionList("Open", [types.Section("", [types.SectionRow("This", "a")])]),
        ),
    ),
    "link": (
        hello(content=LinkButton("Track it", "Track", "https://shop.example/t", footer="Baton")),
        lambda wa: wa.send_message(
            ANN_OF_PYWA, "Track it", footer="Baton", buttons=types.URLButton("Track", "https://shop.example/t")
        ),
    ),
    "location request": (
        hello(content=LocationRequest("Where?")),
        lambda wa: wa.request_location(ANN_OF_PYWA, "Where?"),
    ),
    "contact request": (
        hello(content=ContactRequest("Your number?")),
        lambda wa: wa.request_contact_info(ANN_OF_PYWA, "Your number?"),
    ),
    "reaction": (
        hello(content=Reaction("wamid.1", "👍"), reply_to="wamid.1"),
        lambda wa: wa.send_reaction(ANN_OF_PYWA, "👍", "wamid.1"),
    ),
    "reaction taken back": (
        hello(content=Reaction("wamid.1", "")),
        lambda wa: wa.remove_reaction(ANN_OF_PYWA, "wamid.1"),
    ),
    "template": (hello(content=template()), send_template),
    "template with words": (
        hello(
            content=template(
                {"type": "header", "parameters": said("A-1")}, {"type": "body", "parameters": said("Ann", "Monday")}
            )
        ),
        lambda wa: send_template(wa, HeaderText.params("A-1"), BodyText.params("Ann", "Monday")),
    ),
    "template with named words": (
        hello(content=template({"type": "body", "parameters": said(customer="Ann")})),
        lambda wa: send_template(wa, BodyText.params(customer="Ann")),
    ),
    "template with a picture": (
        hello(content=template({"type": "body", "parameters": said("Ann")}), file=StoredFile("image")),
        lambda wa: send_template(wa, HeaderImage.params(image=UPLOADED), BodyText.params("Ann")),
    ),
    "template with a film": (
        hello(content=template(), file=StoredFile("video")),
        lambda wa: send_template(wa, HeaderVideo.params(video=UPLOADED)),
    ),
    "template with a document": (
        hello(content=template(), file=StoredFile("document")),
        lambda wa: send_template(wa, HeaderDocument.params(document=UPLOADED, filename="a document")),
    ),
    "template with an address": (
        hello(content=template(url_button(0, "A-1"))),
        lambda wa: send_template(wa, URLButton.params(url_variable="A-1", index=0)),
    ),
    "template with an answer": (
        hello(content=template(QUICK_REPLY)),
        lambda wa: send_template(wa, QuickReplyButton.params(callback_data="talk", index=0)),
    ),
    "template with a code": (
        hello(content=template(COPY_CODE)),
        lambda wa: send_template(wa, CopyCodeButton.params(coupon_code="SPRING10", index=0)),
    ),
}
