"""The API's description of itself: the answers that several addresses share."""

from typing import Any
from uuid import UUID

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, inline_serializer
from rest_framework import serializers

ErrorSerializer = inline_serializer("Error", {"detail": serializers.CharField(), "code": serializers.CharField()})
InvalidSerializer = inline_serializer(
    "Invalid",
    {
        "detail": serializers.CharField(help_text="The first of them, in one sentence"),
        "code": serializers.CharField(help_text="Always `invalid`, or `parse_error` where the body is not JSON"),
        "non_field_errors": serializers.ListField(child=serializers.CharField(), required=False),
    },
)

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="Repeating a request with the same key sends nothing twice: the first answer comes back.",
)

CONVERSATION_ID = OpenApiParameter("conversation_id", UUID, OpenApiParameter.PATH)
PAGING = [
    OpenApiParameter("page", int, description="From 1"),
    OpenApiParameter("page_size", int, description="50 unless given, 200 at most"),
]

_INVALID = OpenApiResponse(InvalidSerializer, "Bad input; each wrong field is named, with its errors")
_ANONYMOUS = OpenApiResponse(ErrorSerializer, "No valid token or session")
_FORBIDDEN = OpenApiResponse(ErrorSerializer, "Not your right, or a session without its CSRF token")
_NOT_FOUND = OpenApiResponse(ErrorSerializer, "None such among what you may see")
_REFUSED = OpenApiResponse(
    ErrorSerializer,
    "State or control forbids it: `not_in_control`, `already_taken`, `already_handed_off`, `not_waiting`, `offered`, "
    "`not_offered`, `empty_team`, `no_higher_team`, `already_there`, `no_such_agent`, `agent_away`, `loop_guard`, "
    "`assistant_stopped`, `closed`, `window_closed`, `key_reused`",
)
_TOO_LARGE = OpenApiResponse(ErrorSerializer, "The body is too large")


def read(success: Any) -> dict[int, Any]:
    """The answers of a reading address."""
    return {200: success, 400: _INVALID, 401: _ANONYMOUS, 404: _NOT_FOUND}


def written(success: Any, *, status: int = 200) -> dict[int, Any]:
    """The answers of a writing address."""
    refusals = {400: _INVALID, 401: _ANONYMOUS, 403: _FORBIDDEN, 404: _NOT_FOUND, 409: _REFUSED, 413: _TOO_LARGE}
    return {status: success, **refusals}


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Registers itself by being imported."""

    target_class = "console.tokens.BearerAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> Any:  # noqa: ARG002 - the framework's signature
        return {"type": "http", "scheme": "bearer"}
