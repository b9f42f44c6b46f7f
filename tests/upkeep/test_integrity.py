"""The integrity check: each counter that was made wrong is found, whole ones are not, files are read in turns."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.models import F

from afsweb.core.artifacts import store_artifact
from afsweb.core.copies import place_in
from afsweb.core.findings import Found
from afsweb.core.jobs.enqueue import enqueue
from afsweb.core.models import Artifact, ArtifactCheck, ArtifactKind, Finding, Host, Job, JobState, Notification, User
from afsweb.storage import verify
from afsweb.upkeep.integrity import artifacts as stored
from afsweb.upkeep.integrity.artifacts import by_age, check_files, check_manifests
from afsweb.upkeep.integrity.checking import COUNTERS
from afsweb.upkeep.integrity.datasets import (
    check_bulk_actions,
    check_exports,
    check_map_selections,
    check_snapshots,
    check_sources,
    check_vectors,
)
from afsweb.upkeep.integrity.evaluations import check_evaluations
from datasets_app.bulk.drafting import Wish, draft
from datasets_app.bulk.running import confirm
from datasets_app.models import (
    BulkAction,
    BulkVerb,
    Embedding,
    Export,
    ExportContent,
    MapSelection,
    Sample,
    Snapshot,
    Source,
)
from evals_app.models import EvalRun, Result
from tests.datasets.conftest import ImportLines, run_queue
from tests.rows import leased, run_job
from tests.upkeep.conftest import RunKind
from tests.web import loop

pytestmark = pytest.mark.django_db
LINES = [{"instruction": f"What does routine {n} do?", "output": f"It sets $21{n:02}."} for n in range(5)]


def texts(found: Iterable[Found]) -> list[str]:
    return [one.text for one in found]


def test_a_source_with_more_or_fewer_samples_than_it_says(import_lines: ImportLines) -> None:
    source = import_lines(LINES)
    assert texts(check_sources()) == []
    Source.objects.filter(pk=source.pk).update(imported=4)
    assert texts(check_sources()) == ["The source “lines.jsonl” says that 4 samples came from it, and has 5."]
    Source.objects.filter(pk=source.pk).update(imported=6)
    (found,) = check_sources()
    assert "says that 6 samples came from it, and has 5" in found.text
    assert found.url == source.get_absolute_url()


def test_samples_without_a_vector(import_lines: ImportLines) -> None:
    import_lines(LINES)
    waiting = Job.objects.filter(state=JobState.QUEUED, kind="datasets.examine_source")
    assert texts(check_vectors()) == []  # they are about to be examined
    for job in waiting:
        run_job(job)
    assert texts(check_vectors()) == []
    Embedding.objects.filter(pk=Embedding.objects.order_by("pk")[0].pk).delete()
    (found,) = check_vectors()
    assert found.text.startswith("1 samples of the source “lines.jsonl” have no vector")


def test_a_snapshot_with_other_entries_than_it_says(import_lines: ImportLines, tmp_path: Path) -> None:
    run = loop.add_run()
    snapshot = Snapshot.objects.get(pk=run.snapshot_id)
    assert texts(check_snapshots()) == []
    with connection.cursor() as cursor:  # as no program of ours could: the triggers hold it
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE datasets_snapshot SET train_count = 3 WHERE id = %s", [snapshot.pk])
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    (found,) = check_snapshots()
    assert "says 3 to train and 0 to validate, and holds 0 to train and 0 to validate." in found.text


def test_a_bulk_action_that_counts_other_than_its_parts(import_lines: ImportLines, reviewer: User) -> None:
    import_lines(LINES)
    action = draft(
        Wish(BulkVerb.TAG, tag="odd", picked=list(Sample.objects.values_list("uuid", flat=True))), by=reviewer
    )
    confirm(action, by=reviewer)
    action.refresh_from_db()
    assert action.job is not None
    run_job(action.job)
    assert texts(check_bulk_actions()) == []
    BulkAction.objects.update(done=F("done") + 1)
    assert texts(check_bulk_actions()) == ["“Tag 5 samples “odd”” says that it changed 6 samples; its parts changed 5."]


def test_an_export_and_a_selection_that_count_other_than_they_list() -> None:
    artifact = loop.add_run().adapter
    export = Export.objects.create(name="two", format="jsonl", artifact=artifact, written=2)
    ExportContent.objects.create(export=export, samples=b"0" * 32)
    selection = MapSelection.objects.create(outline=[], sample_ids=[1, 2, 3], count=3)
    assert texts(check_exports()) == texts(check_map_selections()) == []
    Export.objects.update(written=3)
    MapSelection.objects.filter(pk=selection.pk).update(count=2)
    assert texts(check_exports()) == ["The export “two” says that it holds 3 samples, and lists 2."]
    assert texts(check_map_selections()) == ["A selection on a map says 2 samples, and lists 3."]


def test_an_evaluation_that_lost_an_answer() -> None:
    loop.add_comparison()
    assert texts(check_evaluations()) == []
    run = EvalRun.objects.order_by("pk")[0]
    Result.objects.filter(pk=run.results.order_by("pk")[0].pk).delete()
    (found,) = check_evaluations()
    planned = run.suite.cases.count()
    assert f"is finished with {planned - 1:,} answers; its suite asks for {planned:,}." in found.text


@pytest.fixture
def store(settings: Any, tmp_path: Path) -> Callable[[str], Artifact]:
    """`store("a")`: an artifact with one file that says so."""
    settings.ARTIFACT_DIR = tmp_path / "artifacts"

    def make(content: str) -> Artifact:
        folder = tmp_path / f"made-{content}"
        folder.mkdir()
        (folder / "file.txt").write_text(content)
        return store_artifact(ArtifactKind.EXPORT, f"file {content}", folder)

    return make


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"size_bytes": 7}, "it says 7 bytes in 1 files, and its manifest 1 bytes in 1 files"),
        ({"sha256": "0" * 64}, "its name is not the sha256 of its manifest"),
        ({"manifest": {"files": []}}, "its name is not the sha256 of its manifest"),
        ({"manifest": {}}, "its manifest cannot be read"),
    ],
)
def test_an_artifacts_row_that_contradicts_itself(
    store: Callable[[str], Artifact], change: dict[str, Any], problem: str
) -> None:
    artifact = store("a")
    assert texts(check_manifests()) == []
    Artifact.objects.filter(pk=artifact.pk).update(**change)
    assert texts(check_manifests()) == [f"The artifact “file a” contradicts itself: {problem}."]


def test_damaged_and_lost_files_are_found_and_settled_when_they_are_back(
    store: Callable[[str], Artifact], run_kind: RunKind, settings: Any, admin_user: User
) -> None:
    whole, damaged, lost = store("a"), store("b"), store("c")
    places = {one: place_in(settings.ARTIFACT_DIR, one.sha256) / "files" / "file.txt" for one in (damaged, lost)}
    places[damaged].write_text("X")
    places[lost].parent.parent.rename(settings.ARTIFACT_DIR / "away")
    job = run_kind("upkeep.check")
    assert (job.state, job.result) == (JobState.SUCCEEDED, {"read": 3, "new": 2, "open": 2}), job.error
    found = {one.key: one for one in Finding.objects.filter(settled_at__isnull=True)}
    assert "“file.txt” has other content" in found[str(damaged.uuid)].text
    assert "are not on this machine" in found[str(lost.uuid)].text
    assert dict(ArtifactCheck.objects.values_list("artifact__name", "is_whole")) == {
        "file a": True,
        "file b": False,
        "file c": False,
    }
    assert Notification.objects.get().text.startswith("Integrity check: The artifact “file b”")
    places[damaged].write_text("b")
    (settings.ARTIFACT_DIR / "away").rename(places[lost].parent.parent)
    job = run_kind("upkeep.check")
    assert job.result == {"read": 3, "new": 0, "open": 0}
    assert ArtifactCheck.objects.filter(artifact=whole, is_whole=True).exists()


def test_a_turn_that_ends_early_is_taken_up_where_it_was(
    store: Callable[[str], Artifact], hub: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [store(content).name for content in "abcde"]
    ticks = iter(range(0, 100_000, 2000))  # each look at the clock is 2,000 s later: one turn begins two file sets
    seen = list[str]()
    while len(seen) < len(names):
        job = enqueue("upkeep.check", {}, title="check")
        with leased(job, hub) as ctx:
            before = set(ArtifactCheck.objects.values_list("artifact__name", flat=True))
            read, new = check_files(ctx, hub, clock=lambda: float(next(ticks)))
        assert (read, new) == (1, [])
        seen += [name for name in names if name not in before and ArtifactCheck.objects.filter(artifact__name=name)]
        Job.objects.filter(pk=job.pk).update(state=JobState.SUCCEEDED, lease=None)
    assert seen == names
    assert by_age(hub)[0].name == names[0]


def test_one_job_reads_each_file_set_once_also_when_it_is_run_again(
    store: Callable[[str], Artifact], hub: Host
) -> None:
    for content in "abc":
        store(content)
    job = enqueue("upkeep.check", {}, title="check")
    with leased(job, hub) as ctx:
        assert check_files(ctx, hub)[0] == 3
        store("d")
        assert check_files(ctx, hub)[0] == 1


def test_an_artifact_that_is_deleted_while_it_is_read_is_no_finding(
    store: Callable[[str], Artifact], hub: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    artifact = store("a")

    def verify_and_lose(root: Path, sha256: str) -> Path:
        Artifact.objects.filter(pk=artifact.pk).delete()
        return verify(root / "nowhere", sha256)

    monkeypatch.setattr(stored, "verify", verify_and_lose)
    job = enqueue("upkeep.check", {}, title="check")
    with leased(job, hub) as ctx:
        assert check_files(ctx, hub) == (1, [])
    assert not Finding.objects.exists()


def test_a_whole_house_has_no_findings(import_lines: ImportLines, run_kind: RunKind) -> None:
    import_lines(LINES)
    run_queue()
    job = run_kind("upkeep.check")
    assert job.state == JobState.SUCCEEDED, job.error
    assert list(Finding.objects.values_list("text", flat=True)) == []
    assert job.total == len(COUNTERS) + 1
    recount = Job.objects.get(kind="datasets.count_coverage", state=JobState.QUEUED)
    assert recount.title.startswith("Count the coverage of")
