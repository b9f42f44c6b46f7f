"""How fast a snapshot is built and written out again, in how much memory, beside a bare copy of the same texts.

Run: SCALE=1m python -m tests.benchmarks.snapshot
"""

from __future__ import annotations

import hashlib
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from tests.benchmarks.filling import fill_samples
from tests.benchmarks.harness import Bar, hub, report, rows
from tests.benchmarks.memory import Peak

# A million within 120 s; fewer are held to the same pace.
ROWS_PER_SECOND = 1_000_000 / 120
MEGABYTES = 1_000
EDITED = 20  # one sample in so many is edited between two snapshots
PAGES = 30
PAGE_MS = 100
DIFF_MS = 2_000

EDIT = """
WITH edited AS (
    INSERT INTO datasets_sampleversion (uuid, created_at, sample_id, number, system, instruction, input, output, sha256,
        normal_sha256)
    SELECT gen_random_uuid(), now(), sample.id, version.number + 1, '', instruction, '', output || ' Edited.',
        md5('edit' || sample.id) || md5('of' || sample.id), md5('edit' || sample.id) || md5('normal' || sample.id)
    FROM datasets_sample AS sample JOIN datasets_sampleversion AS version ON version.id = current_id
    WHERE sample.id %% %(every)s = 0 AND state = 'accepted' AND NOT is_golden
    RETURNING id, sample_id)
UPDATE datasets_sample SET current_id = edited.id FROM edited WHERE sample_id = datasets_sample.id"""


def main() -> None:
    """Fill, measure, and print one line."""
    with hub(), tempfile.TemporaryDirectory() as folder:
        fill_samples(rows())
        figures, bars = measure(Path(folder))
    report("snapshot", figures, bars)


def measure(folder: Path) -> tuple[dict[str, float], dict[str, Bar]]:
    """Build a snapshot of all that is pending or accepted, write it out, edit some samples, build another."""
    aim_at(folder)
    accept_all()
    bare = timed(lambda: copy_bare(folder / "bare"))
    with Peak() as peak:
        took = timed(lambda: build("first"))
    again, same = export_again("first")
    client = log_in()
    look_up_runs(client, 0)
    pages = [1000 * timed(partial(look_up_runs, client, number)) for number in range(PAGES)]
    edited = edit_some()
    build("second")
    diff = diff_ms(edited)
    count = accepted()
    figures = {
        "rows": rows(),
        "samples": count,
        "build_s": round(took, 1),
        "control_s": round(bare, 1),
        "build_to_control": round(took / bare, 2),
        "export_s": round(again, 1),
        "memory_before_mb": round(peak.before),
        "runs_of_a_sample_p50_ms": round(median(pages), 1),
    }
    bars = {
        "rows_per_s": Bar(round(count / took), at_least=round(ROWS_PER_SECOND)),
        "memory_grew_mb": Bar(round(peak.grew), at_most=MEGABYTES),
        "export_is_the_same": Bar(same, at_least=1),
        "runs_of_a_sample_p95_ms": Bar(round(quantiles(pages, n=20)[-1], 1), at_most=PAGE_MS),
        **{f"diff_{name}_ms": Bar(round(took), at_most=DIFF_MS) for name, took in diff.items()},
    }
    return figures, bars


def aim_at(folder: Path) -> None:
    from django.conf import settings

    settings.ARTIFACT_DIR, settings.WORK_DIR = folder / "artifacts", folder / "work"


def accept_all() -> None:
    """A snapshot takes accepted samples."""
    run("UPDATE datasets_sample SET state = 'accepted', decided_by = 'gate' WHERE state = 'pending'")
    run("VACUUM ANALYZE")


def accepted() -> int:
    from datasets_app.models import Sample, SampleState

    return Sample.objects.filter(state=SampleState.ACCEPTED).count()


def run(statement: str, facts: dict[str, Any] | None = None) -> int:
    """Run it; returns how many rows it touched."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, facts)
        return int(cursor.rowcount)


def copy_bare(path: Path) -> None:
    """The control: the same texts as the database gives them, in the order of content, written and hashed."""
    from django.db import connection

    digest = hashlib.sha256()
    ordered = """COPY (SELECT instruction, output FROM datasets_sample AS sample
        JOIN datasets_sampleversion AS version ON version.id = current_id WHERE state = 'accepted'
        ORDER BY sha256 COLLATE "C") TO STDOUT"""
    with connection.cursor() as cursor, cursor.copy(ordered) as copy, path.open("wb") as file:
        for block in copy:
            file.write(block)
            digest.update(block)
    path.unlink()


def build(name: str) -> None:
    """A snapshot of everything, through its own job."""
    from datasets_app.snapshots.building import Plan, start_snapshot
    from datasets_app.snapshots.choosing import Selection
    from tests.rows import run_job

    snapshot = start_snapshot(Plan(name, Selection()), by=None)
    assert snapshot.job is not None
    run_job(snapshot.job)
    snapshot.refresh_from_db()
    if snapshot.count != accepted():
        sys.exit(f"{snapshot.count} samples are in it: {snapshot.error}")


def export_again(name: str) -> tuple[float, float]:
    """Seconds that writing it out again takes, and 1 when the bytes are those of its files."""
    from afsweb.core.artifacts import artifact_path
    from datasets_app.exchange.exporting import export
    from datasets_app.exchange.formats.chat import CHAT
    from datasets_app.models import Snapshot

    snapshot, digest = Snapshot.objects.get(name=name), hashlib.sha256()
    started = time.perf_counter()
    for line in export(snapshot, CHAT):
        digest.update(line)
    took, kept = time.perf_counter() - started, hashlib.sha256()
    assert snapshot.artifact is not None
    for split in ("train", "validation"):
        with (artifact_path(snapshot.artifact) / f"{split}.jsonl").open("rb") as file:
            while block := file.read(1 << 20):
                kept.update(block)
    return took, float(kept.digest() == digest.digest())


def log_in() -> Any:
    """A client of the pages, logged in."""
    from django.conf import settings
    from django.test import Client

    from afsweb.core.models import Role, User

    settings.ALLOWED_HOSTS = ["testserver"]
    client = Client()
    client.force_login(User.objects.create(username="viewer", role=Role.VIEWER))
    return client


def look_up_runs(client: Any, number: int) -> None:
    """The fragment that says which runs used a sample."""
    from datasets_app.models import Sample

    first = Sample.objects.order_by("pk").values_list("pk", flat=True)[0]
    sample = Sample.objects.get(pk=first + number * rows() // PAGES)
    assert client.get(f"/samples/{sample.uuid}/runs/").status_code == 200


def edit_some() -> int:
    """Edit about one sample in EDITED; returns how many."""
    edited = run(EDIT, {"every": EDITED})
    run("VACUUM ANALYZE")
    return edited


def diff_ms(edited: int) -> dict[str, float]:
    """Milliseconds that the counts and the first page of each change take; the edited ones are as many as were."""
    from datasets_app.models import Snapshot
    from datasets_app.snapshots.diff import Change, Diff

    diff = Diff.of(Snapshot.objects.get(name="first"), Snapshot.objects.get(name="second"))
    took = {"count": 1000 * timed(lambda: diff.counts)}
    if diff.counts["edited"] != edited:
        sys.exit(f"the diff is wrong: {diff.counts}")
    return took | {change.value: 1000 * timed(partial(diff.page, change)) for change in Change}


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
