"""A run that is stopped, killed or shared goes on where it was: no answer is lost, none is kept twice."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.utils import timezone

from afsweb.core.jobs.context import JobContext, LeaseLost
from afsweb.core.jobs.perform import perform, settle
from afsweb.core.models import Endpoint, Host, Job, JobState, User, WorkState
from evals_app.errors import RunChanged
from evals_app.models import EvalRun, Result, Suite
from evals_app.runs.claims import claim_results, plan_results
from evals_app.runs.launch import go_on, launch_eval
from evals_app.runs.runner import answer_suite
from tests.evals.completions_server import CompletionsServer
from tests.evals.conftest import answer_right, lease, states
from training_app.models import ModelVersion

Do = Callable[[Job | None], str]


@pytest.fixture
def run(suite: Suite, version: ModelVersion, trainer: User, server: CompletionsServer) -> EvalRun:
    answer_right(server, suite)
    return launch_eval(suite, version, trainer)


def kill_after(server: CompletionsServer, monkeypatch: pytest.MonkeyPatch, kept: int) -> None:
    """Make the process die, as far as rows can tell, when so many answers are kept."""
    whole = JobContext.fenced

    def dying(ctx: JobContext) -> object:
        if Result.objects.exclude(state="planned").count() >= kept:
            raise SystemExit("killed")
        return whole(ctx)

    monkeypatch.setattr(JobContext, "fenced", dying)


def test_a_killed_run_goes_on_and_asks_nothing_twice_but_what_was_under_way(
    run: EvalRun, server: CompletionsServer, host: Host, do: Do, monkeypatch: pytest.MonkeyPatch
) -> None:
    Endpoint.objects.update(capabilities={"concurrency": 2})
    assert run.job
    with monkeypatch.context() as patch:
        kill_after(server, patch, kept=6)
        with pytest.raises(SystemExit):
            answer_suite(lease(run.job, host), EvalRun.objects.get())
    kept = dict(run.results.exclude(state="planned").values_list("case__key", "pk"))
    assert 6 <= len(kept) < 15
    assert do(run.job) == "succeeded"
    assert states(run) == {"scored": 15}
    under_way = 2  # the endpoint's concurrency: what was answered and not yet kept counts
    assert len(server.asked()) <= 15 + under_way
    finished = dict(run.results.values_list("case__key", "pk"))
    assert kept.items() <= finished.items()
    run.refresh_from_db()
    assert run.score == 1.0


def test_the_attempt_that_lost_its_lease_keeps_nothing(run: EvalRun, host: Host) -> None:
    assert run.job
    old = lease(run.job, host)
    plan_results(run)
    lease(run.job, host)
    with pytest.raises(LeaseLost):
        answer_suite(old, EvalRun.objects.get())
    assert states(run) == {"planned": 15}


def test_claims_of_a_dead_lease_are_free_and_of_a_live_one_are_not(run: EvalRun, host: Host) -> None:
    assert run.job
    mine = lease(run.job, host)
    plan_results(run)
    first = claim_results(mine, run, repeat=0)
    assert len(first) == 15
    other = Job.objects.create(kind="evals.run_suite", title="another", state=JobState.QUEUED)
    theirs = lease(other, host)
    assert claim_results(theirs, run, repeat=0) == []
    Job.objects.filter(pk=run.job.pk).update(state=JobState.QUEUED, lease=None)
    assert len(claim_results(theirs, run, repeat=0)) == 15


def test_what_a_dead_job_had_claimed_is_asked_by_the_next(
    run: EvalRun, server: CompletionsServer, host: Host, do: Do
) -> None:
    plan_results(run)
    dead = uuid4()
    run.results.filter(pk__in=run.results.values("pk")[:5]).update(lease=dead)
    assert do(run.job) == "succeeded"
    assert states(run) == {"scored": 15}


def test_a_stopped_run_keeps_its_answers_and_goes_on(
    run: EvalRun, server: CompletionsServer, host: Host, do: Do, trainer: User
) -> None:
    assert run.job
    Endpoint.objects.update(capabilities={"concurrency": 1})
    server.delay = 0.3
    ctx = lease(run.job, host)
    Job.objects.filter(pk=run.job.pk).update(stop_requested_at=timezone.now())
    ending = perform(ctx)
    assert (ending.name, settle(ending)) == ("cancelled", True)
    run = EvalRun.objects.select_related("job").get()
    assert run.state == WorkState.STOPPED
    assert states(run)["planned"] > 8
    server.delay = 0
    go_on(run, trainer)
    run.refresh_from_db()
    assert do(run.job) == "succeeded"
    assert states(run) == {"scored": 15}


def test_a_worker_that_drains_leaves_the_run_to_the_next(run: EvalRun, host: Host, do: Do) -> None:
    assert run.job
    ctx = lease(run.job, host)
    ctx.draining.set()
    ending = perform(ctx)
    assert (ending.name, settle(ending)) == ("put back", True)
    run.refresh_from_db()
    assert run.state == WorkState.RUNNING
    assert do(run.job) == "succeeded"


def test_a_run_whose_version_changed_is_not_mixed(run: EvalRun, host: Host, do: Do, trainer: User) -> None:
    assert run.job
    EvalRun.objects.update(hashes={"template": "", "sampling": "of another time", "weights": ""})
    assert do(run.job) == "failed"
    run.refresh_from_db()
    assert run.error == str(RunChanged(version=run.version, what="sampling"))


def test_a_run_that_lost_its_job_shows_it(run: EvalRun) -> None:
    assert run.job
    EvalRun.objects.update(state=WorkState.RUNNING)
    Job.objects.filter(pk=run.job.pk).update(state=JobState.FAILED, error="It lost its worker 3 times.")
    run = EvalRun.objects.select_related("job").get()
    assert (run.shown_state, run.shown_error) == (WorkState.FAILED, "It lost its worker 3 times.")
    assert run.can_go_on
