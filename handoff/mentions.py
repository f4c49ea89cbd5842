"""Colleagues called by name in a note: `@ben, can you look?`"""

import re
from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.db.models.functions import Lower

from audit.actors import Actor
from audit.record import record
from conversations.models import Conversation, Message
from handoff import events, invitations
from handoff.models import Mention

#: What Django lets a username hold; an address (`ana@shop.example`) mentions nobody.
_NAME = re.compile(r"(?<![\w@.+-])@([\w@.+-]+)")
_AT_THE_END = ".@+-"
MOST = 20


def names_in(text: str) -> list[str]:
    """What may be usernames in it, in small letters: each name as it stands, and without what ends a sentence."""
    found: dict[str, None] = {}
    for name in _NAME.findall(text)[:MOST]:
        folded = name.lower()
        found[folded] = found[folded.rstrip(_AT_THE_END)] = None
    return [name for name in found if name]


def named_in(text: str) -> list[User]:
    """The colleagues it names whose accounts are switched on, in the order of their names. Of two whose names differ in
    capitals only, the one that is written so, else both."""
    names = names_in(text)
    if not names:
        return []
    found = User.objects.annotate(folded=Lower("username")).filter(folded__in=names, is_active=True)
    written = {user.username.lower(): user for user in found if f"@{user.username}" in text}
    return [user for user in found.order_by("username") if written.get(user.username.lower(), user) == user]


def mentions_note(conversation: Conversation, note: Message, *, by: User, now: datetime) -> list[Mention]:
    """Keep whom the note in the (locked) conversation names. Who cannot see the conversation is invited."""
    return [mention(conversation, note, user, by=by, now=now) for user in named_in(note.body) if user != by]


def mention(conversation: Conversation, line: Message, colleague: User, *, by: User, now: datetime) -> Mention:
    """The colleague is told of this line of the (locked) conversation, and can see it. Twice is once."""
    made, is_new = Mention.objects.get_or_create(message=line, user=colleague, defaults={"at": now})
    if is_new:
        actor, name = Actor.human(by), Actor.human(colleague).name
        record(events.MENTIONED, stream=conversation.stream, actor=actor, now=now,
               payload={"by": actor.name, "colleague": name, "colleague_id": colleague.pk, "message": str(line.pk),
                        "seq": line.seq})  # fmt: skip
        if not Conversation.objects.visible_to(colleague).filter(pk=conversation.pk).exists():
            invitations.participant_add(conversation, colleague, by=by, now=now)
    return made


def unseen(user: User) -> QuerySet[Mention]:
    """Where this person was called and has not looked since, the newest first; only what they may see."""
    mine = Mention.objects.filter(user=user, seen_at=None)
    visible = Conversation.objects.visible_to(user)
    return mine.filter(message__conversation__in=visible).select_related("message__conversation").order_by("-at", "-pk")


def seen(user: User, conversation: Conversation, *, now: datetime) -> int:
    """They have the conversation before them. Returns how many mentions that settles."""
    return Mention.objects.filter(user=user, message__conversation=conversation, seen_at=None).update(seen_at=now)
