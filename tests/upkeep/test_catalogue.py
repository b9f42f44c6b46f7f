"""The catalogue: what there is, with counts, bytes, checksums and what changed; drawn over time."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db.models.functions import Now
from django.test import Client
from django.urls import reverse

from afsweb.core.models import CatalogueItem, CataloguePoint, JobState, Role, Subject
from afsweb.upkeep.catalogue.looking import Entry
from afsweb.upkeep.catalogue.saving import save_look
from datasets_app.models import Sample, SampleState, SampleVersion
from tests.datasets.conftest import ImportLines
from tests.rows import chat_row, make_snapshot
from tests.upkeep.conftest import RunKind

pytestmark = pytest.mark.django_db
CATALOGUE = "upkeep.catalogue"
LINES = [{"instruction": f"What does routine {n} do?", "output": f"It sets $21{n:02}. Ä"} for n in range(3)]


def item(subject: Subject, key: str = "asm65816") -> CatalogueItem:
    return CatalogueItem.objects.get(subject=subject, key=key)


def test_samples_are_counted_with_bytes_and_one_checksum(import_lines: ImportLines, run_kind: RunKind) -> None:
    import_lines(LINES)
    job = run_kind(CATALOGUE)
    assert job.state == JobState.SUCCEEDED, job.error
    samples = item(Subject.SAMPLES)
    assert samples.count == 3
    assert samples.size_bytes == sum(len(text.encode()) for line in LINES for text in line.values())
    hashes = "".join(sorted(SampleVersion.objects.values_list("sha256", flat=True)))
    assert samples.sha256 == hashlib.sha256(hashes.encode()).hexdigest()
    assert (samples.grown, samples.count_grown) == (None, None)


def test_archived_samples_and_old_texts_do_not_count(import_lines: ImportLines, run_kind: RunKind) -> None:
    import_lines(LINES)
    Sample.objects.filter(pk=Sample.objects.order_by("pk")[0].pk).update(state=SampleState.ARCHIVED)
    run_kind(CATALOGUE)
    assert item(Subject.SAMPLES).count == 2


def test_growth_is_kept_from_change_to_change(import_lines: ImportLines, run_kind: RunKind) -> None:
    import_lines(LINES)
    run_kind(CATALOGUE)
    CatalogueItem.objects.update(changed_at=Now() - timedelta(days=1))
    first = item(Subject.SAMPLES)
    import_lines([{"instruction": "What is $2100?", "output": "INIDISP"}], name="more.jsonl")
    run_kind(CATALOGUE)
    grown = item(Subject.SAMPLES)
    assert (grown.count_grown, grown.grown) == (1, len("What is $2100?INIDISP"))
    assert grown.changed_at > first.changed_at
    run_kind(CATALOGUE)
    again = item(Subject.SAMPLES)
    assert (again.changed_at, again.count_grown) == (grown.changed_at, 1)
    totals = CataloguePoint.objects.filter(subject=Subject.SAMPLES, name="").order_by("pk")
    assert list(totals.values_list("count", flat=True)) == [3, 4, 4]


def test_what_is_gone_leaves_the_list_and_comes_back_with_its_history(run_kind: RunKind, tmp_path: Path) -> None:
    snapshot = make_snapshot(tmp_path / "first", [chat_row("a", "b")])
    run_kind(CATALOGUE)
    known = item(Subject.SNAPSHOT, str(snapshot.uuid))
    assert (known.name, known.count, known.sha256) == ("first", 1, snapshot.sha256)
    assert item(Subject.ARTIFACT, "snapshot").size_bytes == known.size_bytes
    snapshot.delete()
    run_kind(CATALOGUE)
    known.refresh_from_db()
    assert known.gone_at is not None
    save_look(Subject.SNAPSHOT, [Entry(known.key, "first", known.url, 1, known.size_bytes, known.sha256)], uuid4())
    known.refresh_from_db()
    assert known.gone_at is None


def test_a_look_that_is_done_again_is_one_look(run_kind: RunKind) -> None:
    look = uuid4()
    for count in (1, 2):
        save_look(Subject.SAMPLES, [Entry("a", "A", "", count, 10)], look)
    point = CataloguePoint.objects.get(name="")
    assert (point.count, CataloguePoint.objects.count()) == (2, 2)


def test_the_page_shows_items_totals_and_charts(
    import_lines: ImportLines, run_kind: RunKind, client_as: Callable[[Role], Client]
) -> None:
    client, url = client_as(Role.VIEWER), reverse("show_catalogue")
    assert "It has not looked yet." in client.get(url).content.decode()
    import_lines(LINES)
    run_kind(CATALOGUE)
    page = client.get(url).content.decode()
    assert "3 in all" in page
    assert item(Subject.SAMPLES).sha256[:12] in page
    for subject in ("snapshot", "nonsense", "checkpoint"):
        assert client.get(url, {"subject": subject}).status_code == 200
    chart = client.get(reverse("draw_catalogue"), {"subject": "samples", "what": "size"}).json()
    assert chart["item"]["doc"]["roots"]


def test_pages_cost_the_same_with_many_rows(
    run_kind: RunKind, client_as: Callable[[Role], Client], django_assert_max_num_queries: Any
) -> None:
    for number in range(3):
        save_look(Subject.SNAPSHOT, [Entry(str(n), f"s{n}", "", n, number) for n in range(200)], uuid4())
    client = client_as(Role.VIEWER)
    with django_assert_max_num_queries(6):
        client.get(reverse("show_catalogue"), {"subject": "snapshot"})
    with django_assert_max_num_queries(4):
        client.get(reverse("draw_catalogue"), {"subject": "snapshot"})
