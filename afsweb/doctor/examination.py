"""All looks at one machine, one after the other."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from afsweb.doctor.disk import check_disk
from afsweb.doctor.finding import Finding, Level, bad
from afsweb.doctor.folders import check_folders
from afsweb.doctor.gpus import check_gpus, find_gpus
from afsweb.doctor.hub import check_hub
from afsweb.doctor.names import check_names
from afsweb.doctor.postgres import check_postgres
from afsweb.doctor.trainer import CHECK, check_trainers
from afsweb.doctor.valkey import check_valkey

JOIN = "On the hub, start it with `make run`. On another machine, make a token on the Hosts page, then `afs join`."


@dataclass(frozen=True)
class Machine:
    """What is looked at: where the servers are (`database` by libpq's names; empty where none is named), and what this
    machine keeps and takes. `backends`: the interpreters beside trl's, by what their findings are called."""

    name: str
    version: str
    database: Mapping[str, str]
    redis_url: str
    hub_url: str
    token: str
    trainer_python: str
    places: Mapping[str, Path] = field(default_factory=dict)
    shared_folders: Sequence[Path] = ()
    queues: Collection[str] = ()
    living: Collection[str] = ()
    backends: Mapping[str, str] = field(default_factory=dict)


def examine(machine: Machine, *, deep: bool = False) -> list[Finding]:
    """Every finding, in the order in which faults explain each other; `deep` also loads PyTorch."""
    return list(_look(machine, deep))


def _look(machine: Machine, deep: bool) -> Iterator[Finding]:
    if not machine.database:
        yield bad("servers", "No hub is known here.", JOIN)
    else:
        yield from check_names(_hosts(machine))
        yield from check_postgres(machine.database, machine.version)
        yield from check_valkey(machine.redis_url)
    yield from check_hub(machine.hub_url, machine.token)
    yield from check_folders(machine.shared_folders, machine.name, machine.living)
    yield from check_disk(machine.places)
    gpus = find_gpus()
    yield from check_gpus(gpus, machine.queues)
    pythons = {CHECK: machine.trainer_python, **machine.backends}
    yield from check_trainers(pythons, machine.queues, len(gpus), deep=deep)


def _hosts(machine: Machine) -> list[str]:
    urls = (machine.redis_url, machine.hub_url)
    return [machine.database.get("host", ""), *(urlsplit(url).hostname or "" for url in urls)]


def is_well(findings: Sequence[Finding]) -> bool:
    """Whether the machine can do its jobs."""
    return all(finding.level != Level.BAD for finding in findings)
