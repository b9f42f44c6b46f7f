"""Who there is to be hit: processes of the fleet, in an order that does not depend on their numbers."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

import psutil

from tests.fleet.family import children
from tests.fleet.fleet import Fleet
from tests.fleet.worker_host import WorkerHost

ON_HUB = ("worker-long", "worker-short")
EXPORTERS = "worker-short"  # of the hub's workers, the one that takes what an export is


def workers(fleet: Fleet) -> list[psutil.Process]:
    """Every worker that runs: the hub's, then those of the hosts by their names."""
    hub = fleet.hub.pids()
    pids = [hub[name] for name in ON_HUB if name in hub]
    pids += [pid for _, host in sorted(fleet.hosts.items()) for _, pid in sorted(host.pids().items())]
    return list(_alive(pids))


def job_processes(fleet: Fleet) -> list[psutil.Process]:
    """The process of each job that runs."""
    return [child for worker in workers(fleet) for child in _children(worker) if "afs_job" in _command(child)]


def trainers(fleet: Fleet) -> list[list[psutil.Process]]:
    """Of each worker that has a trainer running: itself, the job's process and the trainer."""
    families = [family(worker) for worker in workers(fleet)]
    return [one for one in families if any("training_app.trainer" in _command(process) for process in one)]


def exporters(fleet: Fleet) -> list[psutil.Process]:
    """All that may write an export."""
    hub = [fleet.hub.pids()[EXPORTERS]] if EXPORTERS in fleet.hub.pids() else []
    pids = [*hub, *(pid for host in fleet.hosts.values() for pid in host.pids().values())]
    return [member for worker in _alive(pids) for member in family(worker)]


def web(fleet: Fleet) -> list[psutil.Process]:
    """The web server's processes."""
    pids = fleet.hub.pids()
    return [member for one in _alive([pids["web"]] if "web" in pids else []) for member in family(one)]


def reachable(fleet: Fleet) -> list[WorkerHost]:
    """The hosts whose links are whole."""
    hosts = [host for _, host in sorted(fleet.hosts.items())]
    return [host for host in hosts if not any(link.is_cut or link.is_silent for link in host.links.all.values())]


def family(process: psutil.Process) -> list[psutil.Process]:
    """A process with all that it started."""
    return [process, *children(process.pid)]


def holder(fleet: Fleet, pid: int) -> tuple[WorkerHost, str] | None:
    """The host whose worker it is, with that worker's name; None for one of the hub's."""
    named = ((host, name, one) for host in fleet.hosts.values() for name, one in host.pids().items())
    return next(((host, name) for host, name, one in named if one == pid), None)


def _alive(pids: Sequence[int]) -> Sequence[psutil.Process]:
    found = []
    for pid in pids:
        with suppress(psutil.NoSuchProcess):
            found.append(psutil.Process(pid))
    return found


def _children(process: psutil.Process) -> list[psutil.Process]:
    with suppress(psutil.NoSuchProcess):
        return list(process.children())
    return []


def _command(process: psutil.Process) -> list[str]:
    with suppress(psutil.Error):
        return list(process.cmdline())
    return []
