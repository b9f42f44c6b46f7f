"""Nothing trains on a snapshot with a finding that nobody let pass: not from the form, the terminal, or a late job."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from afsweb.core.models import JobState, Role, User, WorkState
from datasets_app.models import Resolution, Sample, SecretFinding, SecretScan, Snapshot
from datasets_app.secrets.deciding import resolve
from tests.commands.running import afs, refused
from tests.datasets.conftest import line, run_job
from tests.rows import make_base, make_recipe
from tests.secrets.conftest import SECRET, Examined, domain, examined, folders, import_bytes, import_lines
from tests.secrets.test_examining import change
from tests.secrets.test_holding_back import build, plant
from training_app.errors import SnapshotHeldBack, SnapshotNotReady
from training_app.launch import launch_run, resume_run
from training_app.models import Recipe, TrainingRun

__all__ = ["domain", "examined", "folders", "import_bytes", "import_lines"]
pytestmark = pytest.mark.django_db
Login = Callable[[Role], Client]


@pytest.fixture
def recipe(tmp_path: Path, folders: None, settings: Any) -> Recipe:
    settings.TRAINER_PYTHON = "/nowhere/python"
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "config.json").write_text("{}")
    return make_recipe(make_base(tmp_path / "base"))


@pytest.fixture
def sample(examined: Examined) -> Sample:
    return examined([line(0), line(1)])[0]


@pytest.fixture
def snapshot(sample: Sample) -> Snapshot:
    return build()


def ended(run: TrainingRun) -> TrainingRun:
    """The run after its job ran, as far as it came without a trainer."""
    run.refresh_from_db()
    assert run.job
    assert run_job(run.job).state == JobState.FAILED
    run.refresh_from_db()
    return run


def test_the_form_refuses_and_leads_there(
    client_as: Login, recipe: Recipe, sample: Sample, snapshot: Snapshot, reviewer: User
) -> None:
    finding, client = plant(sample), client_as(Role.TRAINER)
    told = {"name": "veran", "recipe": recipe.pk, "snapshot": snapshot.pk, "seed": 0}
    page = client.post("/runs/launch/", told).content.decode()
    assert "1 of the samples in “first” holds what looks like a secret" in page
    assert f'href="/secrets/?snapshot={snapshot.uuid}"' in page
    assert not TrainingRun.objects.exists()
    assert (
        "nothing trains on it before somebody let it pass" in client.get(snapshot.get_absolute_url()).content.decode()
    )
    resolve(finding, Resolution.ALLOWED, by=reviewer)
    assert client.post("/runs/launch/", told).status_code == 302
    assert TrainingRun.objects.exists()


def test_the_command_refuses(
    recipe: Recipe, sample: Sample, snapshot: Snapshot, capsys: pytest.CaptureFixture[str]
) -> None:
    plant(sample)
    said = refused(capsys, "train", "veran", "--recipe", "tests", "--snapshot", "first")
    assert "so nothing trains on it" in said and f"/secrets/?snapshot={snapshot.uuid}" in said
    assert not TrainingRun.objects.exists()
    SecretFinding.objects.update(how=Resolution.FALSE_ALARM, resolved_at="2026-01-01T00:00Z")
    assert afs("train", "veran", "--recipe", "tests", "--snapshot", "first") == 0


def test_what_is_found_after_the_launch_stops_the_start(
    recipe: Recipe, sample: Sample, snapshot: Snapshot, trainer: User, reviewer: User
) -> None:
    run = launch_run(recipe, snapshot, name="veran", by=trainer)
    finding = plant(sample)
    run = ended(run)
    assert (run.state, "nothing trains on it" in run.error) == (WorkState.FAILED, True)
    with pytest.raises(SnapshotHeldBack):
        resume_run(run, by=trainer)
    resolve(finding, Resolution.FALSE_ALARM, by=reviewer)
    resume_run(run, by=trainer)
    assert "has no trainer" in ended(run).error


def test_what_no_edition_looked_through_is_looked_through_at_the_start(
    recipe: Recipe, examined: Examined, reviewer: User, trainer: User
) -> None:
    examined([line(0), line(1, output=f"Call it with {SECRET}.")])
    for finding in SecretFinding.objects.all():
        resolve(finding, Resolution.ALLOWED, by=reviewer)
    snapshot = build()
    SecretFinding.objects.all().delete()
    SecretScan.objects.all().delete()
    run = launch_run(recipe, snapshot, name="veran", by=trainer)
    assert "1 of the samples in “first” holds" in ended(run).error


def test_an_edit_helps_only_the_next_snapshot(
    recipe: Recipe, sample: Sample, snapshot: Snapshot, trainer: User, reviewer: User
) -> None:
    plant(sample)
    change(reviewer, sample, "Edited since, which the snapshot does not know.")
    with pytest.raises(SnapshotHeldBack, match="build another snapshot"):
        launch_run(recipe, snapshot, name="veran", by=trainer)
    assert launch_run(recipe, build("second"), name="veran", by=trainer).job


def test_findings_elsewhere_are_not_in_the_way(
    recipe: Recipe, snapshot: Snapshot, examined: Examined, trainer: User
) -> None:
    (other,) = examined([line(5)], name="other.jsonl")
    plant(other)
    assert launch_run(recipe, snapshot, name="veran", by=trainer).job


def test_a_snapshot_that_was_purged_since_stops_the_start(recipe: Recipe, snapshot: Snapshot, trainer: User) -> None:
    run = launch_run(recipe, snapshot, name="veran", by=trainer)
    Snapshot.objects.filter(pk=snapshot.pk).update(state="purged", artifact=None)
    assert "“first” is not ready" in ended(run).error
    with pytest.raises(SnapshotNotReady):
        resume_run(run, by=trainer)
