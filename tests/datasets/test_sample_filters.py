"""The list of samples narrowed by tags, topic, assignment, dispute, score and cluster; and what keeps a filter."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from afsweb.core.models import Role, User
from datasets_app.models import GateVersion, Sample, Score
from datasets_app.quality.verifying import save_verdicts
from datasets_app.search.conditions import narrow
from datasets_app.search.filters import FilterGone, SampleFilter, filter_samples, read_filter
from tests.datasets.test_evidence_filters import current, verdict
from tests.datasets.test_sample_pages import ClientAs, ids, listed

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(client_as: ClientAs, reviewer: User) -> Client:
    return client_as(reviewer)


@pytest.fixture
def marked(samples: list[Sample], reviewer: User, trainer: User) -> list[Sample]:
    """Five samples: tags on 0 and 1, topics on 0 and 2, people on 1 and 3, a dispute about 4, 0 and 3 alike."""
    marks: list[dict[str, Any]] = [
        {"tags": ["a", "b"], "topic": "ppu", "cluster": samples[0].pk},
        {"tags": ["b"], "assigned_to": reviewer},
        {"topic": "apu"},
        {"assigned_to": trainer, "cluster": samples[0].pk},
        {"is_disputed": True, "kind": ""},
    ]
    for sample, changes in zip(samples, marks, strict=True):
        Sample.objects.filter(pk=sample.pk).update(**changes)
    return samples


@pytest.fixture
def scored(samples: list[Sample]) -> list[Sample]:
    """Scores of 0.1 to 0.4 on all but the last, which has none."""
    for place, sample in enumerate(samples[:4]):
        add_score(sample, (place + 1) / 10)
    return samples


def add_score(sample: Sample, overall: float) -> None:
    gate = GateVersion.objects.get(is_current=True)
    Score.objects.create(version=current(sample), gate=gate, overall=overall, passes=overall > 0.25)


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ("?tags=b", [0, 1]),
        ("?tags=a, b", [0]),
        ("?tags=c", []),
        ("?tags= , ", [0, 1, 2, 3, 4]),
        ("?topic=ppu", [0]),
        ("?topic=-", [1, 3, 4]),
        ("?kind=-", [4]),
        ("?assigned_to=me", [1]),
        ("?assigned_to=nobody", [0, 2, 4]),
        ("?assigned_to=somebody", [1, 3]),
        ("?assigned_to=somebody-else", [0, 1, 2, 3, 4]),
        ("?disputed=yes", [4]),
        ("?disputed=no", [0, 1, 2, 3]),
        ("?disputed=yes&tags=b", []),
        ("?cluster=x", [0, 1, 2, 3, 4]),
        ("?cluster=-4", [0, 1, 2, 3, 4]),
        ("?cluster=99999999999999999999", [0, 1, 2, 3, 4]),
    ],
)
def test_marks(client: Client, marked: list[Sample], query: str, places: list[int]) -> None:
    assert listed(client, query) == ids(marked, *places)


def test_cluster_and_person_are_named_by_what_they_are(client: Client, marked: list[Sample], trainer: User) -> None:
    assert listed(client, f"?cluster={marked[0].pk}") == ids(marked, 0, 3)
    assert listed(client, f"?assigned_to={trainer.uuid}") == ids(marked, 3)


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ("?score_min=0.2", [1, 2, 3]),
        ("?score_max=0.2", [0, 1]),
        ("?score_min=0.2&score_max=0.3", [1, 2]),
        ("?score_min=0.2&passes=no", [1]),
        ("?score_min=0.9&score_max=0.1", []),
        ("?score_min=1.5", [0, 1, 2, 3, 4]),
        ("?score_min=nan", [0, 1, 2, 3, 4]),
        ("?score_max=x", [0, 1, 2, 3, 4]),
    ],
)
def test_scores(client: Client, scored: list[Sample], query: str, places: list[int]) -> None:
    assert listed(client, query) == ids(scored, *places)


def test_an_older_gates_score_does_not_count(client: Client, scored: list[Sample]) -> None:
    gate = GateVersion.objects.get(is_current=True)
    GateVersion.objects.filter(pk=gate.pk).update(is_current=False)
    GateVersion.objects.create(number=gate.number + 1, weights=gate.weights, thresholds={}, is_current=True)
    assert listed(client, "?score_min=0") == []


def test_verdict_and_score_disagree(client: Client, samples: list[Sample]) -> None:
    """The threshold of the domain is between; 0 and 1 disagree, 2 and 3 agree, 4 was not scored."""
    threshold = samples[0].domain.threshold
    high, low = threshold + 0.1, threshold - 0.1
    bad = verdict(current(samples[0]), 2)
    bad.findings = [{"level": "bad", "code": "a", "message": "a"}]
    said = [
        bad,
        verdict(current(samples[1]), 8, supported=2),
        verdict(current(samples[2]), 8, supported=2),
        verdict(current(samples[3]), 2, contradicted=1),
        verdict(current(samples[4]), 2, contradicted=1),
    ]
    save_verdicts(said)
    for sample, overall in zip(samples, (high, low, high, low), strict=False):
        add_score(sample, overall)
    assert listed(client, "?disagree=yes") == ids(samples, 0, 1)


def test_a_contradicted_fact_disagrees_with_a_score_that_reaches(client: Client, samples: list[Sample]) -> None:
    save_verdicts([verdict(current(samples[0]), 2, contradicted=1, supported=4)])
    add_score(samples[0], 1.0)
    assert listed(client, "?disagree=yes") == ids(samples, 0)


def test_what_is_given_wants_the_same_again(marked: list[Sample], reviewer: User, trainer: User) -> None:
    address = {"tags": "b, a", "topic": " ppu ", "score_min": "0.25", "golden": "perhaps", "assigned_to": "me"}
    kept = SampleFilter(address, reviewer).given()
    assert kept == {"tags": "b, a", "topic": "ppu", "score_min": "0.25", "assigned_to": "me"}
    assert SampleFilter(kept, reviewer).wanted() == SampleFilter(address, reviewer).wanted()
    assert SampleFilter(kept, trainer).wanted()["assigned_to"] == trainer


def test_me_is_nobody_in_particular_without_a_person(marked: list[Sample]) -> None:
    assert SampleFilter({"assigned_to": "me"}).wanted() == {}
    with pytest.raises(FilterGone, match="“assigned_to” does not know “me”"):
        read_filter({"assigned_to": "me"}, None)


def test_a_kept_filter_that_lost_its_meaning_is_refused_instead_of_widened(
    marked: list[Sample], reviewer: User
) -> None:
    assert filter_samples(Sample.objects.all(), read_filter({"tags": "a"}, reviewer)).count() == 1
    for kept in ({"finding": "never-found"}, {"tags": "a", "unheard_of": "x"}, {"near": str(reviewer.uuid)}):
        with pytest.raises(FilterGone, match="does not know"):
            read_filter(kept, reviewer)


def test_each_filter_is_a_chip_that_takes_it_away(client: Client, marked: list[Sample]) -> None:
    page = client.get(
        reverse("list_samples") + "?tags=b&assigned_to=me&reached=from-5&state=pending&before=99999&view=x"
    )
    chips = {chip.label: chip for chip in page.context["filter_chips"]}
    assert {label: chip.said for label, chip in chips.items()} == {
        "Tags": "b",
        "Assigned to": "me",
        "Checks": "at least 5: flow checked",
        "State": "waits for review",
    }
    assert chips["Tags"].url == "?assigned_to=me&reached=from-5&state=pending&view=x"
    assert "Tags: b" in page.content.decode()


def test_what_was_left_out_is_said(client: Client, marked: list[Sample]) -> None:
    shown = client.get(reverse("list_samples"), {"q": "x" * 301, "score_min": "7"}).content.decode()
    assert "Words: Ensure this value has at most 300 characters (it has 301). It was left out." in shown
    assert "Score from: Ensure this value is less than or equal to 1. It was left out." in shown


def test_the_rarer_filters_are_open_while_one_is_used(client: Client, marked: list[Sample]) -> None:
    assert re.search(
        r'<details class="more"\s*>', client.get(reverse("list_samples") + "?state=pending").content.decode()
    )
    assert '<details class="more" open>' in client.get(reverse("list_samples") + "?topic=ppu").content.decode()


def test_every_filter_at_once_costs_few_queries(
    client: Client, marked: list[Sample], reviewer: User, django_assert_max_num_queries: Any
) -> None:
    every = {
        "q": "register", "domain": "asm65816", "state": "pending", "decided_by": "nobody", "assigned_to": "me",
        "passes": "no", "score_min": "0", "score_max": "1", "disagree": "yes", "reached": "from-2", "golden": "no",
        "disputed": "no", "kind": "register_fact", "topic": "ppu", "tags": "b", "cluster": "1",
        "source": str(marked[0].source.uuid),
    }  # fmt: skip
    assert SampleFilter(every, reviewer).given() == every
    with django_assert_max_num_queries(10):
        client.get(reverse("list_samples"), every)


def test_plain_filters_leave_similarity_alone(marked: list[Sample]) -> None:
    assert narrow(Sample.objects.all(), {"like": "anything"}).count() == 5


def test_viewers_filter_too(client_as: ClientAs, marked: list[Sample]) -> None:
    assert listed(client_as(Role.VIEWER), "?assigned_to=me") == []
