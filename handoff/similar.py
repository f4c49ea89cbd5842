"""Solved cases like this one: full text over what customers wrote, by Postgres alone."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import User
from django.contrib.postgres.search import SearchConfig, SearchQueryField, SearchRank, SearchVector
from django.db.models import F, Func, Q, Sum, Value

from assistant.language import of_locale
from conversations.models import Conversation, Message
from conversations.states import State
from handoff.defaults_closing import UNSOLVED
from handoff.models import Resolution

#: Only so many matters, the latest, are looked through.
RECENT = 5000
#: Of the question, and of what is shown of a case, in characters.
LONGEST_QUESTION, LONGEST_SHOWN = 1000, 300
#: What Postgres calls the languages whose words it can bring to their stem.
CONFIGS = {
    "en": "english", "es": "spanish", "pt": "portuguese", "ar": "arabic", "hi": "hindi", "id": "indonesian",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Case:
    """A closed matter: what the customer wrote, what a person answered last, and how it ended. `likeness` orders
    them and means nothing else."""

    conversation_id: UUID
    closed_at: datetime
    question: str
    answer: str
    tag: str
    note: str
    likeness: float


class _AnyOf(Func):
    """Any word of a text: `plainto_tsquery` asks for all of them."""

    output_field = SearchQueryField()
    template = "replace(plainto_tsquery(%(expressions)s)::text, ' & ', ' | ')::tsquery"


def similar(conversation: Conversation, *, user: User, limit: int = 3) -> list[Case]:
    """Solved matters of the same topic whose customers used the same words, the likest first; only those that this
    person may see. Empty where the customer has written no words, or nobody like them."""
    question = _question(conversation)
    if not question:
        return []
    ended = _ended(conversation, user)
    likest = _likest(conversation, question, set(ended), limit)
    return [_case(ended[pk], likeness) for pk, likeness in likest]


def _question(conversation: Conversation) -> str:
    said = conversation.messages.filter(direction=Message.Direction.IN, type=Message.TEXT, revoked_at=None)
    lines = said.order_by("-seq").values_list("body", flat=True)[:5]
    return "\n".join(reversed(lines))[-LONGEST_QUESTION:].replace("\x00", "").strip()


def _ended(conversation: Conversation, user: User) -> dict[UUID, Resolution]:
    """How each of the latest matters ended that says anything, by conversation."""
    visible = Conversation.objects.visible_to(user).filter(state=State.CLOSED).exclude(pk=conversation.pk)
    if conversation.topic_id:
        visible = visible.filter(topic=conversation.topic_id)
    told = Resolution.objects.filter(~Q(note="") | Q(tag__isnull=False)).exclude(tag__in=UNSOLVED)
    latest = told.filter(conversation__in=visible).select_related("tag").order_by("-at")[:RECENT]
    found: dict[UUID, Resolution] = {}
    for resolution in latest:
        found.setdefault(resolution.conversation_id, resolution)
    return found


def _likest(
    conversation: Conversation, question: str, among: set[UUID], limit: int
) -> list[tuple[UUID, float]]:  # fmt: skip
    language = of_locale(conversation.language or conversation.customer.locale)
    query = _AnyOf(SearchConfig(CONFIGS[language]), Value(question))
    rank = SearchRank(SearchVector("body", config=CONFIGS[language]), query)
    said = Message.objects.filter(conversation__in=among, direction=Message.Direction.IN, type=Message.TEXT)
    sums = said.order_by().values("conversation_id").annotate(likeness=Sum(rank)).filter(likeness__gt=0)
    likest = sums.order_by(F("likeness").desc(), "conversation_id")[:limit]
    return [(row["conversation_id"], round(row["likeness"], 3)) for row in likest]


def _case(resolution: Resolution, likeness: float) -> Case:
    lines = Message.objects.filter(conversation_id=resolution.conversation_id, revoked_at=None).said()
    asked = lines.filter(direction=Message.Direction.IN, type=Message.TEXT).order_by("seq").first()
    never_read = (Message.Status.DROPPED, Message.Status.FAILED)
    answers = lines.filter(sender=Message.Sender.HUMAN, type=Message.TEXT).exclude(status__in=never_read)
    answer = answers.order_by("-seq").first()
    return Case(
        conversation_id=resolution.conversation_id,
        closed_at=resolution.at,
        question=asked.body[:LONGEST_SHOWN] if asked else "",
        answer=answer.body[:LONGEST_SHOWN] if answer else "",
        tag=resolution.tag.name if resolution.tag else "",
        note=resolution.note,
        likeness=likeness,
    )
