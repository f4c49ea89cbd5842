"""Which row of the matrix applies: the most specific one, topic before tier."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q

from sla.models import MatrixRow

#: Where the matrix has no row at all, a waiting customer still gets a clock (invariant 7).
FALLBACK = timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class Promise:
    first_response: timedelta
    why: str


def promise_for(*, tier: str | None, topic: str | None) -> Promise:
    """What is promised to this tier about this topic, and which row says so."""
    rows = MatrixRow.objects.filter(Q(tier=tier) | Q(tier=None), Q(topic=topic) | Q(topic=None)).select_related(
        "tier", "topic"
    )
    ranked = sorted(rows, key=lambda row: (row.topic_id is None, row.tier_id is None))
    if not ranked:
        return Promise(FALLBACK, "no matrix row fits: the general limit of four hours")
    return Promise(ranked[0].first_response, str(ranked[0]))
