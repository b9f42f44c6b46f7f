from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from afsweb.core.models import JobState, Role
from datasets_app.models import Sample
from datasets_app.search.headlines import START, STOP, marked
from tests.web import loop


@pytest.fixture
def client(client_as: Callable[..., Client]) -> Client:
    return client_as(Role.VIEWER)


def found(client: Client, words: str) -> dict[str, list[str]]:
    groups = client.get("/search/", {"q": words}).context["groups"]
    return {group.label: [hit.label for hit in group.hits] for group in groups}


def test_samples_are_found_by_the_words_in_them(client: Client) -> None:
    loop.add_source(1, "a", output="SBC reads the carry.")
    loop.add_source(1, "b", output="STZ writes zero.")
    assert found(client, "carry") == {"Samples": ["Explain routine 0 of a."]}
    assert found(client, "writes zero") == {"Samples": ["Explain routine 0 of b."]}
    assert found(client, '"zero writes"') == {}
    assert found(client, "explain -carry") == {"Samples": ["Explain routine 0 of b."]}


def test_hit_is_marked_and_nothing_of_the_text_is_markup(client: Client) -> None:
    loop.add_source(1, "a", output="<script>alert('carry')</script> and <b>carry</b>")
    page = client.get("/search/", {"q": "carry"}).content.decode()
    assert "<mark>carry</mark>" in page
    assert "<script>alert" not in page
    assert "<b>" not in page


def test_old_version_of_a_text_is_not_found(client: Client) -> None:
    loop.add_source(1, "a", output="old words")
    Sample.objects.update(current=None)
    assert found(client, "old words") == {}


def test_everything_else_is_found_by_its_name(client: Client) -> None:
    loop.add_source(1, "veran notes")
    loop.add_run("veran-7b")
    assert found(client, "veran") == {
        "Samples": ["Explain routine 0 of veran notes."],
        "Sources": ["veran notes"],
        "Snapshots": ["snapshot of veran-7b"],
        "Training runs": ["veran-7b"],
    }
    loop.add_comparison()
    assert found(client, "nayru") == {"Models": ["nayru-tiny v1"]}
    assert found(client, "registers")["Suites"] == ["Registers 1"]


@pytest.mark.parametrize("sign", ["%", "_", "\\"])
def test_signs_of_patterns_are_plain_signs(client: Client, sign: str) -> None:
    loop.add_run("plain")
    assert found(client, sign) == {}


def test_number_finds_the_sample(client: Client) -> None:
    loop.add_source(1, "a")
    sample = loop.newest_sample()
    assert found(client, str(sample.pk))["By number"] == [f"Sample {sample.pk}"]
    assert "By number" not in found(client, "9" * 30)


def test_number_with_its_sign_leads_to_the_sample(client: Client) -> None:
    loop.add_source(1, "a")
    sample = loop.newest_sample()
    assert client.get("/search/", {"q": f"#{sample.pk}"})["Location"] == sample.get_absolute_url()
    assert found(client, "#999999999") == {}


def test_beginning_of_a_uuid_leads_to_the_sample(client: Client) -> None:
    loop.add_source(1, "a")
    sample = loop.newest_sample()
    assert client.get("/search/", {"q": str(sample.uuid)[:8]})["Location"] == sample.get_absolute_url()
    assert client.get("/search/", {"q": str(sample.uuid)[:7]}).status_code == 200


def test_uuid_leads_to_the_page(client: Client) -> None:
    source, run, comparison = loop.add_source(1), loop.add_run(), loop.add_comparison()
    (job,) = loop.add_jobs(JobState.QUEUED)
    sample = loop.newest_sample()
    for row in (source, run, comparison, sample):
        assert client.get("/search/", {"q": str(row.uuid)})["Location"] == row.get_absolute_url()
    assert client.get("/search/", {"q": str(job.pk)})["Location"] == job.get_absolute_url()
    assert sample.current
    assert client.get("/search/", {"q": str(sample.current.uuid)})["Location"] == sample.get_absolute_url()


def test_uuid_of_nothing_finds_nothing(client: Client) -> None:
    page = client.get("/search/", {"q": str(uuid4())})
    assert "Nothing matches" in page.content.decode()


def test_at_most_twenty_of_a_kind(client: Client, django_assert_max_num_queries: Callable[..., Any]) -> None:
    loop.add_source(50, "many")
    with django_assert_max_num_queries(11):
        page = client.get("/search/", {"q": "routine"})
    (group,) = page.context["groups"]
    assert len(group.hits) == 20
    assert group.hits[0].label == "Explain routine 49 of many."
    assert "Add a word to find fewer" in page.content.decode()


@pytest.mark.parametrize("words", ["a\x00b", "x" * 201])
def test_impossible_words_are_refused_in_words(client: Client, words: str) -> None:
    response = client.get("/search/", {"q": words})
    assert response.status_code == 200
    assert "message error" in response.content.decode()


@pytest.mark.parametrize("words", ["", "   ", "'", '"', "-", "or", "(((", "a & | ! b", "<->", "ﷺ", "\ud83d\ude00"])
def test_odd_words_do_no_harm(client: Client, words: str) -> None:
    words = words.encode("utf-16", "surrogatepass").decode("utf-16")
    assert client.get("/search/", {"q": words}).status_code == 200


def test_headline_is_split_into_parts() -> None:
    assert marked(f"a {START}b{STOP} c {START}d{STOP}") == [("a ", False), ("b", True), (" c ", False), ("d", True)]
    assert marked("plain") == [("plain", False)]
    assert marked("") == []
