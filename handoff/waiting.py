"""What is done for customers who wait too long: the waiting rules, which staff set, order and switch in the admin.

Of the rules of a team, in their order, the first is followed that is due, can be followed now, and was not in this
handoff before. A rule with a time of its own counts from when the customer began to wait; one without counts the team's
limit from when they came into its queue, so that another team has its own chance. `watch` asks here.
"""

from datetime import datetime, timedelta

from django.db.models import Q

from assistant.words import plain
from audit.actors import SYSTEM, Actor
from audit.record import record
from conversations import control, outbox
from conversations.content import Button, Buttons
from conversations.models import Conversation, Message
from conversations.states import Event, State
from handoff import brake, callback, events, handoffs, notices, offers, people, resolutions, returning, texts, waits
from handoff.contact_form import OVER
from handoff.models import CallbackForm, Handoff, WaitingRule
from handoff.wording import ALL
from sla import hours

Action = WaitingRule.Action
#: A rule that is due and cannot be followed now (a closed team, say) is looked at again so soon.
AGAIN = timedelta(minutes=5)
SILENT = "The customer went silent while waiting"

_YES = "yes y yeah yep ok okay sure please si sim claro dale vale bueno pode نعم ايوه تمام हाँ जी ठीक haan ya iya boleh"
_NO = "no n nope nah nao لا नहीं नही nahi tidak gak ga nggak"


def rules_follow(conversation: Conversation, handoff: Handoff, *, now: datetime) -> bool:
    """Do for the (locked) conversation's waiting customer what the first fitting rule says. Returns whether anything
    was done. Each rule is followed once in a handoff."""
    if conversation.state != State.PENDING:
        return False
    due = (rule for rule in _rules(conversation, handoff) if _due_at(rule, conversation, handoff, now) <= now)
    rule = next((rule for rule in due if _can(rule, conversation, handoff, now)), None)
    if rule is None:
        return False
    handoff.tried = [*handoff.tried, rule.pk]
    handoff.save(update_fields=["tried"])
    waited = now - (waits.waiting_since(conversation) or handoff.requested_at)
    payload = {"handoff": handoff.pk, "rule": rule.pk, "action": rule.action,
               "action_words": rule.get_action_display(), "waited_seconds": round(waited.total_seconds())}  # fmt: skip
    record(events.WAITING_RULE, stream=conversation.stream, actor=SYSTEM, now=now, payload=payload)
    _follow(rule, conversation, handoff, now)
    return True


def next_look(conversation: Conversation, handoff: Handoff, *, now: datetime) -> datetime | None:
    """When a waiting rule may apply next; None where none is left."""
    if conversation.state != State.PENDING:
        return None
    moments = [_due_at(rule, conversation, handoff, now) for rule in _rules(conversation, handoff)]
    return min((moment if moment > now else now + AGAIN for moment in moments), default=None)


def answered(conversation: Conversation, message: Message, *, now: datetime) -> bool:
    """Take a customer's line in the (locked, waiting) conversation as the answer to "shall the assistant try?", if it
    is one. Returns whether it was."""
    handoff = conversation.handoffs.filter(ended_at=None).first()
    choice = _choice(conversation, handoff, message) if handoff else ""
    if handoff is None or not choice:
        return False
    message.asks = False  # it answers us; nobody is to answer it later
    message.save(update_fields=["asks"])
    customer = Actor.customer(conversation.customer_id)
    record(events.MEANWHILE_ANSWERED, stream=conversation.stream, actor=customer, now=now,
           payload={"handoff": handoff.pk, "answer": choice})  # fmt: skip
    if choice == "no":
        _stay(conversation, "meanwhile_stay", now)
    elif not _bot_may(conversation, now):
        _stay(conversation, "meanwhile_not", now)
    else:
        _leave_form(handoff)
        context = "The customer would like the assistant to try, instead of waiting for a person."
        returning.return_to_bot(conversation, actor=customer, now=now, context=context)
    return True


def _rules(conversation: Conversation, handoff: Handoff) -> list[WaitingRule]:
    """The rules for this conversation that were not followed in this handoff, in their order."""
    fits = (
        Q(team=None) | Q(team=conversation.team_id),
        Q(tier=None) | Q(tier=conversation.customer.tier_id),
        Q(topic=None) | Q(topic=conversation.topic_id),
        Q(priority_below=None) | Q(priority_below__gt=conversation.priority),
    )
    return list(
        WaitingRule.objects.filter(*fits, is_active=True).exclude(pk__in=handoff.tried).select_related("to_team")
    )


def _due_at(rule: WaitingRule, conversation: Conversation, handoff: Handoff, now: datetime) -> datetime:
    if rule.after is not None:
        due = (waits.waiting_since(conversation) or handoff.requested_at) + rule.after
    else:
        due = (handoff.queued_at or handoff.requested_at) + people.team_of(conversation).wait_limit
    if rule.action == Action.CLOSE and rule.silent_for:
        return max(due, _silent_since(conversation, handoff, now) + rule.silent_for)
    return due


def _silent_since(conversation: Conversation, handoff: Handoff, now: datetime) -> datetime:
    """Since the customer's last line; but while a team is away nobody can expect them to write."""
    said = conversation.messages.filter(direction=Message.Direction.IN).order_by("-seq")
    last = said.values_list("created_at", flat=True).first() or handoff.requested_at
    opened = hours.opened_at(people.team_of(conversation).hours, now)
    return max(last, opened) if opened else last


def _can(rule: WaitingRule, conversation: Conversation, handoff: Handoff, now: datetime) -> bool:
    """Whether it can be followed now and helps."""
    match Action(rule.action):
        case Action.REROUTE:
            team = rule.to_team
            elsewhere = team is not None and team.pk != conversation.team_id
            return bool(elsewhere and team and people.is_staffed(team) and hours.is_open(team.hours, now))
        case Action.CALL_BACK:
            return callback.can_start(conversation, handoff, now=now)
        case Action.BOT:
            return notices.may_tell(conversation, now=now) and _bot_may(conversation, now)
        case Action.CLOSE:
            is_open = hours.is_open(people.team_of(conversation).hours, now)
            return is_open and offers.open_offer(handoff) is None


def _bot_may(conversation: Conversation, now: datetime) -> bool:
    """Whether the assistant may have it: not stopped, not in a loop, not a customer whom people serve."""
    return returning.obstacle(conversation, now=now) is None and brake.who_answers(conversation) == "bot"


def _follow(rule: WaitingRule, conversation: Conversation, handoff: Handoff, now: datetime) -> None:
    match Action(rule.action):
        case Action.REROUTE if rule.to_team is not None:
            why = "the wait in the other team was too long"
            handoffs.handoff_move(conversation, team=rule.to_team, actor=SYSTEM, now=now, why=why)
        case Action.CALL_BACK:
            callback.form_start(conversation, handoff, now=now)
        case Action.BOT:
            _offer_bot(conversation, handoff, now)
        case Action.CLOSE:
            _close_silent(conversation, now)


def _offer_bot(conversation: Conversation, handoff: Handoff, now: datetime) -> None:
    language = texts.language_of(conversation)
    buttons = tuple(
        Button(_tap_id(handoff, choice), texts.text(f"meanwhile_{choice}", language)) for choice in ("yes", "no")
    )
    outbox.content_queue(
        conversation, content=Buttons(texts.text("meanwhile_ask", language), buttons), actor=SYSTEM,
        sender=Message.Sender.SYSTEM, metadata={"meanwhile": handoff.pk}, now=now,
    )  # fmt: skip


def _close_silent(conversation: Conversation, now: datetime) -> None:
    """As `desk.close`, by Baton: the customer's next message opens it again for the team's time of reopening."""
    if notices.may_tell(conversation, now=now):
        notices.say(conversation, texts.text("silent_closed", texts.language_of(conversation)), now=now)
    within = people.team_of(conversation).reopen_within
    conversation.resolution, conversation.reopen_until = SILENT, now + within if within else None
    conversation.save(update_fields=["reopen_until"])
    handoff = handoffs.handoff_end(conversation, ending=Handoff.Ending.CLOSED, actor=SYSTEM, now=now)
    if handoff is not None:
        _leave_form(handoff)
    control.transition(conversation, Event.RESOLVED, actor=SYSTEM, now=now, why=SILENT)
    resolutions.resolution_add(conversation, handoff=handoff, by=None, actor=SYSTEM, now=now, note=SILENT)


def _leave_form(handoff: Handoff) -> None:
    CallbackForm.objects.filter(handoff=handoff).exclude(step__in=OVER).update(step=CallbackForm.Step.LEFT)


def _stay(conversation: Conversation, key: str, now: datetime) -> None:
    body = texts.text(key, texts.language_of(conversation))
    notices.say(conversation, f"{body}\n{notices.place_words(conversation, now=now)}", now=now)


def _tap_id(handoff: Handoff, choice: str) -> str:
    return f"meanwhile:{handoff.pk}:{choice}"


def _choice(conversation: Conversation, handoff: Handoff, message: Message) -> str:
    """yes, no, or nothing: by a tap on a button of this handoff's question; in words where that was our last line."""
    if message.content.get("kind") == "tap":
        given = str(message.content.get("id", ""))
        return next((choice for choice in ("yes", "no") if given == _tap_id(handoff, choice)), "")
    ours = conversation.messages.said().filter(direction=Message.Direction.OUT).order_by("-seq").first()
    if message.type != Message.TEXT or ours is None or ours.metadata.get("meanwhile") != handoff.pk:
        return ""
    return _said(message.body)


def _said(text: str) -> str:
    words = " ".join(plain(text).replace(".", " ").replace(",", " ").split())
    return _ANSWERS.get(words, "")


def _answers() -> dict[str, str]:
    """Plain words for yes and no, and the buttons' own, where a channel has no buttons."""
    taken = [*((word, "yes") for word in _YES.split()), *((word, "no") for word in _NO.split())]
    titles = [(said[f"meanwhile_{choice}"], choice) for said in ALL.values() for choice in ("yes", "no")]
    return {" ".join(plain(words).replace(",", " ").split()): choice for words, choice in (*taken, *titles)}


_ANSWERS = _answers()
