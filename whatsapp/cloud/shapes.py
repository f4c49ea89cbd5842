"""Reading values of any shape without ever raising: a provider's word is not to be trusted about types."""

from datetime import UTC, datetime
from typing import Any


def text(value: Any) -> str:
    """A string as it is, a whole number as its digits, anything else as nothing."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def as_list(value: Any) -> list[Any]:
    """A list as it is, nothing as an empty one, and a lone element as a list of it."""
    return value if isinstance(value, list) else [] if value is None else [value]


def as_dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def moment(value: Any) -> datetime | None:
    """Unix seconds, as text or number, to a moment; None for anything else."""
    try:
        return datetime.fromtimestamp(int(value), UTC) if not isinstance(value, bool) else None
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def readable(text: str) -> str:
    """Text a page can show: control characters gone, line breaks and tabs kept."""
    return "".join(char for char in text if char in "\n\t" or ord(char) >= 32).strip()
