"""How fast the server answers a reviewer at four decisions a second, over HTTP and without a browser on its cores.

Run: SCALE=1m python -m tests.benchmarks.served
"""

from __future__ import annotations

import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from tests.benchmarks.filling import fill_samples
from tests.benchmarks.harness import Bar, hub, report, rows
from tests.benchmarks.review import median, p95, reviewer
from tests.benchmarks.review_browser import running
from tests.reviewing.reviewer import Hands, Reviewer, decision
from tests.reviewing.webserver import WebServer

DECISIONS, PER_SECOND = 600, 4
AHEAD, AT_ONCE = 14, 8
"""Cards in hand below which the page asks for more, and for how many."""
# The review notes, goals 1 and 2.
CLAIM_MS, DECISIONS_MS = 30, 40


def main() -> None:
    """Fill, measure, and print one line."""
    with hub(), tempfile.TemporaryDirectory() as folder:
        fill_samples(rows(), mixed=True)
        figures, bars = measure(Path(folder))
    report("served", {"rows": rows()} | figures, bars)


def measure(folder: Path) -> tuple[dict[str, float], dict[str, Bar]]:
    """Claims, their cards and decisions, each as its own request; the two that the notes set a goal for are bars."""
    took: dict[str, list[float]] = {"next": [], "cards": [], "decisions": []}
    with running(folder / "served.log") as server:
        person, hand = at_the_page(server), list[dict[str, Any]]()
        for _ in range(DECISIONS):
            begin = time.perf_counter()
            if len(hand) < AHEAD:
                asked = {"held": [card["sample"] for card in hand], "count": AT_ONCE}
                claimed = timed(took["next"], person, "next", asked)["claimed"]
                hand += timed(took["cards"], person, "cards", {"claimed": claimed})["cards"]
            told = timed(took["decisions"], person, "decisions", {"items": [decision(hand.pop(0))]})
            assert [one["status"] for one in told["results"]] == ["saved"]
            time.sleep(max(0.0, begin + 1 / PER_SECOND - time.perf_counter()))
    figures = {f"{name}_p50_ms": round(1000 * median(one), 1) for name, one in took.items()}
    ends = {name: round(1000 * p95(one), 1) for name, one in took.items()}
    bars = {
        "claim_p95_ms": Bar(ends["next"], at_most=CLAIM_MS),
        "decisions_p95_ms": Bar(ends["decisions"], at_most=DECISIONS_MS),
    }
    return figures | {"cards_p95_ms": ends["cards"], "claims": len(took["next"])}, bars


def at_the_page(server: WebServer) -> Reviewer:
    """A reviewer who is logged in, at the queue of everything that waits."""
    from django.test import Client

    user, client = reviewer(), Client()
    client.force_login(user)
    session, never = client.cookies["sessionid"].value, threading.Event()
    return Reviewer(server, str(user.uuid), session, "", Hands(1, 300), never, never)


def timed(took: list[float], person: Reviewer, path: str, told: dict[str, Any]) -> dict[str, Any]:
    """The answer; how many seconds it took joins the others."""
    begin = time.perf_counter()
    answer = person.tell(f"/review/{path}/", told)
    took.append(time.perf_counter() - begin)
    return answer


if __name__ == "__main__":
    main()
