"""The database itself keeps a ready snapshot as it is: it may be archived or go whole, and nothing else."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction

from afsweb.core.models import Job
from datasets_app.models import Sample, SampleState, Snapshot, SnapshotEntry, SnapshotState, Source
from datasets_app.snapshots.building import Plan, delete_snapshot, set_archived, start_snapshot
from tests.datasets.conftest import ImportLines, line, other_connection
from tests.datasets.test_snapshot import build

FREE = {"name", "is_archived", "job_id"}


@pytest.fixture
def source(import_lines: ImportLines) -> Source:
    """Five samples: four accepted, one not yet."""
    made = import_lines([line(number) for number in range(5)])
    waiting = Sample.objects.filter(source=made).order_by("-pk")[0]
    Sample.objects.filter(source=made).exclude(pk=waiting.pk).update(state=SampleState.ACCEPTED)
    return made


@pytest.fixture
def snapshot(source: Source) -> Snapshot:
    return build("first", source, validation_share=0.25)


def run(sql: str, *params: Any) -> int:
    """Rows that a statement changed, past every model."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)
        return int(cursor.rowcount)


def waiting_version(source: Source) -> int:
    return Sample.objects.values_list("current", flat=True).get(source=source, state=SampleState.PENDING)


OTHERWISE = {
    "bigint": "{column} + 1",
    "integer": "{column} + 1",
    "double precision": "0.5",
    "character varying": "'failed'",
    "text": "'other'",
    "jsonb": """'{{"golden_only": true}}'""",
    "uuid": "gen_random_uuid()",
    "timestamp with time zone": "now()",
}


@pytest.mark.django_db
def test_no_column_changes_but_its_name_its_job_and_its_place_in_the_archive(snapshot: Snapshot) -> None:
    before = Snapshot.objects.values().get(pk=snapshot.pk)
    empty = {name for name, value in before.items() if value is None}
    held = {name: kind for name, kind in columns("datasets_snapshot").items() if name not in FREE}
    for column, kind in held.items():
        other = "1" if column in empty else OTHERWISE[kind].format(column=column)
        with pytest.raises(IntegrityError, match="a ready snapshot is immutable: first"):
            run(f"UPDATE datasets_snapshot SET {column} = {other} WHERE id = %s", snapshot.pk)
    assert Snapshot.objects.values().get(pk=snapshot.pk) == before
    assert len(held) == len(before) - len(FREE)


def columns(table: str) -> dict[str, str]:
    """Column -> its type in words."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s", [table])
        return dict(cursor.fetchall())


@pytest.mark.django_db
def test_its_name_and_its_place_in_the_archive_change(snapshot: Snapshot) -> None:
    set_archived(snapshot, True, by=None)
    assert run("UPDATE datasets_snapshot SET name = 'second' WHERE id = %s", snapshot.pk) == 1
    snapshot.refresh_from_db()
    assert (snapshot.is_archived, snapshot.name) == (True, "second")


@pytest.mark.django_db
def test_it_outlives_its_job(snapshot: Snapshot) -> None:
    Job.objects.filter(about_uuid=snapshot.uuid).delete()
    snapshot.refresh_from_db()
    assert (snapshot.job, snapshot.state) == (None, SnapshotState.READY)


@pytest.mark.django_db
def test_no_entry_joins_changes_or_leaves(snapshot: Snapshot, source: Source) -> None:
    before = list(snapshot.entries.values().order_by("pk"))
    insert = """INSERT INTO datasets_snapshotentry (snapshot_id, version_id, sample_id, split, position)
        SELECT %s, id, sample_id, 'train', 9 FROM datasets_sampleversion WHERE id = %s"""
    other = start_snapshot(Plan("second"), by=None)
    for sql, params in (
        (insert, (snapshot.pk, waiting_version(source))),
        ("UPDATE datasets_snapshotentry SET position = position + 9 WHERE snapshot_id = %s", (snapshot.pk,)),
        ("UPDATE datasets_snapshotentry SET snapshot_id = %s WHERE snapshot_id = %s", (other.pk, snapshot.pk)),
        ("DELETE FROM datasets_snapshotentry WHERE id = %s", (before[0]["id"],)),
    ):
        with pytest.raises(IntegrityError, match="no entry joins it, changes or leaves it"):
            run(sql, *params)
    assert list(snapshot.entries.values().order_by("pk")) == before


@pytest.mark.django_db
def test_an_entry_of_another_snapshot_does_not_move_into_it(snapshot: Snapshot, source: Source) -> None:
    other = start_snapshot(Plan("second"), by=None)
    entry = SnapshotEntry.objects.create(snapshot=other, version_id=waiting_version(source), split="train", position=9)
    with pytest.raises(IntegrityError, match="no entry joins it"):
        run("UPDATE datasets_snapshotentry SET snapshot_id = %s WHERE id = %s", snapshot.pk, entry.pk)


@pytest.mark.django_db
def test_while_it_is_built_its_entries_come_change_and_go(source: Source) -> None:
    snapshot = start_snapshot(Plan("first"), by=None)
    entry = SnapshotEntry.objects.create(
        snapshot=snapshot, version_id=waiting_version(source), split="train", position=0
    )
    assert run("UPDATE datasets_snapshotentry SET position = 1 WHERE id = %s", entry.pk) == 1
    assert run("DELETE FROM datasets_snapshotentry WHERE id = %s", entry.pk) == 1


@pytest.mark.django_db
def test_it_does_not_go_without_its_entries(snapshot: Snapshot) -> None:
    with pytest.raises(IntegrityError, match="violates foreign key"), transaction.atomic():
        run("DELETE FROM datasets_snapshot WHERE id = %s", snapshot.pk)
        connection.check_constraints()
    assert snapshot.entries.count() == 4


@pytest.mark.django_db
def test_it_goes_whole_and_leaves_others_alone(snapshot: Snapshot, source: Source) -> None:
    other = build("second", source)
    delete_snapshot(snapshot, by=None)
    connection.check_constraints()
    assert set(SnapshotEntry.objects.values_list("snapshot", flat=True)) == {other.pk}
    assert other.entries.count() == 4


@pytest.mark.django_db(transaction=True)
def test_becoming_ready_and_a_new_entry_wait_for_each_other(source: Source) -> None:
    ready = "UPDATE datasets_snapshot SET state = 'ready', artifact_id = {0}, sha256 = 'x' WHERE id = {1}"
    join = """INSERT INTO datasets_snapshotentry (snapshot_id, version_id, sample_id, split, position)
        SELECT {1}, id, sample_id, 'train', 9 FROM datasets_sampleversion WHERE id = {2}"""
    artifact, version = build("first", source).artifact_id, waiting_version(source)
    for first, second in ((ready, join), (join, ready)):
        snapshot = start_snapshot(Plan(f"{first[:6]} first"), by=None)
        with other_connection() as other, transaction.atomic():
            run(first.format(artifact, snapshot.pk, version))
            with pytest.raises(psycopg.errors.LockNotAvailable):
                other.execute(second.format(artifact, snapshot.pk, version))
