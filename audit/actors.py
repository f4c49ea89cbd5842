"""Who did it."""

from dataclasses import dataclass
from typing import Literal

from django.contrib.auth.models import AbstractBaseUser

Kind = Literal["user", "bot", "human", "system"]


@dataclass(frozen=True, slots=True)
class Actor:
    """`user` is the customer, `human` a member of the staff (the design's words)."""

    kind: Kind
    id: str = ""
    name: str = ""

    @classmethod
    def customer(cls, customer_id: object, name: str = "") -> "Actor":
        return cls("user", str(customer_id), name)

    @classmethod
    def human(cls, user: AbstractBaseUser) -> "Actor":
        get_full_name = getattr(user, "get_full_name", str)
        return cls("human", str(user.pk), get_full_name() or user.get_username())


BOT = Actor("bot", name="Assistant")
SYSTEM = Actor("system", name="Baton")
