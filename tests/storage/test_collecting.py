"""What nothing refers to goes by the rules of its kind; what is referred to never does, however close the race."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Now

from afsweb.core.artifacts import ArtifactDropped, hold_artifact, purge_content, store_artifact
from afsweb.core.artifacts.collecting import GRACE, collect, collectable, list_collectable, list_strays
from afsweb.core.artifacts.jobs import COLLECT, SWEEP_STRAYS, start_collect
from afsweb.core.artifacts.keeping import SWEEP, sweep
from afsweb.core.jobs.enqueue import enqueue
from afsweb.core.models import (
    Artifact,
    ArtifactCopy,
    ArtifactKind,
    Event,
    EventSource,
    Host,
    Job,
    JobState,
    Notification,
    NotificationKind,
    Shelf,
    User,
)
from afsweb.storage import store
from afsweb.storage.store import place_of
from tests.rows import run_job
from training_app.models import BaseModel

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("hub_store")]
Make = Callable[..., Artifact]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """`make("name", days=40)`: an artifact that was last stored so long ago."""

    def make(name: str, *, days: float = 40, kind: ArtifactKind = ArtifactKind.BASE_MODEL) -> Artifact:
        (tmp_path / name).mkdir(exist_ok=True)
        (tmp_path / name / "file").write_text(name)
        artifact = store_artifact(kind, name, tmp_path / name)
        Artifact.objects.filter(pk=artifact.pk).update(kept_at=Now() - timedelta(days=days))
        return artifact

    return make


def rule(days: int | None = 30, newest: int | None = None, kind: ArtifactKind = ArtifactKind.BASE_MODEL) -> Shelf:
    Shelf.objects.filter(kind=kind).update(keep_days=days, keep_newest=newest)
    return Shelf.objects.get(kind=kind)


def names(shelf: Shelf) -> set[str]:
    return set(collectable(shelf).values_list("name", flat=True))


def lies(artifact: Artifact, root: Path) -> bool:
    return place_of(root, artifact.sha256).exists()


def collect_all() -> int:
    found = list(list_collectable())
    return sum(collect(artifact, among, actor=None, source=EventSource.JOB) for artifact, among in found)


def test_what_is_old_and_unused_goes_with_its_files(make: Make, hub_store: Path) -> None:
    old, young = make("old"), make("young", days=29)
    rule(days=30)
    assert collect_all() == 1
    assert list(Artifact.objects.all()) == [young]
    assert lies(young, hub_store) and not lies(old, hub_store)
    line = Event.objects.get(verb="collect")
    assert line.before["sha256"] == old.sha256


def test_what_is_referred_to_stays(make: Make, hub_store: Path) -> None:
    old = make("old", days=4000)
    BaseModel.objects.create(model_id="tests/base", weights=old)
    rule(days=0, newest=None)
    assert names(rule(days=1)) == set()
    assert collect_all() == 0 and lies(old, hub_store)


def test_the_newest_of_a_kind_stay(make: Make) -> None:
    for name in ("first", "second", "third"):
        make(name)
    assert names(rule(days=None, newest=1)) == {"first", "second"}
    assert names(rule(days=None, newest=2)) == {"first"}
    assert names(rule(days=None, newest=3)) == names(rule(days=None, newest=9)) == set()


def test_with_both_rules_both_must_let_it_go(make: Make) -> None:
    make("first", days=40), make("second", days=10), make("third", days=40)
    assert names(rule(days=30, newest=1)) == {"first"}


def test_without_a_rule_everything_stays(make: Make) -> None:
    make("old", days=4000)
    assert names(rule(days=None)) == set()


def test_a_rule_is_of_one_kind(make: Make) -> None:
    make("old"), make("an export", kind=ArtifactKind.EXPORT)
    rule(days=None, kind=ArtifactKind.EXPORT)
    rule(days=30)
    assert [artifact.name for artifact, _ in list_collectable()] == ["old"]


def test_what_was_stored_today_waits_for_its_row(make: Make) -> None:
    make("now", days=0)
    assert names(rule(days=0)) == set()


def test_storing_equal_files_again_makes_it_young(make: Make, tmp_path: Path, hub_store: Path) -> None:
    old = make("old")
    found = list(list_collectable())
    store_artifact(ArtifactKind.BASE_MODEL, "again", tmp_path / "old")
    assert not any(collect(artifact, among, actor=None, source=EventSource.JOB) for artifact, among in found)
    assert lies(old, hub_store) and Artifact.objects.get() == old


def test_a_row_that_began_to_refer_to_it_meanwhile_keeps_it(make: Make, hub_store: Path) -> None:
    old = make("old")
    ((artifact, among),) = list_collectable()
    BaseModel.objects.create(model_id="tests/base", weights=old)
    assert not collect(artifact, among, actor=None, source=EventSource.JOB)
    assert lies(old, hub_store) and not Event.objects.filter(verb="collect").exists()


@pytest.mark.django_db(transaction=True)
def test_a_row_that_is_just_being_written_keeps_it(make: Make, hub_store: Path) -> None:
    old, done = make("old"), []

    def collect_elsewhere() -> None:
        done.append(collect_all())
        connection.close()

    with transaction.atomic():
        hold_artifact(old)
        BaseModel.objects.create(model_id="tests/base", weights=old)
        other = threading.Thread(target=collect_elsewhere)
        other.start()
        other.join(0.5)
        assert not done  # it waits for us
    other.join(10)
    assert done == [0] and lies(old, hub_store)


@pytest.mark.django_db(transaction=True)
def test_who_refers_without_holding_it_is_refused_at_the_end(make: Make) -> None:
    """The foreign key is looked at when the transaction ends: then the row is there for both, or for neither."""
    old = make("old")

    def collect_elsewhere() -> None:
        collect_all()
        connection.close()

    other = threading.Thread(target=collect_elsewhere)
    with pytest.raises(IntegrityError), transaction.atomic():
        BaseModel.objects.create(model_id="tests/base", weights=old)
        other.start()
        other.join(10)
    assert not BaseModel.objects.exists() and not Artifact.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_whoever_comes_too_late_is_refused_and_never_refers_to_nothing(make: Make, hub_store: Path) -> None:
    old, ended = make("old"), []

    def refer_elsewhere() -> None:
        try:
            with transaction.atomic():
                hold_artifact(old)
                BaseModel.objects.create(model_id="tests/base", weights=old)
        except (ArtifactDropped, IntegrityError) as error:
            ended.append(type(error))
        connection.close()

    with transaction.atomic():
        assert collect_all() == 1
        other = threading.Thread(target=refer_elsewhere)
        other.start()
        other.join(0.5)
        assert not ended
    other.join(10)
    assert ended == [ArtifactDropped] and not BaseModel.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_many_who_store_and_refer_while_another_collects(make: Make, tmp_path: Path, hub_store: Path) -> None:
    """Whatever the order: no row without its files, and nothing that is referred to is gone."""
    kept: list[str] = []

    def store_and_refer(number: int) -> None:
        try:
            for turn in range(6):
                name = f"shared{(number + turn) % 3}"
                try:
                    artifact = store_artifact(ArtifactKind.BASE_MODEL, name, tmp_path / name)
                    with transaction.atomic():
                        hold_artifact(artifact)
                        base = BaseModel.objects.create(model_id=f"tests/{number}-{turn}", weights=artifact)
                    assert lies(artifact, hub_store)
                    kept.append(base.model_id)
                    base.delete()
                except ArtifactDropped:
                    continue
        finally:
            connection.close()

    for number in range(3):
        make(f"shared{number}")
    rule(days=30)
    others = [threading.Thread(target=store_and_refer, args=(number,)) for number in range(3)]
    for other in others:
        other.start()
    while any(other.is_alive() for other in others):
        Artifact.objects.update(kept_at=Now() - timedelta(days=40))
        collect_all()
    assert kept
    assert all(lies(artifact, hub_store) for artifact in Artifact.objects.all())


def test_the_job_says_what_it_removed(make: Make, django_capture_on_commit_callbacks: Any) -> None:
    old = make("old")
    rule(days=30)
    job = start_collect(by=None)
    run_job(job)
    assert (job.state, job.result) == (JobState.SUCCEEDED, {"artifacts": 1, "bytes": old.size_bytes, "strays": 0})
    assert job.kind == COLLECT


@pytest.mark.parametrize(("used", "told"), [(0.95, 1), (0.5, 0)])
def test_a_quota_that_is_nearly_used_up_is_told_once_a_day(
    make: Make, admin_user: User, settings: Any, used: float, told: int
) -> None:
    settings.ARTIFACT_QUOTA_BYTES = int(make("large", days=0).size_bytes / used)
    for _ in range(2):
        run_job(job := start_collect(by=None))
        assert job.state == JobState.SUCCEEDED, job.error
    said = Notification.objects.filter(kind=NotificationKind.QUOTA_LOW, person=admin_user)
    assert said.count() == told
    assert all("stored files is nearly used up" in one.text for one in said)


def test_other_machines_are_told_to_remove_theirs(make: Make) -> None:
    old, there = make("old"), Host.objects.create(name="there", queues=["gpu"])
    ArtifactCopy.objects.create(artifact=old, host=there, verified_at=Now())
    rule(days=30)
    collect_all()
    told = Job.objects.get(kind=SWEEP)
    assert (told.pinned_host, told.queue, told.params) == (there, "gpu", {"sha256": old.sha256, "even_with_row": False})
    run_job(start_collect(by=None))
    assert Job.objects.filter(kind=SWEEP_STRAYS, pinned_host=there).count() == 1


def test_what_is_purged_goes_from_every_machine_though_its_row_stays(make: Make, hub_store: Path) -> None:
    purged, there = make("purged"), Host.objects.create(name="there")
    ArtifactCopy.objects.create(artifact=purged, host=there, verified_at=Now())
    BaseModel.objects.create(model_id="tests/base", weights=purged)
    purge_content(purged.sha256)
    assert not lies(purged, hub_store) and not ArtifactCopy.objects.exists()
    told = Job.objects.get(kind=SWEEP)
    assert told.pinned_host == there
    store(hub_store.parent / "purged", hub_store)  # as it lies there
    run_job(told, there)
    assert not lies(purged, hub_store) and Artifact.objects.get() == purged


def test_files_without_a_row_go_a_day_later(make: Make, hub_store: Path, tmp_path: Path) -> None:
    kept = make("kept")
    (tmp_path / "stray").mkdir()
    (tmp_path / "stray" / "file").write_text("a worker died before it made the row")
    stray = store(tmp_path / "stray", hub_store).sha256
    assert list(list_strays()) == []
    long_ago = time.time() - GRACE.total_seconds() - 60
    for sha256 in (stray, kept.sha256):
        os.utime(place_of(hub_store, sha256), (long_ago, long_ago))
    assert list(list_strays()) == [stray]
    run_job(enqueue(SWEEP_STRAYS, {}, title="sweep"))
    assert not place_of(hub_store, stray).exists() and lies(kept, hub_store)


def test_files_of_a_row_are_not_swept(make: Make, hub_store: Path) -> None:
    artifact = make("kept")
    assert not sweep(artifact.sha256) and lies(artifact, hub_store)
    Artifact.objects.all().delete()
    assert sweep(artifact.sha256) and not lies(artifact, hub_store)


def test_what_is_stored_is_counted_by_kind(make: Make) -> None:
    first = make("first")
    make("an export", kind=ArtifactKind.EXPORT)
    shelf = Shelf.objects.get(kind=ArtifactKind.BASE_MODEL)
    assert (shelf.artifacts, shelf.size_bytes) == (1, first.size_bytes)
    first.delete()
    shelf.refresh_from_db()
    assert (shelf.artifacts, shelf.size_bytes) == (0, 0)
