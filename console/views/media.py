"""The files of a transcript, for those who may see it; and, by a signed link, for the provider that sends one."""

from typing import cast

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from config import clock
from console.serving import file_response, note_look, stored_or_refused
from console.views.access import StaffRequest, signed_in, wants_fragment
from conversations.models import Conversation
from handoff.refusals import Refused
from whatsapp.media import fetching, outgoing
from whatsapp.models import Attachment


@require_safe
def media(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One file of a message. Unlike pages it may be kept by the browser that fetched it, hence no `signed_in`."""
    return _shown(cast(StaffRequest, request), pk) if request.user.is_authenticated else _stranger(request)


def _shown(request: StaffRequest, pk: int) -> HttpResponseBase:
    attachment = _visible(request, pk)
    try:
        stored_or_refused(attachment)
    except Refused as refused:
        return _plain(refused)
    note_look(request, _conversation(attachment))
    return file_response(request, attachment)


@signed_in
@require_POST
def media_again(request: StaffRequest, pk: int) -> HttpResponse:
    """Fetch once more what could not be fetched."""
    attachment = _visible(request, pk)
    try:
        fetching.attachment_retry(attachment.pk, agent=request.user, now=clock.now())
    except Refused as refused:
        return _plain(refused)
    if wants_fragment(request):
        return HttpResponse(status=204)
    return redirect("console:conversation", pk=_conversation(attachment).pk)


@require_safe
def media_out(request: HttpRequest, token: str) -> HttpResponseBase:
    """A file on its way to a customer, fetched by the provider: the signature is the permission."""
    attachment = outgoing.linked(token)
    if attachment is None:
        raise Http404("This link is not valid, or not any more.")
    return file_response(request, attachment)


def _visible(request: StaffRequest, pk: int) -> Attachment:
    """Raises Http404 alike where there is none and where this person may not see it."""
    seen = Attachment.objects.filter(message__conversation__in=Conversation.objects.visible_to(request.user))
    found = seen.select_related("message__conversation").filter(pk=pk).first()
    if found is None:
        raise Http404("There is no such file, or it is another team's.")
    return found


def _conversation(attachment: Attachment) -> Conversation:
    assert attachment.message is not None, "seen through its message"  # noqa: S101 - for the type checker
    return attachment.message.conversation


def _stranger(request: HttpRequest) -> HttpResponse:
    if wants_fragment(request):
        return HttpResponse("Please sign in again.", status=401, content_type="text/plain")
    return redirect_to_login(request.get_full_path())


def _plain(refused: Refused) -> HttpResponse:
    return HttpResponse(refused.words, status=409, content_type="text/plain; charset=utf-8")
