"""API tokens: made here, shown once, stored as a digest; and how a request shows one."""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from knox.auth import TokenAuthentication
from knox.models import AuthToken
from rest_framework.exceptions import AuthenticationFailed

from audit.actors import Actor
from audit.record import record
from handoff import events


@transaction.atomic
def token_create(*, user: User, actor: Actor, now: datetime) -> str:
    """A new bearer token for this person, in clear for the last time. Earlier tokens stay valid."""
    _, token = AuthToken.objects.create(user=user)
    record(
        events.TOKEN_CREATED,
        stream=f"user:{user.pk}",
        actor=actor,
        now=now,
        payload={"username": user.get_username()},
    )
    return str(token)


class BearerAuthentication(TokenAuthentication):  # type: ignore[misc]
    """`Authorization: Bearer <token>`. What cannot be a token is refused before knox looks at it.

    knox decodes the header as UTF-8 and asks the database for it; other bytes and NUL would end as a 500.
    """

    def authenticate_credentials(self, token: bytes) -> tuple[Any, Any]:
        if not token.isalnum():
            raise AuthenticationFailed("Invalid token.")
        user, auth_token = super().authenticate_credentials(token)
        return user, auth_token
