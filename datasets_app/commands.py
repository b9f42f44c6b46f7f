"""`afs import`, `afs snapshot`, `afs export`, `afs rescore`, `afs gate`: data from the command line."""

from __future__ import annotations

import argparse
import contextlib
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import BinaryIO, TypeVar
from uuid import UUID

from django.db.models import Q

from afsweb.core.models import EventSource, Job, JobState
from datasets_app.errors import DatasetError
from datasets_app.exchange.exporting import Form, export
from datasets_app.exchange.snapshots import Plan, Selection, start_snapshot
from datasets_app.exchange.sources import Wish, start_import
from datasets_app.exchange.uploads import blocks_of, save_upload
from datasets_app.models import Domain, ImportReject, Snapshot, Source, SourceState, Split
from datasets_app.quality.examine import examine
from datasets_app.quality.gate import let_gate_decide

POLL = 0.5  # seconds
PATIENCE = 15.0  # seconds after which a waiting job deserves a word
T = TypeVar("T")
Command = Callable[[argparse.Namespace], int]


def add_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register this app's sub-commands."""
    _add_import(subparsers)
    _add_snapshot(subparsers)
    _add_export(subparsers)
    rescore = subparsers.add_parser("rescore", help="examine all samples of a domain anew under the current gate")
    rescore.add_argument("domain", help="such as asm65816")
    rescore.set_defaults(run=lambda arguments: _run(rescore_command, arguments))
    gate = subparsers.add_parser("gate", help="let the gate decide what is open in a source")
    gate.add_argument("source", help="its name or its id in the address of its page")
    gate.add_argument("--reject", action="store_true", help="reject what fails instead of leaving it to people")
    gate.set_defaults(run=lambda arguments: _run(gate_command, arguments))


def _add_import(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser("import", help="import a JSONL file")
    parser.add_argument("file", type=Path)
    parser.add_argument("--domain", required=True, help="such as asm65816")
    parser.add_argument("--name", help="what to call it; the file's name unless given")
    parser.add_argument("--licence", default="")
    parser.add_argument("--keep-good", action="store_true", help="import the good lines even if others are rejected")
    parser.set_defaults(run=lambda arguments: _run(import_command, arguments))


def _add_snapshot(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser("snapshot", help="build a snapshot of the accepted samples of a domain")
    parser.add_argument("name")
    parser.add_argument("--domain", required=True, help="such as asm65816")
    parser.add_argument("--golden", action="store_true", help="golden samples only")
    parser.add_argument("--source", action="append", default=[], help="from this source only; may be given again")
    parser.add_argument("--validation", type=float, default=0.05, help="share of the validation split, 0 to 0.5")
    parser.add_argument("--seed", type=int, default=0)
    parser.set_defaults(run=lambda arguments: _run(snapshot_command, arguments))


def _add_export(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser("export", help="write a snapshot as JSONL")
    parser.add_argument("snapshot", help="its name or its id in the address of its page")
    parser.add_argument("--form", choices=Form.values, default=Form.CHAT.value)
    parser.add_argument("--split", choices=Split.values)
    parser.add_argument("--output", type=Path, help="the file to write; standard output unless given")
    parser.set_defaults(run=lambda arguments: _run(export_command, arguments))


def import_command(arguments: argparse.Namespace) -> int:
    """Upload a file, wait for its import, and say which lines stand in the way."""
    if not arguments.file.is_file():
        raise SystemExit(f"afs: {arguments.file} is not a file: check the path.")
    wish = Wish(
        find_domain(arguments.domain),
        (arguments.name or arguments.file.name)[:200],
        arguments.licence[:100],
        keep_good_lines=arguments.keep_good,
    )
    source = start_import(wish, save_upload(blocks_of(arguments.file)), by=None, via=EventSource.CLI)
    ended_well = follow(source.job)
    source.refresh_from_db()
    print(
        f"{source.name}: {source.imported:,} imported, {source.rejected:,} lines rejected  {source.get_absolute_url()}"
    )
    for reject in ImportReject.objects.filter(source=source)[:20]:
        print(f"  line {reject.line}: {reject.message}")
    if source.state == SourceState.FAILED:
        print("nothing was imported; --keep-good imports the good lines", file=sys.stderr)
    return 0 if ended_well and source.state == SourceState.ACTIVE else 1


def snapshot_command(arguments: argparse.Namespace) -> int:
    """Build a snapshot and wait for it."""
    if not 0 <= arguments.validation <= 0.5:
        raise SystemExit(f"afs: --validation is {arguments.validation}; give a share from 0 to 0.5.")
    domain = find_domain(arguments.domain)
    selection = Selection(arguments.golden, tuple(find_source(name).pk for name in arguments.source))
    plan = Plan(arguments.name[:200], domain, selection, arguments.validation, arguments.seed)
    snapshot = start_snapshot(plan, by=None, via=EventSource.CLI)
    ended_well = follow(snapshot.job)
    snapshot.refresh_from_db()
    if ended_well:
        print(f"{snapshot.name}: {snapshot.train_count:,} to train, {snapshot.validation_count:,} to validate")
        print(f"sha256 {snapshot.sha256}  {snapshot.get_absolute_url()}")
    return 0 if ended_well else 1


def export_command(arguments: argparse.Namespace) -> int:
    """Write the lines of a snapshot."""
    lines = export(
        find_snapshot(arguments.snapshot), Form(arguments.form), Split(arguments.split) if arguments.split else None
    )
    if arguments.output is None:
        write(lines, sys.stdout.buffer)
        return 0
    with arguments.output.open("wb") as file:
        print(f"{write(lines, file):,} lines written to {arguments.output}")
    return 0


def rescore_command(arguments: argparse.Namespace) -> int:
    """Enqueue an examination of every source of a domain."""
    sources = Source.objects.filter(domain=find_domain(arguments.domain), state=SourceState.ACTIVE).order_by("pk")
    for source in sources:
        print(f"{source.name}: {examine(source, None, again=True).get_absolute_url()}")
    if not sources:
        print("there is no source to examine")
    return 0


def gate_command(arguments: argparse.Namespace) -> int:
    """Let the gate decide, and wait for it."""
    job = let_gate_decide(find_source(arguments.source), by=None, reject=arguments.reject)
    ended_well = follow(job)
    if ended_well:
        print(f"{job.result['accepted']:,} accepted, {job.result['rejected']:,} rejected by gate {job.result['gate']}")
    return 0 if ended_well else 1


def follow(job: Job | None) -> bool:
    """Wait until a job has ended; whether it ended well. Ctrl-C leaves the job running."""
    assert job is not None
    begin, hinted = time.monotonic(), False
    while not job.is_final:
        if job.state == JobState.QUEUED and not hinted and time.monotonic() - begin > PATIENCE:
            print(f"{job.title} waits for a worker; `afs up` starts one", file=sys.stderr)
            hinted = True
        time.sleep(POLL)
        job.refresh_from_db()
    if job.state != JobState.SUCCEEDED:
        print(f"afs: {job.error or job.title + ' was stopped.'}  {job.get_absolute_url()}", file=sys.stderr)
    return job.state == JobState.SUCCEEDED


def write(lines: Iterable[bytes], file: BinaryIO) -> int:
    """Write lines and return how many."""
    count = 0
    for line in lines:
        file.write(line)
        count += 1
    return count


def find_domain(slug: str) -> Domain:
    domain = Domain.objects.filter(slug=slug).first()
    if domain is None:
        known = ", ".join(Domain.objects.values_list("slug", flat=True))
        raise SystemExit(f"afs: there is no domain “{slug}”; there are {known}.")
    return domain


def find_source(name: str) -> Source:
    return _only(Source.objects.filter(_named(name)).exclude(state=SourceState.UNDONE)[:2], "source", name)


def find_snapshot(name: str) -> Snapshot:
    return _only(Snapshot.objects.filter(_named(name))[:2], "snapshot", name)


def _named(name: str) -> Q:
    with contextlib.suppress(ValueError):
        return Q(uuid=UUID(name))
    return Q(name=name)


def _only(rows: Iterable[T], what: str, name: str) -> T:
    found = list(rows)
    if len(found) != 1:
        how = "several: give the id in the address of its page" if found else "none: check the name"
        raise SystemExit(f"afs: of a {what} “{name}” there is {how}.")
    return found[0]


def _run(command: Command, arguments: argparse.Namespace) -> int:
    try:
        return command(arguments)
    except DatasetError as error:
        raise SystemExit(f"afs: {error}") from None
