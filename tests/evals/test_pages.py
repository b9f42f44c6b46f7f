"""The pages of evaluation: what they show, what they cost in queries, what a wrong click says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from afsweb.core.models import Job, JobState, Role, User, WorkState
from datasets_app.models import Domain
from evals_app.models import Comparison, EvalRun, Result, Suite
from evals_app.runs.launch import launch_eval
from evals_app.shipped.assembly import asm_suites
from evals_app.suites import make_suite
from tests.evals.conftest import MakeVersion
from tests.evals.making import make_comparison, make_run, say_right
from training_app.models import ModelVersion

Login = Callable[[Role | User], Client]
# Two for the session and the person; two more for what the navigation counts.
FRAME = 4


@pytest.fixture
def right(suite: Suite, make_version: MakeVersion) -> EvalRun:
    return make_run(suite, make_version("good"), say_right)


@pytest.fixture
def wrong(suite: Suite, make_version: MakeVersion) -> EvalRun:
    return make_run(suite, make_version("bad"), lambda case: "It is <b>CGADD</b>.")


def text(response: Any, status: int = 200) -> str:
    assert response.status_code == status, response.content[:2000]
    return " ".join(response.content.decode().split())


def test_suites_are_listed(client_as: Login, suite: Suite, django_assert_max_num_queries: Any) -> None:
    viewer = client_as(Role.VIEWER)
    with django_assert_max_num_queries(FRAME + 3):
        shown = text(viewer.get("/suites/"))
    assert suite.get_absolute_url() in shown
    assert ">15<" in shown
    assert "New suite" not in shown


def test_empty_lists_say_what_will_be_here(client_as: Login) -> None:
    trainer = client_as(Role.TRAINER)
    assert "Make a suite" in text(trainer.get("/suites/"))
    assert "Evaluate versions" in text(trainer.get("/evaluations/"))
    assert "Compare two evaluations" in text(trainer.get("/comparisons/"))
    assert "Make a suite" in text(trainer.get("/evaluations/launch/"))
    assert "Two finished evaluations" in text(trainer.get("/comparisons/launch/"))


def test_a_suite_shows_its_cases_by_category(
    client_as: Login, suite: Suite, right: EvalRun, django_assert_max_num_queries: Any
) -> None:
    viewer = client_as(Role.VIEWER)
    with django_assert_max_num_queries(FRAME + 7):
        shown = text(viewer.get(suite.get_absolute_url()))
    assert "15 cases" in shown
    assert "good v1" in shown
    only = text(viewer.get(suite.get_absolute_url(), {"category": "DMA registers"}))
    assert "MDMAEN/name/" in only
    assert "INIDISP/name/" not in only


def test_a_case_shows_what_every_version_said(
    client_as: Login, suite: Suite, right: EvalRun, wrong: EvalRun, django_assert_max_num_queries: Any
) -> None:
    case = suite.cases.filter(cluster="INIDISP").first()
    assert case
    viewer = client_as(Role.VIEWER)
    with django_assert_max_num_queries(FRAME + 3):
        shown = text(viewer.get(case.get_absolute_url()))
    address, name = (f'<a class="fact" href="/facts/registers/2100/">{text}</a>' for text in ("$2100", "INIDISP"))
    assert f'<mark class="ok" title="right">{address} is {name}</mark>' in shown
    assert '<mark class="bad" title="wrong"><a class="fact" href="/facts/registers/2121/">CGADD</a></mark>' in shown


def test_what_a_model_says_is_text_not_markup(client_as: Login, suite: Suite, wrong: EvalRun) -> None:
    shown = text(client_as(Role.VIEWER).get(wrong.get_absolute_url()))
    assert "<b>CGADD" not in shown
    assert "&lt;b&gt;" in shown


def test_a_case_of_another_suite_is_not_found(client_as: Login, suite: Suite, domain: Any) -> None:
    case = suite.cases.first()
    assert case
    other = Suite.objects.create(slug="other", name="Other", domain=domain, scorer="keyword", sha256="0" * 64)
    address = reverse("show_case", args=[other.uuid, case.uuid])
    assert client_as(Role.VIEWER).get(address).status_code == 404


def test_a_suite_is_made_from_the_form(client_as: Login) -> None:
    trainer = client_as(Role.TRAINER)
    data = {"name": "Screen", "registers": "INIDISP $2105", "directions": ["name", "address"], "seed": 3}
    shown = text(trainer.post("/suites/new/", data, follow=True))
    assert "Screen 1 has 12 cases" in shown
    again = text(trainer.post("/suites/new/", data, follow=True))
    assert "there already: nothing was made" in again
    assert Suite.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"registers": "FOO"}, "“FOO” is no hardware register"),
        ({"registers": "", "areas": []}, "Choose a part of the machine"),
        ({"directions": []}, "This field is required"),
        ({"seed": "x"}, "Enter a whole number"),
        ({"name": "!!!"}, "needs a letter or a digit"),
    ],
)
def test_a_wrong_suite_form_says_why(client_as: Login, changes: dict[str, object], said: str) -> None:
    data = {"name": "Screen", "registers": "INIDISP", "directions": ["name"], "seed": 0} | changes
    shown = text(client_as(Role.TRAINER).post("/suites/new/", data))
    assert said in shown
    assert not Suite.objects.exists()


def test_several_versions_become_several_runs(client_as: Login, suite: Suite, make_version: MakeVersion) -> None:
    versions = [make_version("a"), make_version("b")]
    data = {"suite": suite.uuid, "versions": [v.uuid for v in versions], "repeats": 2} | FORM
    assert client_as(Role.TRAINER).post("/evaluations/launch/", data).status_code == 302
    runs = EvalRun.objects.order_by("pk")
    assert [run.version for run in runs] == versions
    assert {(run.repeats, run.sampling["max_new_tokens"], run.state) for run in runs} == {(2, 48, "queued")}
    assert Job.objects.filter(kind="evals.run_suite", queue="eval").count() == 2


FORM = {"max_new_tokens": 48, "temperature": 0, "seed": 0}


def test_one_version_that_cannot_answer_launches_none(
    client_as: Login, suite: Suite, make_version: MakeVersion
) -> None:
    versions = [make_version("a"), make_version("bare", endpoint=None)]
    data = {"suite": suite.uuid, "versions": [v.uuid for v in versions], "repeats": 1} | FORM
    shown = text(client_as(Role.TRAINER).post("/evaluations/launch/", data))
    assert "bare v1 cannot be asked" in shown
    assert not EvalRun.objects.exists()


@pytest.mark.parametrize("field", ["repeats", "max_new_tokens", "temperature", "seed", "suite", "versions"])
def test_a_wrong_launch_form_is_refused(client_as: Login, suite: Suite, version: ModelVersion, field: str) -> None:
    data = {"suite": suite.uuid, "versions": [version.uuid], "repeats": 1} | FORM | {field: "-1"}
    assert client_as(Role.TRAINER).post("/evaluations/launch/", data).status_code == 200
    assert not EvalRun.objects.exists()


def test_a_version_is_chosen_by_the_address(client_as: Login, suite: Suite, version: ModelVersion) -> None:
    shown = text(client_as(Role.TRAINER).get("/evaluations/launch/", {"version": str(version.uuid)}))
    assert f'value="{version.uuid}"' in shown
    assert "checked" in shown


def test_answers_of_code_may_be_longer_unless_somebody_says_otherwise(
    client_as: Login, domain: Domain, suite: Suite, version: ModelVersion
) -> None:
    code = make_suite("code", name="Code", domain=domain, scorer="asm_exec", drafts=asm_suites()[0].drafts[:2])
    trainer = client_as(Role.TRAINER)
    told = {"versions": [version.uuid], "repeats": 1, "temperature": 0, "seed": 0}
    for asked, given in ((suite, ""), (code, ""), (code, "100")):
        response = trainer.post("/evaluations/launch/", told | {"suite": asked.uuid, "max_new_tokens": given})
        assert response.status_code == 302
    lengths = [run.sampling["max_new_tokens"] for run in EvalRun.objects.order_by("pk")]
    assert lengths == [64, 512, 100]


def test_a_finished_run_shows_its_score_with_interval_and_n(
    client_as: Login, right: EvalRun, django_assert_max_num_queries: Any
) -> None:
    viewer = client_as(Role.VIEWER)
    # Eight for the run; who judged it, what people said, what was taken for what, what stood in training: five more.
    with django_assert_max_num_queries(FRAME + 13):
        shown = text(viewer.get(right.get_absolute_url()))
    assert "<b>1.00</b>" in shown
    assert "95 % interval 0.48 to 1.00" in shown
    assert "over 5 facts in 15 cases" in shown
    assert "every 2s" not in shown
    assert "Rescore" not in shown


def test_answers_are_narrowed_by_outcome_and_category(client_as: Login, wrong: EvalRun) -> None:
    viewer = client_as(Role.VIEWER)
    url = wrong.get_absolute_url()
    assert text(viewer.get(url, {"outcome": "right"})).count("/cases/") == 3  # the three about CGADD itself
    assert text(viewer.get(url, {"outcome": "wrong"})).count("/cases/") == 12
    assert text(viewer.get(url, {"category": "DMA registers"})).count("/cases/") == 3
    assert "No answer is like that." in text(viewer.get(url, {"outcome": "unparsed"}))
    assert text(viewer.get(url, {"outcome": "nonsense"})).count("/cases/") == 15


def test_a_run_says_what_next(client_as: Login, wrong: EvalRun, right: EvalRun) -> None:
    Result.objects.filter(run=wrong, case__cluster="VMAIN").update(state="unparsed", score=None, output_tokens=64)
    shown = text(client_as(Role.TRAINER).get(wrong.get_absolute_url()))
    assert "4 facts were not answered right:" in shown
    assert "3 unreadable answers ended at the limit of 64 tokens" in shown
    assert f"/comparisons/launch/?candidate={wrong.uuid}" in shown


def test_a_running_run_polls_and_stops_when_it_ends(
    client_as: Login, suite: Suite, version: ModelVersion, trainer: User, django_assert_max_num_queries: Any
) -> None:
    run = launch_eval(suite, version, trainer)
    viewer = client_as(Role.VIEWER)
    assert "every 2s" in text(viewer.get(run.get_absolute_url()))
    with django_assert_max_num_queries(5):
        part = viewer.get(run.get_absolute_url(), headers={"HX-Request": "true"})
    assert "HX-Refresh" not in part
    assert "<html" not in part.content.decode()
    Job.objects.update(state=JobState.CANCELLED)
    part = viewer.get(run.get_absolute_url(), headers={"HX-Request": "true"})
    assert part["HX-Refresh"] == "true"
    assert "every 2s" not in part.content.decode()


def test_stop_and_go_on(client_as: Login, suite: Suite, version: ModelVersion, trainer: User) -> None:
    run = launch_eval(suite, version, trainer)
    client = client_as(Role.TRAINER)
    url = run.get_absolute_url()
    assert "the answers so far stay" in text(client.post(f"{url}stop/", follow=True))
    assert "nothing to stop" in text(client.post(f"{url}stop/", follow=True))
    assert "It goes on where it was" in text(client.post(f"{url}resume/", follow=True))
    assert "is still queued" in text(client.post(f"{url}resume/", follow=True))
    assert "is still queued" in text(client.post(f"{url}rescore/", follow=True))


def test_runs_are_listed_and_filtered(
    client_as: Login, right: EvalRun, wrong: EvalRun, django_assert_max_num_queries: Any
) -> None:
    viewer = client_as(Role.VIEWER)
    with django_assert_max_num_queries(FRAME + 2):
        shown = text(viewer.get("/evaluations/"))
    assert right.get_absolute_url() in shown
    assert "No evaluation is like that" in text(viewer.get("/evaluations/", {"state": "failed"}))
    assert wrong.get_absolute_url() in text(viewer.get("/evaluations/", {"suite": "registers", "state": "succeeded"}))


def test_a_versions_evaluations_are_a_fragment(
    client_as: Login, right: EvalRun, wrong: EvalRun, django_assert_max_num_queries: Any
) -> None:
    comparison = make_comparison(wrong, right)
    viewer = client_as(Role.VIEWER)
    with django_assert_max_num_queries(FRAME + 4):
        shown = text(viewer.get(reverse("list_version_evals", args=[right.version.uuid])))
    assert comparison.get_absolute_url() in shown
    assert "with bad v1" in shown
    assert "<html" not in shown


def test_a_comparison_is_launched_from_the_form(client_as: Login, right: EvalRun, wrong: EvalRun) -> None:
    trainer = client_as(Role.TRAINER)
    shown = text(trainer.get("/comparisons/launch/", {"candidate": str(right.uuid)}))
    assert "selected" in shown
    response = trainer.post("/comparisons/launch/", {"baseline": wrong.uuid, "candidate": right.uuid})
    comparison = Comparison.objects.get()
    assert response["Location"] == comparison.get_absolute_url()
    assert comparison.state == WorkState.QUEUED
    assert "every 2s" in text(trainer.get(comparison.get_absolute_url()))


def test_a_comparison_that_makes_no_sense_says_why(client_as: Login, right: EvalRun, wrong: EvalRun) -> None:
    trainer = client_as(Role.TRAINER)
    shown = text(trainer.post("/comparisons/launch/", {"baseline": right.uuid, "candidate": right.uuid}))
    assert "cannot be compared with itself" in shown
    assert text(trainer.post("/comparisons/launch/", {"baseline": "x"}))
    assert text(trainer.get("/comparisons/launch/", {"baseline": "no uuid"}))
    assert not Comparison.objects.exists()


def test_comparisons_are_listed_without_their_statistics(
    client_as: Login, right: EvalRun, wrong: EvalRun, django_assert_max_num_queries: Any
) -> None:
    make_comparison(wrong, right)
    make_comparison(right, wrong)
    viewer = client_as(Role.VIEWER)
    with django_assert_max_num_queries(FRAME + 1):
        shown = text(viewer.get("/comparisons/"))
    assert "inconclusive" in shown  # five facts can never reach p < 0.05
    assert "+0.80" in shown
    assert "−0.80" in shown
