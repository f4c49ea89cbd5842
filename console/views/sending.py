"""What an agent sends beyond text: templates, files, interactive messages, reactions; and what is decided about it.

Each is a POST answered as the verbs are (`console.views.doing`). With a `token` the same request writes once.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe

from config import clock
from console import indicator, settling
from console.interactive_forms import interactive_of
from console.presenters import templates as picking
from console.views.access import StaffRequest, signed_in, visible_conversation, wants_fragment
from console.views.doing import do, number, refusal, text, token, whole_text
from console.writing import message_once
from conversations import content
from conversations.content import Content, Unsendable
from conversations.models import Consent, Conversation, Message
from conversations.states import State
from handoff import desk
from whatsapp.media.limits import LARGEST, MB
from whatsapp.media.outgoing import content_for, upload_keep
from whatsapp.models import Attachment, MessageTemplate
from whatsapp.sending import content_send, template_send, templates_for

#: The largest file WhatsApp takes, and room for the form around it.
LARGEST_BODY = LARGEST + MB
View = Callable[..., HttpResponseBase]
CONSENTS = {str(kind): kind for kind in (Consent.Kind.OPT_IN, Consent.Kind.OPT_OUT)}


def bounded(view: View) -> View:
    """The size first: the check of a form's token reads the body whole."""
    checked = csrf_protect(view)

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, pk: UUID) -> HttpResponseBase:
        if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_BODY:
            words = f"WhatsApp takes files up to {LARGEST // MB} MB; this is larger. Make it smaller."
            return refusal(request, pk, "too_large", words, status=413)
        return checked(request, pk)

    return guarded


@signed_in
@require_safe
def templates(request: StaffRequest, pk: UUID) -> HttpResponse:
    """The picker: the templates that can be sent, and the form of the one chosen by `?template=`."""
    opened = visible_conversation(request, pk)
    if not wants_fragment(request):
        return redirect("console:conversation", pk=pk)
    picker = picking.picker_of(opened, chosen=request.GET.get("template", ""), now=clock.now())
    return render(request, "console/_template_form.html", {"conversation": opened, "picker": picker})


@signed_in
@require_POST
def template_preview(request: StaffRequest, pk: UUID) -> HttpResponse:
    """What the customer will read, as far as the form is filled in; and what is still wrong with it."""
    opened = visible_conversation(request, pk)
    try:
        template = _chosen(request, opened)
        params = picking.params_from(template, request.POST.dict())
        filename = _chosen_file(request, template, params)
        context: dict[str, Any] = {"shown": picking.shown(template, params, filename=filename)}
    except ValueError as wrong:
        context = {"trouble": str(wrong)}
    return render(request, "console/_template_preview.html", context)


@bounded
@signed_in
@require_POST
def template(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Send an approved template; `follow_up` waits and goes out when the customer answers."""
    return do(request, pk, lambda: _template_send(request, visible_conversation(request, pk)))


def _template_send(request: StaffRequest, opened: Conversation) -> Message:
    chosen = _chosen(request, opened)
    params = picking.params_from(chosen, request.POST.dict())
    attachments = {
        entry.field.name: _keep(request, opened, entry.name)
        for entry in picking.entries_of(chosen)
        if entry.input_type == "file" and entry.name in request.FILES
    }
    params |= {name: attachment.pk for name, attachment in attachments.items()}
    follow_up = whole_text(request, "follow_up")

    def write() -> Message:
        return template_send(
            opened.pk, agent=request.user, name=chosen.name, locale=chosen.locale, params=params,
            follow_up=follow_up, now=clock.now(),
        )  # fmt: skip

    digests = {name: attachment.sha256 for name, attachment in attachments.items()}
    said = ["template", chosen.name, chosen.locale, params | digests, follow_up]
    return _once(request, opened.pk, said, write)


def _chosen(request: HttpRequest, opened: Conversation) -> MessageTemplate:
    chosen = picking.found(templates_for(opened), request.POST.get("template", ""))
    if chosen is None:
        raise Unsendable("Choose a template. The one you had may not be approved any more.")
    return chosen


def _chosen_file(request: HttpRequest, chosen: MessageTemplate, params: dict[str, Any]) -> str:
    """The name of the header's file, which the preview is told instead of the file."""
    for entry in picking.entries_of(chosen):
        if entry.input_type == "file" and (name := text(request, entry.name)):
            params[entry.field.name] = picking.CHOSEN_FILE
            return name
    return ""


@bounded
@signed_in
@require_POST
def file(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Send a file with a `caption`; with `voice=1` sound becomes a voice message."""
    return do(request, pk, lambda: _file_send(request, visible_conversation(request, pk)))


def _file_send(request: StaffRequest, opened: Conversation) -> Message:
    quoted = number(request, "reply_to")
    attachment = _keep(request, opened, "file", voice=request.POST.get("voice") == "1")
    message = content_for(attachment, whole_text(request, "caption"))

    def write() -> Message:
        return content_send(opened.pk, agent=request.user, content=message, reply_to=quoted, now=clock.now())

    said = ["media", attachment.sha256, message.caption, quoted, attachment.is_voice]
    return _once(request, opened.pk, said, write)


def _keep(request: StaffRequest, opened: Conversation, name: str, *, voice: bool = False) -> Attachment:
    given = request.FILES.get(name)
    if not isinstance(given, UploadedFile):
        raise Unsendable("Choose a file.")
    return upload_keep(opened, file=given, agent=request.user, now=clock.now(), voice=voice)


@signed_in
@require_POST
def interactive(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Send buttons, a list, a link button, or ask for the place or the phone number (`kind`)."""

    def verb() -> Message:
        message, quoted = interactive_of(request.POST), number(request, "reply_to")
        return _once(request, pk, [content.dump(message), quoted], lambda: _send(request, pk, message, reply_to=quoted))

    return do(request, pk, verb)


def _send(request: StaffRequest, pk: UUID, message: Content, *, reply_to: int | None) -> Message:
    return content_send(pk, agent=request.user, content=message, reply_to=reply_to, now=clock.now())


@signed_in
@require_POST
def react(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Put `emoji` under the line `seq`; an empty one takes it back."""

    def verb() -> Message:
        seq = number(request, "seq")
        if seq is None:
            raise Unsendable("Say which line: `seq`.")
        emoji = whole_text(request, "emoji")
        return desk.react(pk, agent=request.user, seq=seq, emoji=emoji, now=clock.now())

    return do(request, pk, verb)


@signed_in
@require_POST
def send_again(request: StaffRequest, pk: UUID, message_id: UUID) -> HttpResponse:
    """Send once more what failed, was withheld or may not have arrived."""
    return do(request, pk, lambda: settling.message_again(pk, message_id, agent=request.user, now=clock.now()))


@signed_in
@require_POST
def settle(request: StaffRequest, pk: UUID, message_id: UUID) -> HttpResponse:
    """Say what became of a message of which nobody knew: `arrived` is 1 or 0."""
    arrived = request.POST.get("arrived")
    if arrived not in ("0", "1"):
        return refusal(request, pk, "bad_input", "Say whether it arrived: 1, or 0.", status=400)
    return do(
        request,
        pk,
        lambda: settling.message_settle(pk, message_id, arrived=arrived == "1", agent=request.user, now=clock.now()),
    )


@signed_in
@require_POST
def consent(request: StaffRequest, pk: UUID) -> HttpResponse:
    """Keep what the customer told this agent about being written to (`kind`), and how (`evidence`)."""
    kind = CONSENTS.get(request.POST.get("kind", ""))
    if kind is None:
        words = "Choose what the customer said: that they agree, or that they do not want to be written to."
        return refusal(request, pk, "bad_input", words, status=400)
    evidence = text(request, "evidence")
    return do(
        request, pk, lambda: desk.consent_note(pk, agent=request.user, kind=kind, evidence=evidence, now=clock.now())
    )


@signed_in
@require_POST
def typing(request: StaffRequest, pk: UUID) -> HttpResponse:
    """`typing`: 1, somebody writes to the customer; `stop`, they stopped; 0, they have read what the customer wrote.

    Colleagues see who writes, the assistant pauses while somebody does, and the customer sees it of whoever holds the
    conversation, within its window. Answers 204 always.
    """
    opened, now, said = visible_conversation(request, pk), clock.now(), request.POST.get("typing", "1")
    if said != "0" and opened.state != State.CLOSED:
        desk.typing(pk, agent=request.user, now=now, typing=said != "stop")
    if said != "stop":
        indicator.show(opened, agent=request.user, typing=said != "0", now=now)
    return HttpResponse(status=204)


def _once(request: StaffRequest, pk: UUID, said: Any, write: Callable[[], Message]) -> Message:
    return message_once(pk, agent=request.user, key=token(request), said=said, write=write)
