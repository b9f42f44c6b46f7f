"""What each fault does to the fleet, and what puts it right when its time is over. Called from the main thread."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import TypeVar

import psutil
import redis

from tests.fleet.family import signal_all
from tests.fleet.fleet import Fleet
from tests.fleet.place import PATIENCE, NotInTime
from tests.storm import disk, victims
from tests.storm.plan import Fault, Kind

T = TypeVar("T")
LOOK = 0.05  # seconds between two looks at what is to be put right


class Storm:
    """A fleet to which things happen. What is to be put right later waits in `healing` with its time."""

    def __init__(self, fleet: Fleet) -> None:
        self.fleet = fleet
        self.healing: list[tuple[float, Callable[[], object]]] = []
        self.begun = time.monotonic()

    def rage(self, faults: Iterable[Fault]) -> None:
        """One after the other; returns when the last one is over."""
        for fault in faults:
            self.wait(fault.pause)
            told = FAULTS[fault.kind](self, fault)
            at = time.monotonic() - self.begun
            print(f"# {at:6.1f} s  {fault.number:3}  {fault.kind}: {told}", file=sys.stderr, flush=True)
        while self.healing:
            self.wait(LOOK)

    def later(self, seconds: float, heal: Callable[[], object]) -> None:
        """Put something right in so many seconds."""
        self.healing.append((time.monotonic() + seconds, heal))

    def until(self, look: Callable[[], T], what: str) -> T:
        """The first true answer; what is due is put right meanwhile. Raises NotInTime."""
        end = time.monotonic() + PATIENCE
        while not (found := look()):
            if time.monotonic() > end:
                raise NotInTime(f"{what}: not within {PATIENCE:.0f} s\n{self.fleet.tails()}")
            self.wait(LOOK)
        return found

    def one_of(self, look: Callable[[], Sequence[T]], fault: Fault, what: str) -> T:
        """The victim that the fault takes, once there is one."""
        found = self.until(look, what)
        return found[int(fault.pick * len(found))]

    def wait(self, seconds: float) -> None:
        """Let time pass, and put right what is due."""
        until = time.monotonic() + seconds
        while True:
            now = time.monotonic()
            due = [one for one in self.healing if one[0] <= now]
            for one in due:
                self.healing.remove(one)
                one[1]()
            if now >= until:
                return
            time.sleep(LOOK)


def kill_child(storm: Storm, fault: Fault) -> str:
    child = storm.one_of(lambda: victims.job_processes(storm.fleet), fault, "a job's process")
    signal_all([child])
    return f"process {child.pid}"


def kill_parent(storm: Storm, fault: Fault) -> str:
    """The worker alone: its job's process has to notice."""
    worker = storm.one_of(lambda: victims.workers(storm.fleet), fault, "a worker")
    return _end(storm, fault, worker, [worker])


def kill_worker(storm: Storm, fault: Fault) -> str:
    """The worker and all that it started, at once."""
    worker = storm.one_of(lambda: victims.workers(storm.fleet), fault, "a worker")
    return _end(storm, fault, worker, victims.family(worker))


def _end(storm: Storm, fault: Fault, worker: psutil.Process, dying: list[psutil.Process]) -> str:
    holder = victims.holder(storm.fleet, worker.pid)
    signal_all(dying)
    if holder is None:  # its supervisor starts it again
        return f"of the hub, process {worker.pid}"
    host, name = holder
    host.running[name].wait()
    storm.later(fault.seconds, host.start)
    return f"of {host.name}, process {worker.pid}"


def kill_web(storm: Storm, _fault: Fault) -> str:
    return _kill_program(storm, "web")


def kill_supervisor(storm: Storm, fault: Fault) -> str:
    told = _kill_program(storm, "supervisor")
    storm.later(fault.seconds, storm.fleet.hub.start)
    return told


def kill_valkey(storm: Storm, _fault: Fault) -> str:
    return _kill_program(storm, "valkey")


def stop_postgres(storm: Storm, _fault: Fault) -> str:
    return _kill_program(storm, "postgres", signal.SIGQUIT)


def _kill_program(storm: Storm, name: str, number: signal.Signals = signal.SIGKILL) -> str:
    """One that is not there just now is on its way back: nobody hits it before."""
    storm.until(lambda: name in storm.fleet.hub.pids(), f"the hub's {name}")
    return f"process {storm.fleet.hub.kill(name, number)}"


def flush_valkey(storm: Storm, _fault: Fault) -> str:
    storm.until(lambda: _flush(storm.fleet), "Valkey")
    return "every key"


def _flush(fleet: Fleet) -> bool:
    url = fleet.hub.place.home.state().get("REDIS_URL", "")
    with suppress(redis.RedisError, ValueError), redis.Redis.from_url(url) as client:
        return bool(client.flushall())
    return False


def cut_link(storm: Storm, fault: Fault) -> str:
    """Of one host, all links: reset, or silent, as a machine is whose cable is pulled."""
    host = storm.one_of(lambda: victims.reachable(storm.fleet), fault, "a host with whole links")
    is_silent = int(fault.pick * 1000) % 2 == 1
    (host.links.drop if is_silent else host.links.cut)()
    storm.later(fault.seconds, host.links.restore)
    return f"of {host.name}, {'silent' if is_silent else 'reset'}, for {fault.seconds:.0f} s"


def fill_trainer(storm: Storm, fault: Fault) -> str:
    return _fill(storm, fault, storm.one_of(lambda: victims.trainers(storm.fleet), fault, "a training"))


def fill_web(storm: Storm, fault: Fault) -> str:
    return _fill(storm, fault, storm.until(lambda: victims.web(storm.fleet), "the hub's web"))


def fill_exporters(storm: Storm, fault: Fault) -> str:
    return _fill(storm, fault, victims.exporters(storm.fleet))


def _fill(storm: Storm, fault: Fault, processes: list[psutil.Process]) -> str:
    disk.fill(processes)
    storm.later(fault.seconds, lambda: disk.empty(processes))
    return f"of {len(processes)} processes, for {fault.seconds:.0f} s"


FAULTS: dict[Kind, Callable[[Storm, Fault], str]] = {
    Kind.CHILD: kill_child,
    Kind.PARENT: kill_parent,
    Kind.WORKER: kill_worker,
    Kind.WEB: kill_web,
    Kind.SUPERVISOR: kill_supervisor,
    Kind.FLUSHED: flush_valkey,
    Kind.VALKEY: kill_valkey,
    Kind.POSTGRES: stop_postgres,
    Kind.LINK: cut_link,
    Kind.CHECKPOINT: fill_trainer,
    Kind.IMPORT: fill_web,
    Kind.EXPORT: fill_exporters,
}
