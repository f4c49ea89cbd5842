"""Secrets that nobody set: made at the first start, kept in DATA_DIR, readable by the owner only."""

import json
import os
import secrets
from pathlib import Path


def get(data_dir: Path, name: str) -> str:
    """The secret kept under this name, made if there is none. Safe when several processes ask at once."""
    data_dir.mkdir(parents=True, exist_ok=True)
    path = data_dir / "secrets" / f"{name}.json"
    path.parent.mkdir(mode=0o700, exist_ok=True)
    if not path.exists():
        _create(path, secrets.token_urlsafe(48))
    value: str = json.loads(path.read_text())["value"]
    return value


def _create(path: Path, value: str) -> None:
    draft = path.with_suffix(f".{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps({"value": value}))
    try:
        os.link(draft, path)  # the first one wins; a link is never half written
    except FileExistsError:
        pass
    finally:
        draft.unlink()
