"""Every kind that can reach a business is played in its published shape: Baton meets no kind first in production."""

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.standin import NUMBER, TOKEN, graph, settle, text_to, write
from tests.standin_desk import changes, desk, last_message, server
from whatsapp.standin import contents
from whatsapp.standin.client import StandinClient, StandinRefused

__all__ = ["desk", "server"]

ANN = "+15550100191"
PUBLISHED = Path(__file__).resolve().parents[2] / "shared" / "payloads"
#: Newer than the samples, or known to be left out of them.
NEWER = {"from_user_id", "to_user_id", "user_id", "previous_user_id", "origin", "url", "from", "wa_id", "context"}


def published(name: str) -> dict[str, Any]:
    """The change of a sample that others published."""
    if not PUBLISHED.is_dir():
        pytest.skip("the published sample bodies are not here")
    return json.loads((PUBLISHED / f"{name}.json").read_text())["entry"][0]["changes"][0]


def shape(value: Any) -> Any:
    """The keys, all the way down; of a list, those of its first entry."""
    if isinstance(value, dict):
        return {key: shape(part) for key, part in value.items()}
    return [shape(value[0])] if isinstance(value, list) and value else None


def missing(ours: Any, theirs: Any, path: str = "") -> list[str]:
    """What differs between two shapes, but for NEWER."""
    if isinstance(ours, list) and isinstance(theirs, list):
        return missing(ours[0], theirs[0], path + "[]")
    if not (isinstance(ours, dict) and isinstance(theirs, dict)):
        return [] if (ours is None) == (theirs is None) else [path]
    differing = [f"{path}.{key}" for key in (set(ours) ^ set(theirs)) - NEWER]
    shared = set(ours) & set(theirs)
    return differing + [one for key in shared for one in missing(ours[key], theirs[key], f"{path}.{key}")]


#: By the name of the published sample: what the person does. LINE stands for the id of an earlier message.
LINE = "LINE"
KINDS: dict[str, dict[str, Any]] = {
    "openapi-text-message": {"text": "hi"},
    "openapi-text-message-from-click-to-whatsapp-ad": {"text": "hi", "referral": True},
    "openapi-text-message-with-context-product-inquiry": {"text": "hi", "product": "lamp"},
    "pywa-message-reply": {"text": "hi", "reply_to": LINE},
    "pywa-message-forwarded": {"text": "hi", "forwarded": "once"},
    "pywa-message-forwarded-many-times": {"text": "hi", "forwarded": "often"},
    "pywa-message-media-with-url": {"type": "image"},
    "pywa-message-video": {"type": "video", "caption": "c", "forwarded": "once"},
    "pywa-message-voice": {"type": "audio"},
    "pywa-message-audio": {"type": "audio", "voice": False, "forwarded": "once"},
    "pywa-message-document": {"type": "document", "caption": "c", "forwarded": "once"},
    "pywa-message-static-sticker": {"type": "sticker"},
    "pywa-message-animated-sticker": {"type": "sticker", "animated": True},
    "pywa-message-chosen-location": {
        "type": "location",
        "address": "1 Mill Lane",
        "url": "https://m.example",
        "forwarded": "once",
    },
    "pywa-message-current-location": {"type": "location", "address": "-", "forwarded": "once"},
    "pywa-message-contacts": {"type": "contacts"},
    "pywa-message-order": {"type": "order"},
    "pywa-message-reaction": {"type": "reaction", "target": LINE},
    "pywa-message-unreaction-no-emoji": {"type": "reaction", "target": LINE, "remove": True},
    "pywa-message-unsupported": {"type": "unsupported"},
    "pywa-message-unsupported-with-type": {"type": "unsupported", "of": "poll"},
    "pywa-callback-button-quick-reply": {"type": "button", "title": "Yes", "reply_to": LINE},
    "pywa-callback-button-quick-reply-without-context": {"type": "button", "title": "Yes"},
    "pywa-callback-button-button": {"type": "button_reply", "id": "1", "title": "Yes", "reply_to": LINE},
    "pywa-callback-selection-callback": {"type": "list_reply", "id": "1", "title": "A", "reply_to": LINE},
    "pywa-callback-selection-description": {
        "type": "list_reply",
        "id": "1",
        "title": "A",
        "description": "d",
        "reply_to": LINE,
    },
    "pywa-flow-completion-completion": {"type": "nfm_reply", "reply_to": LINE},
    "pywa-call-permission-update-accept": {"type": "call_permission_reply", "reply_to": LINE},
    "pywa-call-permission-update-reject": {"type": "call_permission_reply", "accepts": False, "reply_to": LINE},
    "pywa-deleted-message-revoke": {"type": "revoke", "target": LINE},
}


def play(server: StandinClient, kind: str) -> None:
    line = write(server)["id"]
    write(server, **{"text": "", **{name: line if value == LINE else value for name, value in KINDS[kind].items()}})


@pytest.mark.parametrize("name", sorted(KINDS))
def test_a_message_has_the_keys_of_the_published_sample(server, desk, name):
    sample = published(name)
    play(server, name)
    ours, theirs = last_message(server, desk), sample["value"]["messages"][0]
    assert ours["type"] == theirs["type"]
    assert ("context" in ours) == ("context" in theirs)
    assert missing(shape(ours), shape(theirs)) == []


def test_an_edited_caption_has_the_keys_of_the_published_sample(server, desk):
    sample = published("pywa-edited-message-image")["value"]["messages"][0]
    photo = write(server, text="", type="image", caption="old")
    server.edit("ann", phone_number_id=NUMBER, target=photo["id"], text="new")
    message = last_message(server, desk)
    assert missing(shape(message), shape(sample)) == []
    assert message["edit"]["original_message_id"] == photo["id"]
    assert message["edit"]["message"]["image"]["caption"] == "new"
    assert message["edit"]["message"]["image"]["id"] == photo["content"]["id"]


@pytest.mark.parametrize(
    ("name", "act"),
    [
        ("pywa-call-connect-user-initiated", lambda client: client.call("ann", phone_number_id=NUMBER)),
        (
            "pywa-user-marketing-preferences-resume",
            lambda client: client.preferences("ann", "resume", phone_number_id=NUMBER),
        ),
        (
            "pywa-user-marketing-preferences-signup",
            lambda client: client.preferences("ann", "signup", phone_number_id=NUMBER),
        ),
        ("pywa-outgoing-message-text", lambda client: client.echo("ann", phone_number_id=NUMBER, text="hi")),
        (
            "pywa-system-phone-number-change",
            lambda client: client.system("ann", "user_changed_number", phone_number_id=NUMBER),
        ),
        (
            "pywa-system-identity-change",
            lambda client: client.system("ann", "customer_identity_changed", phone_number_id=NUMBER),
        ),
    ],
)
def test_another_field_has_the_keys_of_the_published_sample(server, desk, name, act):
    sample = published(name)
    act(server)
    settle(server)
    (change,) = changes(desk)
    assert change["field"] == sample["field"]
    expected = shape(sample["value"])
    expected.pop("contacts", None)
    ours = shape(change["value"])
    ours.pop("contacts", None)
    differing = [one for one in missing(ours, expected) if not one.endswith("parent_user_id")]
    assert differing == []


@pytest.mark.parametrize("kind", contents.MEDIA)
def test_the_bytes_behind_a_media_id_can_be_fetched_and_match_their_checksum(server, desk, kind):
    write(server, text="", type=kind)
    media = last_message(server, desk)[kind]
    headers = {"Authorization": f"Bearer {TOKEN}", "User-Agent": "test"}
    node = httpx.get(f"{server.url}/v26.0/{media['id']}", headers=headers, trust_env=False).json()
    for url in (node["url"], media["url"]):
        content = httpx.get(url, headers=headers, trust_env=False).content
        assert base64.b64encode(hashlib.sha256(content).digest()).decode() == media["sha256"]
    assert server.media(media["id"])[0] == content


def test_a_file_of_ones_own_arrives_byte_for_byte(server, desk):
    write(server, text="", type="document", data=b"col\n1\n", filename="a.txt", mime_type="text/plain", caption="here")
    document = last_message(server, desk)["document"]
    assert (document["filename"], document["mime_type"], document["caption"]) == ("a.txt", "text/plain", "here")
    assert server.media(document["id"]) == (b"col\n1\n", "text/plain")


def test_a_quote_names_the_message_and_who_wrote_it(server, desk):
    own = write(server)
    graph(server, text_to(ANN))
    theirs = server.sent()[0]["id"]
    write(server, reply_to=theirs)
    assert last_message(server, desk)["context"] == {"from": "15550100009", "id": theirs}
    line = write(server, reply_to=own["id"])
    assert last_message(server, desk)["context"] == {"from": "15550100191", "id": own["id"]}
    assert line["reply_to"] == own["id"]


def test_a_quote_of_a_hidden_person_gives_no_number_away(server, desk):
    own = write(server, "bob")
    write(server, "bob", reply_to=own["id"])
    assert last_message(server, desk)["context"] == {"id": own["id"]}


def test_a_reaction_stands_under_its_line_and_can_be_taken_back(server, desk):
    write(server)
    graph(server, text_to(ANN))
    settle(server)
    server.react("ann", phone_number_id=NUMBER, emoji="\N{SMILING FACE WITH OPEN MOUTH}")
    lines = server.screen("ann")["lines"]
    assert [line["type"] for line in lines] == ["text", "text"], "a reaction is no bubble"
    assert lines[1]["reactions"] == {"customer": "\N{SMILING FACE WITH OPEN MOUTH}"}
    server.react("ann", phone_number_id=NUMBER, target=lines[1]["id"], emoji="")
    assert server.screen("ann")["lines"][1]["reactions"] == {}
    assert "emoji" not in last_message(server, desk)["reaction"]


def test_an_edit_and_a_deletion_change_the_phone_too(server, desk):
    line = write(server, text="Mondy")
    server.edit("ann", phone_number_id=NUMBER, target=line["id"], text="Monday")
    (shown,) = server.screen("ann")["lines"]
    assert (shown["text"], shown["edited"]) == ("Monday", True)
    server.revoke("ann", phone_number_id=NUMBER, target=line["id"])
    (shown,) = server.screen("ann")["lines"]
    assert (shown["text"], shown["content"], shown["deleted"]) == ("", {}, True)
    assert last_message(server, desk)["revoke"] == {"original_message_id": line["id"]}


def test_flow_answers_are_a_json_string_and_a_broken_one_is_not(server, desk):
    write(server, text="", type="nfm_reply", answers={"rating": "5"})
    reply = last_message(server, desk)["interactive"]["nfm_reply"]
    assert json.loads(reply["response_json"]) == {"rating": "5"}
    write(server, text="", type="nfm_reply", answers={"rating": "5"}, broken=True)
    with pytest.raises(json.JSONDecodeError):
        json.loads(last_message(server, desk)["interactive"]["nfm_reply"]["response_json"])


def test_a_shared_number_says_that_it_was_asked_for(server, desk):
    write(server, "bob", text="", type="contact_request")
    (card,) = last_message(server, desk)["contacts"]
    assert card["origin"] == "contact_request"
    assert card["phones"][0]["wa_id"] == "447700900192"


@pytest.mark.parametrize(
    ("more", "mend"),
    [
        ({"type": "edit", "text": "x"}, "target"),
        ({"type": "edit", "text": "x", "target": "wamid.nobody"}, "No message"),
        ({"type": "revoke"}, "target"),
        ({"type": "button_reply", "title": "x"}, "id"),
        ({"type": "list_reply", "id": "x"}, "title"),
        ({"type": "image", "sample": "novel"}, "sample"),
        ({"type": "document", "data": b""} | {"payload": None, "sample": "text"}, "sample"),
    ],
)
def test_a_wrong_order_is_told_the_mend(server, desk, more, mend):
    with pytest.raises(StandinRefused, match=mend):
        write(server, text=more.pop("text", ""), **more)


def test_an_edit_after_a_quarter_of_an_hour_is_refused(server, desk):
    line = write(server, at=1_700_000_000)
    with pytest.raises(StandinRefused, match="15 minutes"):
        write(server, type="edit", target=line["id"], text="x", at=1_700_000_000 + 901)
    write(server, type="edit", target=line["id"], text="x", at=1_700_000_000 + 899)
