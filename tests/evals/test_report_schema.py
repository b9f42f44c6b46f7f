"""A report of an earlier edition is still read; what it lacks is said, and computing it again fills it in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from afsweb.core.models import Job, Role, User
from datasets_app.models import Domain
from evals_app.compare.report import Report
from evals_app.models import Comparison
from evals_app.register_suite import register_cases, registers_of
from evals_app.runs.launch import compute_again
from evals_app.suites import make_suite
from tests.evals.conftest import MakeVersion
from tests.evals.making import make_comparison, make_run, say_right
from tests.evals.test_pages import text

NEW_OF_REPORT = ("bootstrap", "noise_floor")
NEW_OF_PAIRED = ("relative", "deviation")
NEW_OF_SIDE = ("deviation", "passed", "usage")


def as_schema_1(statistics: dict[str, Any]) -> dict[str, Any]:
    """The report as 0.5.0 kept it: without what came since, its categories' p values adjusted by Holm."""
    old = {name: value for name, value in statistics.items() if name not in NEW_OF_REPORT} | {"schema_version": 1}
    for side in ("baseline", "candidate"):
        old[side] = {name: value for name, value in old[side].items() if name not in NEW_OF_SIDE}
    old["difference"] = without_new(old["difference"])
    kept = [{k: v for k, v in one.items() if k != "noise_floor"} for one in old["categories"]]
    old["categories"] = [one | {"difference": without_new(one["difference"]), "p_adjusted": 0.999} for one in kept]
    old["cases"] = [row[:6] for row in old["cases"]]
    return old


def without_new(difference: dict[str, Any]) -> dict[str, Any]:
    return difference | {"paired": {k: v for k, v in difference["paired"].items() if k not in NEW_OF_PAIRED}}


@pytest.fixture
def old(domain: Domain, make_version: MakeVersion) -> Comparison:
    """A comparison over two categories that an earlier edition computed."""
    registers = [*registers_of("", ["PPU"])[:8], *registers_of("", ["CPU"])[:8]]
    drafts = register_cases(registers, seed=1)
    suite = make_suite("old", name="Old", domain=domain, scorer="register_claims", drafts=drafts)
    baseline = make_run(suite, make_version("a"), say_right)
    candidate = make_run(suite, make_version("b"), lambda case: "It is TM." if case.category[0] == "P" else "?")
    comparison = make_comparison(baseline, candidate)
    comparison.statistics = as_schema_1(comparison.statistics)
    comparison.save()
    return comparison


def test_an_old_report_keeps_its_numbers(old: Comparison) -> None:
    report = Report.model_validate(old.statistics)
    assert report.schema_version == 1
    assert report.difference
    assert report.difference.paired.difference == -1.0
    assert (report.difference.paired.relative, report.baseline.usage, report.noise_floor) == (None, None, None)
    assert all(case.unstable is None for case in report.cases)


def test_its_categories_are_adjusted_anew(old: Comparison) -> None:
    first, second = Report.model_validate(old.statistics).categories
    assert first.difference
    assert second.difference
    assert first.p_adjusted == second.p_adjusted == pytest.approx(first.difference.paired.p)


def test_its_page_says_what_is_missing_and_computing_again_brings_it(
    client_as: Callable[[Role | User], Client], old: Comparison, do: Callable[[Job | None], str]
) -> None:
    viewer = client_as(Role.VIEWER)
    assert "computed by an earlier edition" in text(viewer.get(old.get_absolute_url()))
    assert viewer.get(reverse("export_comparison", args=[old.uuid, "report.md"])).status_code == 200
    compute_again(old, None)
    old.refresh_from_db()
    assert do(old.job) == "succeeded"
    old.refresh_from_db()
    report = Report.model_validate(old.statistics)
    assert report.schema_version == 2
    assert report.baseline.usage
    assert report.baseline.usage.output_tokens == 5 * 48
    assert "computed by an earlier edition" not in text(viewer.get(old.get_absolute_url()))


def test_a_report_of_a_later_edition_is_refused(old: Comparison) -> None:
    with pytest.raises(ValueError, match="schema_version"):
        Report.model_validate(old.statistics | {"schema_version": 3})
