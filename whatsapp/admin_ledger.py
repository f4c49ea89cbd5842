"""What became of messages and files, to be read: requests to providers, dead letters, files, costs."""

import json
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import Count, Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html

from audit.admin import ReadOnlyAdmin
from config import clock
from conversations.models import Conversation, Message
from handoff.refusals import Refused
from whatsapp.media.fetching import attachment_retry
from whatsapp.models import Attachment, Charge, DeadLetter, DeliveryAttempt

#: Rows of the totals, the latest months first.
MOST_TOTALS = 200


class LedgerAdmin(ReadOnlyAdmin):
    """Rows about a message, each with its way to the thread: what was said is read in the console, on the record."""

    show_full_result_count = False
    ordering = ["-pk"]
    shown: ClassVar[list[str]] = []

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> list[Any]:
        return self.shown

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[Any]:
        return self.get_fields(request, obj)

    @admin.display(description="conversation")
    def conversation_link(self, row: Any) -> str:
        message = row if isinstance(row, Message) else row.message
        if message is None:
            return "not sent yet"
        address = reverse("console:conversation", args=[message.conversation_id])
        return format_html('<a href="{}">Open in the console (message {})</a>', address, message.seq)


@admin.register(DeadLetter)
class DeadLetterAdmin(LedgerAdmin):
    """Refused for a fault of ours: the message went out wrong and would again. The provider's details, which may
    repeat what was said, are for supervisors."""

    list_display = ["created_at", "channel", "code", "words", "reference", "type", "conversation_link"]
    list_filter = ["channel", "created_at"]
    list_select_related = ["channel"]
    ordering = ["-created_at"]
    shown = [
        "channel", "conversation_link", "created_at", "sender", "type", "attempts", "code", "words", "advice",
        "reference",
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[DeadLetter]:
        return super().get_queryset(request).defer("body", "content")

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> list[Any]:
        return [*self.shown, "details"] if request.user.has_perm("conversations.supervise") else self.shown

    @admin.display(description="code")
    def code(self, message: DeadLetter) -> str:
        return _said(message, "code")

    @admin.display(description="what went wrong")
    def words(self, message: DeadLetter) -> str:
        return _said(message, "title")

    @admin.display(description="what to do")
    def advice(self, message: DeadLetter) -> str:
        return _said(message, "advice")

    @admin.display(description="provider's reference")
    def reference(self, message: DeadLetter) -> str:
        return _said(message, "reference")

    @admin.display(description="provider's own words")
    def details(self, message: DeadLetter) -> str:
        return ": ".join(filter(None, [_said(message, "provider_title"), _said(message, "details")]))


def _said(message: Message, part: str) -> str:
    return str((message.error or {}).get(part) or "")


@admin.register(DeliveryAttempt)
class DeliveryAttemptAdmin(LedgerAdmin):
    """Each request and its answer; the answer in full for superusers alone."""

    list_display = ["id", "started_at", "number", "outcome", "http_status", "answer", "conversation_link"]
    list_filter = ["outcome", "started_at"]
    list_select_related = ["message"]
    shown = ["conversation_link", "number", "started_at", "finished_at", "outcome", "http_status", "answer"]

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> list[Any]:
        return [*self.shown, "answer_in_full"] if request.user.is_superuser else self.shown

    @admin.display(description="answer")
    def answer(self, attempt: DeliveryAttempt) -> str:
        told = attempt.detail
        code = f"{told['code']} " if told.get("code") else ""
        return f"{code}{told.get('title') or told.get('why') or ''}".strip()

    @admin.display(description="answer in full")
    def answer_in_full(self, attempt: DeliveryAttempt) -> str:
        return json.dumps(attempt.detail, indent=2, ensure_ascii=False)


@admin.register(Attachment)
class AttachmentAdmin(LedgerAdmin):
    """How files fared. The files themselves, and their names, are the transcript's."""

    list_display = ["id", "created_at", "channel", "kind", "state", "why", "size", "attempts", "conversation_link"]
    list_filter = ["state", "kind", "channel"]
    list_select_related = ["channel", "message"]
    shown = [
        "channel", "conversation_link", "kind", "is_voice", "state", "why", "claimed_mime", "mime_type", "size",
        "sha256", "claimed_sha256", "provider_media_id", "media_id_expires_at", "attempts", "due_at", "created_at",
        "stored_at",
    ]  # fmt: skip
    actions = ["fetch_again"]

    def has_retry_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("whatsapp.change_attachment")

    @admin.action(description="Fetch once more", permissions=["retry"])
    def fetch_again(self, request: HttpRequest, queryset: QuerySet[Attachment]) -> None:
        """Each by itself: what cannot be fetched is told, and costs the others nothing."""
        visible = Conversation.objects.visible_to(request.user)
        allowed = set(queryset.filter(message__conversation__in=visible).values_list("pk", flat=True))
        refused: dict[str, int] = {}
        asked = 0
        for pk in queryset.order_by("pk").values_list("pk", flat=True):
            if why := "" if pk in allowed else "You may not see that conversation.":
                refused[why] = refused.get(why, 0) + 1
                continue
            try:
                attachment_retry(pk, agent=request.user, now=clock.now())  # type: ignore[arg-type]
                asked += 1
            except Refused as error:
                refused[error.words] = refused.get(error.words, 0) + 1
        if asked:
            messages.success(request, f"Asked for once more: {asked}.")
        for words, count in refused.items():
            messages.warning(request, f"{words} ({count})")


@admin.register(Charge)
class ChargeAdmin(LedgerAdmin):
    """What WhatsApp said each message costs, and what that comes to; the amounts stand on the provider's bill."""

    list_display = ["id", "month", "channel", "category", "type", "delivered_at", "conversation_link"]
    list_filter = ["channel", "category", "type"]
    list_select_related = ["channel", "message"]
    date_hierarchy = "month"
    shown = ["channel", "conversation_link", "month", "category", "type", "at", "delivered_at"]

    class Media:
        css = {"all": ["whatsapp/channels.css"]}

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The list, and above it the totals of whatever is filtered for."""
        response: Any = super().changelist_view(request, extra_context)
        shown = (getattr(response, "context_data", None) or {}).get("cl")
        if shown is not None:
            response.context_data["totals"] = totals(shown.queryset)
        return response  # type: ignore[no-any-return]


def totals(charges: QuerySet[Charge]) -> list[Any]:
    """Delivered messages by month, channel and category: how many, and how many of them are charged (type regular).

    The latest months first, 200 rows at most.
    """
    rows = charges.exclude(delivered_at=None).order_by().values("month", "channel__name", "category")
    counted = rows.annotate(delivered=Count("pk"), charged=Count("pk", filter=Q(type="regular")))
    return list(counted.order_by("-month", "channel__name", "category")[:MOST_TOTALS])
