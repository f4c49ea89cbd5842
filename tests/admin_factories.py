"""What the tests of the admin's pages share: addresses, empty formsets, and staff with chosen rights."""

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Permission, User
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from tests import factories


def page(model: type[Model], what: str, *args: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{what}", args=args)


def formset(prefix: str, total: int = 0, initial: int = 0) -> dict[str, int]:
    return {
        f"{prefix}-TOTAL_FORMS": total,
        f"{prefix}-INITIAL_FORMS": initial,
        f"{prefix}-MIN_NUM_FORMS": 0,
        f"{prefix}-MAX_NUM_FORMS": 1000,
    }


def staff(*rights: str, username: str = "helper", teams: tuple[str, ...] = ()) -> User:
    """A member of the staff with these rights, such as view_channel, and no others."""
    for app in ("conversations", "whatsapp"):
        create_permissions(apps.get_app_config(app), verbosity=0)
    user = factories.agent(username, teams=teams)
    user.is_staff = True
    user.save()
    found = Permission.objects.filter(codename__in=rights)
    assert set(rights) == {permission.codename for permission in found}
    user.user_permissions.set(found)
    return user


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def chosen(action: str, *rows: Model) -> dict[str, object]:
    """An action of a list, for these rows."""
    return {"action": action, "_selected_action": [str(row.pk) for row in rows]}


def said(response) -> str:
    """What the page told the person, after a redirect."""
    return " ".join(str(message) for message in response.context["messages"])
