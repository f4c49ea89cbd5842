"""What time it is. Everything that keeps a promise asks here, so that the demo can jump a day ahead.

In production this is the machine's clock and nothing else. With SIMULATOR on, all processes add the same
number of seconds, kept in a file in DATA_DIR.
"""

from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return timezone.now() + offset()


def offset() -> timedelta:
    """How far the demo clock is ahead. Zero unless SIMULATOR is on."""
    if not settings.SIMULATOR:
        return timedelta()
    try:
        return timedelta(seconds=float(_file().read_text()))
    except (FileNotFoundError, ValueError):
        return timedelta()


def jump(by: timedelta) -> None:
    """Move the demo clock ahead. Raises RuntimeError outside the demo; time never runs back."""
    if not settings.SIMULATOR:
        raise RuntimeError("The clock can be moved in the demo only.")
    if by < timedelta():
        raise ValueError("Time does not run backwards, in the demo neither.")
    draft = _file().with_suffix(".new")
    draft.write_text(str((offset() + by).total_seconds()))
    draft.replace(_file())


def _file() -> Path:
    return Path(settings.DATA_DIR) / "demo-clock"
