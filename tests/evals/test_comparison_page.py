"""The page of one comparison, a board of two, and its exports: the same numbers everywhere, bounded queries."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from afsweb.core.models import Job, JobState, Role, User, WorkState
from datasets_app.models import Domain
from evals_app.compare.report import Report
from evals_app.models import Comparison, Suite
from evals_app.register_suite import register_cases, registers_of
from evals_app.results.evidence import Piece, pieces
from evals_app.suites import CaseDraft, make_suite
from tests.evals.conftest import MakeVersion
from tests.evals.making import make_comparison, make_run, say_right
from tests.evals.test_pages import FRAME, text

Login = Callable[[Role | User], Client]


@pytest.fixture
def comparison(domain: Domain, make_version: MakeVersion) -> Comparison:
    """24 registers of two parts; the candidate collapsed onto CGADD."""
    registers = [*registers_of("", ["PPU"])[:12], *registers_of("", ["CPU"])[:12]]
    suite = make_suite(
        "two", name="Two parts", domain=domain, scorer="register_claims", drafts=register_cases(registers, seed=1)
    )
    baseline = make_run(suite, make_version("veran"), say_right)
    candidate = make_run(suite, make_version("broken"), lambda case: "=CGADD" if case.category[0] == "P" else "?")
    return make_comparison(baseline, candidate)


def export(client: Client, comparison: Comparison, what: str) -> str:
    response = client.get(reverse("export_comparison", args=[comparison.uuid, what]))
    assert response.status_code == 200
    assert f'filename="veran-v1-broken-v1-{what}"' in response["Content-Disposition"]
    return response.content.decode()


def test_the_page_says_how_it_is(client_as: Login, comparison: Comparison, django_assert_max_num_queries: Any) -> None:
    viewer = client_as(Role.VIEWER)
    # Ten for the comparison; the matrix, and what people and judges picked.
    with django_assert_max_num_queries(FRAME + 12):
        shown = text(viewer.get(comparison.get_absolute_url()))
    assert "veran v1 against broken v1" in shown
    assert "regressed by 1.00" in shown
    assert "score 1.00 → 0.00" in shown
    assert "over 24 facts" in shown
    assert "0 fixed, 72 broke of 72 cases" in shown
    assert "One answer, CGADD, for 12 of 12 subjects" in shown
    assert "Compute again" not in shown


def test_tabs_show_what_they_name(client_as: Login, comparison: Comparison) -> None:
    viewer, url = client_as(Role.VIEWER), comparison.get_absolute_url()
    row = 'hx-target="#evidence"'
    assert text(viewer.get(url, {"tab": "broke"})).count(row) == 25
    assert text(viewer.get(url, {"tab": "broke", "from": "50"})).count(row) == 22
    assert text(viewer.get(url, {"tab": "unparsed", "from": "25"})).count(row) == 11
    assert "No case is like that." in text(viewer.get(url, {"tab": "fixed"}))
    assert text(viewer.get(url, {"tab": "nonsense", "from": "-3"})).count(row) == 25


def test_only_the_page_with_the_chart_relaxes_styles(client_as: Login, comparison: Comparison) -> None:
    viewer = client_as(Role.VIEWER)
    policy = viewer.get(comparison.get_absolute_url())["Content-Security-Policy"].split("; ")
    assert {"script-src 'self'", "style-src 'self' 'unsafe-inline'"} <= set(policy)
    assert "unsafe-inline" not in viewer.get("/comparisons/")["Content-Security-Policy"]


def test_json_is_the_stored_report(client_as: Login, comparison: Comparison) -> None:
    found = json.loads(export(client_as(Role.VIEWER), comparison, "report.json"))
    assert found["candidates"][0]["report"] == comparison.statistics
    assert found["suite"] == "Two parts 1"


def test_categories_hold_the_same_digits(client_as: Login, comparison: Comparison) -> None:
    rows = list(csv.DictReader(io.StringIO(export(client_as(Role.VIEWER), comparison, "categories.csv"))))
    report = Report.model_validate(comparison.statistics)
    assert report.difference
    assert [row["category"] for row in rows] == ["all", "CPU registers", "PPU registers"]
    assert float(rows[0]["difference"]) == report.difference.paired.difference
    assert float(rows[0]["low"]) == report.difference.paired.low
    second = report.categories[1]
    assert second.candidate
    assert float(rows[2]["candidate_score"]) == second.candidate.value
    assert float(rows[2]["p_bh"]) == second.p_adjusted


def test_cases_hold_both_answers_and_no_formula(client_as: Login, comparison: Comparison) -> None:
    rows = list(csv.DictReader(io.StringIO(export(client_as(Role.VIEWER), comparison, "cases.csv"))))
    assert len(rows) == 72
    first = next(row for row in rows if row["fact"] == "INIDISP")
    assert first["baseline_answer"] == "$2100 is INIDISP."
    assert first["candidate_answer"] == "'=CGADD"
    assert (first["outcome"], float(first["difference"])) == ("broke", -1.0)


def test_what_cannot_be_exported_is_not_found(client_as: Login, comparison: Comparison) -> None:
    viewer = client_as(Role.VIEWER)
    assert viewer.get(reverse("export_comparison", args=[comparison.uuid, "report.pdf"])).status_code == 404
    Comparison.objects.update(state=WorkState.QUEUED)
    assert viewer.get(reverse("export_comparison", args=[comparison.uuid, "report.json"])).status_code == 404


def test_a_failed_comparison_says_why_and_can_be_computed_again(client_as: Login, comparison: Comparison) -> None:
    job = Job.objects.create(kind="evals.compare", title="c", state=JobState.FAILED, error="It lost its worker.")
    Comparison.objects.update(state=WorkState.RUNNING, job=job)
    trainer = client_as(Role.TRAINER)
    shown = text(trainer.get(comparison.get_absolute_url()))
    assert "It lost its worker." in shown
    assert "Compute again" in shown
    again = reverse("recompute_comparison", args=[comparison.uuid])
    assert "every 2s" in text(trainer.post(again, follow=True))
    assert "being computed already" in text(trainer.post(again, follow=True))


def test_two_versions_without_a_common_answer_have_nothing_to_compare(
    client_as: Login, suite: Suite, make_version: MakeVersion
) -> None:
    runs = [make_run(suite, make_version(name), say_right) for name in ("a", "b")]
    runs[0].results.filter(case__cluster="VMAIN").update(state="failed", score=None, error="503")
    runs[1].results.exclude(case__cluster="VMAIN").update(state="failed", score=None, error="503")
    comparison = make_comparison(*runs)
    viewer = client_as(Role.VIEWER)
    shown = text(viewer.get(comparison.get_absolute_url()))
    assert "no case was answered by both versions" in shown
    assert "Missing <small>15</small>" in shown
    assert "regressed" not in shown
    assert text(viewer.get("/comparisons/"))
    rows = list(csv.DictReader(io.StringIO(viewer_csv(viewer, comparison))))
    assert (rows[0]["difference"], rows[0]["verdict"]) == ("", "")


def viewer_csv(viewer: Client, comparison: Comparison) -> str:
    return viewer.get(reverse("export_comparison", args=[comparison.uuid, "categories.csv"])).content.decode()


def test_a_keyword_suite_has_no_confusion(client_as: Login, domain: Domain, make_version: MakeVersion) -> None:
    drafts = [
        CaseDraft(f"c{i}", "words", f"c{i}", [{"role": "user", "content": f"What is {i}?"}], {"keywords": ["one"]})
        for i in range(8)
    ]
    suite = make_suite("words", name="Words", domain=domain, scorer="keyword", drafts=drafts)
    comparison = make_comparison(
        make_run(suite, make_version("a"), lambda case: "one"), make_run(suite, make_version("b"), lambda case: "two")
    )
    shown = text(client_as(Role.VIEWER).get(comparison.get_absolute_url()))
    assert "regressed by 1.00" in shown
    assert "about each register" not in shown


def test_the_page_comes_by_itself_when_it_is_computed(client_as: Login, comparison: Comparison) -> None:
    part = client_as(Role.VIEWER).get(comparison.get_absolute_url(), headers={"HX-Request": "true"})
    assert part["HX-Refresh"] == "true"


def test_answers_are_cut_where_evidence_begins_and_ends() -> None:
    found = pieces("a bb c", [span(2, 4, "supported"), span(3, 6, "contradicted"), span(50, 60, "unknown")])
    assert found == [Piece("a ", ""), Piece("b", "supported"), Piece("b c", "contradicted")]
    assert pieces("", []) == []


def span(start: int, end: int, verdict: Any) -> Any:
    return {"start": start, "end": end, "verdict": verdict, "text": ""}
