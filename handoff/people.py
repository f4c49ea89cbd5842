"""Teams and the people in them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal

from django.contrib.auth.models import Group, User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.text import slugify

from audit.actors import Actor
from audit.events import CONFIG_CHANGED
from audit.record import record
from conversations.models import Conversation, supervise_permission
from handoff import events
from handoff.models import AgentProfile, Team

Role = Literal["agent", "supervisor", "admin"]


def teams() -> QuerySet[Team]:
    """All teams. (`Team.objects` is the groups' manager and speaks of groups.)"""
    return QuerySet(model=Team)


def team_of(conversation: Conversation) -> Team:
    """The team whose conversation it is; for a plain Django group a Team as it is by default, which is not saved."""
    return team_of_group(conversation.team)


def team_of_group(group: Group) -> Team:
    """This group as a team; one that is none as a Team as it is by default, which is not saved."""
    if isinstance(group, Team):
        return group
    try:
        return group.team
    except Team.DoesNotExist:
        return Team(id=group.pk, group_ptr_id=group.pk, name=group.name)


def members(team: Group) -> QuerySet[User]:
    """Who can answer in this team: accounts that are switched on. (The phone app's own account never is.)"""
    return User.objects.filter(groups=team.pk, is_active=True)


def is_staffed(team: Group) -> bool:
    """Whether anybody can answer in this team at all, now or later."""
    return members(team).exists()


def teams_of(user: User) -> QuerySet[Team]:
    """The teams this person answers in."""
    return teams().filter(user=user)


def role_of(user: User) -> Role:
    """What this person may do at the desk, as their rights have it."""
    if user.is_superuser:
        return "admin"
    return "supervisor" if user.has_perm("conversations.supervise") else "agent"


def is_capable(profile: AgentProfile, *, language: str, skills: Iterable[str]) -> bool:
    """Whether somebody with this profile can answer in that language and has all those skills. No language named, on
    either side, fits any."""
    speaks = not language or not profile.languages or language in profile.languages
    return speaks and set(skills) <= set(profile.skills)


def answers(team: Team, *, topic: str | None, language: str) -> bool:
    """Whether matters of this topic in this language are the team's. What is not known of a matter fits any team."""
    if language and team.languages and language not in team.languages:
        return False
    topics = set(team.topics.values_list("pk", flat=True)) if topic else set()
    return not topics or topic in topics


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
