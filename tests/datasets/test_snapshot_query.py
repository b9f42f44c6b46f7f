"""A snapshot of a query: whatever the filter of the samples finds, accepted ones only, of one domain or several."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from afsweb.core.models import Role, User
from datasets_app.models import Decider, Domain, ReviewQueue, Sample, SampleState, Snapshot, SnapshotState
from datasets_app.snapshots.balance import Balance
from datasets_app.snapshots.building import Plan, start_snapshot
from datasets_app.snapshots.choosing import Selection, filter_in, preview
from datasets_app.snapshots.errors import FilterLost
from tests.datasets.conftest import ImportLines, line
from tests.datasets.test_snapshot import build
from tests.datasets.test_snapshot_pages import FIELDS

pytestmark = pytest.mark.django_db
ClientAs = Callable[[Any], Client]


@pytest.fixture
def samples(import_lines: ImportLines) -> list[Sample]:
    """Twelve accepted samples in eight groups, eight facts and four questions; two more in another domain."""
    kinds = [line(number, kind="fact" if number < 8 else "question") for number in range(12)]
    first = import_lines(kinds)
    import_lines([line(number, kind="note", group_id="") for number in (20, 21)], of=Domain.objects.get(slug="text"))
    Sample.objects.update(state=SampleState.ACCEPTED, decided_by=Decider.GATE)
    return list(Sample.objects.filter(source=first).order_by("pk"))


def taken(snapshot: Snapshot) -> set[int]:
    return set(snapshot.entries.values_list("version__sample", flat=True))


def test_it_takes_what_the_filter_finds(samples: list[Sample]) -> None:
    snapshot = build("questions", samples[0].source, selection=Selection({"kind": "question"}))
    assert taken(snapshot) == {one.pk for one in samples[8:]}
    assert snapshot.domain == samples[0].domain


def test_a_filter_in_words_counts_too(samples: list[Sample]) -> None:
    snapshot = build("one", samples[0].source, selection=Selection({"q": '"question number 7"'}))
    assert taken(snapshot) == {samples[7].pk}


def test_only_accepted_ones_are_taken_whatever_the_address_said(samples: list[Sample]) -> None:
    Sample.objects.filter(pk=samples[8].pk).update(state=SampleState.REJECTED)
    selection = Selection(filter_in(QueryDict("kind=question&state=rejected&before=7&golden=")))
    assert selection.filter == {"kind": "question"}
    assert taken(build("questions", samples[0].source, selection=selection)) == {one.pk for one in samples[9:]}


def test_without_a_domain_it_has_several(samples: list[Sample]) -> None:
    snapshot = build("all", samples[0].source, selection=Selection())
    assert snapshot.count == 14
    assert snapshot.domain is None
    assert [row[0] for row in snapshot.figures["shares"]["domain"]] == ["asm65816", "text"]


def test_a_filter_that_lost_its_meaning_is_refused(samples: list[Sample]) -> None:
    gone = "00000000-0000-0000-0000-000000000000"
    with pytest.raises(FilterLost, match=f"source {gone}, which is not there"):
        start_snapshot(Plan("lost", Selection({"source": gone})), by=None)
    assert not Snapshot.objects.exists()


def test_one_that_loses_it_before_the_build_fails(samples: list[Sample]) -> None:
    snapshot = start_snapshot(Plan("lost", Selection({"kind": "question"})), by=None)
    Snapshot.objects.filter(pk=snapshot.pk).update(query={"filter": {"domain": "gone"}, "source_ids": []})
    from tests.datasets.conftest import run_job

    assert snapshot.job is not None
    run_job(snapshot.job)
    snapshot.refresh_from_db()
    assert snapshot.state == SnapshotState.FAILED
    assert "filter them anew" in snapshot.error


def test_how_an_older_snapshot_was_chosen_is_still_known(samples: list[Sample]) -> None:
    older = Selection.from_json({"golden_only": True, "source_ids": [7]}, samples[0].domain)
    assert older == Selection({"domain": "asm65816", "golden": "yes"}, (7,))


def test_the_preview_is_what_is_built(samples: list[Sample]) -> None:
    balance = Balance(cap=3)
    seen, snapshot = (
        preview(Selection(), balance),
        build("all", samples[0].source, selection=Selection(), balance=balance),
    )
    assert (seen.count, seen.left_out, seen.groups) == (14, 6, 10)
    assert seen.taken == snapshot.count == 8
    assert [(one.kind, one.count, one.left_out) for one in seen.kinds] == [
        ("fact", 8, 5),
        ("question", 4, 1),
        ("note", 2, 0),
    ]
    assert snapshot.figures["left_out"] == [["asm65816: fact", 5], ["asm65816: question", 1]]


def test_balance_gives_the_same_files_in_another_database(samples: list[Sample], import_lines: ImportLines) -> None:
    first = build("first", samples[0].source, balance=Balance(cap=3))
    Sample.objects.update(state=SampleState.ARCHIVED)
    again = import_lines([line(n, kind="fact" if n < 8 else "question") for n in reversed(range(12))])
    Sample.objects.filter(source=again).update(state=SampleState.ACCEPTED)
    assert build("second", again, balance=Balance(cap=3)).sha256 == first.sha256


def test_the_page_counts_before_it_builds(samples: list[Sample], client_as: ClientAs) -> None:
    client, url = client_as(Role.TRAINER), reverse("build_snapshot")
    shown = client.get(f"{url}?kind=question").content.decode()
    assert 'value="question"' in shown and "4 samples" not in shown
    counted = client.get(f"{url}?kind=question&name=&cap=3", headers={"HX-Request": "true"}).content.decode()
    assert "4 samples" in counted and "leaves out 1" in counted and "<h1" not in counted
    assert "at most: " in client.get(f"{url}?cap=0&count=yes").content.decode()
    plainly = client.post(url, FIELDS | {"domain": "", "kind": "question", "cap": "3", "count": "yes"})
    assert "leaves out 1" in plainly.content.decode() and 'value="first"' in plainly.content.decode()
    assert "This field is required" not in client.get(f"{url}?name=&count=yes").content.decode()
    assert not Snapshot.objects.exists()


def test_the_page_builds_what_its_filter_finds(samples: list[Sample], client_as: ClientAs) -> None:
    client_as(Role.TRAINER).post(reverse("build_snapshot"), FIELDS | {"kind": "question", "times": "2"})
    snapshot = Snapshot.objects.get()
    assert snapshot.query["filter"] == {"domain": "asm65816", "kind": "question"}
    assert snapshot.balance == {"cap": None, "times": 2.0}


def test_the_list_of_samples_leads_to_it_with_its_filter(samples: list[Sample], client_as: ClientAs) -> None:
    address = f"{reverse('build_snapshot')}?kind=question"
    url = reverse("list_samples") + "?kind=question&state=accepted"
    assert address in client_as(Role.TRAINER).get(url).content.decode()
    assert reverse("build_snapshot") not in client_as(Role.REVIEWER).get(url).content.decode()


def test_a_saved_view_is_offered_to_who_sees_it(samples: list[Sample], client_as: ClientAs) -> None:
    owner = User.objects.create(username="owner", role=Role.TRAINER)
    ReviewQueue.objects.create(name="Questions", query={"kind": "question", "state": "pending"}, owner=owner)
    ReviewQueue.objects.create(name="Facts", query={"kind": "fact"}, owner=owner, is_shared=True)
    shown = client_as(Role.TRAINER).get(reverse("build_snapshot")).content.decode()
    assert "Facts</a>" in shown and "?kind=fact&amp;state=accepted" in shown
    assert "Questions</a>" not in shown
    assert "Questions</a>" in client_as(owner).get(reverse("build_snapshot")).content.decode()


def test_the_page_costs_few_queries(
    samples: list[Sample], client_as: ClientAs, django_assert_max_num_queries: Any
) -> None:
    client, url = client_as(Role.TRAINER), reverse("build_snapshot")
    with django_assert_max_num_queries(8):
        client.get(url)
    with django_assert_max_num_queries(8):
        client.get(f"{url}?kind=question&name=x", headers={"HX-Request": "true"})
