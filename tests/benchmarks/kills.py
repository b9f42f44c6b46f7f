"""Forty kills over a hub and two worker hosts: each loss is shown, its job goes on elsewhere, its late writes are none.

Run: python -m tests.benchmarks.kills [KILLS]. In groups of 10: a job's process killed; a worker killed; a host without
power; a host that stands still, and one whose link falls silent. The clocks of jobs are the product's own. Where more
than 40 are asked for, it begins again.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tests.benchmarks.harness import Bar, argument, report
from tests.fleet.fleet import fleet

if TYPE_CHECKING:
    from tests.fleet.kills import Loss

KILLS, WORKERS = 40, 5
SHOWN, ELSEWHERE = 75.0, 120.0  # seconds
ROUNDS = (
    ("child killed", ("studio", "attic")),
    ("worker killed", ("studio",)),
    ("worker killed", ("attic",)),
    ("power lost", ("studio",)),
    ("power lost", ("attic",)),
    ("frozen", ("studio",)),
    ("link silent", ("attic",)),
)


def main() -> None:
    """Lose workers round by round, and print one line."""
    wanted = argument(KILLS)
    workers = {f"w{number}": "default" for number in range(1, WORKERS + 1)}
    with fleet({"studio": workers, "attic": workers}) as house:
        house.hub.become()
        from tests.fleet.kills import Way, lose_workers
        from tests.fleet.onlooker import Onlooker

        onlooker = Onlooker(house.hub)
        losses: list[Loss] = []
        while len(losses) < wanted:
            for way, names in ROUNDS:
                if len(losses) < wanted:
                    losses += lose_workers(house, onlooker, Way(way), names)
                    tell(losses[-len(names) * WORKERS :])
        onlooker.close()
    report("kills", figures(losses), bars(losses, wanted))


def tell(losses: Sequence[Loss]) -> None:
    """One round, for whoever waits."""
    shown, elsewhere = (max(times) for times in seconds(losses))
    print(
        f"# {losses[0].way}, {len(losses)}: shown after {shown:.1f} s, elsewhere after {elsewhere:.1f} s at the latest"
        f"{''.join(f'; WRONG: {wrong}' for loss in losses for wrong in loss.wrong)}",
        file=sys.stderr,
        flush=True,
    )


def seconds(losses: Sequence[Loss]) -> tuple[list[float], list[float]]:
    """After how many seconds each was shown, and ran elsewhere."""
    missing = float("inf")
    shown = [missing if loss.shown_s is None else loss.shown_s for loss in losses]
    return shown, [missing if loss.elsewhere_s is None else loss.elsewhere_s for loss in losses]


def figures(losses: Sequence[Loss]) -> dict[str, float]:
    """The slowest of each way."""
    by_way = defaultdict(list)
    for loss in losses:
        by_way[loss.way].append(loss)
    told: dict[str, float] = {}
    for way, some in by_way.items():
        shown, elsewhere = (round(max(times), 1) for times in seconds(some))
        name = way.value.replace(" ", "_")
        told |= {f"{name}": len(some), f"{name}_shown_s": shown, f"{name}_elsewhere_s": elsewhere}
    return told


def bars(losses: Sequence[Loss], wanted: int) -> dict[str, Bar]:
    shown, elsewhere = (round(max(times), 1) for times in seconds(losses))
    return {
        "kills": Bar(len(losses), at_least=wanted),
        "shown_s": Bar(shown, at_most=SHOWN),
        "elsewhere_s": Bar(elsewhere, at_most=ELSEWHERE),
        "late_writes": Bar(sum(len(loss.wrong) for loss in losses), at_most=0),
    }


if __name__ == "__main__":
    main()
