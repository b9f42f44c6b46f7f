"""What a benchmark needs: a hub of its own, the number of rows, and the one line that it prints.

with hub():
    ...
    report("import", {"rate_per_s": rate}, {"rate": Bar(rate, at_least=500)})
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from tests.servers import SERVERS, start_servers

SCALES = {"10k": 10_000, "100k": 100_000, "1m": 1_000_000}


@dataclass(frozen=True)
class Bar:
    """A figure and the bound that it has to keep."""

    figure: float
    at_least: float | None = None
    at_most: float | None = None

    def holds(self) -> bool:
        """Whether the figure is between the bounds, which are both allowed."""
        low = float("-inf") if self.at_least is None else self.at_least
        high = float("inf") if self.at_most is None else self.at_most
        return low <= self.figure <= high

    def as_json(self) -> dict[str, object]:
        bounds = {"min": self.at_least, "max": self.at_most}
        given = {name: value for name, value in bounds.items() if value is not None}
        return {"is": self.figure, **given, "holds": self.holds()}


def rows() -> int:
    """How many rows to measure with: SCALE, 100,000 unless it says otherwise."""
    scale = os.environ.get("SCALE", "").strip().lower() or "100k"
    if scale not in SCALES:
        sys.exit(f"SCALE is “{scale}”, which is not a known choice: set it to one of {', '.join(SCALES)}.")
    return SCALES[scale]


def argument(usual: int) -> int:
    """The number that the command line gives, else `usual`."""
    told = sys.argv[1] if len(sys.argv) > 1 else str(usual)
    if not told.isdecimal() or not int(told):
        sys.exit(f"“{told}” is not a number of anything: give one, or nothing for {usual:,}.")
    return int(told)


@contextmanager
def hub() -> Generator[None]:
    """A migrated database and a queue for as long as the block lasts; the database waits for the disk as a real one."""
    with SERVERS:
        start_servers(durable=True)
        os.environ["DJANGO_SETTINGS_MODULE"] = "afsweb.settings"
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        yield


def report(name: str, figures: Mapping[str, float], bars: Mapping[str, Bar]) -> None:
    """Print the line of this benchmark and end the program: 0 when every bar holds."""
    ok = all(bar.holds() for bar in bars.values())
    line = {"name": name, "ok": ok, **figures, "bars": {key: bar.as_json() for key, bar in bars.items()}}
    print(json.dumps(line), flush=True)
    sys.exit(0 if ok else 1)
