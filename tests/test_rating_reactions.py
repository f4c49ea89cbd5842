"""An emoji under "How was it?" is an answer; one that says nothing of it is none."""

import pytest
from django.db import transaction

from audit.models import Event
from conversations import changes
from handoff import desk, rating_words, ratings, router
from handoff.models import Rating
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(now) -> Rating:
    ana = factories.agent("ana")
    conversation = factories.conversation(now=now)
    desk.take_over(conversation.pk, agent=ana, now=now)
    desk.close(conversation.pk, agent=ana, now=now, ask_rating=True)
    return Rating.objects.get()


@transaction.atomic
def react(rating: Rating, emoji: str, now) -> None:
    """As it comes in: kept under the message, then told to the router."""
    conversation = factories.locked(rating.conversation)
    message = conversation.messages.get(pk=rating.request_id)
    changes.reaction_put(conversation, message, by="customer", emoji=emoji, at=now, now=now)
    router.changed(message, now=now)


@pytest.mark.parametrize(
    ("emoji", "score"),
    [("😍", 5), ("❤️", 5), ("👏🏽", 5), ("🔥", 5), ("❤️‍🔥", 5), ("👍", 4), ("👍🏿", 4), ("🙏", 4), ("😊", 4),
     ("😐", 3), ("🙁", 2), ("☹️", 2), ("👎", 1), ("👎🏻", 1), ("😡", 1), ("3️⃣", 3), ("🚗", None),
     ("🏳️‍🌈", None), ("", None)],
)  # fmt: skip
def test_emoji_counts_as_its_score_whatever_its_skin(emoji, score):
    assert rating_words.of_emoji(emoji) == score


def test_no_emoji_means_two_things():
    listed = " ".join(rating_words._BY_SCORE.values()).split()
    assert len(listed) == len(set(listed))


def test_emoji_under_the_question_is_a_score_and_is_thanked_for(now, asked):
    later = factories.later(now, minutes=1)
    react(asked, "👍", later)
    asked.refresh_from_db()
    assert (asked.score, asked.via, asked.rated_at) == (4, "reaction", later)
    assert asked.conversation.messages.filter(metadata__has_key="thanks_for_rating").count() == 1


def test_another_emoji_changes_the_score_without_a_second_thanks(now, asked):
    react(asked, "👍", factories.later(now, minutes=1))
    react(asked, "❤️", factories.later(now, minutes=2))
    asked.refresh_from_db()
    assert asked.score == 5
    assert asked.conversation.messages.filter(metadata__has_key="thanks_for_rating").count() == 1


def test_emoji_that_says_nothing_of_it_changes_nothing(now, asked):
    react(asked, "👍", factories.later(now, minutes=1))
    react(asked, "🚗", factories.later(now, minutes=2))
    asked.refresh_from_db()
    assert asked.score == 4


def test_emoji_taken_back_takes_the_score_with_it(now, asked):
    react(asked, "👎", factories.later(now, minutes=1))
    react(asked, "", factories.later(now, minutes=2))
    asked.refresh_from_db()
    assert (asked.score, asked.via, asked.rated_at) == (None, "", None)
    assert Event.objects.filter(event_type="rating.taken_back").count() == 1


def test_tapped_score_is_not_taken_back_by_an_emoji_that_goes(now, asked):
    """If this fails, whoever takes a heart back takes their five stars back with it."""
    with transaction.atomic():
        ratings._keep(Rating.objects.get(), 5, ratings.Via.BUTTON, now)
    with transaction.atomic():
        assert not ratings.reacted(asked.request, emoji="", now=now)
    asked.refresh_from_db()
    assert asked.score == 5


def test_emoji_under_any_other_line_is_no_rating(now, asked):
    with transaction.atomic():
        other = asked.conversation.messages.exclude(pk=asked.request_id).first()
        assert not ratings.reacted(other, emoji="👍", now=now)
