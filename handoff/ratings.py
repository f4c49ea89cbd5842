"""How it was, in the customer's eyes: asked once when a matter is closed, answered by a tap, a number or an emoji.

Within WhatsApp's window the question is a list of five rows (its buttons are three at most); outside it the channel's
own template asks, which `whatsapp` fills in and queues, woken by name.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.models import User

from audit.actors import SYSTEM, Actor
from audit.record import record
from config import wake
from conversations import consent, outbox, transcript
from conversations.content import Menu, Row, Section
from conversations.models import Conversation, Message
from conversations.states import State
from handoff import events, rating_words, texts
from handoff.models import Rating

#: (conversation id, agent id): asks by the channel's template. A lost wake-up costs a question, and no customer waits.
TEMPLATE_TASK = "whatsapp.ask_rating"
Via = Rating.Via
#: So long a number that quotes nothing is an answer, and an answer may be changed.
ANSWERABLE = timedelta(hours=24)
#: From here on down the thanks say that we are sorry.
UNHAPPY = 2


def ask(conversation: Conversation, *, agent: User | None, now: datetime) -> Rating | None:
    """Ask the customer of the (locked, just closed) conversation, once for each closing, how `agent` did.

    None where nobody is asked: no way to reach them now, no consent, Meta's own agent in the thread, asked already; and
    where a template will ask, a moment later.
    """
    if not may_ask(conversation):
        return None
    if not conversation.window_is_open(now):
        if conversation.channel.rating_template:
            wake.on_commit(TEMPLATE_TASK, str(conversation.pk), agent.pk if agent else None)
        return None
    if consent.obstacle(conversation, category="", now=now):
        return None
    menu = _menu(texts.language_of(conversation))
    message = outbox.content_queue(
        conversation, content=menu, sender=Message.Sender.SYSTEM, actor=SYSTEM, now=now, metadata={"asks_rating": True}
    )
    return rating_add(conversation, message, agent=agent, now=now)


def may_ask(conversation: Conversation) -> bool:
    """Whether the (locked) conversation is one to ask about: closed, not asked since, and ours to write in."""
    closed_at = conversation.closed_at
    if conversation.state != State.CLOSED or closed_at is None or conversation.standby_since:
        return False
    return not conversation.ratings.filter(asked_at__gte=closed_at).exists()


def rating_add(conversation: Conversation, message: Message, *, agent: User | None, now: datetime) -> Rating:
    """Keep that this message asks the customer of the (locked) conversation."""
    rating = Rating.objects.create(
        conversation=conversation, request=message, agent=agent, team_id=conversation.team_id, asked_at=now
    )
    record(events.RATING_ASKED, stream=conversation.stream, actor=SYSTEM, now=now,
           payload={"rating": rating.pk, "message": str(message.pk), "seq": message.seq})  # fmt: skip
    return rating


def answered(message: Message, *, now: datetime) -> bool:
    """Whether this line of the customer's was an answer to the question; then it is kept, and they are thanked once.

    A tap on our list, or a line that quotes the question, counts whenever it comes; a bare number or emoji only where
    the question is the last we said and ANSWERABLE has not passed. The caller holds the lock of the line's
    conversation.
    """
    rating, score, via = _read(message, now)
    if rating is None or score is None:
        return False
    message.asks = False
    message.save(update_fields=["asks"])
    if _keep(rating, score, via, now) and rating.conversation_id == message.conversation_id:
        _thank(rating, now)  # elsewhere they are in the middle of something else
    return True


def reacted(message: Message, *, emoji: str, now: datetime) -> bool:
    """Whether an emoji under this message was a rating: then it is kept. The caller holds the conversation's lock.

    An emoji that says nothing of how it was is none (`rating_words.EMOJI`); an empty one takes an emoji back, and with
    it the rating that it was.
    """
    rating = Rating.objects.select_for_update(of=("self",)).filter(request=message).first()
    if rating is None:
        return False
    if not emoji:
        return _take_back(rating, now)
    score = rating_words.of_emoji(emoji)
    if score is None:
        return False
    if _keep(rating, score, Via.REACTION, now):
        _thank(rating, now)
    return True


def _read(message: Message, now: datetime) -> tuple[Rating | None, int | None, Rating.Via]:
    quoted = _locked(message.reply_to_id) if message.reply_to_id else None
    if message.content.get("kind") == "tap":
        score = rating_words.of_tap(message.content)
        if score is None and quoted:  # a button of the channel's template
            score = rating_words.of_words(message.body)
        return quoted or _latest(message), score, Via.BUTTON
    if message.type != Message.TEXT:
        return None, None, Via.TEXT
    if quoted:
        return quoted, rating_words.of_words(message.body), Via.TEXT
    score = rating_words.of_number(message.body) or rating_words.of_emoji(message.body)
    return (_fresh(message, now) if score else None), score, Via.TEXT


def _locked(request_id: UUID) -> Rating | None:
    return Rating.objects.select_for_update(of=("self",)).filter(request_id=request_id).first()


def _latest(message: Message) -> Rating | None:
    asked = Rating.objects.filter(conversation_id=message.conversation_id).order_by("-asked_at")
    return asked.select_for_update(of=("self",)).first()


def _fresh(message: Message, now: datetime) -> Rating | None:
    """The question that a line which quotes nothing answers: the last thing we said but thanks, not long ago."""
    rating = _latest(message)
    if rating is None or now >= rating.asked_at + ANSWERABLE:
        return None
    ours = Message.objects.filter(conversation=message.conversation_id, direction=Message.Direction.OUT).said()
    later = ours.filter(seq__gt=rating.request.seq).exclude(metadata__has_key="thanks_for_rating")
    return None if later.exists() else rating


def _keep(rating: Rating, score: int, via: Rating.Via, now: datetime) -> bool:
    """Within a day of the first answer a second one changes it; after that the first one stands. Returns whether
    anything changed."""
    before, first_at = rating.score, rating.rated_at
    if before == score or (first_at is not None and now >= first_at + ANSWERABLE):
        return False
    rating.score, rating.via, rating.rated_at = score, via, first_at or now
    rating.save(update_fields=["score", "via", "rated_at"])
    conversation = rating.conversation
    record(events.RATING_GIVEN, stream=conversation.stream, actor=Actor.customer(conversation.customer_id), now=now,
           payload={"rating": rating.pk, "score": score, "before": before, "via": str(via)})  # fmt: skip
    return True


def _take_back(rating: Rating, now: datetime) -> bool:
    if rating.via != Via.REACTION:
        return False
    rating.score, rating.via, rating.rated_at = None, "", None
    rating.save(update_fields=["score", "via", "rated_at"])
    conversation = rating.conversation
    record(events.RATING_TAKEN_BACK, stream=conversation.stream, actor=Actor.customer(conversation.customer_id),
           now=now, payload={"rating": rating.pk})  # fmt: skip
    return True


def _thank(rating: Rating, now: datetime) -> None:
    """Once for each question, where it still stands closed and may be written in."""
    conversation = transcript.lock(rating.conversation_id)
    told = conversation.messages.filter(metadata__thanks_for_rating=rating.pk)
    if conversation.state != State.CLOSED or not conversation.window_is_open(now) or told.exists():
        return
    key = "rating_sorry" if rating.score is not None and rating.score <= UNHAPPY else "rating_thanks"
    outbox.message_queue(
        conversation, body=texts.text(key, texts.language_of(conversation)), sender=Message.Sender.SYSTEM, actor=SYSTEM,
        metadata={"thanks_for_rating": rating.pk}, now=now,
    )  # fmt: skip


def _menu(language: str) -> Menu:
    rows = tuple(
        Row(id=f"rating:{score}", title=texts.text(f"rating_{score}", language))
        for score in range(rating_words.HIGHEST, rating_words.LOWEST - 1, -1)
    )
    return Menu(
        body=texts.text("rating_ask", language), button=texts.text("rating_button", language),
        sections=(Section(rows=rows),),
    )  # fmt: skip
