"""The call-back form: a few questions in the chat while the customer waits. What they answer goes on a ticket, sealed.

Name, then a phone number or e-mail address, then when it suits. An answer that cannot be right is asked for once more,
saying what is wrong with it, and then taken as written. Only text counts. "Cancel", in any of the six languages, leaves
the form, and so does asking for a person: the customer stays in line.
"""

from datetime import datetime, timedelta
from typing import Any

from assistant.person_request import person_request
from assistant.words import plain
from audit.actors import SYSTEM, Actor
from audit.record import record
from conversations import control, transcript
from conversations.models import Conversation, Message
from conversations.states import Event
from handoff import contact_form, events, notices, texts, tickets
from handoff.contact_form import OVER
from handoff.models import CallbackForm, Handoff, Ticket

Step = CallbackForm.Step
#: Taps are answers to something else.
TAPS = ("interactive", "button")
#: So many photos and the like are answered with "please write it", then with silence.
MOST_HINTS = 2
_QUESTIONS = {Step.NAME: "callback_ask_name", Step.REACH: "callback_ask_reach", Step.TIME: "callback_ask_time"}
_NEXT = {Step.NAME: Step.REACH, Step.REACH: Step.TIME}


def _set(*words: str) -> frozenset[str]:
    return frozenset(plain(word) for word in words)


#: As the whole message.
_CANCEL = _set(
    "cancel", "cancel it", "cancel this", "cancel that", "stop", "stop it", "quit", "never mind", "nevermind",
    "forget it", "cancelar", "cancela", "cancelalo", "para", "parar", "dejalo", "olvidalo", "deixa", "esquece", "pare",
    "الغاء", "إلغاء", "الغ", "توقف", "قف", "انس", "انسى الامر",
    "रद्द", "रद्द करो", "रद्द करें", "रद्द कीजिए", "रुको", "रहने दो", "cancel karo", "rehne do",
    "batal", "batalkan", "berhenti", "tidak jadi", "gak jadi", "ga jadi",
)  # fmt: skip
#: No to the whole thing; to "when does it suit you?" it may be an answer.
_NO = _set(
    "no", "no thanks", "no thank you", "nope", "no i will wait", "i will wait", "ill wait", "no gracias", "espero",
    "prefiero esperar", "nao", "nao obrigado", "nao obrigada", "vou esperar", "prefiro esperar", "لا", "لا شكرا",
    "سانتظر", "नहीं", "नही", "जी नहीं", "nahi", "tidak", "tidak usah", "gak", "gak usah", "tunggu saja",
)  # fmt: skip


def can_start(conversation: Conversation, handoff: Handoff, *, now: datetime) -> bool:
    """Whether the (locked) conversation's customer can be asked: they wait, the window is open, not asked before."""
    asked = CallbackForm.objects.filter(handoff=handoff).exists()
    return notices.may_tell(conversation, now=now) and not asked


def form_start(conversation: Conversation, handoff: Handoff, *, now: datetime) -> CallbackForm:
    """Ask the (locked) conversation's waiting customer the first question. Raises ValueError where `can_start` says
    no."""
    if not can_start(conversation, handoff, now=now):
        raise ValueError("This customer cannot be asked for contact details now.")
    parts = ("callback_start", _QUESTIONS[Step.NAME])
    body = " ".join(texts.text(key, texts.language_of(conversation)) for key in parts)
    message = notices.say(conversation, f"{body}\n{_way_out(conversation)}", now=now)
    record(events.CALLBACK_STARTED, stream=conversation.stream, actor=SYSTEM, now=now, payload={"handoff": handoff.pk})
    return CallbackForm.objects.create(handoff=handoff, asked_at=now, asked_seq=message.seq)


def answered(conversation: Conversation, message: Message, *, now: datetime) -> bool:
    """Take a customer's line in the (locked, waiting) conversation as the answer to what the form asked, if it is one.
    Returns whether it was; then it wants no other answer."""
    handoff = conversation.handoffs.filter(ended_at=None).first()
    form = contact_form.open_form(handoff, now=now) if handoff else None
    if handoff is None or form is None or not _answers(conversation, form, message):
        return False
    if message.type != Message.TEXT:
        _ask_for_text(conversation, form, now)
    elif _wants_out(conversation, form, message.body):
        _drop(conversation, form, "the customer did not want it", now)
        body = texts.text("callback_left", texts.language_of(conversation))
        notices.say(conversation, f"{body}\n{notices.place_words(conversation, now=now)}", now=now)
    else:
        _take(conversation, handoff, form, message.body, now)
    message.asks = False  # it told us what we wanted to know; nobody is to answer it later
    message.save(update_fields=["asks"])
    return True


def form_end(conversation: Conversation, handoff: Handoff, *, now: datetime) -> None:
    """A person has the (locked) conversation, or it ended otherwise: the form is over, if one was open, and what was
    answered so far stands in the thread for the desk to see."""
    form = CallbackForm.objects.filter(handoff=handoff).exclude(step__in=OVER).first()
    if form is None:
        return
    details = contact_form.unseal(form.answers)
    _drop(conversation, form, "a person has it now", now)
    if details:
        words = "; ".join(f"{name}: {details[name]}" for name in ("name", "reach", "time") if name in details)
        transcript.banner(conversation, f"Answered so far for a call-back: {words}", now=now)


def _answers(conversation: Conversation, form: CallbackForm, message: Message) -> bool:
    """Whether the line can be an answer: written after the question, and by somebody who still wants to hear from us.
    A question that never left was not asked."""
    said_at = message.provider_ts or message.created_at
    if message.seq <= form.asked_seq or message.type in TAPS or said_at <= form.asked_at - timedelta(seconds=1):
        return False
    opted_out = conversation.customer.opted_out_at
    question = conversation.messages.filter(seq=form.asked_seq).first()
    unasked = question is None or question.status in (Message.Status.FAILED, Message.Status.DROPPED)
    if unasked or (opted_out and opted_out >= form.asked_at):
        _drop(conversation, form, "the question did not reach them", message.created_at)
        return False
    return True


def _wants_out(conversation: Conversation, form: CallbackForm, said: str) -> bool:
    """Whether they drop the form, or want a person and no form: "an agent may call me on 612345678" is an answer."""
    words = " ".join(plain(said).replace(".", " ").replace(",", " ").split())
    if words in _CANCEL:
        return True
    if form.step == Step.TIME:
        return False
    answers = form.step == Step.REACH and not _read(conversation, form, said)[1]
    return words in _NO or (person_request(said) is not None and not answers)


def _take(conversation: Conversation, handoff: Handoff, form: CallbackForm, said: str, now: datetime) -> None:
    found, wrong = _read(conversation, form, said)
    if wrong and not form.tries:
        language = texts.language_of(conversation)
        body = f"{texts.text(wrong, language)} {texts.text(_QUESTIONS[Step(form.step)], language)}"
        _ask(conversation, form, f"{body}\n{_way_out(conversation)}", now, tries=1)
        return
    record(events.CALLBACK_ANSWERED, stream=conversation.stream, actor=Actor.customer(conversation.customer_id),
           now=now, payload={"handoff": handoff.pk, "step": str(form.step), "as_written": bool(wrong)})  # fmt: skip
    details = {**contact_form.unseal(form.answers), **found}
    form.answers = contact_form.seal(details)
    if form.step == Step.TIME:
        _finish(conversation, handoff, form, details, now)
    else:
        _ask_next(conversation, form, details, now)


def _read(conversation: Conversation, form: CallbackForm, said: str) -> tuple[dict[str, str], str]:
    """What this step's answer says, and the key of the text that says what is wrong with it."""
    if form.step == Step.NAME:
        name = " ".join(said.split())
        return {"name": name[: contact_form.LONGEST_NAME]}, contact_form.name_fault(name)
    if form.step == Step.REACH:
        region, own = contact_form.region_of(conversation), contact_form.own_number(conversation)
        return contact_form.reach_of(said, region=region, own=own)
    return {"time": " ".join(said.split())[: contact_form.LONGEST_ANSWER]}, ""


def _ask_next(conversation: Conversation, form: CallbackForm, details: dict[str, Any], now: datetime) -> None:
    language, step = texts.language_of(conversation), _NEXT[Step(form.step)]
    thanks = texts.text("callback_thanks", language, name=details["name"]) if step == Step.REACH else ""
    form.step = step
    _ask(conversation, form, f"{thanks} {texts.text(_QUESTIONS[step], language)}".strip(), now, tries=0)


def _ask(conversation: Conversation, form: CallbackForm, body: str, now: datetime, *, tries: int) -> None:
    form.asked_seq, form.asked_at, form.tries = notices.say(conversation, body, now=now).seq, now, tries
    form.save()


def _ask_for_text(conversation: Conversation, form: CallbackForm, now: datetime) -> None:
    """Photos come in dozens: a hint or two, then silence."""
    since = conversation.messages.filter(direction=Message.Direction.IN, seq__gt=form.asked_seq)
    if since.exclude(type__in=(Message.TEXT, *TAPS)).count() > MOST_HINTS:
        return
    language = texts.language_of(conversation)
    keys = ("callback_not_text", _QUESTIONS[Step(form.step)])
    notices.say(conversation, " ".join(texts.text(key, language) for key in keys), now=now)


def _finish(
    conversation: Conversation, handoff: Handoff, form: CallbackForm, details: dict[str, Any], now: datetime
) -> None:
    """Onto a ticket, and out of the queue: the thread is the assistant's again."""
    from handoff import handoffs

    form.step = Step.DONE
    form.save()
    handoff.mode = Handoff.Mode.COLD
    handoff.save(update_fields=["mode"])
    tickets.ticket_open(
        conversation, handoff=handoff, actor=SYSTEM, kind=Ticket.Kind.CALL_BACK, contact=details, now=now
    )
    handoffs.handoff_end(conversation, ending=Handoff.Ending.TICKET, actor=SYSTEM, now=now)
    control.transition(conversation, Event.RETURN_TO_BOT, actor=SYSTEM, now=now, why="a call-back was agreed")


def _drop(conversation: Conversation, form: CallbackForm, why: str, now: datetime) -> None:
    form.step = Step.LEFT
    form.save(update_fields=["step"])
    record(events.CALLBACK_LEFT, stream=conversation.stream, actor=SYSTEM, now=now,
           payload={"handoff": form.handoff_id, "why": why})  # fmt: skip


def _way_out(conversation: Conversation) -> str:
    language = texts.language_of(conversation)
    return texts.text("callback_way_out", language, cancel=texts.text("callback_cancel", language))
