"""WASender's events become updates of Graph's shape: the right person, the right words, nothing private kept."""

import json
from datetime import UTC, datetime

import pytest

from tests.wasender_events import AT, LID, LID_KEY, PHONE, PN_KEY, event, found, message, one, said
from whatsapp.cloud.content import read
from whatsapp.models import InboundUpdate
from whatsapp.wasender.inbound import updates

Kind = InboundUpdate.Kind
HELLO = {"conversation": "Hello, I have a question"}


@pytest.mark.parametrize("key", [PN_KEY, LID_KEY], ids=["by phone", "by linked-device id"])
@pytest.mark.parametrize("shape", [lambda element: element, lambda element: [element]], ids=["object", "list"])
@pytest.mark.parametrize("name", ["messages.received", "messages-personal.received", "messages.upsert"])
def test_documented_message_is_read(name, shape, key):
    """Today an object, once a list; two events tell of one message under one id, so that it is taken once."""
    (update,) = found(name, {"messages": shape(message(HELLO, key, pushName="Ann"))})
    assert update.kind == Kind.MESSAGE
    assert update.provider_id == "3EB0X123456789"
    assert update.sender.identifiers == {"wa_id": PHONE, "jid": LID}
    assert update.sender.name == "Ann"
    assert update.raw["message"]["from"] == PHONE
    assert update.raw["message"]["text"] == {"body": "Hello, I have a question"}
    assert update.raw["contact"] == {"wa_id": PHONE, "jid": LID, "profile": {"name": "Ann"}}


def test_message_in_data_itself_is_read():
    (update,) = found("messages-personal.received", message(HELLO))
    assert update.kind == Kind.MESSAGE


def test_every_message_of_a_list_is_read():
    keys = [PN_KEY | {"id": f"3EB0{number}"} for number in range(300)]
    listed = found("messages.upsert", {"messages": [message(HELLO, key) for key in keys]})
    assert [update.provider_id for update in listed] == [key["id"] for key in keys]


def test_linked_device_id_is_never_taken_for_a_phone_number():
    """It is all digits too: a desk that calls it would call nobody, or somebody else."""
    bare = {"id": "3EB0A", "fromMe": False, "remoteJid": LID}
    update = one(HELLO, bare)
    assert update.kind == Kind.MESSAGE
    assert update.sender.identifiers == {"jid": LID}
    assert "from" not in update.raw["message"]
    assert update.raw["message"]["from_jid"] == LID


def test_older_events_name_the_phone_in_the_chat():
    """The server part says that it is a phone number; a device's number after the colon is none of it."""
    update = one(HELLO, {"id": "3EB0A", "fromMe": False, "remoteJid": f"{PHONE}:12@s.whatsapp.net"})
    assert update.sender.identifiers == {"wa_id": PHONE}


@pytest.mark.parametrize("jid", ["15550100191", "15550100191@hosted", "", None, 7, "@s.whatsapp.net", "x@lid"])
def test_message_of_nobody_is_kept_unread(jid):
    update = one(HELLO, {"id": "3EB0A", "fromMe": False, "remoteJid": jid})
    assert (update.kind, update.note) == (Kind.OTHER, "a message without a sender")


@pytest.mark.parametrize(
    ("jid", "words"),
    [
        ("120363000000000000@g.us", "a group message"),
        ("123456789@newsletter", "a post of a WhatsApp channel"),
        ("status@broadcast", "a status post or broadcast"),
    ],
)
@pytest.mark.parametrize("name", ["messages.received", "messages.upsert", "messages-group.received"])
def test_chats_with_others_are_not_read_and_their_words_not_kept(name, jid, words):
    key = PN_KEY | {"remoteJid": jid, "participant": LID, "cleanedParticipantPn": PHONE}
    (update,) = found(name, {"messages": message({"conversation": "dinner at eight?"}, key)})
    assert (update.kind, update.note) == (Kind.OTHER, words)
    assert "dinner" not in json.dumps(update.raw)


def test_what_is_written_on_the_phone_is_an_echo_to_the_customer():
    key = {"id": "3EB0E", "fromMe": True, "remoteJid": LID, "cleanedRecipientPn": PHONE}
    (update,) = found("messages.upsert", {"messages": [message({"conversation": "On my way"}, key, pushName="Shop")]})
    assert update.kind == Kind.ECHO
    assert update.sender.identifiers == {"wa_id": PHONE, "jid": LID}
    assert update.raw["message"]["to"] == PHONE
    assert "from" not in update.raw["message"]
    assert update.raw["contact"] == {"wa_id": PHONE, "jid": LID}, "the business's own name is not the customer's"


def test_api_key_and_pairing_code_are_not_kept():
    """WASender puts the session's API key into `sessionId`; a QR code pairs any phone with the account."""
    for body in (
        event("messages.received", {"messages": message(HELLO)}, sessionId="sk-secret"),
        event("something.new", {"a": 1}, sessionId="sk-secret"),
        event("qrcode.updated", {"qr": "2@sk-secret"}, sessionId="sk-secret"),
    ):
        assert "sk-secret" not in json.dumps([update.raw for update in updates(body, "", AT)])


MOMENTS = [
    (1_763_700_000, 1_763_700_000),
    ("1763700000", 1_763_700_000),
    (1_763_700_000_123, 1_763_700_000),
    ({"low": 1_763_700_000, "high": 0, "unsigned": True}, 1_763_700_000),
    (None, 1_763_715_600),
    ("soon", 1_763_715_600),
    (True, 1_763_715_600),
    (-5, 1_763_715_600),
]


@pytest.mark.parametrize(("given_at", "expected"), MOMENTS, ids=[repr(given_at) for given_at, _ in MOMENTS])
def test_moment_of_a_message(given_at, expected):
    update = one(HELLO, messageTimestamp=given_at)
    assert update.provider_ts == datetime.fromtimestamp(expected, UTC)
    assert update.raw["message"]["timestamp"] == str(expected)


def test_event_without_a_time_stands_where_it_arrived():
    body = json.dumps({"event": "messages.received", "data": {"messages": message(HELLO)}}).encode()
    assert updates(body, "", AT)[0].provider_ts == AT


MEDIA = {"url": "https://mmg.whatsapp.net/x.enc", "mediaKey": "a2V5", "fileSha256": "aGFzaA==", "fileLength": "12"}
CONTENTS = {
    "reply": (
        {"extendedTextMessage": {"text": "Yes", "contextInfo": {"stanzaId": "3EB0Q", "participant": f"{PHONE}@c.us"}}},
        {"type": "text", "text": {"body": "Yes"}, "context": {"id": "3EB0Q", "from": PHONE}},
    ),
    "forwarded": (
        {"extendedTextMessage": {"text": "Look", "contextInfo": {"isForwarded": True, "forwardingScore": 5}}},
        {"type": "text", "text": {"body": "Look"}, "context": {"forwarded": True, "frequently_forwarded": True}},
    ),
    "disappearing": (
        {"ephemeralMessage": {"message": {"extendedTextMessage": {"text": "Soon gone"}}}},
        {"type": "text", "text": {"body": "Soon gone"}},
    ),
    "image": (
        {"imageMessage": MEDIA | {"mimetype": "image/jpeg", "caption": "The crack"}},
        {"type": "image", "image": {"id": "3EB0X123456789", "mime_type": "image/jpeg", "sha256": "aGFzaA==",
                                    "caption": "The crack"}},
    ),
    "voice": (
        {"messageContextInfo": {}, "audioMessage": MEDIA | {"mimetype": "audio/ogg; codecs=opus", "ptt": True}},
        {"type": "audio", "audio": {"id": "3EB0X123456789", "mime_type": "audio/ogg; codecs=opus",
                                    "sha256": "aGFzaA==", "voice": True}},
    ),
    "document with a caption": (
        {"documentWithCaptionMessage": {"message": {"documentMessage": MEDIA | {
            "fileName": "a.pdf", "caption": "Bill"}}}},
        {"type": "document", "document": {"id": "3EB0X123456789", "mime_type": "", "sha256": "aGFzaA==",
                                          "caption": "Bill", "filename": "a.pdf"}},
    ),
    "hash as numbers": (
        {"stickerMessage": {"mimetype": "image/webp", "fileSha256": {"0": 104, "1": 97, "2": 115, "3": 104}}},
        {"type": "sticker", "sticker": {"id": "3EB0X123456789", "mime_type": "image/webp", "sha256": "aGFzaA==",
                                        "animated": False}},
    ),
    "location": (
        {"locationMessage": {"degreesLatitude": 53.5, "degreesLongitude": "9.9", "name": "Pier"}},
        {"type": "location", "location": {"latitude": 53.5, "longitude": 9.9, "name": "Pier"}},
    ),
    "button": (
        {"buttonsResponseMessage": {"selectedButtonId": "yes", "selectedDisplayText": "Yes"}},
        {"type": "interactive", "interactive": {"type": "button_reply", "button_reply": {"id": "yes", "title": "Yes"}}},
    ),
    "list": (
        {"listResponseMessage": {"title": "Blue", "singleSelectReply": {"selectedRowId": "b"}}},
        {"type": "interactive", "interactive": {"type": "list_reply",
                                                "list_reply": {"id": "b", "title": "Blue", "description": ""}}},
    ),
    "template button": (
        {"templateButtonReplyMessage": {"selectedId": "stop", "selectedDisplayText": "Stop"}},
        {"type": "button", "button": {"payload": "stop", "text": "Stop"}},
    ),
    "reaction": (
        {"reactionMessage": {"key": {"id": "3EB0T"}, "text": "👍"}},
        {"type": "reaction", "reaction": {"message_id": "3EB0T", "emoji": "👍"}},
    ),
    "deletion": (
        {"protocolMessage": {"key": {"id": "3EB0T"}, "type": 0}},
        {"type": "revoke", "revoke": {"original_message_id": "3EB0T"}},
    ),
    "edit": (
        {"editedMessage": {"message": {"protocolMessage": {
            "key": {"id": "3EB0T"}, "type": "MESSAGE_EDIT", "editedMessage": {"conversation": "At nine"}}}}},
        {"type": "edit", "edit": {"original_message_id": "3EB0T",
                                  "message": {"type": "text", "text": {"body": "At nine"}}}},
    ),
    "advertisement": (
        {"extendedTextMessage": {"text": "Hi", "contextInfo": {"externalAdReply": {
            "sourceType": "ad", "sourceId": "12", "sourceUrl": "https://fb.me/x", "title": "Sofas"}}}},
        {"type": "text", "text": {"body": "Hi"}, "referral": {"source_type": "ad", "source_url": "https://fb.me/x",
                                                              "source_id": "12", "headline": "Sofas"}},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("content", "expected"), CONTENTS.values(), ids=CONTENTS)
def test_content_in_graphs_shape(content, expected):
    given = said(content)
    assert {
        name: value for name, value in given.items() if name not in ("id", "timestamp", "from", "from_jid")
    } == expected


@pytest.mark.parametrize("name", ["reaction", "deletion", "edit"])
def test_change_names_its_target(name):
    assert one(CONTENTS[name][0]).target_id == "3EB0T"


@pytest.mark.parametrize("name", ["pollCreationMessageV3", "orderMessage", "groupInviteMessage", "brandNewMessage"])
def test_unknown_kind_is_shown_as_one(name):
    """A message nobody can draw still stands in the thread: the customer has said something."""
    shown = read(said({name: {"x": 1}}))
    assert shown.type == "unsupported"
    assert name.removesuffix("V3").removesuffix("Message") in shown.body


def test_wasenders_own_reading_serves_where_ours_ends():
    update = one({"brandNewMessage": {"x": 1}}, messageBody="I have a question")
    assert read(update.raw["message"]).body == "I have a question"


def test_contact_cards_keep_their_numbers():
    card = "BEGIN:VCARD\nVERSION:3.0\nFN:Bob B\nitem1.TEL;type=CELL;waid=447700900192:+44 7700 900192\nEND:VCARD"
    given = said({"contactsArrayMessage": {"contacts": [{"vcard": card}, {"displayName": "Cy", "vcard": ""}]}})
    assert [contact["name"]["formatted_name"] for contact in given["contacts"]] == ["Bob B", "Cy"]
    assert given["contacts"][0]["phones"] == [{"phone": "+44 7700 900192", "type": "CELL", "wa_id": "447700900192"}]


@pytest.mark.parametrize(
    "content", [{"protocolMessage": {"type": "HISTORY_SYNC_NOTIFICATION"}}, {"protocolMessage": {}}]
)
def test_what_nobody_said_is_no_message(content):
    assert (one(content).kind, one(content).note) == (Kind.OTHER, "a message that says nothing")


def test_stub_of_the_chat_is_no_message_but_an_empty_one_is():
    """A message the phone could not decrypt was still written by somebody."""
    assert one(None, messageStubType="E2E_ENCRYPTED").kind == Kind.OTHER
    assert one(None).raw["message"]["type"] == "unsupported"


def test_documented_reaction():
    """In WASender's example both keys are the same; then the customer reacted, and a repeat is the same update."""
    key = {"id": "message-id-123", "fromMe": True, "remoteJid": "+15550100191"}
    data = [{"key": key, "reaction": {"text": "👍", "key": key}}]
    first, again = found("messages.reaction", data), found("messages.reaction", data)
    assert first == again
    (update,) = first
    assert (update.kind, update.target_id) == (Kind.MESSAGE, "message-id-123")
    assert update.sender.identifiers == {"wa_id": PHONE}
    assert update.provider_id != "message-id-123", "it would pass for a repeat of the message itself"


def test_reaction_with_its_own_key_is_the_same_in_both_events():
    own = PN_KEY | {"id": "3EB0REACTION"}
    data = [{"key": {"id": "3EB0T", "fromMe": True, "remoteJid": LID}, "reaction": {"text": "👍", "key": own}}]
    (by_reaction,) = found("messages.reaction", data)
    by_message = one(CONTENTS["reaction"][0], own)
    assert by_reaction.provider_id == by_message.provider_id == "3EB0REACTION"
    assert by_reaction.raw["message"] == by_message.raw["message"]


def test_reaction_made_on_the_phone_is_an_echo():
    own = {"id": "3EB0R", "fromMe": True, "remoteJid": f"{PHONE}@s.whatsapp.net"}
    (update,) = found("messages.reaction", [{"key": PN_KEY, "reaction": {"text": "👍", "key": own}}])
    assert update.kind == Kind.ECHO


def test_documented_deletion():
    key = {"id": "message-id-789", "fromMe": False, "remoteJid": "+15550100191"}
    (update,) = found("messages.delete", {"keys": [key]})
    assert (update.kind, update.target_id) == (Kind.MESSAGE, "message-id-789")
    assert update.raw["message"]["revoke"] == {"original_message_id": "message-id-789"}
    assert update.provider_id == "revoke:message-id-789"
