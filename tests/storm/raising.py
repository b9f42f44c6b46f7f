"""The whole of one storm over a fleet that serves: its ground, its load, its faults, and what is left."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Sequence

from afsweb.core.models import Job
from tests.benchmarks.harness import Bar
from tests.evals.completions_server import serve_completions
from tests.fleet.fleet import Fleet
from tests.storm.checks import check_all
from tests.storm.faults import Storm
from tests.storm.ground import lay_ground
from tests.storm.halves import half_files
from tests.storm.load import Load
from tests.storm.patience import patiently
from tests.storm.plan import Fault
from tests.storm.settling import BAR, failures, let_all_end, unexpected, wait_until_quiet
from tests.storm.victims import trainers

DELAY = 0.25  # seconds that an answer to an evaluation takes
NEVER = 1e9  # seconds: said of what did not happen
LOST = ("decisions", "rows", "steps", "answers", "exported")
DOUBLED = ("decisions", "rows", "trainings", "exported")
Result = tuple[dict[str, float], dict[str, Bar]]


def raise_storm(house: Fleet, faults: Sequence[Fault], seed: int) -> Result:
    """The figures of the storm, and their bars."""
    url = house.hub.url
    with serve_completions(delay=DELAY) as server:
        load = Load(lay_ground(server), lambda: url, sorted(house.hosts), seed)
        storm = Storm(house)
        load.begin()
        storm.until(lambda: load.goes_on() and trainers(house), "the load")
        storm.rage(faults)
        ended = time.monotonic()
        load.over.set()
        quiet = wait_until_quiet()
        load.end()
        has_ended = let_all_end(load.taken)
        seconds = time.monotonic() - ended
        found = patiently(lambda: check_all(load.taken, server))
    homes = [house.hub.place.home.root, *(host.place.home.root for host in house.hosts.values())]
    halves = patiently(lambda: half_files(homes))
    load.broken += [] if has_ended else ["some job never ended"]
    for line in (*load.broken, *halves, *patiently(failures), *patiently(unexpected)):
        print(line, file=sys.stderr)
    kinds = {f"faults: {kind}": count for kind, count in sorted(Counter(fault.kind.value for fault in faults).items())}
    acknowledged = found["decisions"] + found["rows"] + found["steps"] + found["answers"]
    figures: dict[str, float] = {
        "seed": seed,
        **kinds,
        "acknowledged": acknowledged,
        "jobs": patiently(Job.objects.count),
    }
    figures |= {**load.taken.counts, **found, "seconds_to_the_end": round(seconds, 1)}
    return figures, bars(found, NEVER if quiet is None else quiet, len(halves), len(load.broken))


def bars(found: dict[str, int], quiet: float, halves: int, broken: int) -> dict[str, Bar]:
    """What must hold."""
    ended = found["trainings_not_ended"] + found["evaluations_not_ended"]
    return {
        "lost": Bar(sum(found[f"{name}_lost"] for name in LOST) + found["answers_wrong"], at_most=0),
        "doubled": Bar(sum(found[f"{name}_doubled"] for name in DOUBLED), at_most=0),
        "half_files": Bar(halves, at_most=0),
        "seconds_until_quiet": Bar(round(quiet, 1), at_most=BAR),
        "not_ended": Bar(ended, at_most=0),
        "curves": Bar(found["curves"], at_most=1),
        "load_broken": Bar(broken, at_most=0),
    }
