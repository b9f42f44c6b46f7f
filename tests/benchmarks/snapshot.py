"""How fast a snapshot is built and written out again, in how much memory, beside a bare copy of the same texts.

Run: SCALE=1m python -m tests.benchmarks.snapshot
"""

from __future__ import annotations

import hashlib
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from tests.benchmarks.harness import Bar, hub, report, rows

# A million within 120 s; fewer are held to the same pace.
ROWS_PER_SECOND = 1_000_000 / 120
MEGABYTES = 1_000
EDITED = 20  # one sample in so many is edited between two snapshots
PAGES = 30
PAGE_MS = 100
DIFF_MS = 2_000

SAMPLES = """
INSERT INTO datasets_sample (uuid, created_at, domain_id, source_id, kind, topic, state, decided_by, is_golden,
    group_id, cluster, revision, tags, is_disputed)
SELECT gen_random_uuid(), now(), %(domain)s, %(source)s, 'kind ' || n %% 7, 'topic ' || n %% 90, 'accepted',
    CASE n %% 3 WHEN 0 THEN 'person' ELSE 'gate' END, false, 'bench-' || n / 3,
    CASE WHEN n %% 20 < 2 THEN n / 20 END, 0, '{}', false
FROM generate_series(1, %(count)s) AS n"""
# Words of a small vocabulary: 0.7 to 4 KB each, no two alike.
VERSIONS = """
INSERT INTO datasets_sampleversion (uuid, created_at, sample_id, number, system, instruction, input, output, sha256,
    normal_sha256)
SELECT gen_random_uuid(), now(), id, %(number)s, '', 'What does routine ' || id || ' do?', '', text.output,
    encode(sha256(text.output::bytea), 'hex'), encode(sha256(text.output::bytea), 'hex')
FROM datasets_sample AS sample,
    LATERAL (SELECT string_agg('word' || abs(hashint8(sample.id * 1000 + i)) %% 800, ' ') || ' ' || sample.id
             || '-%(number)s' AS output FROM generate_series(1, 100 + sample.id %% 450) AS i) AS text
WHERE id %% %(every)s = 0"""
CURRENT = """UPDATE datasets_sample SET current_id = version.id FROM datasets_sampleversion AS version
    WHERE sample_id = datasets_sample.id AND number = %(number)s"""
SCORES = """INSERT INTO datasets_score (version_id, gate_id, overall, vetoes, passes, reasons)
    SELECT id, %(gate)s, id * 37 %% 1000 / 1000.0, '[]', true, '{}' FROM datasets_sampleversion"""
VERDICTS = """INSERT INTO datasets_verdict (uuid, created_at, version_id, verifier, verifier_version, level, findings,
    codes, supported, contradicted, unknown, tool_versions)
    SELECT gen_random_uuid(), now(), id, %(verifier)s, %(verifier_version)s, id %% 6, '[]', '{}', 0, 0, 0, '{}'
    FROM datasets_sampleversion"""


def main() -> None:
    """Build a snapshot, write it out, edit some samples, build another; print one line."""
    with hub(), tempfile.TemporaryDirectory() as folder:
        aim_at(Path(folder))
        fill(rows())
        bare = timed(lambda: copy_bare(Path(folder) / "bare"))
        before = peak_megabytes()
        took = timed(lambda: build("first"))
        memory = peak_megabytes()
        again, same = export_again("first")
        client = log_in()
        look_up_runs(client, 0)
        pages = [1000 * timed(partial(look_up_runs, client, number)) for number in range(PAGES)]
        edit_some()
        build("second")
        diff = diff_ms()
    figures = {
        "rows": rows(),
        "build_s": round(took, 1),
        "control_s": round(bare, 1),
        "build_to_control": round(took / bare, 2),
        "export_s": round(again, 1),
        "memory_before_mb": round(before),
        "runs_of_a_sample_p50_ms": round(median(pages), 1),
    }
    bars = {
        "rows_per_s": Bar(round(rows() / took), at_least=round(ROWS_PER_SECOND)),
        "memory_mb": Bar(round(memory), at_most=MEGABYTES),
        "export_is_the_same": Bar(same, at_least=1),
        "runs_of_a_sample_p95_ms": Bar(round(quantiles(pages, n=20)[-1], 1), at_most=PAGE_MS),
        **{f"diff_{name}_ms": Bar(round(took), at_most=DIFF_MS) for name, took in diff.items()},
    }
    report("snapshot", figures, bars)


def aim_at(folder: Path) -> None:
    from django.conf import settings

    settings.ARTIFACT_DIR, settings.WORK_DIR = folder / "artifacts", folder / "work"


def fill(count: int) -> None:
    """`count` accepted samples of 0.7 to 4 KB, scored and verified, a tenth of them near-duplicates."""
    from datasets_app.domains.base import get_domain
    from datasets_app.models import Domain, GateVersion, Source, SourceState

    domain, gate = Domain.objects.get(slug="asm65816"), GateVersion.objects.get(is_current=True)
    source = Source.objects.create(domain=domain, kind="import", state=SourceState.ACTIVE, name="benchmark")
    code = get_domain(domain.slug)
    facts: dict[str, Any] = {"domain": domain.pk, "source": source.pk, "count": count, "gate": gate.pk}
    facts |= {"verifier": code.slug, "verifier_version": code.verifier_version, "number": 1, "every": 1}
    # Nothing here searches, and filling that index takes longer than all the rest.
    run("DROP INDEX version_search")
    for statement in (SAMPLES, VERSIONS, CURRENT, SCORES, VERDICTS):
        run(statement, facts)
    run("VACUUM ANALYZE")


def run(statement: str, facts: dict[str, Any] | None = None) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, facts)


def copy_bare(path: Path) -> None:
    """The control: the same texts as the database gives them, in the order of content, written and hashed."""
    from django.db import connection

    digest = hashlib.sha256()
    ordered = """COPY (SELECT instruction, output FROM datasets_sampleversion ORDER BY sha256 COLLATE "C") TO STDOUT"""
    with connection.cursor() as cursor, cursor.copy(ordered) as copy, path.open("wb") as file:
        for block in copy:
            file.write(block)
            digest.update(block)
    path.unlink()


def build(name: str) -> None:
    """A snapshot of everything, through its own job."""
    from datasets_app.models import Domain
    from datasets_app.snapshots.building import Plan, start_snapshot
    from datasets_app.snapshots.choosing import Selection
    from tests.rows import run_job

    snapshot = start_snapshot(Plan(name, Selection.of(Domain.objects.get(slug="asm65816"))), by=None)
    assert snapshot.job is not None
    run_job(snapshot.job)
    snapshot.refresh_from_db()
    if snapshot.count != rows():
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

    sample = Sample.objects.get(pk=1 + number * rows() // PAGES)
    assert client.get(f"/samples/{sample.uuid}/runs/").status_code == 200


def edit_some() -> None:
    """Edit one sample in EDITED."""
    facts = {"number": 2, "every": EDITED}
    run(VERSIONS, facts)
    run(CURRENT, facts)
    run("VACUUM ANALYZE")


def diff_ms() -> dict[str, float]:
    """Milliseconds that the counts and the first page of each change take; the edited ones are as many as were."""
    from datasets_app.models import Snapshot
    from datasets_app.snapshots.diff import Change, Diff

    diff = Diff.of(Snapshot.objects.get(name="first"), Snapshot.objects.get(name="second"))
    took = {"count": 1000 * timed(lambda: diff.counts)}
    if diff.counts["edited"] != rows() // EDITED:
        sys.exit(f"the diff is wrong: {diff.counts}")
    return took | {change.value: 1000 * timed(partial(diff.page, change)) for change in Change}


def peak_megabytes() -> float:
    """The most memory that this process has held so far (ru_maxrss counts in kB on Linux)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
