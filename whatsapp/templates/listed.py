"""One template as the provider lists it (Meta, WhatsApp docs, "Template management"); nothing is taken on trust."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

LONGEST_NAME, LONGEST_LOCALE, LONGEST_REASON = 512, 16, 300


@dataclass(frozen=True, slots=True)
class Listed:
    name: str
    locale: str
    provider_id: str
    status: str
    category: str
    quality: str
    parameter_format: str
    components: list[dict[str, Any]]
    rejected_reason: str

    def facts(self) -> dict[str, Any]:
        """What the row says beside its name and locale."""
        told = asdict(self)
        del told["name"], told["locale"]
        return told


def read_listed(item: Any) -> Listed | None:
    """None for what has no name and locale: nothing could be sent by it."""
    if not isinstance(item, Mapping):
        return None
    name, locale = plain(item.get("name"), LONGEST_NAME + 1), plain(item.get("language"), LONGEST_LOCALE + 1)
    if not name or not locale or len(name) > LONGEST_NAME or len(locale) > LONGEST_LOCALE:
        return None
    return Listed(
        name=name,
        locale=locale,
        provider_id=plain(item.get("id"), 64),
        status=code(item.get("status"), 20) or "UNKNOWN",
        category=code(item.get("category"), 20) or "UNKNOWN",
        quality=quality(item.get("quality_score")),
        parameter_format=code(item.get("parameter_format"), 12) or "POSITIONAL",
        components=components(item.get("components")),
        rejected_reason=reason(item.get("rejected_reason")),
    )


def plain(value: Any, longest: int) -> str:
    """The value as words Postgres can keep; numbers too, all else is nothing."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return storable(str(value)).strip()[:longest]


def code(value: Any, longest: int) -> str:
    """One of the provider's code words, in capitals."""
    return plain(value, longest).upper()


def quality(value: Any) -> str:
    """GREEN, YELLOW, RED, or nothing where there is no score yet."""
    score = code(value.get("score") if isinstance(value, Mapping) else value, 16)
    return "" if score in ("UNKNOWN", "NONE") else score


def reason(value: Any) -> str:
    """Why it was rejected; Graph says NONE where it was not."""
    words = plain(value, LONGEST_REASON)
    return "" if words.upper() == "NONE" else words


def components(value: Any) -> list[dict[str, Any]]:
    """The components as they came, without what Postgres cannot keep."""
    return [_clean(part) for part in value if isinstance(part, dict)] if isinstance(value, list) else []


def storable(text: str) -> str:
    """Without NUL and lone surrogates, which no Postgres text takes."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {storable(str(name)): _clean(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_clean(item) for item in value]
    return value
