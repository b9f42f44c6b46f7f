"""The list of samples narrowed by how far the checks came, and by what they found."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from afsweb.core.models import Role, User
from datasets_app.domains.base import get_domain
from datasets_app.models import FindingCode, Sample, SampleVersion, Text, Verdict
from datasets_app.quality.verifying import save_verdicts
from datasets_app.review.edit import edit
from datasets_app.search.offers import read_offers
from tests.datasets.conftest import ImportLines, line, run_queue
from tests.datasets.test_sample_pages import ClientAs, ids, listed

pytestmark = pytest.mark.django_db
CODE = get_domain("asm65816")


@pytest.fixture
def client(client_as: ClientAs) -> Client:
    return client_as(Role.VIEWER)


def current(sample: Sample) -> SampleVersion:
    assert sample.current is not None
    return sample.current


def verdict(version: SampleVersion, level: int, *codes: str, by: str = CODE.verifier_version, **more: Any) -> Verdict:
    """A verdict as a verifier's job makes it."""
    findings = [{"level": "warn", "code": code, "message": code} for code in codes]
    told = {"verifier": CODE.slug, "verifier_version": by, "level": level}
    return Verdict(version=version, findings=findings, codes=sorted(set(codes)), **told, **more)


@pytest.fixture
def checked(samples: list[Sample]) -> list[Sample]:
    """Five samples on rungs 0, 2, 5 and 8, and one that nobody has examined."""
    found: list[tuple[int, list[str]]] = [(0, ["a"]), (2, ["b", "b", "c"]), (5, ["b"]), (8, [])]
    save_verdicts([verdict(current(one), level, *codes) for one, (level, codes) in zip(samples, found, strict=False)])
    return samples


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ("?reached=from-1", [1, 2, 3]),
        ("?reached=from-5", [2, 3]),
        ("?reached=from-8", [3]),
        ("?reached=below-5", [0, 1]),
        ("?reached=below-8", [0, 1, 2]),
        ("?finding=b", [1, 2]),
        ("?finding=c", [1]),
        ("?finding=b&reached=from-5", [2]),
        ("?finding=b&q=number+2", [2]),
        ("?finding=nobody-found-this", [0, 1, 2, 3, 4]),
        ("?reached=from-9", [0, 1, 2, 3, 4]),
        ("?reached=from-0", [0, 1, 2, 3, 4]),
        ("?reached=5", [0, 1, 2, 3, 4]),
        ("?finding=a%00b", [0, 1, 2, 3, 4]),
    ],
)
def test_filters(client: Client, checked: list[Sample], query: str, places: list[int]) -> None:
    assert listed(client, query) == ids(checked, *places)


def test_an_older_verifiers_word_does_not_count(client: Client, checked: list[Sample]) -> None:
    save_verdicts([verdict(current(checked[4]), 8, "b", "z", by="0")])
    assert listed(client, "?reached=from-8") == ids(checked, 3)
    assert listed(client, "?finding=b") == ids(checked, 1, 2)
    assert "z" not in read_offers().codes


def test_what_was_found_about_a_text_before_its_edit_does_not_count(
    client: Client, checked: list[Sample], reviewer: User
) -> None:
    edit(reviewer, current(checked[2]), Text("Edited?", "", "Edited."))
    assert listed(client, "?finding=b") == ids(checked, 1)


def test_the_codes_are_offered_the_most_frequent_first(client: Client, checked: list[Sample]) -> None:
    assert read_offers().codes == ["b", "a", "c"]
    save_verdicts([verdict(current(checked[4]), 3, "c")])
    assert read_offers().codes == ["b", "c", "a"]
    page = client.get(reverse("list_samples")).content.decode()
    assert page.index('<option value="b">') < page.index('<option value="c">') < page.index('<option value="a">')


def test_people_are_offered_as_they_are(reviewer: User) -> None:
    off = User.objects.create(username="off", role=Role.REVIEWER, is_active=False)
    offers = read_offers()
    assert {key: (str(one.uuid), one.pk, one.username) for key, one in offers.people.items()} == {
        str(one.uuid): (str(one.uuid), one.pk, one.username) for one in (reviewer, off)
    }
    assert offers.active_people == [reviewer]


def test_a_code_of_a_hostile_verifier_stays_text(client: Client, checked: list[Sample]) -> None:
    save_verdicts([verdict(current(checked[4]), 3, '"><script>')])
    assert "<script>" not in client.get(reverse("list_samples")).content.decode().replace("<script src", "")


def test_the_filters_stay_in_the_address(client: Client, import_lines: ImportLines) -> None:
    import_lines([line(number, output="$2100 is VMAIN.") for number in range(53)])
    versions = SampleVersion.objects.all()
    save_verdicts([verdict(version, 5, "b") for version in versions])
    page = client.get(reverse("list_samples") + "?reached=from-5&finding=b")
    assert f"?reached=from-5&amp;finding=b&amp;before={page.context['page'].next_cursor}" in page.content.decode()
    assert '<option value="from-5" selected>at least 5: flow checked</option>' in page.content.decode()
    assert '<option value="b" selected>b</option>' in page.content.decode()


def test_an_examination_counts_what_it_finds_once(client: Client, import_lines: ImportLines) -> None:
    source = import_lines([line(0), line(1, output="$2101 is VMAIN.")])
    run_queue()
    counts = dict(FindingCode.objects.values_list("code", "found"))
    assert counts == {"register_supported": 1, "register_contradicted": 1}
    assert listed(client, "?finding=register_contradicted") == [source.samples.order_by("pk")[1].pk]


def test_the_list_costs_few_queries_with_them(
    client: Client, checked: list[Sample], django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(8):
        client.get(reverse("list_samples") + "?reached=from-2&finding=b")


def test_no_request_reads_all_verdicts(client: Client, checked: list[Sample]) -> None:
    with CaptureQueriesContext(connection) as asked:
        client.get(reverse("list_samples"))
    assert not [query["sql"] for query in asked if "datasets_verdict" in query["sql"]]
