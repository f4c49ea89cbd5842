"""What this floor itself puts on the record."""

from collections.abc import Mapping
from typing import Any

from audit.registry import register


def _changed(payload: Mapping[str, Any]) -> str:
    fields = ", ".join(str(name) for name in payload.get("fields") or [])
    what = f"{payload.get('model', 'setting')} {payload.get('name', '?')} was {payload.get('action', 'changed')}"
    return f"{what} ({fields})" if fields else what


CONFIG_CHANGED = register("config.changed", _changed)
