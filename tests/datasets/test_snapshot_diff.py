"""What differs between two snapshots: added, removed, edited, moved, and how the distributions shifted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from afsweb.core.models import Role
from datasets_app.models import Sample, SampleState, SampleVersion, Snapshot, Text
from datasets_app.samples.adding import make_current
from datasets_app.snapshots.building import Plan, start_snapshot
from datasets_app.snapshots.choosing import Selection
from datasets_app.snapshots.diff import EDITED_ROWS, Change, Diff
from datasets_app.snapshots.errors import NotComparable
from tests.datasets.conftest import ImportLines, line
from tests.datasets.test_snapshot import build

pytestmark = pytest.mark.django_db
ClientAs = Callable[[Any], Client]


@pytest.fixture
def samples(import_lines: ImportLines) -> list[Sample]:
    """Thirty accepted samples, each a group of its own."""
    source = import_lines([line(number, group_id="", kind=f"kind {number % 3}") for number in range(30)])
    Sample.objects.update(state=SampleState.ACCEPTED)
    return list(Sample.objects.filter(source=source).order_by("pk"))


def edit(sample: Sample) -> SampleVersion:
    text = Text(f"Edited {sample.pk}?", "", "Edited.")
    version = SampleVersion.objects.create(sample=sample, number=2, parent=sample.current, **text.columns())
    make_current([version.pk])
    return version


@pytest.fixture
def diff(samples: list[Sample]) -> Diff:
    """One sample went, three came, two were edited; 25 are the same, whichever side they are on."""
    Sample.objects.filter(pk__in=[one.pk for one in samples[27:]]).update(state=SampleState.PENDING)
    old = build("old", samples[0].source)
    Sample.objects.filter(pk__in=[one.pk for one in samples[27:]]).update(state=SampleState.ACCEPTED)
    Sample.objects.filter(pk=samples[0].pk).update(state=SampleState.REJECTED)
    edit(samples[1])
    edit(samples[2])
    return Diff.of(old, build("new", samples[0].source))


def shown(diff: Diff, change: Change) -> list[int]:
    return [row.entry.sample_id for row in diff.page(change).rows]


def test_added_and_removed_samples(diff: Diff, samples: list[Sample]) -> None:
    assert shown(diff, Change.ADDED) == [samples[29].pk, samples[28].pk, samples[27].pk]
    assert shown(diff, Change.REMOVED) == [samples[0].pk]
    assert (diff.counts["added"], diff.counts["removed"]) == (3, 1)


def test_edited_samples_with_their_words(diff: Diff, samples: list[Sample]) -> None:
    assert shown(diff, Change.EDITED) == [samples[2].pk, samples[1].pk]
    assert diff.counts["edited"] == 2
    (instruction, output) = diff.page(Change.EDITED).rows[0].differences
    assert "".join(one.text for one in instruction.new) == f"Edited {samples[2].pk}?"
    assert any(one.is_changed and "Which" in one.text for one in instruction.old)
    assert output.label == "Output"


def test_samples_that_moved_to_the_other_side(samples: list[Sample]) -> None:
    source = samples[0].source
    diff = Diff.of(build("old", source), build("new", source, seed=1))
    sides = [dict(one.entries.values_list("sample", "split")) for one in (diff.old, diff.new)]
    moved = sorted((pk for pk in sides[0] if sides[0][pk] != sides[1][pk]), reverse=True)
    assert moved and shown(diff, Change.MOVED) == moved
    assert diff.counts == {"added": 0, "removed": 0, "edited": 0, "moved": len(moved), "same": 30 - len(moved)}
    assert all(row.old and row.new and row.old.split != row.new.split for row in diff.page(Change.MOVED).rows)


def test_every_sample_is_counted_once_but_for_the_edited_that_moved(diff: Diff) -> None:
    old, new = (dict(one.entries.values_list("sample", "split")) for one in (diff.old, diff.new))
    both = old.keys() & new.keys()
    assert diff.counts["moved"] == sum(old[pk] != new[pk] for pk in both)
    unchanged = [row for row in diff.new.entries.filter(sample__in=both) if old[row.sample_id] == row.split]
    assert diff.counts["same"] == len(unchanged) - sum(row.version.number == 2 for row in unchanged)


def test_the_list_is_paged(samples: list[Sample]) -> None:
    old = build("old", samples[0].source)
    edited = [sample.pk for sample in samples[: EDITED_ROWS + 3] if edit(sample)]
    diff = Diff.of(old, build("new", samples[0].source))
    first = diff.page(Change.EDITED)
    assert len(first.rows) == EDITED_ROWS
    rest = diff.page(Change.EDITED, str(first.next_cursor))
    assert rest.next_cursor is None
    assert sorted(row.entry.sample_id for row in (*first.rows, *rest.rows)) == edited


def test_the_shift_of_a_distribution(diff: Diff, samples: list[Sample]) -> None:
    shifts = {shift.title: shift for shift in diff.shifts()}
    assert shifts["Source"].distance == 0
    rows = {row.label: (row.old, row.new) for row in shifts["Kind"].rows}
    assert rows == {
        "asm65816: kind 0": (9, 9),
        "asm65816: kind 1": (9, 10),
        "asm65816: kind 2": (9, 10),
    }
    shares = [(9 / 27, 9 / 29), (9 / 27, 10 / 29), (9 / 27, 10 / 29)]
    assert shifts["Kind"].distance == pytest.approx(sum(abs(now - was) for was, now in shares) / 2)
    assert shifts["Kind"].rows[0].label == "asm65816: kind 0"


def test_the_same_content_differs_in_nothing(samples: list[Sample]) -> None:
    diff = Diff.of(build("old", samples[0].source), build("new", samples[0].source))
    assert diff.counts == {"added": 0, "removed": 0, "edited": 0, "moved": 0, "same": 30}
    assert not any(shift.distance for shift in diff.shifts())


def test_one_that_is_not_ready_is_not_compared(samples: list[Sample]) -> None:
    late = start_snapshot(Plan("late", Selection.of(samples[0].domain)), by=None)
    with pytest.raises(NotComparable, match="“late” is building"):
        Diff.of(late, build("old", samples[0].source))


def test_one_without_figures_has_no_shifts(samples: list[Sample], diff: Diff) -> None:
    assert Diff.of(Snapshot(name="older", state="ready"), diff.new).shifts() == []


def test_the_page_shows_each_change(diff: Diff, client_as: ClientAs, samples: list[Sample]) -> None:
    client, url = client_as(Role.VIEWER), reverse("compare_snapshots", args=[diff.new.uuid])
    page = client.get(url).content.decode()
    assert "since old" in page and "3 added" in page and "1 removed" in page and "2 edited" in page
    assert f">{samples[29].pk}</td>" in page
    edited = client.get(f"{url}?with={diff.old.uuid}&show=edited").content.decode()
    assert "<ins>Edited</ins>" in edited and "<del>Which</del>" in edited


def test_the_page_without_another_snapshot_says_so(samples: list[Sample], client_as: ClientAs) -> None:
    url = reverse("compare_snapshots", args=[build("only", samples[0].source).uuid])
    client = client_as(Role.VIEWER)
    assert "no other complete snapshot" in client.get(url).content.decode()
    assert client.get(f"{url}?with=00000000-0000-0000-0000-000000000000").status_code == 404
    assert client.get(f"{url}?with=nonsense&show=nothing&before=x").status_code == 200


def test_the_page_of_one_that_is_not_ready_says_so(samples: list[Sample], client_as: ClientAs, diff: Diff) -> None:
    late = start_snapshot(Plan("late", Selection.of(samples[0].domain)), by=None)
    client = client_as(Role.TRAINER)
    assert (
        "only complete snapshots"
        in client.get(reverse("compare_snapshots", args=[late.uuid]), follow=True).content.decode()
    )


def test_the_page_costs_few_queries(diff: Diff, client_as: ClientAs, django_assert_max_num_queries: Any) -> None:
    client, url = client_as(Role.VIEWER), reverse("compare_snapshots", args=[diff.new.uuid])
    for change in Change:
        with django_assert_max_num_queries(8):
            client.get(f"{url}?with={diff.old.uuid}&show={change}")
