"""Workers lost in several ways while they work: when a person sees it, when another has the job, what came late.

One round loses some workers at once, and is over when their jobs have moved on, the lost have come back, and all that
they still wanted to write had its chance.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import psutil

from tests.fleet import probe
from tests.fleet.fleet import Fleet
from tests.fleet.onlooker import Onlooker
from tests.fleet.place import wait_for
from tests.fleet.worker_host import WorkerHost

STEPS, PAUSE = 100_000, 0.1  # more than any round lasts
MOVED = 3  # steps that the next attempt makes before its job counts as running
LOOK = 1.0  # seconds between two looks at the Hosts page
TRIES = 200  # to meet a job in a transaction, where it is for some hundredths of its time
PATIENCE = 300.0  # seconds; what takes longer than the bars is measured too


class Way(StrEnum):
    """How a worker is lost."""

    CHILD = "child killed"
    WORKER = "worker killed"
    POWER = "power lost"
    FREEZE = "frozen"
    SILENCE = "link silent"
    CUT = "link cut"


@dataclass
class Loss:
    """One job whose worker was lost, and what was seen: seconds after the loss, and what was wrong."""

    way: Way
    host: WorkerHost
    label: str
    job: str
    before: probe.Standing
    family: list[psutil.Process]
    shown_s: float | None = None
    elsewhere_s: float | None = None
    wrong: list[str] = field(default_factory=list)


def lose_workers(house: Fleet, onlooker: Onlooker, way: Way, names: Sequence[str]) -> list[Loss]:
    """Give every worker of the hosts `names` a job, lose them all at once in this `way`, and see what comes of it."""
    losses, hosts = begin(house, way, names), [house.hosts[name] for name in names]
    jobs = [loss.job for loss in losses]
    try:
        strike(way, hosts, lambda: house.hub.call(probe.is_held, jobs))
        at = time.monotonic()
        house.hub.call(probe.let_work, *house.hub.call(probe.hosts))
        follow(house, onlooker, losses, at)
    finally:
        recover(hosts)
    look_for_late_writes(house, losses)
    return losses


def begin(house: Fleet, way: Way, names: Sequence[str]) -> list[Loss]:
    """A job for each worker of these hosts; returns once each has made some steps."""
    house.hub.call(probe.let_work, *names)
    workers = [(host, label) for host in (house.hosts[name] for name in names) for label in host.workers]
    jobs = house.hub.call(probe.make_jobs, len(workers), STEPS, PAUSE)
    wait_for(
        lambda: all(one.done >= MOVED for one in house.hub.call(probe.look_at, jobs).values()),
        "the jobs' first steps",
        told=house.tails,
    )
    standings = house.hub.call(probe.look_at, jobs)
    losses = []
    for host, label in workers:
        job = next(job for job, one in standings.items() if one.worker.startswith(f"{host.name}-{label}-"))
        family = [psutil.Process(host.pids()[label]), *host.children(label)]
        losses.append(Loss(way, host, label, job, standings[job], family))
    return losses


def strike(way: Way, hosts: Sequence[WorkerHost], is_held: Callable[[], bool]) -> None:
    """Lose all workers of these hosts now."""
    for host in hosts:
        if way in (Way.CHILD, Way.WORKER):
            for label in host.workers:
                (host.kill_child if way == Way.CHILD else host.kill_worker)(label)
        elif way == Way.FREEZE:
            freeze_in_a_transaction(host, is_held)
        else:
            act: dict[Way, Callable[[], None]] = {
                Way.POWER: host.lose_power,
                Way.SILENCE: host.links.drop,
                Way.CUT: host.links.cut,
            }
            act[way]()


def freeze_in_a_transaction(host: WorkerHost, is_held: Callable[[], bool]) -> None:
    """Have it stand still at the worst moment: a job's row is locked by who will not let go of it."""
    for _ in range(TRIES):
        host.freeze()
        if is_held():
            return
        host.thaw()
        time.sleep(random.random() * 2 * PAUSE)
    raise AssertionError(f"{host.name} was never met in a transaction")


def follow(house: Fleet, onlooker: Onlooker, losses: Sequence[Loss], at: float) -> None:
    """Note when each loss is seen on its page, and when its job makes steps elsewhere. Raises NotInTime."""

    def look() -> bool:
        standings = house.hub.call(probe.look_at, [loss.job for loss in losses])
        for loss in losses:
            now = time.monotonic() - at
            if loss.elsewhere_s is None and has_moved(loss, standings[loss.job]):
                loss.elsewhere_s = now
            if loss.shown_s is None and is_shown(onlooker, loss):
                loss.shown_s = now
        time.sleep(LOOK)
        return all(loss.shown_s is not None and loss.elsewhere_s is not None for loss in losses)

    wait_for(look, "every loss to be seen and made good", PATIENCE, house.tails)


def has_moved(loss: Loss, now: probe.Standing) -> bool:
    """Whether another process works at the job: of a worker that lost only its child it may be the same worker's."""
    is_another = loss.way == Way.CHILD or now.worker != loss.before.worker
    return is_another and now.attempt > loss.before.attempt and now.state == "leased" and now.done > loss.before.done


def is_shown(onlooker: Onlooker, loss: Loss) -> bool:
    """A worker that lives has lost a child: its job's page says so. All others are lost on the Hosts page."""
    if loss.way == Way.CHILD:
        return onlooker.sees_loss(loss.job, loss.before.attempt)
    return onlooker.sees_lost(loss.host.name, loss.label)


def recover(hosts: Sequence[WorkerHost]) -> None:
    """What was lost comes back: power, the link, whoever stood still."""
    for host in hosts:
        host.thaw()
        host.links.restore()
        host.start()


def look_for_late_writes(house: Fleet, losses: Sequence[Loss]) -> None:
    """Have what was lost end, have the jobs go on a little, stop them; note what is not as it should be."""
    jobs = [loss.job for loss in losses]
    gone = lambda: not any(is_left(loss) for loss in losses)  # noqa: E731  a name for a condition
    wait_for(gone, "the end of the children that were lost", told=house.tails)
    held = house.hub.call(probe.look_at, jobs)
    wait_for(
        lambda: all(one.done >= held[job].done + MOVED for job, one in house.hub.call(probe.look_at, jobs).items()),
        "steps of those who took over",
        told=house.tails,
    )
    after = house.hub.call(probe.look_at, jobs)
    house.hub.call(probe.stop, jobs)
    wait_for(
        lambda: all(one.state == "cancelled" for one in house.hub.call(probe.look_at, jobs).values()),
        "the jobs' end",
        told=house.tails,
    )
    for loss in losses:
        if (after[loss.job].worker, after[loss.job].attempt) != (held[loss.job].worker, held[loss.job].attempt):
            loss.wrong.append("it changed hands again")
        steps, done = house.hub.call(probe.steps_of, loss.job), house.hub.call(probe.look, loss.job).done
        if steps != list(range(1, done + 1)):
            loss.wrong.append(f"its {done} steps left {len(steps)} lines, of which {len(set(steps))} differ")


def is_left(loss: Loss) -> bool:
    """Whether the lost child lives still. The worker itself, where it was not killed, works on."""
    return any(child.is_running() and child.status() != psutil.STATUS_ZOMBIE for child in loss.family[1:])
