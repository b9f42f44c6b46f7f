"""The whole of it for as long as a block lasts.

with fleet({"studio": {"gpu": "gpu"}, "attic": {"a": "default,eval", "b": "default,eval"}}) as house:
    house.hub.kill("postgres", signal.SIGQUIT)
    house.hosts["studio"].links.cut(30)
"""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from afsweb.services.processes import free_port
from tests.fleet.hub import Hub
from tests.fleet.links import Links
from tests.fleet.place import Place
from tests.fleet.worker_host import WorkerHost
from tests.servers import roomy_temporary_directory

TWO = {
    "studio": {"gpu": "gpu", "rest": "default,generate,eval"},
    "attic": {"gpu": "gpu", "rest": "default,generate,eval"},
}
FIRST_LINK = 11  # 127.0.0.11 is what the first host has for the hub, 127.0.0.12 the second


class NoOuterAddress(RuntimeError):
    """This machine has no address but loopback, so its servers cannot be opened to other machines."""


@dataclass(frozen=True)
class Fleet:
    """The hub and its worker hosts, by name."""

    hub: Hub
    hosts: Mapping[str, WorkerHost]

    def tails(self) -> str:
        """The ends of all logs, for a failure."""
        return "\n".join(place.tails() for place in (self.hub.place, *(host.place for host in self.hosts.values())))


@contextmanager
def fleet(hosts: Mapping[str, Mapping[str, str]] = TWO, settings: Mapping[str, str] | None = None) -> Iterator[Fleet]:
    """A hub that serves and hosts that joined it, whose workers (name: queues) take jobs. `settings` are for all.

    Raises NoOuterAddress. Give `AFS_JOB_...` to scale the clocks down; without, they are as shipped.
    """
    directory, given = roomy_temporary_directory(), dict(settings or {})
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, directory, ignore_errors=True)
        hub = Hub(hub_place(directory, len(hosts), given))
        stack.callback(hub.stop)
        hub.start()
        joined = {}
        for number, (name, workers) in enumerate(hosts.items()):
            place = Place(name, directory / name, given)
            links = Links(outer_address(), hub.ports(), f"127.0.0.{FIRST_LINK + number}")
            stack.callback(links.close)
            joined[name] = join(hub, WorkerHost(place, links, workers))
            stack.callback(joined[name].stop)
            joined[name].start()
        yield Fleet(hub, joined)


def hub_place(directory: Path, hosts: int, settings: Mapping[str, str]) -> Place:
    """The hub's folders, opened to other machines as docs/hosts.md says."""
    address = outer_address()
    names = ["localhost", "127.0.0.1", address, *(f"127.0.0.{FIRST_LINK + number}" for number in range(hosts))]
    opened = {"BIND": f"{address}:{free_port(address)}", "AFS_ALLOWED_HOSTS": ",".join(names)}
    place = Place("hub", directory / "hub", {**settings, **opened})
    place.make()
    return place


def join(hub: Hub, host: WorkerHost) -> WorkerHost:
    """Invite the machine on the hub, and join there with the token."""
    host.place.make()
    token = hub.place.afs("host", "invite", host.name).split()[-1]
    told = host.place.afs("join", f"http://{host.links.address}:{hub.ports()['web']}", token)
    assert f"as “{host.name}”" in told and "FAULT    postgres" not in told, told
    return host


def outer_address() -> str:
    """An address of this machine that is not loopback. Raises NoOuterAddress."""
    found = [one.address for ones in psutil.net_if_addrs().values() for one in ones if one.family == socket.AF_INET]
    outside = [str(address) for address in found if not address.startswith("127.")]
    if not outside:
        raise NoOuterAddress(NoOuterAddress.__doc__)
    return outside[0]
