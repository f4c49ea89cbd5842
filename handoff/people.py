"""Teams and the people in them."""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import Group, User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.text import slugify

from audit.actors import Actor
from audit.events import CONFIG_CHANGED
from audit.record import record
from conversations.models import supervise_permission
from handoff import events
from handoff.models import Team


def teams() -> QuerySet[Team]:
    """All teams. (`Team.objects` is the groups' manager and speaks of groups.)"""
    return QuerySet(model=Team)


@transaction.atomic
def team_ensure(*, name: str, actor: Actor, now: datetime) -> Team:
    """The team with this slug or name, made if there is none. Raises ValueError for a name that cannot be one."""
    slug = slugify(name)[:64]
    if not slug:
        raise ValueError(f"{name!r} cannot be a team: use letters or digits.")
    if found := teams().filter(slug=slug).first():
        return found
    title = name if name != slug else slug.replace("-", " ").replace("_", " ").capitalize()
    if Group.objects.filter(name=title).exists():
        raise ValueError(f"There is a group named {title!r} that is no team. Rename it, or choose another team.")
    team = Team(slug=slug, name=title)
    _check(team)
    team.save()
    record(events.TEAM_CREATED, stream=f"team:{slug}", actor=actor, now=now, payload={"name": title})
    return team


@transaction.atomic
def agent_save(
    *, username: str, password: str, team: Team, actor: Actor, now: datetime, full_name: str = "",
    supervisor: bool = False, admin: bool = False,
) -> tuple[User, bool]:  # fmt: skip
    """A person who answers in this team, made or brought up to date. Returns them and whether they are new.

    What is not asked for is left as it is: nobody leaves a team or loses a right here. Raises ValueError, with
    all reasons in its words, for a name or password that will not do.
    """
    _check_username(username)
    user = User.objects.select_for_update().filter(username=username).first() or User(username=username)
    is_new = user.pk is None
    if full_name:
        user.first_name, _, user.last_name = full_name.strip().partition(" ")
    if admin:
        user.is_staff = user.is_superuser = True
    user.set_password(password)
    _check(user)
    _check_password(password, user)
    user.save()
    user.groups.add(team)
    if supervisor:
        user.user_permissions.add(supervise_permission())
    _note(user, is_new, team, actor, now, {"supervisor": supervisor, "admin": admin})
    return user, is_new


def _note(user: User, is_new: bool, team: Team, actor: Actor, now: datetime, rights: dict[str, Any]) -> None:
    stream, username = f"user:{user.pk}", user.get_username()
    if is_new:
        payload = {"username": username, "team": team.slug, **rights}
        record(events.AGENT_CREATED, stream=stream, actor=actor, now=now, payload=payload)
    else:
        fields = ["password", "team", *(name for name, given in rights.items() if given)]
        payload = {"model": "user", "name": username, "action": "changed", "fields": fields, "team": team.slug}
        record(CONFIG_CHANGED, stream=stream, actor=actor, now=now, payload=payload)


def _check_username(username: str) -> None:
    """Before the database is asked: it would stumble over a NUL."""
    try:
        User._meta.get_field("username").clean(username, None)
    except ValidationError as error:
        raise ValueError(f"username: {' '.join(error.messages)}") from error


def _check(row: User | Team) -> None:
    try:
        row.full_clean(validate_unique=False)
    except ValidationError as error:
        words = [f"{name}: {' '.join(messages)}" for name, messages in error.message_dict.items()]
        raise ValueError(" ".join(words)) from error


def _check_password(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise ValueError(" ".join(error.messages)) from error
