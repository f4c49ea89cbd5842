"""Teams, the people in them, and the routing matrix, in the admin; presence, handoffs and offers to look at there.

Who has had conversations is kept, and so is a team that had any: the record names them. The admin says what to do
instead of deleting. An account that is switched off here gives what it holds back to the queues.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django.db import models, transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse

from audit.actors import Actor
from audit.admin import ReadOnlyAdmin, RecordedAdmin
from config import clock
from handoff import leaving
from handoff.models import AgentProfile, Handoff, Offer, Presence, RoutingRule, Seat, Team
from sla.durations import DurationField

_LANGUAGE, _SKILL = re.compile(r"[a-z]{2,3}"), re.compile(r"[a-z0-9_-]{1,32}")
DURATIONS: Mapping[type[Any], Mapping[str, Any]] = {models.DurationField: {"form_class": DurationField}}


def clean_codes(given: Iterable[str] | None, pattern: re.Pattern[str], words: str) -> list[str]:
    """Codes in small letters, each once. Raises ValidationError, with `words`, for what is none."""
    codes = list(dict.fromkeys(code.strip().lower() for code in given or [] if code.strip()))
    if any(not pattern.fullmatch(code) for code in codes):
        raise forms.ValidationError(words, code="invalid")
    return codes


class _CodesForm(forms.ModelForm):  # type: ignore[type-arg]
    """A form with `languages` and `skills`, typed with commas between."""

    def clean_languages(self) -> list[str]:
        words = "Write codes of two or three letters with commas between, as en,es."
        return clean_codes(self.cleaned_data["languages"], _LANGUAGE, words)

    def clean_skills(self) -> list[str]:
        words = "Write single words with commas between, as refunds,tax."
        return clean_codes(self.cleaned_data["skills"], _SKILL, words)


class KeptAdmin(RecordedAdmin):
    """Deleting is for rows that nothing was ever done with. `instead` says in words what to do with the others."""

    instead = ""

    def get_deleted_objects(
        self, objs: Sequence[Any] | QuerySet[Any], request: HttpRequest
    ) -> tuple[list[Any], dict[str, int], set[str], list[Any]]:
        """What is kept is said at once: a list of all its conversations would be long, and help nobody."""
        kept = [obj for obj in objs if _is_kept(obj)]
        if kept:
            return [], {}, set(), [f"{self.name_of(obj)}: {self.instead}" for obj in kept]
        return super().get_deleted_objects(objs, request)


def _is_kept(obj: Model) -> bool:
    """Whether any row that must not lose it names it."""
    relations = [field for field in obj._meta.get_fields(include_hidden=True) if isinstance(field, models.ManyToOneRel)]
    return any(
        relation.related_model._default_manager.filter(**{relation.field.name: obj}).exists()
        for relation in relations
        if relation.on_delete is models.PROTECT
    )


# Teams


class TeamForm(_CodesForm):
    def clean_capacity(self) -> int:
        capacity: int = self.cleaned_data["capacity"]
        if not capacity:
            raise forms.ValidationError("At least 1: with 0, nobody of this team would ever be offered anything.")
        return capacity

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        target, after = data.get("overflow_to"), data.get("overflow_after")
        if target is not None and target.pk == self.instance.pk:
            self.add_error("overflow_to", "A team cannot overflow into itself: choose another one.")
        if (target is None) != (after is None) and "overflow_after" not in self.errors:
            self.add_error("overflow_after", "Fill in both, the team and the time, or neither.")
        return data


class MemberInline(admin.TabularInline):  # type: ignore[type-arg]
    model = User.groups.through
    extra = 1
    verbose_name = "member"
    verbose_name_plural = "members"
    autocomplete_fields = ["user"]


class SeatInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Seat
    extra = 0
    verbose_name = "seat"
    verbose_name_plural = "seats: who takes more or less at a time than the team's capacity"
    autocomplete_fields = ["user"]


@admin.register(Team)
class TeamAdmin(KeptAdmin):
    form = TeamForm
    list_display = ["name", "slug", "level", "assignment", "mode", "hours", "capacity"]
    list_filter = ["level", "assignment", "mode"]
    list_select_related = ["hours"]
    prepopulated_fields = {"slug": ["name"]}
    search_fields = ["name", "slug"]
    filter_horizontal = ["topics"]
    formfield_overrides = DURATIONS
    inlines = [MemberInline, SeatInline]
    instead = (
        "conversations are kept with it for the record, so it cannot be deleted. Instead, move what is open to another"
        " team (Transfer, in the console), then take its members out: handoffs pass over a team that nobody is in."
    )
    fieldsets = [
        (None, {"fields": ["name", "slug", "level"]}),
        ("What it answers", {
            "fields": ["topics", "languages", "skills", "hours"],
            "description": "What nothing is said about, it answers: all topics, all languages, around the clock.",
        }),
        ("How its people get their work", {
            "fields": ["mode", "assignment", "strategy", "capacity", "offer_time"],
            "description": "Times are written as 45s, 5m, 4h. The way of choosing and the time of an offer count where"
            " Baton offers; agents who choose from the queue themselves are offered only what is meant for them.",
        }),
        ("When an agent is gone or silent", {"fields": ["grace_time", "answer_time"]}),
        ("When customers wait too long", {
            "fields": ["wait_limit", "overflow_to", "overflow_after"],
            "description": "The waiting rules say what becomes of those who wait longer than the limit. Nobody goes"
            " back to a team they came from, nor to one that nobody is in.",
        }),
        ("Back to the assistant, and reopening", {"fields": ["return_after", "reopen_within", "reopen_to"]}),
    ]  # fmt: skip

    def stream_of(self, obj: Model) -> str:
        return f"team:{obj.slug}" if isinstance(obj, Team) else super().stream_of(obj)


# The routing matrix


class RoutingRuleForm(forms.ModelForm):  # type: ignore[type-arg]
    def clean_language(self) -> str:
        codes = clean_codes([self.cleaned_data["language"]], _LANGUAGE, "Write one code, as es; empty: any.")
        return codes[0] if codes else ""

    def clean_skills(self) -> str:
        given = self.cleaned_data["skills"].replace(",", " ").split()
        return " ".join(clean_codes(given, _SKILL, "Write single words, as refunds tax."))


@admin.register(RoutingRule)
class RoutingRuleAdmin(RecordedAdmin):
    """The list is the matrix: read from the top, the first row that fits decides."""

    form = RoutingRuleForm
    list_display = ["__str__", "order", "is_active", "shown_members", "skills", "raises_priority"]
    list_editable = ["order", "is_active"]
    list_filter = ["is_active", "team", "tier", "topic"]
    list_select_related = ["tier", "topic", "team"]
    ordering = ["order", "pk"]
    fieldsets = [
        (None, {"fields": ["order", "is_active"]}),
        ("Fits", {
            "fields": ["tier", "topic", "language", "mood"],
            "description": "All that is filled in must fit; what is left empty fits any.",
        }),
        ("Then", {
            "fields": ["team", "skills", "raises_priority"],
            "description": "A row whose team nobody is in is passed over, and the handoff says so.",
        }),
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        active = models.Count("team__user", filter=models.Q(team__user__is_active=True))
        rows: QuerySet[Any] = super().get_queryset(request).annotate(members=active)
        return rows

    @admin.display(description="people in it")
    def shown_members(self, row: Any) -> str:
        return str(row.members or "nobody: passed over")


# People


class ProfileForm(_CodesForm):
    pass


class ProfileInline(admin.StackedInline):  # type: ignore[type-arg]
    model = AgentProfile
    form = ProfileForm
    extra = 0
    verbose_name_plural = "what they can do as an agent"


admin.site.unregister(User)


@admin.register(User)
class PersonAdmin(KeptAdmin, UserAdmin):  # type: ignore[type-arg]
    """Django's own, put on the record; switching an account off gives back what it holds."""

    inlines = [ProfileInline]
    instead = (
        "the record names them in conversations they had, so the account cannot be deleted. Instead, untick “Active”"
        " on its page: nobody can sign in with it any more, and what it holds goes back to the queues."
    )

    def get_inlines(self, request: HttpRequest, obj: Model | None) -> list[Any]:
        """Who is being added has a name and a password first."""
        return list(self.inlines) if obj is not None else []

    def stream_of(self, obj: Model) -> str:
        return f"user:{obj.pk}"

    def save_related(self, request: HttpRequest, form: Any, formsets: Iterable[Any], change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if "is_active" in form.changed_data and not form.instance.is_active:
            transaction.on_commit(partial(self._give_back, request, form.instance), robust=True)

    def _give_back(self, request: HttpRequest, user: User) -> None:
        """After the commit: each conversation has a transaction of its own."""
        actor = Actor.human(request.user)  # type: ignore[arg-type]  # the admin lets nobody anonymous through
        count = leaving.agent_deactivated(user, actor=actor, now=clock.now())
        if count:
            held = "1 conversation" if count == 1 else f"{count} conversations"
            self.message_user(request, f"{user} held {held}: back in the queue now.", messages.INFO)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        with transaction.atomic():
            response = super().user_change_password(request, id, form_url)
            user = self.get_object(request, id) if request.method == "POST" and response.status_code == 302 else None
            if user is not None:
                self._record(request, user, "changed", ["password"])
        return response


@admin.register(Presence)
class PresenceAdmin(ReadOnlyAdmin):
    list_display = ["user", "shown_status", "since", "seen_at", "assigned_at", "idle_since"]
    list_filter = ["status"]
    list_select_related = ["user"]
    ordering = ["-seen_at"]

    @admin.display(description="status now")
    def shown_status(self, row: Presence) -> str:
        return str(Presence.Status(row.status_at(clock.now())).label)


# What happened


@admin.register(Handoff)
class HandoffAdmin(ReadOnlyAdmin):
    list_display = ["requested_at", "conversation_id", "reason", "team", "accepted_by", "accepted_at", "ending"]
    list_filter = ["reason", "team", "ending"]
    list_select_related = ["team", "accepted_by"]
    ordering = ["-requested_at"]
    show_full_result_count = False
    exclude = ["summary", "payload", "return_context"]


@admin.register(Offer)
class OfferAdmin(ReadOnlyAdmin):
    list_display = ["offered_at", "agent", "outcome", "ended_at", "why"]
    list_filter = ["outcome"]
    list_select_related = ["agent"]
    ordering = ["-pk"]
    show_full_result_count = False
