"""Machines lost in training: when a person sees it, when another goes on, and whether the curve is the undisturbed one.

One round loses one machine with all its trainings, and is over when they have ended elsewhere and the lost is back.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests import trainer_double
from tests.fleet import probe, trainings
from tests.fleet.fleet import Fleet
from tests.fleet.kills import Way, recover, strike
from tests.fleet.onlooker import Onlooker
from tests.fleet.place import wait_for

# Long enough that none ends before it is lost.
STEPS, SAVE_EVERY = 60, 5
STEP_SECONDS = 0.3  # of the double
REAL_STEPS, REAL_SAVE_EVERY = 400, 20
LOOK = 0.5  # seconds between two looks
PATIENCE = 400.0
Curve = list[tuple[int, float | None]]


@dataclass
class Lost:
    """One training whose machine was lost: seconds after the loss, and what was wrong."""

    way: Way
    host: str
    run: str
    sent: int
    shown_s: float | None = None
    elsewhere_s: float | None = None
    wrong: list[str] = field(default_factory=list)


def lose_a_host(house: Fleet, onlooker: Onlooker, way: Way, name: str, expected: Curve) -> list[Lost]:
    """Have every worker of the host `name` train, lose it in this `way`, and see what comes of the trainings."""
    lost = begin(house, way, name, len(expected))
    try:
        strike(way, [house.hosts[name]], lambda: True)
        at = time.monotonic()
        house.hub.call(probe.let_work, *house.hub.call(probe.hosts))
        follow(house, onlooker, lost, at)
    finally:
        recover([house.hosts[name]])
    check(house, lost, expected)
    return lost


def begin(house: Fleet, way: Way, name: str, steps: int) -> list[Lost]:
    """A training for each worker of the host; returns once each has sent a checkpoint and made steps after it."""
    house.hub.call(probe.let_work, name)
    count, every = len(house.hosts[name].workers), SAVE_EVERY if steps == STEPS else REAL_SAVE_EVERY
    runs = [house.hub.call(trainings.launch, f"fault-{number}", steps, every) for number in range(count)]

    def are_on_their_way() -> bool:
        standings = house.hub.call(trainings.look, runs).values()
        assert all(one.state in ("queued", "running") for one in standings), "they ended before they were lost"
        return all(one.sent and one.step > one.sent for one in standings)

    wait_for(are_on_their_way, "a checkpoint of each training on the hub", told=house.tails)
    standings = house.hub.call(trainings.look, runs)
    return [Lost(way, name, run, one.sent or 0) for run, one in standings.items()]


def follow(house: Fleet, onlooker: Onlooker, lost: Sequence[Lost], at: float) -> None:
    """Note when the loss is seen on the Hosts page, and when each training goes on elsewhere. Raises NotInTime."""

    def look() -> bool:
        standings = house.hub.call(trainings.look, [one.run for one in lost])
        shown = any(onlooker.sees_lost(lost[0].host, label) for label in house.hosts[lost[0].host].workers)
        for one in lost:
            now, standing = time.monotonic() - at, standings[one.run]
            if one.shown_s is None and shown:
                one.shown_s = now
            if one.elsewhere_s is None and has_moved(one, standing):
                one.elsewhere_s = now
        time.sleep(LOOK)
        return all(one.shown_s is not None and one.elsewhere_s is not None for one in lost)

    wait_for(look, "every loss to be seen and made good", PATIENCE, house.tails)


def has_moved(one: Lost, now: trainings.Standing) -> bool:
    """Whether another machine has made a step after the checkpoint that was sent."""
    return now.attempt > 1 and now.host not in (one.host, "") and now.step > one.sent and now.state != "queued"


def check(house: Fleet, lost: Sequence[Lost], expected: Curve) -> None:
    """Wait for the trainings' ends; note what is not as it should be."""
    runs = [one.run for one in lost]
    ended = lambda: all(one.state in ("succeeded", "failed") for one in house.hub.call(trainings.look, runs).values())  # noqa: E731
    wait_for(ended, "the trainings' ends", PATIENCE, house.tails)
    standings = house.hub.call(trainings.look, runs)
    for one in lost:
        end = standings[one.run]
        if (end.state, end.attempt) != ("succeeded", 2):
            one.wrong.append(f"{end.state} in attempt {end.attempt}: {end.error}")
        if house.hub.call(trainings.curve, one.run) != expected:
            one.wrong.append("its curve is not that of an undisturbed training")


def worked_twice(program: Path, one: Lost) -> bool:
    """Whether two trainers of the double made steps of it in turns.

    One that stood still may make another step when it wakes, which nobody keeps.
    """
    return one.way != Way.FREEZE and trainer_double.worked_at_once(program, one.run)


def curve_of_the_double() -> Curve:
    """What no loss may change."""
    return list(enumerate(trainer_double.undisturbed(STEPS, 1), start=1))
