"""How matters ended, and what staff say about it afterwards: the examples that the assistant is to learn from."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import Group, User
from django.db import transaction

from audit.actors import Actor
from audit.record import record
from conversations.models import Conversation
from handoff import events
from handoff.models import Handoff, Resolution, ResolutionTag

LONGEST_NOTE = 200
#: As engines name what a customer wants (`assistant.reply`).
_INTENT = re.compile(r"[a-z][a-z0-9_]{0,63}")


@dataclass(frozen=True, slots=True)
class Labels:
    """What a person answers to three questions; None and empty: not answered. A better team or intent says that the
    one it had was not right."""

    right_team: bool | None = None
    better_team: Group | None = None
    bot_could: bool | None = None
    right_intent: bool | None = None
    better_intent: str = ""

    def check(self) -> None:
        """Raises ValueError, with the mend, for answers that contradict each other."""
        if self.right_team and self.better_team:
            raise ValueError("Either it came to the right team, or another had been better. Leave one of them out.")
        if self.right_intent and self.better_intent:
            raise ValueError("Either the assistant understood it, or it was something else. Leave one of them out.")
        if self.better_intent and not _INTENT.fullmatch(self.better_intent):
            raise ValueError("An intent is written in small letters, digits and _, as order_status; 64 at most.")

    def given(self) -> dict[str, Any]:
        """What was answered, by the fields of a Resolution; each answer takes back what contradicts it."""
        fields: dict[str, Any] = {}
        if self.right_team is not None or self.better_team:
            fields["right_team"] = bool(self.right_team) and not self.better_team
            fields["better_team_id"] = self.better_team.pk if self.better_team else None
        if self.bot_could is not None:
            fields["bot_could"] = self.bot_could
        if self.right_intent is not None or self.better_intent:
            fields["right_intent"] = bool(self.right_intent) and not self.better_intent
            fields["better_intent"] = self.better_intent
        return fields


def tag_named(code: str) -> ResolutionTag | None:
    """The tag of this code; None without one. Raises ValueError, with the codes there are, for any other."""
    if not code:
        return None
    tags = {tag.code: tag for tag in ResolutionTag.objects.filter(is_active=True)}
    if code not in tags:
        raise ValueError(f"There is no such tag. Choose one of: {', '.join(tags) or 'none is set up'}.")
    return tags[code]


def resolution_add(
    conversation: Conversation, *, handoff: Handoff | None, by: User | None, actor: Actor, now: datetime,
    tag: ResolutionTag | None = None, note: str = "", labels: Labels | None = None,
) -> Resolution:  # fmt: skip
    """Keep how the (locked, just closed) conversation ended. Raises ValueError for labels that contradict."""
    labels = labels or Labels()
    labels.check()
    given = labels.given()
    made = Resolution.objects.create(
        conversation=conversation, handoff=handoff, tag=tag, note=note[:LONGEST_NOTE], by=by, at=now,
        labelled_by=by if given else None, labelled_at=now if given else None, **given,
    )  # fmt: skip
    record(events.RESOLUTION_KEPT, stream=conversation.stream, actor=actor, now=now,
           payload={"resolution": made.pk, "tag": tag.code if tag else "", "labels": given})  # fmt: skip
    return made


@transaction.atomic
def resolution_label(resolution_id: int, *, agent: User, now: datetime, labels: Labels) -> Resolution:
    """Answer the questions about a matter that has ended, or answer them anew; what is not answered now stays. Whether
    this person may see the matter is the caller's question.

    Raises ValueError for labels that contradict, Resolution.DoesNotExist.
    """
    labels.check()
    row = Resolution.objects.select_for_update(of=("self",)).select_related("conversation").get(pk=resolution_id)
    changed = {name: value for name, value in labels.given().items() if getattr(row, name) != value}
    if not changed:
        return row
    for name, value in changed.items():
        setattr(row, name, value)
    row.labelled_by, row.labelled_at = agent, now
    row.save(update_fields=[*changed, "labelled_by", "labelled_at"])
    record(events.RESOLUTION_LABELLED, stream=row.conversation.stream, actor=Actor.human(agent), now=now,
           payload={"resolution": row.pk, "labels": changed})  # fmt: skip
    return row
