"""All of curation on one large table: pages, search, claims, a person in a browser, bulk actions, a snapshot.

Run: SCALE=1m python -m tests.benchmarks.curation
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks import bulk, claims, review_browser, search, served, snapshot
from tests.benchmarks.filling import fill_samples
from tests.benchmarks.harness import Bar, hub, report, rows
from tests.benchmarks.review import reviewer

VECTORS = 0.2
"""The share of the samples that have one: 200,000 of a million."""
CHANGED = {"state": "pending", "kind": "debug"}
"""What is changed in bulk: a fifth of the table."""


def main() -> None:
    """Fill once, measure each part, and print one line. What changes the table comes last."""
    with hub(), tempfile.TemporaryDirectory() as folder:
        fill_samples(rows(), vectors=int(rows() * VECTORS), mixed=True)
        parts: dict[str, Callable[[], tuple[dict[str, float], dict[str, Bar]]]] = {
            "search": search.measure,
            "served": lambda: served.measure(Path(folder)),
            "browser": lambda: review_browser.measure_in_browser(Path(folder)),
            "claims": lambda: claims.measure(reviewer()),
            "bulk": lambda: bulk.measure(reviewer(), CHANGED),
            "snapshot": lambda: snapshot.measure(Path(folder)),
        }
        figures: dict[str, float] = {}
        bars: dict[str, Bar] = {}
        for part, measure in parts.items():
            some, more = measure()
            figures |= {f"{part}_{name}": figure for name, figure in some.items()}
            bars |= {f"{part}_{name}": bar for name, bar in more.items()}
            print(f"# {part}: {some} {more}", file=sys.stderr, flush=True)
    report("curation", figures, bars)


if __name__ == "__main__":
    main()
