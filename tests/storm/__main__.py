"""A storm of faults over a hub and two worker hosts, and one line about what is left.

Run: python -m tests.storm N [--seed SEED] [--quick]
"""

from __future__ import annotations

import argparse
import os
import random
import sys

from tests.acceptance.clocks import FAST_CLOCKS
from tests.benchmarks.harness import report
from tests.fleet.fleet import TWO, Fleet, fleet
from tests.storm.plan import CUT, plan

SERVERS = ("DATABASE_URL", "DATABASE_URL_FILE", "REDIS_URL", "REDIS_URL_FILE")
SHORT = 12.0  # seconds that a link stays cut at most where it has to be quick


def main() -> None:
    """Raise the storm that the command line asks for."""
    asked = arguments()
    print(f"# {asked.count} faults, seed {asked.seed}", file=sys.stderr, flush=True)
    faults = plan(asked.count, asked.seed, SHORT if asked.quick else CUT[1])
    with fleet(TWO, FAST_CLOCKS if asked.quick else {}) as house:
        become_the_hub(house)
        from tests.storm.raising import raise_storm

        figures, bars = raise_storm(house, faults, asked.seed)
    for name in (name for name, bar in bars.items() if not bar.holds()):
        print(f"FAILED: {name} is {bars[name].figure}", file=sys.stderr)
    report("storm", figures, bars)


def become_the_hub(house: Fleet) -> None:
    """Let this process be one of the hub's, as `afs` is there; what the person's own shell says has no say in it."""
    foreign = [name for name in os.environ if name.startswith(("AFS_", "DJANGO_")) or name in SERVERS]
    for name in foreign:
        del os.environ[name]
    os.environ.update(house.hub.place.env)
    os.environ.update(house.hub.place.home.environment())
    os.environ["DJANGO_SETTINGS_MODULE"] = "afsweb.settings"
    import django

    django.setup()


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.storm", description=__doc__)
    parser.add_argument("count", type=int, help="how many faults")
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000), help="equal seeds give equal storms")
    parser.add_argument("--quick", action="store_true", help="scaled-down clocks and short cuts, as CI runs it")
    return parser.parse_args()


if __name__ == "__main__":
    main()
