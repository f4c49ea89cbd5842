"""How it was: asked once when a matter is closed, answered by a tap or a number, thanked for once."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction

from audit.models import Event
from audit.verify import verify
from conversations import content, intake, outbox
from conversations.models import Channel, Consent, Conversation, Message
from conversations.states import State
from handoff import desk, rating_words, ratings, router, texts, wording
from handoff.models import Rating
from tests import factories, template_factories
from whatsapp import rating_request

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(db):
    return factories.agent("ana")


@pytest.fixture
def held(now, ana):
    conversation = factories.conversation(now=now, body="Where is my order?")
    desk.take_over(conversation.pk, agent=ana, now=now)
    return conversation


@pytest.fixture
def asked(now, ana, held) -> Rating:
    """The matter is closed and the question has reached the customer."""
    desk.close(held.pk, agent=ana, now=now, ask_rating=True)
    rating = Rating.objects.get()
    deliver(held, now)
    rating.request.refresh_from_db()
    return rating


def deliver(conversation: Conversation, now) -> list[Message]:
    claimed = []
    while message := outbox.claim_next(conversation.pk, now=now):
        outbox.mark_accepted(message.pk, provider_id=f"wamid.out.{message.pk}", now=now)
        claimed.append(message)
    return claimed


@transaction.atomic
def says(body: str, *, now, quotes: str = "", tap: str = "", kind: str = "") -> Message:
    """The customer writes `body`, or taps the row with the id `tap`."""
    type, inner = ("interactive", {"kind": "tap", "id": tap, "title": body}) if tap else (kind or "text", {})
    if kind == "button":
        inner = {"kind": "tap", "id": body, "title": body}
    given = factories.incoming(body, now=now, type=type)
    given = replace(given, content=inner, reply_to=quotes)
    message = intake.take(factories.channel(now=now), given, now=now).message
    router.route(message, now=now)
    return message


def thanks(conversation: Conversation) -> list[str]:
    return list(conversation.messages.filter(metadata__has_key="thanks_for_rating").values_list("body", flat=True))


def test_question_is_a_list_of_five_in_the_customers_language(now, ana, held):
    Conversation.objects.filter(pk=held.pk).update(language="es")
    desk.close(held.pk, agent=ana, now=now, ask_rating=True)
    rating = Rating.objects.get()
    menu = outbox.content_of(rating.request)
    assert isinstance(menu, content.Menu)
    assert [row.id for row in menu.sections[0].rows] == [f"rating:{score}" for score in (5, 4, 3, 2, 1)]
    assert menu.body == texts.text("rating_ask", "es")
    assert (rating.agent, rating.team_id, rating.score) == (ana, held.team_id, None)
    assert rating.request.metadata == {"asks_rating": True}


@pytest.mark.parametrize("language", wording.ALL)
def test_question_is_one_whatsapp_takes_in_every_language(language):
    """If this fails, closing a matter with a question fails for all who write this language."""
    content.check(ratings._menu(language))
    assert {f"rating_{end}" for end in ("thanks", "sorry")} <= wording.ALL[language].keys()


def test_question_leaves_though_the_conversation_is_closed(now, ana, held):
    desk.close(held.pk, agent=ana, now=now, ask_rating=True)
    assert [message.type for message in deliver(held, now)] == ["interactive"]


def test_nobody_is_asked_unless_that_is_wanted(now, ana, held):
    desk.close(held.pk, agent=ana, now=now)
    assert not Rating.objects.exists()


def test_tap_is_the_score_and_opens_no_new_matter(now, asked):
    later = factories.later(now, minutes=3)
    message = says("5 – very good", now=later, quotes=asked.request.provider_id, tap="rating:5")
    asked.refresh_from_db()
    assert (asked.score, asked.via, asked.rated_at) == (5, "button", later)
    assert message.conversation_id == asked.conversation_id
    asked.conversation.refresh_from_db()
    assert asked.conversation.state == State.CLOSED
    assert Conversation.objects.count() == 1
    event = Event.objects.get(event_type="rating.given")
    assert (event.payload["score"], event.payload["via"]) == (5, "button")
    assert list(verify()) == []


def test_number_in_words_of_the_customers_own_counts_too(now, asked):
    says("4", now=factories.later(now, minutes=3))
    asked.refresh_from_db()
    assert (asked.score, asked.via) == (4, "text")


def test_quoted_text_that_begins_with_the_number_counts(now, asked):
    says("5, Ana was very kind", now=factories.later(now, hours=30), quotes=asked.request.provider_id)
    asked.refresh_from_db()
    assert asked.score == 5


@pytest.mark.parametrize(
    ("text", "score"),
    [("5", 5), (" 3. ", 3), ("٤", 4), ("२", 2), ("1️⃣", 1), ("4/5", 4), ("4 of 5", 4), ("⭐⭐⭐", 3), ("5!!", 5),
     ("6", None), ("0", None), ("45", None), ("5 orders are missing", None), ("⭐⭐⭐⭐⭐⭐", None), ("", None),
     ("2-3", None)],
)  # fmt: skip
def test_number_is_a_score_only_where_it_says_nothing_else(text, score):
    """If this fails, "5 orders are missing" is five stars, and nobody reads it."""
    assert rating_words.of_number(text) == score


def test_thanks_are_said_once_and_are_sorry_where_it_was_bad(now, asked):
    says("2", now=factories.later(now, minutes=1))
    says("5", now=factories.later(now, minutes=2))
    asked.refresh_from_db()
    assert asked.score == 5
    assert thanks(asked.conversation) == [texts.text("rating_sorry", "en")]
    assert [event.payload["before"] for event in Event.objects.filter(event_type="rating.given").order_by("id")] == [
        None,
        2,
    ]


def test_score_stands_a_day_after_it_was_given(now, asked):
    says("5", now=factories.later(now, minutes=1))
    says("1", now=factories.later(now, hours=25), quotes=asked.request.provider_id)
    asked.refresh_from_db()
    assert asked.score == 5


def test_same_answer_twice_changes_nothing(now, asked):
    for minutes in (1, 2):
        says("5 – very good", now=factories.later(now, minutes=minutes), tap="rating:5")
    assert Event.objects.filter(event_type="rating.given").count() == 1
    assert len(thanks(asked.conversation)) == 1


def test_words_that_are_no_score_are_heard_as_words(now, asked):
    """If this fails, a customer who complains after the closing is filed away as a rating."""
    message = says("5 orders are still missing", now=factories.later(now, minutes=1))
    asked.refresh_from_db()
    assert asked.score is None
    assert message.asks


def test_bare_number_a_day_later_is_no_score(now, asked):
    message = says("5", now=factories.later(now, hours=25))
    assert not ratings.answered(message, now=factories.later(now, hours=25))
    asked.refresh_from_db()
    assert asked.score is None


def test_one_closing_asks_once_and_the_next_closing_asks_again(now, ana, asked):
    with transaction.atomic():
        conversation = factories.locked(asked.conversation)
        assert ratings.ask(conversation, agent=ana, now=now) is None
    later = factories.later(now, minutes=5)
    says("It broke again", now=later)
    conversation.refresh_from_db()
    assert conversation.state == State.HUMAN
    desk.close(conversation.pk, agent=ana, now=later, ask_rating=True)
    assert Rating.objects.count() == 2


def test_customer_who_wants_no_words_is_not_asked(now, ana, held):
    held.customer.opted_out_at = factories.later(now, minutes=1)
    held.customer.save()
    desk.close(held.pk, agent=ana, now=factories.later(now, minutes=2), ask_rating=True)
    assert not Rating.objects.exists()


def test_thread_that_metas_agent_holds_is_not_taken_from_it_by_a_question(now, ana, held):
    Conversation.objects.filter(pk=held.pk).update(standby_since=now)
    desk.close(held.pk, agent=ana, now=now, ask_rating=True)
    assert not Rating.objects.exists()


# Outside the window: the channel's own template.


@pytest.fixture
def template(now):
    template_factories.channel(now=now)
    Channel.objects.update(rating_template="how_was_it", business_name="The Shop")
    body = {"type": "BODY", "text": "The Shop: how did we do? Answer with a number from 1 to 5."}
    return template_factories.template(now=now, name="how_was_it", locale="en", components=[body])


def closed_late(now, ana, held):
    late = factories.later(now, hours=25)
    desk.close(held.pk, agent=ana, now=late, ask_rating=True)
    return late


def test_closing_succeeds_where_nobody_can_be_asked(now, ana, held):
    closed_late(now, ana, held)
    held.refresh_from_db()
    assert held.state == State.CLOSED
    assert not Rating.objects.exists()


def test_template_asks_outside_the_window_where_the_customer_agreed_to_that(now, ana, held, template):
    with transaction.atomic():
        desk.consent_note(held.pk, agent=ana, kind=Consent.Kind.OPT_IN, evidence="by phone", text_version="v1", now=now)
    late = closed_late(now, ana, held)
    rating = rating_request.rating_request(held.pk, agent_id=ana.pk, now=late)
    assert (rating.agent, rating.request.type) == (ana, "template")
    assert rating_request.rating_request(held.pk, agent_id=ana.pk, now=late) is None, "asked once"
    deliver(held, late)
    rating.request.refresh_from_db()
    says("5 stars", now=factories.later(late, minutes=1), quotes=rating.request.provider_id)
    rating.refresh_from_db()
    assert (rating.score, rating.via) == (5, "text")
    assert len(thanks(held)) == 1, "their answer opened the window"


def test_no_template_goes_to_who_has_not_agreed_and_the_record_says_so(now, ana, held, template):
    late = closed_late(now, ana, held)
    assert rating_request.rating_request(held.pk, agent_id=ana.pk, now=late) is None
    assert "agreed" in Event.objects.get(event_type="rating.not_asked").payload["why"]


def test_template_that_is_not_there_costs_the_question_and_nothing_else(now, ana, held):
    Channel.objects.update(rating_template="gone")
    late = closed_late(now, ana, held)
    assert rating_request.rating_request(held.pk, agent_id=None, now=late) is None
    assert Event.objects.filter(event_type="rating.not_asked").count() == 1


def test_matter_that_was_opened_again_meanwhile_is_not_asked_about(now, ana, held, template):
    late = closed_late(now, ana, held)
    Conversation.objects.filter(pk=held.pk).update(state=State.AUTOMATED, closed_at=None)
    assert rating_request.rating_request(held.pk, agent_id=ana.pk, now=late + timedelta(minutes=1)) is None
