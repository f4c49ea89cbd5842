"""What every benchmark does with its figures: a table on the screen, JSON beside it, and an exit code."""

import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NoReturn

RESULTS = Path(__file__).resolve().parent / "results"


@dataclass(frozen=True)
class Figure:
    """`bar` is the least it may be, or the most where `at_most`; None where there is no bar."""

    name: str
    value: float
    unit: str
    bar: float | None = None
    at_most: bool = False

    @property
    def ok(self) -> bool:
        if self.bar is None:
            return True
        return self.value <= self.bar if self.at_most else self.value >= self.bar


def finish(name: str, figures: list[Figure]) -> NoReturn:
    """Print the table, write `results/<name>.json`, and exit 1 when a bar is missed."""
    width = max(len(figure.name) for figure in figures)
    for figure in figures:
        print(f"{figure.name:<{width}}  {figure.value:>10,.1f} {figure.unit:<14} {_verdict(figure)}".rstrip())
    rows = [
        {key: value for key, value in asdict(figure).items() if key != "at_most"} | {"ok": figure.ok}
        for figure in figures
    ]
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.json").write_text(json.dumps(rows, indent=1) + "\n")
    sys.exit(0 if all(figure.ok for figure in figures) else 1)


def _verdict(figure: Figure) -> str:
    if figure.bar is None:
        return ""
    bound = "at most" if figure.at_most else "at least"
    return f"{'ok' if figure.ok else 'MISSED'} ({bound} {figure.bar:g})"
