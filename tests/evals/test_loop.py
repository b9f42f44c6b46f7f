"""Back into the loop: failed cases become requests, disagreements a queue, changed goldens another evaluation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from afsweb.core.models import Role, User
from datasets_app.models import CoverageCell, Decider, Domain, ReviewQueue, Sample, SampleState, Source, Text
from datasets_app.quality.embedding import default_embedder, embed, embedded_text
from datasets_app.quality.vectors import save_vectors
from datasets_app.samples.adding import NewSample, add_samples
from evals_app.errors import NoDisagreements, NothingNear, NothingToRepeat
from evals_app.loop.again import ask_again, changed_goldens, last_runs, made_from_goldens
from evals_app.loop.disagreeing import disagreements, review_near
from evals_app.loop.failed import failed_scores, plan_samples
from evals_app.models import EvalRun, Score, Suite
from evals_app.suites import CaseDraft, make_suite
from tests.evals.conftest import MakeVersion, register_drafts
from tests.evals.gating import MANY, a_version, knows, make_many, run_of
from tests.evals.making import make_run
from tests.evals.test_pages import text
from tests.rows import gild

Login = Callable[[Role | User], Client]


@pytest.fixture
def many(domain: Domain) -> Suite:
    return make_many()


def test_failed_cases_become_a_request_that_the_form_understands(client_as: Login, many: Suite) -> None:
    run = run_of(many, a_version("veran"), 10)
    plan = plan_samples(run)
    (request,) = plan.requests
    assert (plan.failed, len(request.cases), plan.unplaced) == (6, 6, [])
    assert (request.generator, request.kinds) == ("register_facts", ("register_name",))
    assert request.topics
    assert request.target == 60
    trainer = client_as(Role.TRAINER)
    shown = text(trainer.get(request.url))
    for value in ("what veran v1 failed on Many 1", "register_name", ", ".join(request.topics), "60"):
        assert f'value="{value}"' in shown
    assert '<option value="asm65816:register_facts" selected>' in shown
    assert "Generate samples about what failed" in text(trainer.get(run.get_absolute_url()))


def test_only_what_broke_is_asked_of_a_comparison(client_as: Login, many: Suite) -> None:
    before, after = run_of(many, a_version("old"), 3), make_run(many, a_version("new"), knows(MANY[2:4]))
    broke = failed_scores(after, before)
    assert {case.cluster for case in broke} == set(MANY[:2])
    assert len(failed_scores(after)) == 30
    shown = text(client_as(Role.TRAINER).get(f"/evaluations/{after.uuid}/plan/", {"baseline": str(before.uuid)}))
    assert "6 cases that old v1 had right" in shown


def test_a_case_says_by_its_tags_what_trains_for_it(domain: Domain) -> None:
    drafts = register_drafts(["INIDISP"])
    tagged = [replace(drafts[0], tags=["kind:debug"]), replace(drafts[1], tags=["kind:unheard of"]), drafts[2]]
    CoverageCell.objects.create(domain=domain, kind="register_twice", topic="display", accepted=1)
    suite = make_suite("tags", name="Tags", domain=domain, scorer="register_claims", drafts=tagged)
    run = make_run(suite, a_version("veran"), lambda case: "It is TM.")
    found = {request.kinds: len(request.cases) for request in plan_samples(run).requests}
    assert found == {("debug",): 1, ("register_twice",): 1, ("register_name",): 1}


def test_a_domain_without_generators_plans_nothing(db: None) -> None:
    prose = Domain.objects.get(slug="text")
    suite = make_suite("prose", name="Prose", domain=prose, scorer="register_claims", drafts=register_drafts(["TM"]))
    plan = plan_samples(make_run(suite, a_version("veran"), lambda case: "It is CGADD."))
    assert (plan.requests, len(plan.unplaced), plan.failed) == ([], 3, 3)


def test_when_all_is_right_nothing_is_wanting(client_as: Login, many: Suite) -> None:
    run = run_of(many, a_version("veran"))
    assert plan_samples(run).requests == []
    shown = text(client_as(Role.TRAINER).get(f"/evaluations/{run.uuid}/plan/"))
    assert "Nothing is wanting" in shown


def judge(run: EvalRun, count: int, by: User | None = None, scorer: str = "rubric") -> None:
    """Let somebody find the first answers worth nothing."""
    for result in run.results.order_by("pk")[:count]:
        Score.objects.create(result=result, scorer=scorer, version="1", by=by, value=0.0)


def near(domain: Domain, question: str, **facts: Any) -> Sample:
    """A sample with its vector."""
    source = Source.objects.get_or_create(domain=domain, kind="import", state="active", name="a file")[0]
    (sample,) = add_samples(source, [NewSample(Text(question, "", "It is INIDISP."))])
    assert sample.current
    save_vectors(default_embedder(), [sample.current.pk], embed(default_embedder(), [embedded_text(sample.current)]))
    Sample.objects.filter(pk=sample.pk).update(**facts)
    return sample


def test_who_says_otherwise(many: Suite, reviewer: User) -> None:
    run = run_of(many, a_version("veran"))
    judge(run, 2)
    judge(run, 1, reviewer, "human")
    # What its own scorer said in an earlier version is no other opinion, nor is one that hardly differs.
    judge(run, 5, None, "register_claims")
    Score.objects.create(result=run.results.latest("pk"), scorer="rubric", version="1", value=0.75)
    found = disagreements(run)
    assert sorted((one.other.scorer, one.apart) for one in found) == [("human", 1.0), ("rubric", 1.0), ("rubric", 1.0)]


def test_disagreements_become_queues_of_the_nearest_samples(
    client_as: Login, domain: Domain, many: Suite, trainer: User
) -> None:
    run = run_of(many, a_version("veran"))
    with pytest.raises(NoDisagreements):
        review_near(run, trainer)
    judge(run, 1)
    with pytest.raises(NothingNear):
        review_near(run, trainer)
    case = run.results.order_by("pk")[0].case
    waiting = near(domain, case.question)
    taken = near(domain, f"{case.question} Say.", state=SampleState.ACCEPTED, decided_by=Decider.GATE)
    near(domain, case.question, state=SampleState.ACCEPTED, decided_by=Decider.PERSON)
    browser = client_as(trainer)
    shown = text(browser.post(f"/evaluations/{run.uuid}/review/", follow=True))
    assert "Near what is disputed of veran v1" in shown
    queues = ReviewQueue.objects.order_by("pk")
    assert [queue.query.get("decided_by", "") for queue in queues] == ["", "gate"]
    assert [list_of(browser, queue) for queue in queues] == [{waiting.pk}, {taken.pk}]
    assert "is taken by another view or queue" in text(browser.post(f"/evaluations/{run.uuid}/review/", follow=True))


def list_of(browser: Client, queue: ReviewQueue) -> set[int]:
    """The samples that the queue's page lists."""
    shown = text(browser.get(queue.get_absolute_url()))
    return {sample.pk for sample in Sample.objects.all() if str(sample.uuid) in shown}


def golden_suite(domain: Domain, samples: list[Sample]) -> Suite:
    drafts = []
    for sample in samples:
        version = Sample.objects.select_related("current").get(pk=sample.pk).current
        assert version
        asked = [{"role": "user", "content": version.instruction}]
        expected = {"direction": "name", "address": "$2100", "name": "INIDISP"}
        key, tags = f"g{sample.pk}", ["golden", f"sample:{sample.uuid}"]
        drafts.append(CaseDraft(key, "goldens", key, asked, expected, tags=tags, references=[version.output]))
    return make_suite("goldens", name="Goldens", domain=domain, scorer="register_claims", drafts=drafts)


def test_changed_goldens_are_seen(domain: Domain) -> None:
    samples = [near(domain, f"What is at $210{n}?") for n in range(4)]
    gild([sample.pk for sample in samples[:3]])
    suite = golden_suite(domain, samples)
    cases = made_from_goldens(suite)
    assert [(one.case.key, one.reason) for one in changed_goldens(cases)] == [
        (f"g{samples[3].pk}", "its sample is golden no longer")
    ]
    suite.cases.filter(key=f"g{samples[0].pk}").update(messages=[{"role": "user", "content": "What was asked?"}])
    suite.cases.filter(key=f"g{samples[1].pk}").update(references=["Another answer."])
    suite.cases.filter(key=f"g{samples[2].pk}").update(tags=["golden", "sample:00000000-0000-4000-8000-000000000000"])
    assert [one.reason for one in changed_goldens(made_from_goldens(suite))] == [
        "its sample asks something else now",
        "its sample answers otherwise now",
        "its sample is gone",
        "its sample is golden no longer",
    ]


def test_the_last_versions_answer_the_newest_suite(
    client_as: Login, domain: Domain, suite: Suite, make_version: MakeVersion, trainer: User
) -> None:
    versions = [make_version(f"v{number}") for number in range(4)]
    for version in versions:
        run = make_run(suite, version, lambda case: "It is TM.")
    EvalRun.objects.filter(pk=run.pk).update(sampling={"temperature": 0.5, "max_new_tokens": 9, "seed": 3}, repeats=2)
    drafts = register_drafts(["TM", "TS"])
    newest = make_suite("registers", name="Registers", domain=domain, scorer="register_claims", drafts=drafts)
    assert [one.version for one in last_runs(suite, 2)] == [versions[3], versions[2]]
    browser, address = client_as(trainer), f"/suites/{suite.uuid}/again/"
    assert "v3 v1, v2 v1, v1 v1" in text(browser.get(address))
    assert "2 evaluations are in the line." in text(browser.post(address, {"count": "2"}, follow=True))
    made = EvalRun.objects.filter(suite=newest).order_by("pk")
    assert [(one.version, one.repeats) for one in made] == [(versions[2], 1), (versions[3], 2)]
    assert made[1].sampling == {"temperature": 0.5, "max_new_tokens": 9, "seed": 3}
    assert len(ask_again(suite, 10, trainer)) == 2
    with pytest.raises(NothingToRepeat, match="Registers 2 already"):
        ask_again(suite, 10, trainer)
    assert "has answered Registers 2 already" in text(browser.get(address))
