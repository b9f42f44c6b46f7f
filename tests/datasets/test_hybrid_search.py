"""Samples like a text, or like a sample: by words and by meaning, fused by rank, under the other filters."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from afsweb.core.models import Role
from datasets_app.models import DIMENSIONS, Embedding, Sample, SampleState
from datasets_app.search import hybrid
from datasets_app.search.filters import SampleFilter, filter_samples
from datasets_app.search.hybrid import K, find_candidates, fuse
from tests.datasets.conftest import ImportLines, line, run_queue
from tests.datasets.test_sample_pages import ClientAs, listed

pytestmark = pytest.mark.django_db
TEXTS = (
    ("Set the carry before you subtract.", "Use SEC, then SBC."),
    ("How does one set the carry flag?", "SEC sets the carry flag."),
    ("Write zero to memory.", "STZ writes zero."),
    ("Carry on with the story of the old man.", "It was dark, and the wind blew."),
    ("Setting carries before subtracting", "SEC before SBC."),
)


@pytest.fixture
def client(client_as: ClientAs) -> Client:
    return client_as(Role.VIEWER)


@pytest.fixture
def told(import_lines: ImportLines) -> list[Sample]:
    """Five examined samples, three of them about setting the carry."""
    import_lines([line(n, instruction=asked, output=said) for n, (asked, said) in enumerate(TEXTS)])
    run_queue()
    return list(Sample.objects.order_by("pk"))


def found(client: Client, **query: Any) -> list[str]:
    page = client.get(reverse("list_samples"), query)
    return [sample.question for sample in page.context["page"].rows]


def test_a_text_finds_by_words_and_by_meaning_the_best_first(client: Client, told: list[Sample]) -> None:
    best = found(client, like="set the carry")
    assert set(best[:2]) == {TEXTS[0][0], TEXTS[1][0]}  # they hold the words, too
    assert best.index(TEXTS[4][0]) < best.index(TEXTS[2][0])  # it holds other forms of them
    assert len(best) == 5  # by meaning, everything is more or less near


def test_the_page_says_what_was_looked_at(client: Client, told: list[Sample]) -> None:
    page = client.get(reverse("list_samples"), {"like": "set the carry"}).content.decode()
    assert "5 among the best 1,000 by words and the best 1,000 by meaning; 2 found by both." in page


def test_a_sample_finds_what_is_like_it_but_not_itself(client: Client, told: list[Sample]) -> None:
    best = found(client, near=told[0].uuid)
    assert TEXTS[0][0] not in best
    assert best[0] == TEXTS[4][0]
    assert len(best) == 4


def test_a_sample_without_a_vector_is_looked_for_by_its_words(client: Client, told: list[Sample]) -> None:
    Embedding.objects.filter(version=told[2].current).delete()
    copy = told[4].current
    assert copy is not None
    type(copy).objects.filter(pk=copy.pk).update(output="Write zero to memory.")
    assert found(client, near=told[2].uuid) == [TEXTS[4][0]]


def test_filters_hold_in_both_legs(client: Client, told: list[Sample], monkeypatch: pytest.MonkeyPatch) -> None:
    """With one candidate per leg, what is wanted would be lost if the filter came after."""
    monkeypatch.setattr(hybrid, "CANDIDATES", 1)
    Sample.objects.filter(pk=told[3].pk).update(kind="story")
    assert found(client, like="set the carry", kind="story") == [TEXTS[3][0]]
    Sample.objects.filter(pk=told[0].pk).update(state=SampleState.ARCHIVED)
    assert TEXTS[0][0] not in found(client, like="set the carry")
    assert found(client, like="set the carry", q="wind") == [TEXTS[3][0]]


def test_the_next_best_are_a_page_further(client: Client, told: list[Sample], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("datasets_app.samples.listing.ranked_page.__defaults__", (2,))
    everything = []
    for place in ("", "2", "4", "6", "x", "99999999999"):
        everything.append(found(client, like="set the carry", **{"from": place}))
    assert [len(page) for page in everything] == [2, 2, 1, 0, 2, 2]
    assert len({question for page in everything[:3] for question in page}) == 5
    page = client.get(reverse("list_samples"), {"like": "set the carry", "from": "2"}).content.decode()
    assert "like=set+the+carry&amp;from=4" in page
    assert "like=set+the+carry&amp;from=0" in page


def test_a_queue_and_an_action_take_the_candidates(told: list[Sample]) -> None:
    wanted = SampleFilter({"like": "set the carry", "kind": "register_fact"}).wanted()
    assert filter_samples(Sample.objects.all(), wanted).count() == 5
    near = SampleFilter({"near": str(told[0].uuid)}).wanted()
    assert set(filter_samples(Sample.objects.all(), near)) == set(told[1:])


def test_the_count_is_of_what_was_found(client: Client, told: list[Sample]) -> None:
    assert "5 samples" in client.get(reverse("count_samples"), {"like": "set the carry"}).content.decode()


@pytest.mark.parametrize("bound", ["RANKED", "LOOKED"])
def test_of_very_many_only_the_newest_are_looked_at_and_ranked(
    client: Client, told: list[Sample], monkeypatch: pytest.MonkeyPatch, bound: str
) -> None:
    monkeypatch.setattr(hybrid, bound, 1)
    Embedding.objects.all().delete()
    page = client.get(reverse("list_samples"), {"like": "set the carry"})
    assert [sample.question for sample in page.context["page"].rows] == [TEXTS[1][0]]
    assert "Of those with all the words, the newest 1 were ranked." in page.content.decode()


def test_words_that_very_many_hold_are_ranked_from_the_newest_sample_on(
    client: Client, told: list[Sample], monkeypatch: pytest.MonkeyPatch
) -> None:
    Embedding.objects.all().delete()
    few = found(client, like="set the carry")
    monkeypatch.setattr(hybrid, "FEW", 1)
    assert found(client, like="set the carry") == few
    assert len(few) > 1


def test_an_unknown_sample_is_no_filter(client: Client, told: list[Sample]) -> None:
    missing = "00000000-0000-0000-0000-000000000000"
    assert len(listed(client, f"?near={missing}")) == 5
    assert "It was left out." in client.get(reverse("list_samples") + f"?near={missing}").content.decode()


def test_a_search_costs_few_queries(client: Client, told: list[Sample], django_assert_max_num_queries: Any) -> None:
    # Two are the begin and the end of the transaction of its two legs.
    with django_assert_max_num_queries(8 + 2):
        client.get(reverse("list_samples"), {"like": "set the carry"})


@given(st.lists(st.integers(1, 50), unique=True, max_size=20), st.lists(st.integers(1, 50), unique=True, max_size=20))
def test_ranks_are_fused_by_their_reciprocals(words: list[int], meaning: list[int]) -> None:
    fused = fuse(words, meaning)

    def points(key: int) -> float:
        return sum(1 / (K + leg.index(key) + 1) for leg in (words, meaning) if key in leg)

    assert sorted(fused.ids) == sorted({*words, *meaning})
    assert all(points(a) >= points(b) for a, b in zip(fused.ids, fused.ids[1:], strict=False))
    assert fused.by_both == len({*words} & {*meaning})


def test_a_text_that_hashes_to_nothing_is_looked_for_by_its_words(
    told: list[Sample], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hybrid, "embed", lambda _embedder, texts: np.zeros((len(texts), DIMENSIONS), np.float32))
    assert len(find_candidates({"like": "set the carry"}).ids) == 2
