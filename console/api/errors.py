"""What the API answers when it says no: the framework's words, and a `code` a program can act on."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rest_framework import status, views
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.response import Response

from conversations.states import IllegalTransition
from handoff.refusals import Refused


class TooLarge(APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"


@contextmanager
def bad_input(field: str = "") -> Iterator[None]:
    """The ValueError of a verb is bad input: 400, with its words, by the field where one is to blame."""
    try:
        yield
    except ValueError as error:
        raise ValidationError({field: [str(error)]} if field else str(error)) from error


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Every refusal as `{"detail": words, "code": code}`; bad input also names its fields.

    None for what is no refusal but a fault of ours: Django answers 500 and logs it.
    """
    if isinstance(error, Refused | IllegalTransition):
        views.set_rollback()
        code = error.code if isinstance(error, Refused) else "illegal_transition"
        return Response({"detail": str(error), "code": code}, status=status.HTTP_409_CONFLICT)
    response = views.exception_handler(error, context)
    if response is not None:
        response.data = _invalid(response.data) if isinstance(error, ValidationError) else _refusal(response.data)
    return response


def _refusal(data: Any) -> dict[str, str]:
    detail = data["detail"]
    return {"detail": str(detail), "code": getattr(detail, "code", "error")}


def _invalid(data: Any) -> dict[str, Any]:
    fields = data if isinstance(data, dict) else {"non_field_errors": data}
    return {**fields, "detail": _first_words(fields), "code": "invalid"}


def _first_words(fields: dict[str, Any]) -> str:
    for name, words in fields.items():
        if isinstance(words, dict):
            return f"{name}: {_first_words(words)}"
        first = words[0] if isinstance(words, list) and words else words
        return str(first) if name == "non_field_errors" else f"{name}: {first}"
    return "Invalid input."
