"""What Twilio posts, in the shape that everything after reads: nothing lost, nothing taken for another."""

from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest

from conversations.models import Identity
from whatsapp.cloud.envelope import Unreadable
from whatsapp.models import InboundUpdate
from whatsapp.twilio import inbound

Kind = InboundUpdate.Kind
AT = datetime(2026, 11, 21, 9, 0, 30, tzinfo=UTC)
SENDER = "whatsapp:+15550100199"
SID = "SM" + "a" * 32
FORM = {
    "SmsMessageSid": SID, "MessageSid": SID, "SmsSid": SID, "SmsStatus": "received", "AccountSid": "AC" + "1" * 32,
    "From": "whatsapp:+15550100101", "To": SENDER, "Body": "Where is my order?", "NumMedia": "0", "NumSegments": "1",
    "ProfileName": "Ann", "WaId": "15550100101", "MessageType": "text", "ApiVersion": "2010-04-01",
}  # fmt: skip
MEDIA = "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages/MM1/Media/ME"


def read(query="", *, without=(), **changes):
    form = {name: value for name, value in (FORM | changes).items() if name not in without}
    return inbound.updates(urlencode(form).encode(), query, AT, sender=SENDER)


def one(query="", **changes):
    (update,) = read(query, **changes)
    return update


def message(**changes):
    return one(**changes).raw["message"]


def identifiers(update):
    return {str(kind): value for kind, value in update.sender.identifiers.items()}


def test_text_with_who_sent_it():
    update = one()
    assert (update.kind, update.provider_id, update.provider_ts, update.note) == (
        Kind.MESSAGE,
        SID,
        AT.replace(microsecond=0),
        "",
    )
    assert update.phone_number_id == ""
    assert update.raw["message"]["type"] == "text"
    assert update.raw["message"]["text"] == {"body": "Where is my order?"}
    assert update.raw["contact"] == {"profile": {"name": "Ann"}, "wa_id": "15550100101"}
    assert identifiers(update) == {"wa_id": "15550100101"}
    assert update.sender.name == "Ann"


def test_whole_form_is_kept_with_what_nobody_knows_yet():
    update = one(BrandNewParameter="x", ChannelMetadata='{"type":"whatsapp"}')
    assert update.raw["form"]["BrandNewParameter"] == "x"
    assert update.raw["form"]["ChannelMetadata"] == '{"type":"whatsapp"}'


def test_phone_hidden_behind_a_business_scoped_id():
    """A customer with a username has no number: the message must still find one customer."""
    update = one(From="whatsapp:US.13491208655302741918", ProfileUsername="ann.a", without=("WaId",))
    assert identifiers(update) == {"bsuid": "US.13491208655302741918"}
    assert update.raw["contact"]["profile"] == {"name": "Ann", "username": "ann.a"}
    assert "from" not in update.raw["message"]


def test_all_identifiers_at_once():
    update = one(ExternalUserId="US.1001", ParentExternalUserId="US.ENT.9", Username="ann.a")
    assert identifiers(update) == {"bsuid": "US.1001", "parent_bsuid": "US.ENT.9", "wa_id": "15550100101"}
    assert update.raw["contact"]["profile"]["username"] == "ann.a"


def test_parent_id_as_the_sender_is_no_plain_one():
    assert identifiers(one(From="whatsapp:US.ENT.9", without=("WaId",))) == {"parent_bsuid": "US.ENT.9"}


def test_same_sender_has_the_same_digest_by_number_and_by_both():
    """Updates of one sender are worked off in order: by the most reliable identifier."""
    both = one(ExternalUserId="US.1001")
    hidden = one(From="whatsapp:US.1001", without=("WaId",))
    assert both.sender.digest() == hidden.sender.digest() != one().sender.digest()
    assert Identity.Kind.BSUID in both.sender.identifiers


@pytest.mark.parametrize(
    ("mime", "stated", "kind"),
    [
        ("image/jpeg", "image", "image"),
        ("image/webp", "", "sticker"),
        ("image/webp", "image", "image"),
        ("video/mp4", "", "video"),
        ("audio/ogg", "audio", "audio"),
        ("application/pdf", "document", "document"),
        ("text/vcard", "", "document"),
        ("", "", "document"),
    ],
)
def test_file_becomes_its_kind(mime, stated, kind):
    found = message(NumMedia="1", MediaUrl0=MEDIA + "1", MediaContentType0=mime, MessageType=stated, Body="")
    assert found["type"] == kind
    assert (found[kind]["id"], found[kind]["url"], found[kind]["mime_type"]) == (MEDIA + "1", MEDIA + "1", mime)
    assert "caption" not in found[kind]


def test_caption_and_voice_and_filename():
    photo = message(NumMedia="1", MediaUrl0=MEDIA + "1", MediaContentType0="image/jpeg", Body="The broken part")
    assert photo["image"]["caption"] == "The broken part"
    voice = message(NumMedia="1", MediaUrl0=MEDIA + "1", MediaContentType0="audio/ogg; codecs=opus", Body="")
    assert voice["audio"]["voice"] is True
    paper = message(NumMedia="1", MediaUrl0=MEDIA + "1", MediaContentType0="application/pdf", Body="Invoice 7.pdf")
    assert paper["document"]["filename"] == "Invoice 7.pdf"
    assert "caption" not in paper["document"]
    captioned = message(NumMedia="1", MediaUrl0=MEDIA + "1", MediaContentType0="application/pdf", Body="See page 2.")
    assert captioned["document"]["caption"] == "See page 2."


def test_each_of_several_files_is_a_message_of_its_own():
    """Only the first file would be seen by a reader of MediaUrl0."""
    files = {f"MediaUrl{place}": f"{MEDIA}{place}" for place in range(3)}
    types = {
        "MediaContentType0": "image/jpeg",
        "MediaContentType1": "application/pdf",
        "MediaContentType2": "image/png",
    }
    found = read(NumMedia="3", Body="All three", **files, **types)
    assert [update.provider_id for update in found] == [SID, f"{SID}-1", f"{SID}-2"]
    assert [update.raw["message"]["type"] for update in found] == ["image", "document", "image"]
    assert found[0].raw["message"]["image"]["caption"] == "All three"
    assert "caption" not in found[2].raw["message"]["image"]
    assert {update.sender.digest() for update in found} == {found[0].sender.digest()}


def test_ten_files_and_no_more_are_read():
    files = {f"MediaUrl{place}": MEDIA for place in range(12)}
    assert len(read(NumMedia="12", **files)) == 10


def test_location():
    found = message(Latitude="48.8583", Longitude="0.0", Label="The tower", Address="1 Example Street", Body="")
    assert found["type"] == "location"
    assert found["location"] == {
        "latitude": 48.8583,
        "longitude": 0.0,
        "name": "The tower",
        "address": "1 Example Street",
    }
    assert message(Latitude="north", Longitude="2")["type"] == "text"


def test_taps():
    tapped = message(ButtonPayload="yes-1", ButtonText="Yes", Body="Yes", MessageType="button")
    assert (tapped["type"], tapped["button"]) == ("button", {"payload": "yes-1", "text": "Yes"})
    tapped = message(ButtonPayload="yes-1", ButtonText="Yes", Body="Yes", MessageType="interactive")
    assert tapped["interactive"] == {"type": "button_reply", "button_reply": {"id": "yes-1", "title": "Yes"}}
    chosen = message(ListId="row-2", ListTitle="Second", Body="Second")
    assert chosen["interactive"] == {"type": "list_reply", "list_reply": {"id": "row-2", "title": "Second"}}
    flow = message(InteractiveData='{"size":"M"}', Body="Sent")
    assert flow["interactive"]["nfm_reply"] == {"name": "flow", "body": "Sent", "response_json": '{"size":"M"}'}


def test_reaction_is_no_message_of_words():
    """An emoji under a line must not be answered, nor open the 24 hours."""
    update = one(MessageType="reaction", Body="👍", OriginalRepliedMessageSid="SM9")
    assert update.raw["message"]["reaction"] == {"message_id": "SM9", "emoji": "👍"}
    assert update.target_id == "SM9"


def test_quote_and_forward():
    found = message(
        OriginalRepliedMessageSid="SM9",
        OriginalRepliedMessageSender=SENDER,
        Forwarded="true",
        FrequentlyForwarded="true",
    )
    assert found["context"] == {"id": "SM9", "from": "15550100199", "forwarded": True, "frequently_forwarded": True}
    assert "context" not in message(Forwarded="false")


def test_advertisement():
    found = message(
        ReferralBody="Summer sale", ReferralHeadline="-20 %", ReferralSourceId="ad-1", ReferralSourceType="ad",
        ReferralSourceUrl="https://fb.example/ad", ReferralMediaContentType="image/jpeg",
        ReferralMediaUrl="https://fb.example/p.jpg", ReferralCtwaClid="clid", ReferralNumMedia="1",
    )  # fmt: skip
    assert found["referral"] == {
        "source_url": "https://fb.example/ad", "source_id": "ad-1", "source_type": "ad", "headline": "-20 %",
        "body": "Summer sale", "media_type": "image", "image_url": "https://fb.example/p.jpg", "ctwa_clid": "clid",
    }  # fmt: skip


def test_message_without_anything_readable_is_seen_all_the_same():
    assert message(Body="", MessageType="poll")["type"] == "unsupported"


@pytest.mark.parametrize(
    ("word", "status"),
    [("sent", "sent"), ("delivered", "delivered"), ("read", "read"), ("undelivered", "failed"), ("failed", "failed")],
)
def test_status_with_our_reference(word, status):
    update = report(word, "ref=0b5a6f2e-0000-4000-8000-000000000001")
    assert (update.kind, update.provider_id) == (Kind.STATUS, SID)
    found = update.raw["status"]
    assert (found["id"], found["status"], found["timestamp"]) == (SID, status, str(int(AT.timestamp())))
    assert found["biz_opaque_callback_data"] == "0b5a6f2e-0000-4000-8000-000000000001"
    assert identifiers(update) == {"wa_id": "15550100101"}


def report(word, query="", **more):
    status = {"MessageStatus": word, "SmsStatus": word, "From": SENDER, "To": "whatsapp:+15550100101"} | more
    return one(query, without=("Body", "NumMedia", "WaId", "ProfileName"), **status)


def test_status_of_a_customer_without_a_number():
    assert identifiers(report("delivered", To="whatsapp:US.1001")) == {"bsuid": "US.1001"}


def test_failure_says_why_in_words():
    found = report("undelivered", ErrorCode="63016", ErrorMessage="Outside the window").raw["status"]
    (error,) = found["errors"]
    assert error["code"] == 63016
    assert "24 hours" in error["title"]
    assert error["error_data"] == {"details": "Outside the window"}
    assert report("failed").raw["status"]["errors"][0]["title"] == "Not delivered"


@pytest.mark.parametrize("word", ["queued", "sending", "accepted", "scheduled", "partially_delivered", "brand-new"])
def test_status_on_the_way_is_kept_and_changes_nothing(word):
    update = report(word)
    assert (update.kind, update.provider_id) == (Kind.OTHER, SID)
    assert word in update.note
    assert update.raw["form"]["MessageStatus"] == word


def test_what_is_meant_for_another_sender_is_not_taken_in():
    """Two senders of one account pointed at one address: a customer must not land in the wrong channel."""
    update = one(To="whatsapp:+15550100198")
    assert update.kind == Kind.OTHER
    assert "not this channel's" in update.note
    foreign = one(MessageStatus="sent", From="whatsapp:+15550100198", To="whatsapp:+15550100101")
    assert foreign.kind == Kind.OTHER


def test_message_without_an_id_is_kept_with_a_note():
    assert one(without=("MessageSid",)).kind == Kind.OTHER
    anonymous = one(without=("From", "WaId"))
    assert (anonymous.kind, anonymous.provider_id) == (Kind.OTHER, SID)
    assert "without a sender" in anonymous.note


def test_time_of_a_recovered_message_comes_with_its_query():
    assert one("sent_at=1700000000").provider_ts == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
    assert one("sent_at=soon").provider_ts is None


@pytest.mark.parametrize("body", [b"", b'{"object": "x"}', b"[1]", b"<xml/>", b"&".join([b"a=1"] * 1001)])
def test_body_that_is_no_form_is_unreadable(body):
    with pytest.raises(Unreadable):
        inbound.updates(body, "", AT, sender=SENDER)


def test_bytes_a_database_refuses_do_not_stop_it():
    body = urlencode(FORM | {"Body": "a\x00b"}).encode() + b"&Odd=%ff%fe"
    (update,) = inbound.updates(body, "", AT, sender=SENDER)
    assert update.raw["message"]["text"]["body"] == "a\ufffdb"
