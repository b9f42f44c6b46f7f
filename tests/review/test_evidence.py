"""The evidence panel: how far up the ladder, how long and how slow, each finding with its line, hint and table."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from afsweb.core.models import Role, User
from datasets_app.domains.base import get_domain
from datasets_app.models import Sample, Verdict
from datasets_app.review.edit import edit
from datasets_app.review.evidence import Evidence, cycle_words
from tests.review.making import version
from tests.review.test_edit import BETTER

CODE = get_domain("asm65816")
TABLE = [["", "the original", "this code"], ["both begin with", "A=$0002 nvMXdizc", ""], ["A", "$0057", "$0056"]]
PARTED = {
    "level": "bad",
    "code": "other_effect",
    "message": "From the state below they part.",
    "line": 1,
    "where": "output",
    "hint": "Keep the SEC before <SBC>.",
    "rung": 8,
    "table": TABLE,
}


def verdict(level: int, *findings: dict[str, Any], **more: Any) -> Verdict:
    told = {"verifier": CODE.slug, "verifier_version": CODE.verifier_version, "level": level}
    return Verdict(findings=list(findings), **(told | more))


def steps(level: int, *findings: dict[str, Any]) -> list[str]:
    return [step.tone for step in Evidence(verdict(level, *findings)).steps]


def test_the_ladder_is_filled_as_far_as_the_text_came() -> None:
    assert steps(3) == ["ok"] * 3 + [""] * 5
    assert steps(8) == ["ok"] * 8


def test_the_rung_that_failed_stands_out() -> None:
    assert steps(7, PARTED) == ["ok"] * 7 + ["bad"]
    assert Evidence(verdict(7, PARTED)).stopped_by == "executed"
    assert Evidence(verdict(7)).stopped_by == ""


def test_the_lowest_of_several_faults_is_the_one_that_stopped_it() -> None:
    assert steps(1, PARTED, PARTED | {"rung": 2}) == ["ok", "bad"] + [""] * 6


def test_a_text_without_code_that_says_something_wrong_stopped_at_its_facts() -> None:
    assert steps(0, PARTED | {"rung": 6}) == [""] * 5 + ["bad"] + [""] * 2


def test_a_fault_that_names_no_rung_is_blamed_on_none() -> None:
    assert steps(7, {"level": "bad", "code": "x", "message": "x"}) == ["ok"] * 7 + [""]


def test_a_verdict_of_an_older_verifier_has_no_place_on_the_ladder() -> None:
    assert Evidence(verdict(1, verifier_version="0")).is_old
    assert not Evidence(verdict(1)).is_old
    assert Evidence(verdict(1, verifier="gone")).is_old


@pytest.mark.parametrize(
    ("size", "cycles", "words"),
    [
        (23, [40, 62], "23 bytes, 40 to 62 cycles"),
        (1, [2, 2], "1 byte, 2 cycles"),
        (1200, [4000, 4000], "1,200 bytes, 4,000 cycles"),
        (13, [21, None], "13 bytes, at least 21 cycles (a loop or a call has no known end)"),
        (None, None, ""),
        (5, None, "5 bytes"),
    ],
)
def test_bytes_and_cycles_in_words(size: int | None, cycles: list[int | None] | None, words: str) -> None:
    assert Evidence(verdict(7, byte_count=size, cycles=cycles)).measured == words
    assert cycle_words(1, 1) == "1 cycle"


@pytest.mark.parametrize(
    ("tools", "code", "badge"),
    [
        ({"asar": "1.91"}, "asar_agrees", ("ok", "asar 1.91 agrees")),
        ({"asar": "1.91"}, "asar_disagrees", ("bad", "asar 1.91 disagrees")),
        ({"asar": "1.91"}, "other", None),
        ({}, "asar_missing", None),
        ({}, "asar_agrees", None),
    ],
)
def test_asar_agrees_only_where_it_was_asked(tools: dict[str, str], code: str, badge: tuple[str, str] | None) -> None:
    found = Evidence(verdict(7, {"level": "ok", "code": code, "message": ""}, tool_versions=tools)).badge
    assert (found and (found.tone, found.words)) == badge


@pytest.fixture
def client(client: Client, reviewer: User) -> Client:
    client.force_login(reviewer)
    return client


def keep(sample: Sample, found: Verdict) -> None:
    found.version = version(sample)
    found.save()


@pytest.mark.parametrize("page", ["review", "sample", "version", "edit"])
def test_every_page_of_a_text_shows_its_evidence(client: Client, sample: Sample, page: str) -> None:
    keep(sample, verdict(7, PARTED, byte_count=11, cycles=[19, 19]))
    urls = {
        "review": f"{reverse('review')}?sample={sample.uuid}",
        "sample": sample.get_absolute_url(),
        "version": reverse("show_sample_version", args=[version(sample).uuid]),
        "edit": reverse("edit_sample_version", args=[version(sample).uuid]),
    }
    html = client.get(urls[page]).content.decode()
    for said in (
        "<b>7 of 8</b>: bytes and cycles measured",
        "stopped</span> at “executed”",
        "11 bytes, 19 cycles",
        "other effect</span>",
        "output, line 1",
        "&lt;SBC&gt;",
        '<th scope="col">this code</th>',
        '<td class="mono" colspan="2">A=$0002 nvMXdizc</td>',
        '<th scope="row">A</th>',
    ):
        assert said in html, said
    assert "<SBC>" not in html


def test_bad_lines_are_marked_on_the_page_of_a_version(client: Client, sample: Sample) -> None:
    keep(sample, verdict(7, PARTED))
    html = client.get(reverse("show_sample_version", args=[version(sample).uuid])).content.decode()
    assert '<div data-n="1" class="hit bad">It is register number 0.</div>' in html


def test_an_old_version_keeps_its_own_evidence(client: Client, sample: Sample, reviewer: User) -> None:
    keep(sample, verdict(7, PARTED))
    new = edit(reviewer, version(sample), BETTER)
    old = client.get(reverse("show_sample_version", args=[version(sample).uuid])).content.decode()
    assert "other effect" in old and "What is at" in old
    edited = client.get(reverse("show_sample_version", args=[new.uuid])).content.decode()
    assert "other effect" not in edited and "Not examined yet." in edited


def test_an_older_verifiers_word_says_so(client: Client, sample: Sample) -> None:
    keep(sample, verdict(1, PARTED, verifier_version="0"))
    html = client.get(sample.get_absolute_url()).content.decode()
    assert "An older version of the verifier said this" in html and "of 8" not in html


def test_pages_of_a_version_cost_few_queries(
    client: Client, sample: Sample, django_assert_max_num_queries: Any
) -> None:
    keep(sample, verdict(7, PARTED))
    with django_assert_max_num_queries(7):
        client.get(reverse("show_sample_version", args=[version(sample).uuid]))
    with django_assert_max_num_queries(7):
        client.get(reverse("edit_sample_version", args=[version(sample).uuid]))


def test_the_admin_says_it_in_words_too(client_as: Any, sample: Sample) -> None:
    keep(sample, verdict(7, PARTED, byte_count=11, cycles=[19, 19]))
    admin = client_as(Role.REVIEWER)
    (kept,) = Verdict.objects.all()
    page = admin.get(reverse("admin:datasets_verdict_change", args=[kept.pk])).content.decode()
    for said in ("7 of 8: bytes and cycles measured", "11 bytes, 19 cycles", "output, line 1", "they part", "0 right"):
        assert said in page, said
    assert "7 of 8" in admin.get(reverse("admin:datasets_verdict_changelist")).content.decode()
