"""The ways a matter can end that every desk starts with. Made after migrate where there are none; the admin's word
stays."""

from typing import Any

SOLVED, INFORMED, REFUNDED, PASSED_ON, NO_ANSWER, SPAM = (
    "solved", "information_given", "refund_agreed", "passed_on", "no_answer", "spam",
)  # fmt: skip
TAGS = (
    (SOLVED, "Solved"),
    (INFORMED, "Information given"),
    (REFUNDED, "Refund agreed"),
    (PASSED_ON, "Passed on"),
    (NO_ANSWER, "No answer from the customer"),
    ("not_solved", "Could not be solved"),
    ("duplicate", "Same matter as another"),
    (SPAM, "Spam or a wrong number"),
)
#: A matter that ended so teaches a colleague nothing about solving one.
UNSOLVED = (NO_ANSWER, SPAM, "not_solved", "duplicate")


def create_defaults(using: str, **_: Any) -> None:
    """Connected to post_migrate, as Django makes its permissions."""
    from handoff.models import ResolutionTag

    if not ResolutionTag.objects.using(using).exists():
        ResolutionTag.objects.using(using).bulk_create(
            ResolutionTag(code=code, name=name, order=10 * place) for place, (code, name) in enumerate(TAGS, 1)
        )
