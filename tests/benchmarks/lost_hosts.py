"""Machines lost in training: shown, gone on with elsewhere from the checkpoint that was sent, never by two at once.

Run: python -m tests.benchmarks.lost_hosts [REAL [SCALED]]. REAL faults with the product's own clocks and the real
trainer on a tiny base; SCALED ones with the clocks scaled down and the trainer's double, three trainings at a time.
"""

from __future__ import annotations

import sys
import tempfile
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING

from tests.acceptance.clocks import FAST_CLOCKS
from tests.benchmarks.harness import Bar, report
from tests.fleet.fleet import Fleet, fleet

if TYPE_CHECKING:
    from tests.fleet.losing import Curve, Lost

REAL, SCALED, WORKERS = 20, 180, 3
SHOWN, ELSEWHERE = 75.0, 150.0  # seconds
ROUNDS = (("power lost", "studio"), ("link silent", "attic"), ("frozen", "studio"), ("power lost", "attic"))


def main() -> None:
    """Lose machines round by round, and print one line."""
    real, scaled = numbers()
    of_real = lose_real(real) if real else []
    of_scaled = lose_scaled(scaled) if scaled else []
    bars = {
        "faults": Bar(len(of_real) + len(of_scaled), at_least=real + scaled),
        "wrong": Bar(sum(len(one.wrong) for one in (*of_real, *of_scaled)), at_most=0),
    }
    if of_real:
        bars["shown_s"] = Bar(slowest(of_real, "shown_s"), at_most=SHOWN)
        bars["elsewhere_s"] = Bar(slowest(of_real, "elsewhere_s"), at_most=ELSEWHERE)
    figures: dict[str, float] = {"real": len(of_real), "scaled": len(of_scaled)}
    if of_scaled:
        figures |= {f"scaled_{name}": slowest(of_scaled, name) for name in ("shown_s", "elsewhere_s")}
    report("lost_hosts", figures, bars)


def numbers() -> tuple[int, int]:
    """How many faults of each kind the command line asks for."""
    told = [*sys.argv[1:3]]
    if not all(text.isdecimal() for text in told):
        sys.exit("Give numbers of faults: the real, then the scaled ones.")
    real, scaled = (int(text) for text in (told + [str(REAL), str(SCALED)][len(told) :]))
    return real, scaled


def slowest(lost: list[Lost], name: str) -> float:
    return round(max(float(getattr(one, name)) for one in lost), 1)


def lose_real(wanted: int) -> list[Lost]:
    """One training at a time; its curve must be that of one that nobody disturbed."""
    with fleet({"studio": {"gpu": "gpu"}, "attic": {"gpu": "gpu"}}) as house:
        house.hub.become()
        from tests.fleet import probe, trainings
        from tests.fleet.losing import REAL_SAVE_EVERY, REAL_STEPS
        from tests.fleet.place import wait_for

        house.hub.call(trainings.prepare, None)
        house.hub.call(probe.let_work, "attic")
        run = house.hub.call(trainings.launch, "undisturbed", REAL_STEPS, REAL_SAVE_EVERY)
        ended = lambda: house.hub.call(trainings.look, [run])[run].state == "succeeded"  # noqa: E731
        wait_for(ended, "the undisturbed training", 600, house.tails)
        expected = house.hub.call(trainings.curve, run)
        return lose(house, wanted, expected)


def lose_scaled(wanted: int) -> list[Lost]:
    """Several trainings of the double at a time."""
    from tests import trainer_double

    program = trainer_double.install(Path(tempfile.mkdtemp()))
    workers = {f"w{number}": "gpu" for number in range(1, WORKERS + 1)}
    settings = {**FAST_CLOCKS, "AFS_TRAINER_PYTHON": str(program)}
    with fleet({"studio": workers, "attic": workers}, settings) as house:
        house.hub.become()
        from tests.fleet import losing, trainings

        house.hub.call(trainings.prepare, {"step_seconds": losing.STEP_SECONDS})
        house.hub.call(trainings.give_slots, WORKERS)
        lost = lose(house, wanted, losing.curve_of_the_double())
        for one in lost:
            if losing.worked_twice(program, one):
                one.wrong.append("two trainers worked at it in turns")
    return lost


def lose(house: Fleet, wanted: int, expected: Curve) -> list[Lost]:
    from tests.fleet.kills import Way
    from tests.fleet.losing import lose_a_host
    from tests.fleet.onlooker import Onlooker

    onlooker = Onlooker(house.hub)
    lost: list[Lost] = []
    for way, name in cycle(ROUNDS):
        if len(lost) >= wanted:
            break
        new = lose_a_host(house, onlooker, Way(way), name, expected)
        lost += new
        tell(new)
    onlooker.close()
    return lost


def tell(lost: list[Lost]) -> None:
    """One round, for whoever waits."""
    wrong = "".join(f"; WRONG: {text}" for one in lost for text in one.wrong)
    shown, elsewhere = slowest(lost, "shown_s"), slowest(lost, "elsewhere_s")
    print(
        f"# {lost[0].way}, {len(lost)}: shown after {shown} s, elsewhere after {elsewhere} s at the latest{wrong}",
        file=sys.stderr,
        flush=True,
    )


if __name__ == "__main__":
    main()
