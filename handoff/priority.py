"""How urgent a matter is, beside its deadline: a sum of four terms, each shown with the figure.

priority = points of the customer's tier + points of the topic          (both set in the admin)
         + UNHAPPY x how far the sentiment is below zero                (0 where it is not known or good)
         + what the trigger and routing rules add
"""

from dataclasses import dataclass

from conversations.models import Conversation

#: Points for the worst sentiment, -1.
UNHAPPY = 20
HIGHEST = 999


@dataclass(frozen=True, slots=True)
class Score:
    """`terms`: what each added, in words, without what added nothing."""

    value: int
    terms: tuple[tuple[str, int], ...]


def score_of(conversation: Conversation, *, sentiment: float | None, raised: int) -> Score:
    """The score of this conversation; `sentiment` is -1 to 1, `raised` what rules add."""
    tier, topic = conversation.customer.tier, conversation.topic
    terms = (
        (f"tier {tier.name}" if tier else "tier", tier.points if tier else 0),
        (f"topic {topic.name}" if topic else "topic", topic.points if topic else 0),
        ("sentiment", round(UNHAPPY * max(0.0, -(sentiment or 0.0)))),
        ("rules", raised),
    )
    return Score(min(HIGHEST, sum(points for _, points in terms)), tuple(term for term in terms if term[1]))
