"""The transcript draws every kind of message, says what it cannot draw, and shows nothing that is not so."""

import re
from html import unescape

import pytest
from django.db import transaction
from django.urls import reverse

from config import clock
from console.presenters.kinds import drawing_of
from console.presenters.lines import dressed
from conversations import changes, content, transcript
from conversations.models import Conversation, Message, MessageReaction
from handoff import desk
from tests.console_every_kind import Thread, amend, every_kind, store, template_row
from tests.console_factories import light_settings, make_agent, make_channel  # noqa: F401
from whatsapp.models import MessageTemplate

pytestmark = pytest.mark.django_db

FETCH = {"X-Baton": "fetch"}
ROW = re.compile(r'<li class="line [^>]*id="line-([0-9a-f-]{36})".*?</li>', re.DOTALL)
EVIL = """<script>alert(1)</script>"><img src=x onerror=alert(2)>"""


@pytest.fixture(autouse=True)
def _store(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def agent(client):
    agent = make_agent("mia", "Orders", first_name="Mia")
    client.force_login(agent)
    return agent


@pytest.fixture
def thread(agent):
    return Thread(make_channel(), agent, clock.now())


@pytest.fixture
def every(agent):
    return every_kind(make_channel(), agent, now=clock.now())


def page(client, message):
    return client.get(reverse("console:conversation", args=[message.conversation_id]) + "?all=1").text


def rows(html):
    return {match[1]: match[0] for match in ROW.finditer(html)}


def row(client, message):
    return rows(page(client, message))[str(message.pk)]


def words(html):
    """What a reader reads: no tags, one space between words."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


#: Of each line: what must be read in it, and what must stand in its source.
SHOWN = {
    "image": ("The box, as it came", '<img id="file-'),
    "sticker": ("Customer", 'class="sticker"'),
    "voice": ("Voice message OGG, 1 KB", '<audio id="file-'),
    "audio": ("Audio OGG, 1 KB", 'preload="none"'),
    "video": ("It rattles", '<video id="file-'),
    "document": ("invoice-2026.pdf PDF, 1 KB The invoice", 'class="file" href="/media/'),
    "fetching": ("Image Fetching the file from WhatsApp.", "file--fetching"),
    "put_off": ("The provider could not be asked for the file. Next try at", "file--fetching"),
    "not_fetched": ("The file could not be fetched. WhatsApp has this file no longer. Try again", "/again/"),
    "too_large": ("Document: all-my-photos.zip The file is too large. It is larger than 100 MB", "file--too_large"),
    "blocked": ("The file was held back: it is not what it claims to be. It says it is a PDF", "/again/"),
    "no_file": ("Image The file itself is not here. Look", "file--failed"),
    "location": ("1 Example Square 52.52, 13.405 Open in OpenStreetMap", "mlat=52.52001&amp;mlon=13.40495#map=16/"),
    "bare_location": ("Location -33.9, 18.4", 'rel="noopener noreferrer"'),
    "contacts": ("Contact card Ruth Baker Baker & Sons +1 555 010 0200 ruth@baker.example Sam", "person-card"),
    "order": ("KETTLE-1 2 19.5 EUR", '<table class="order">'),
    "form": ("Delivery day Monday", '<dl class="answers">'),
    "unread_form": ('What came {"day": Monday', "<details"),
    "button": ("Chose: Track my parcel", "tap"),
    "tap": ("Chose: Return it Within 30 days", "tap"),
    "may_call": ("The customer may be called for some days.", "line--notice"),
    "call": ("Call from the customer 2 min 5 s", "line--customer"),
    "missed_call": ("Call from the customer Missed", "call--missed"),
    "our_call": ("The business Call to the customer Not answered", "line--human"),
    "system": ("The customer has a new phone number", "line--notice"),
    "opened": ("The chat was opened", "line--notice"),
    "unsupported": (
        "A kind of message that WhatsApp does not pass on poll WhatsApp says: Polls are not supported (131051)",
        "words--placeholder",
    ),
    "unknown": ("A kind of message that is not known here A hologram", "words--placeholder"),
    "loose_reaction": ("Reacted \U0001f44d to a message that is not here", "mark-line"),
    "loose_edit": ("Changed a message that is not here New words", "mark-line"),
    "loose_revoke": ("Deleted a message that is not here", "mark-line"),
    "quoting": ("In answer to Customer My number is 4711, I believe This one I mean", 'href="#line-'),
    "quoting_unknown": ("In answer to A message that is not here That one", "quoted--unknown"),
    "forwarded": ("Forwarded Is this true?", "mark-line"),
    "forwarded_often": ("Forwarded many times Send to all", "mark-line"),
    "referral": (
        "Came through an advertisement Kettles, half price This week only See the advertisement I saw this",
        'href="https://ads.example/1"',
    ),
    "late": ("Sent hours ago arrived late: written", 'class="late"'),
    "echo": ("On the business's phone Written on the shop's phone", "line--human"),
    "history": ("From the phone's chat history Said a month ago", "line--customer"),
    "answer": ("In answer to Customer What can I do? Here are your choices.", "tick--read"),
    "buttons": ("Your kettle What shall we do? The shop Return it Keep it", 'class="option"'),
    "menu": ("When shall it come? Choose a day Next week Monday 8 to 12 Tuesday", "<summary>Choose a day"),
    "link": ("It is all here. See the order", 'href="https://shop.example/o/1"'),
    "asks_place": ("Where shall we bring it? Send location", 'class="option"'),
    "asks_number": ("How can we call you? Share phone number", 'class="option"'),
    "our_place": ("The shop 2 Example Street 52.5, 13.4", "openstreetmap.org"),
    "our_image": ("The new one", '<img id="file-'),
    "our_voice": ("Voice message OGG", "<title>Played</title>"),
    "template": (
        "Template : order_update, en Order 1001 Hello Nora, we have an update on your order. Reply to continue. "
        "The shop Tell me Open it",
        "<strong>update</strong>",
    ),
    "failed": ("Not sent: WhatsApp cannot reach this number. Ask for another number. Send again", "/again/"),
    "unknown_sent": ("Not known whether this was sent: no answer came.", 'name="arrived" value="1"'),
    "dropped": ("Withheld, never sent: the customer asked so. Send again", "tick--trouble"),
    "held": ("Waits until the customer writes. It then goes out by itself.", "tick--held"),
    "unasked": ("They were not asked to: there is no template for it.", "tick--held"),
    "queued": ("On its way", "<title>Waiting to be sent</title>"),
    "resent_from": ("Was sent again Not sent:", "data-line-link"),
    "resent": ("Sent again after an earlier try", "data-line-link"),
    "reacted_in_vain": ("Reaction \u2764\ufe0f", "line--trouble"),
    "note": ("Note, not sent She is kind", "line--note"),
    "edited": ("I want two kettles Edited; what it said before", "I want too kettles"),
    "deleted": ("The customer deleted this message", "Forget what I said about Sam"),
}


def test_every_kind_is_drawn_with_all_it_holds(client, every):
    """A kind that falls through to a bare label hides from the agent what the customer said."""
    drawn = rows(page(client, every["text"]))
    wrong = {}
    for name, (read, source) in SHOWN.items():
        html = drawn[str(every[name].pk)]
        if read not in words(html) or source not in html:
            wrong[name] = words(html)
    assert wrong == {}


def test_no_kind_is_left_out_of_the_list_above(every):
    assert set(every) - set(SHOWN) == {"text", "quoted", "applied", "reacted"}


def test_fragment_draws_the_same_lines_as_the_page(client, every):
    url = reverse("console:lines", args=[every["text"].conversation_id])
    assert rows(client.get(url, {"after": 0}, headers=FETCH).text) == rows(page(client, every["text"]))


def test_every_kind_costs_a_fixed_number_of_queries(client, thread, django_assert_max_num_queries):
    """Files, reactions, quotes, prices and templates come with the lines, not one by one."""
    url = None
    template = template_row()
    for number in range(12):
        asked = thread.brings("image")
        if number == 0:
            desk.take_over(thread.conversation.pk, agent=thread.agent, now=thread.tick())
        amend(asked, now=thread.tick(), metadata={"forwarded": True})
        thread.fares(thread.says(content.Text("Yes"), reply_to=asked.seq), "sent", "read")
        thread.hears("reaction", {"message_id": asked.provider_id, "emoji": "\U0001f44d"})
        thread.says(content.Template(template.pk, template.name, "en", "Order 1\n\nHello\n\nThe shop"))
        url = reverse("console:lines", args=[asked.conversation_id])
        if number in (0, 11):
            with django_assert_max_num_queries(10):
                client.get(url, headers=FETCH)


def test_change_that_found_its_message_leaves_the_page(client, thread):
    """A deletion that came first stood as a line of its own; drawn twice it would look like two deletions."""
    thread.hears("text", {"body": "Hello"})
    early = thread.hears("revoke", {"original_message_id": "wamid.kind.later"})
    assert "Deleted a message that is not here" in row(client, early)
    message = thread.hears("text", {"body": "Soon gone"})
    with transaction.atomic():
        transcript.amend(transcript.lock(message.conversation_id), message, now=thread.tick(),
                         provider_id="wamid.kind.later")  # fmt: skip
        changes.apply_waiting(transcript.lock(message.conversation_id), message, now=thread.now)
    html = page(client, message)
    assert "Deleted a message that is not here" not in html
    assert re.search(r"<li[^>]*\bhidden\b", rows(html)[str(early.pk)])
    assert "The customer deleted this message" in words(rows(html)[str(message.pk)])


def test_our_reaction_shows_under_its_message_only(client, every):
    drawn = rows(page(client, every["reacted"]))
    assert re.search(r"<li[^>]*\bhidden\b", drawn[str(every["reacted"].pk)])
    image = drawn[str(every["image"].pk)]
    assert "\u2764\ufe0f from the desk" in words(image)
    assert "\U0001f44d from the customer" in words(drawn[str(every["answer"].pk)])


def test_reaction_taken_back_is_gone(client, every):
    MessageReaction.objects.update(emoji="")
    assert 'class="badge"' not in page(client, every["text"])


def test_prices_are_named_as_whatsapp_names_them(client, every):
    assert "Charged as utility" in words(row(client, every["template"]))
    assert "Charged as service, free" in words(row(client, every["answer"]))
    assert "Charged as" not in words(row(client, every["buttons"]))


def test_file_that_can_be_had_again_is_asked_for_from_its_bubble(client, every):
    failed = every["not_fetched"].attachments.get()
    assert client.post(reverse("console:media_again", args=[failed.pk]), headers=FETCH).status_code == 204
    html = row(client, every["not_fetched"])
    assert "Fetching the file" in words(html)
    assert "Try again" not in html
    assert "Try again" not in row(client, every["too_large"])


def test_bubble_shows_the_file_as_soon_as_it_is_stored(client, every):
    message, before = every["fetching"], Conversation.objects.get(pk=every["fetching"].conversation_id).revision
    store(message.attachments.get(), "image", clock.now())
    amend(message, now=clock.now())
    url = reverse("console:lines", args=[message.conversation_id])
    html = client.get(url, {"after": before}, headers=FETCH).text
    assert list(rows(html)) == [str(message.pk)]
    assert '<img id="file-' in html


def test_file_that_a_browser_cannot_show_is_offered_to_save(client, every):
    attachments = every["image"].attachments
    attachments.update(mime_type="image/heic", filename="box.heic")
    html = row(client, every["image"])
    assert "<img" not in html
    assert "box.heic HEIC" in words(html)


def test_quote_out_of_an_earlier_conversation_leads_there(client, thread):
    first = thread.hears("text", {"body": "Long ago"})
    desk.take_over(first.conversation_id, agent=thread.agent, now=thread.tick())
    desk.close(first.conversation_id, agent=thread.agent, now=thread.tick())
    second = thread.hears("text", {"body": "Again"})
    amend(second, now=thread.tick(), reply_to=first)
    other = Message.objects.get(pk=second.pk)
    if other.conversation_id == first.conversation_id:
        pytest.skip("the conversation was reopened")
    html = row(client, other)
    assert f'href="/c/{first.conversation_id}/?all=1#line-{first.pk}"' in html
    assert "in an earlier conversation" in html


@pytest.mark.parametrize("change", ["text", "buttons", "row"])
def test_template_shows_what_was_sent_whatever_became_of_its_row(client, every, change):
    """The row is of today, the message of then: where they differ, the kept words are shown, whole."""
    template = MessageTemplate.objects.get()
    if change == "row":
        every["template"].content = {**every["template"].content, "template": template.pk + 1000}
        every["template"].save(update_fields=["content"])
    components = {"text": template.components[:1], "buttons": template.components[:3]}.get(change, [])
    MessageTemplate.objects.update(components=components)
    said = words(row(client, every["template"]))
    for part in ("Order 1001", "Hello Nora, we have an update on your order.", "The shop", "Tell me", "Open it"):
        assert part in said


def test_nothing_in_any_kind_is_code(client, thread):
    """Every field a customer or provider fills in, filled in with what would do harm if it were not escaped."""
    evil = {"name": {"formatted_name": EVIL}, "org": {"company": EVIL}, "phones": [{"phone": EVIL}],
            "emails": [{"email": EVIL}]}  # fmt: skip
    context = {"id": EVIL, "referred_product": {"product_retailer_id": EVIL}}
    referral = {"source_url": "javascript:alert(4)", "headline": EVIL, "body": EVIL, "source_type": EVIL}
    message = thread.hears("text", {"body": EVIL}, context=context, referral=referral)
    thread.hears("contacts", contacts=[evil])
    thread.hears("location", {"latitude": 1, "longitude": 2, "name": EVIL, "address": EVIL, "url": "javascript:1"})
    thread.hears("order", {"product_items": [{"product_retailer_id": EVIL, "quantity": EVIL, "currency": EVIL}]})
    thread.hears("interactive", {"nfm_reply": {"response_json": '{"<b>": "' + EVIL.replace('"', "") + '"}'}})
    thread.hears("interactive", {"nfm_reply": {"response_json": EVIL}})
    thread.hears("interactive", {"list_reply": {"title": EVIL, "description": EVIL}})
    thread.hears("unsupported", {"type": EVIL}, errors=[{"title": EVIL, "code": EVIL}])
    thread.hears("document", {"id": "m", "filename": EVIL, "caption": EVIL}).attachments.update(
        state="blocked", why=EVIL
    )
    thread.hears(
        "edit", {"original_message_id": message.provider_id, "message": {"type": "text", "text": {"body": EVIL}}}
    )
    thread.hears("reaction", {"message_id": message.provider_id, "emoji": EVIL})
    html = page(client, message)
    assert "<script>alert" not in html
    assert "<img src=x" not in html
    assert "javascript:" not in html
    assert html.count("&lt;script&gt;") > 12


KINDS = [
    "media", "location", "contacts", "tap", "flow", "order", "call", "buttons", "menu", "link", "reaction", "edit",
    "revoke", "system", "call_permission", "template",
]  # fmt: skip
NONSENSE = {
    "name": 5, "items": {"a": 1}, "answers": [1], "contacts": "x", "buttons": [None], "sections": [{"rows": 3}],
    "latitude": "x", "url": ["y"], "emoji": None, "template": "x", "text": 7,
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("odd", [{}, NONSENSE], ids=["empty", "nonsense"])
def test_content_that_is_not_as_it_should_be_is_still_drawn(client, thread, kind, odd):
    """One bad row must not cost the agent the whole page."""
    message = thread.hears("text", {"body": "[Something] that came"})
    amend(message, now=thread.tick(), content={"kind": kind, **odd}, type="template" if kind == "template" else "other")
    found = dressed(Message.objects.all()).get(pk=message.pk)
    drawing_of(found)
    assert client.get(f"/c/{message.conversation_id}/").status_code == 200


def test_only_lines_that_whatsapp_knows_offer_tools(client, every):
    drawn = rows(page(client, every["text"]))
    offering = {name for name, message in every.items() if 'data-tool="quote"' in drawn[str(message.pk)]}
    assert {"text", "image", "answer", "echo", "order"} <= offering
    assert not offering & {"note", "system", "call", "deleted", "queued", "failed", "held", "may_call", "loose_edit"}


def test_whole_page_has_the_forms_that_lines_speak_through(client, every):
    html = page(client, every["text"])
    assert '<form id="line-verb" method="post"' in html
    assert html.count('class="reactions-choice"') == 6
    assert f'action="/c/{every["text"].conversation_id}/react/"' in html
