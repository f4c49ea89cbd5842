"""The arithmetic of the hash chain: what is hashed, and in which form. Pure functions."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any


def canonical(value: Any) -> str:
    """One text for one JSON value, equal before and after a round trip through jsonb."""
    return json.dumps(_plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def payload_digest(payload: Mapping[str, Any]) -> str:
    return _sha256(canonical(payload))


def event_hash(
    *,
    prev_hash: str,
    stream: str,
    seq: int,
    ts: datetime,
    actor: tuple[str, str, str],
    event_type: str,
    payload_digest: str,
) -> str:
    """The payload goes in by its digest, so that a payload could be redacted without breaking the chain."""
    moment = ts.astimezone(UTC).isoformat(timespec="microseconds")
    return _sha256(canonical([prev_hash, stream, seq, moment, *actor, event_type, payload_digest]))


def seal_hash(*, prev_hash: str, sealed_at: datetime, heads: list[list[Any]]) -> str:
    return _sha256(canonical([prev_hash, sealed_at.astimezone(UTC).isoformat(timespec="microseconds"), heads]))


def storable(value: Any) -> Any:
    """What jsonb can hold: NUL and lone surrogates, which Postgres refuses, become U+FFFD."""
    if isinstance(value, str):
        return value.replace("\x00", "\ufffd").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, Mapping):
        return {str(storable(key)): storable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [storable(item) for item in value]
    return value


def _plain(value: Any) -> Any:
    """jsonb turns 1.0 into 1 at times and 1e20 into an integer always: whole floats count as integers."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
