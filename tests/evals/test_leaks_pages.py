"""The pages of leaks: which snapshots hold which cases, and what that does to a score."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from afsweb.core.models import Job, Role, User
from datasets_app.models import Domain, Snapshot, Text
from evals_app.models import EvalRun, Suite
from tests.evals.gating import MANY, a_version, make_many, run_of, train_on
from tests.evals.making import make_comparison
from tests.evals.test_pages import FRAME, text
from tests.rows import run_job

Login = Callable[[Role | User], Client]


@pytest.fixture
def many(domain: Domain) -> Suite:
    return make_many()


@pytest.fixture
def run(many: Suite) -> EvalRun:
    """A run of a version that was trained on the questions about two registers."""
    version = a_version("new")
    questions = [case.question for case in many.cases.filter(cluster__in=MANY[:2])]
    train_on(version, [Text(question, "", "By heart.") for question in questions])
    return run_of(many, version, 2)


def do_all() -> None:
    for job in Job.objects.filter(state="queued"):
        run_job(job)


def test_a_suite_shows_which_snapshots_leak(
    client_as: Login, many: Suite, run: EvalRun, django_assert_max_num_queries: Any
) -> None:
    trainer, address = client_as(Role.TRAINER), f"/suites/{many.uuid}/contamination/"
    snapshot = Snapshot.objects.get()
    shown = text(trainer.get(address))
    assert "not yet" in shown
    assert address in text(trainer.get(many.get_absolute_url()))
    answer = trainer.post(f"{address}look/", {"snapshot": snapshot.uuid}, follow=True)
    assert "What it finds stands here" in text(answer)
    assert "looks for" not in text(answer)
    again = trainer.post(f"{address}look/", {"snapshot": snapshot.uuid}, follow=True)
    assert "A job looks for Many 1 in snapshot of new v1 already" in text(again)
    do_all()
    with django_assert_max_num_queries(FRAME + 9):
        shown = text(trainer.get(address, {"snapshot": str(snapshot.uuid)}))
    assert 'href="?snapshot=' in shown
    assert shown.count("the same question") == 6
    assert run.suite.cases.filter(cluster=MANY[0])[0].key in shown


def test_a_run_shows_both_scores(client_as: Login, run: EvalRun, django_assert_max_num_queries: Any) -> None:
    viewer, address = client_as(Role.VIEWER), f"/evaluations/{run.uuid}/leaks/"
    assert "Nobody has looked yet through snapshot of new v1" in text(viewer.get(address))
    assert client_as(Role.TRAINER).post(f"{address}look/").status_code == 302
    do_all()
    with django_assert_max_num_queries(FRAME + 8):
        shown = text(viewer.get(address))
    for fact in ("6 samples of snapshot of new v1 were looked through", "0.17", "1.00", "0.00", "the same question"):
        assert fact in shown
    part = text(viewer.get(address, headers={"HX-Request": "true"}))
    assert "Never seen" in part
    assert "<html" not in part
    assert "Never seen" in text(viewer.get(run.get_absolute_url()))


def test_a_version_that_was_not_trained_here_says_so(client_as: Login, many: Suite) -> None:
    plain = run_of(many, a_version("plain"))
    viewer = client_as(Role.VIEWER)
    assert "was not trained here" in text(viewer.get(f"/evaluations/{plain.uuid}/leaks/"))
    assert "Score with and without" not in text(viewer.get(plain.get_absolute_url()))


def test_a_comparison_leads_to_both_scores(client_as: Login, many: Suite, run: EvalRun) -> None:
    comparison = make_comparison(run_of(many, a_version("plain"), 1), run)
    shown = text(client_as(Role.TRAINER).get(comparison.get_absolute_url()))
    assert "6 cases leaked into new v1" in shown
    assert f'hx-get="/evaluations/{run.uuid}/leaks/"' in shown
    assert f"/evaluations/{run.uuid}/plan/?baseline={comparison.baseline.uuid}" in shown


def test_a_suite_that_nobody_trained_for(client_as: Login, many: Suite) -> None:
    assert "No version was trained on samples of this domain yet." in text(
        client_as(Role.VIEWER).get(f"/suites/{many.uuid}/contamination/")
    )
