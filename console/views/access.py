"""Who may come in, and which conversation is meant."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.cache import never_cache

from conversations.models import Conversation

View = Callable[..., HttpResponseBase]


class StaffRequest(HttpRequest):
    """A request of somebody who has signed in."""

    user: User


def signed_in(view: View) -> View:
    """Sends strangers to the sign-in page; a script that fetches gets 401 instead, since it cannot sign in.

    Nothing that an agent sees is kept in a cache.
    """

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if wants_fragment(request):
            return HttpResponse("Please sign in again.", status=401, content_type="text/plain")
        return redirect_to_login(request.get_full_path())

    return guarded


def wants_fragment(request: HttpRequest) -> bool:
    """Whether our own script asks, not a person by their browser's address line or a plain form."""
    return request.headers.get("X-Baton") == "fetch"


def visible_conversation(request: StaffRequest, pk: UUID) -> Conversation:
    """The conversation with all that a page shows of it. Raises Http404 where this person may not see it."""
    found = (
        Conversation.objects.visible_to(request.user)
        .select_related("customer__tier", "channel", "team", "topic", "assigned_to")
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise Http404("There is no such conversation, or it is another team's.")
    return found
