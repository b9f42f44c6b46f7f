"""Letting a version answer a suite: claim, ask, score, keep. Safe to kill at any moment and to run in several jobs.

An answer is kept once, under the lease that claimed it. What was asked and not yet kept when a job died is asked again.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

from django.db import connection

from afsweb.core.jobs.context import JobContext
from afsweb.core.models import Endpoint
from afsweb.llm.answering import Answer, Answerer, Prompt, Sampling, open_endpoint
from evals_app.errors import EndpointGaveUp, RunChanged, VersionCannotAnswer
from evals_app.models import Case, EvalRun, Result, ResultState
from evals_app.results.outcomes import set_outcome, store
from evals_app.runs.budget import Budget
from evals_app.runs.claims import claim_results, plan_results
from evals_app.runs.endings import leaving_word
from evals_app.runs.finish import finish
from evals_app.runs.hashes import endpoint_of, hashes_of
from evals_app.runs.pace import Pace
from evals_app.runs.reuse import is_repeatable, kept_answers, request_sha256
from evals_app.scorers.of_suite import scorer_of
from evals_app.simulate.runner import converse
from evals_app.simulate.suites import holds_conversations

# So many questions in a row without an answer mean that the endpoint is down, not that the questions are hard.
GIVE_UP_AFTER = 20
TICK = 0.5  # seconds between two reports of progress, and between two looks whether to stop
WAIT = 1.0  # seconds between two looks at what other jobs still hold


def answer_suite(ctx: JobContext, run: EvalRun) -> None:
    """Ask what has no answer yet, then work out the score.

    Raises EndpointUnusable, EndpointGaveUp, RunLimitReached.
    """
    with leaving_word(ctx, run):
        with ctx.fenced():
            plan_results(run)
            run.hashes = unchanged_hashes(run)
            run.begin(run.hashes)
        if _is_open(run):
            if holds_conversations(run.suite):
                converse(ctx, run, _endpoint(run))
            else:
                with open_endpoint(_endpoint(run), job=ctx.job) as answerer:
                    Asking(ctx, run, answerer).ask_all()
        finish(ctx, run)


def unchanged_hashes(run: EvalRun) -> dict[str, str]:
    """The run's hashes. Raises RunChanged when answers that it has already were given under others."""
    now = hashes_of(run)
    fixed = ("template", "sampling", "weights", "simulator")
    changed = [name for name in fixed if run.hashes and run.hashes.get(name, "") != now.get(name, "")]
    if changed:
        raise RunChanged(version=run.version, what=" and ".join(changed))
    return now


class Asking:
    """One job's way through the questions of a run."""

    def __init__(self, ctx: JobContext, run: EvalRun, answerer: Answerer) -> None:
        self._ctx = ctx
        self._run = run
        self._answerer = answerer
        self._endpoint = _endpoint(run)
        self._cases: dict[int, Case] = {case.pk: case for case in run.suite.cases.all()}
        self._claimed: dict[int, Result] = {}
        self._budget = Budget(run, self._endpoint)
        self._limit_reached = False
        self._failed_in_a_row = 0
        self._told_at = 0.0
        self._pace = Pace(_count_open(run))

    def ask_all(self) -> None:
        """Ask until nothing is planned any more, also what another job leaves behind. Raises RunLimitReached."""
        while _is_open(self._run):
            for repeat in range(self._run.repeats):
                self._ask_repeat(repeat)
            if self._limit_reached:
                self._budget.raise_limit_reached()
            self._tell()
            if _is_open(self._run):
                time.sleep(WAIT)

    def _ask_repeat(self, repeat: int) -> None:
        sampling = Sampling(**self._run.sampling)
        # Each repeat draws anew: the same seed would give the same answer again.
        drawn = Sampling(sampling.temperature, sampling.max_new_tokens, sampling.seed + repeat)
        for group in self._answerer.stream(self._prompts(repeat, drawn), drawn):
            if group:
                self._keep(group)
            if time.monotonic() - self._told_at >= TICK:
                self._tell()

    def _prompts(self, repeat: int, sampling: Sampling) -> Iterator[Prompt]:
        while not self._limit_reached and (claimed := claim_results(self._ctx, self._run, repeat)):
            for result in self._not_kept(claimed, sampling):
                prompt = Prompt(result.pk, self._cases[result.case_id].messages)
                if not self._budget.reserve(prompt, sampling):
                    self._limit_reached = True
                    return
                self._claimed[result.pk] = result
                yield prompt

    def _not_kept(self, claimed: list[Result], sampling: Sampling) -> list[Result]:
        """Those of the claimed that must be asked: what another run was answered is taken where this one may."""
        weights = self._run.hashes.get("weights", "")
        for result in claimed:
            messages = self._cases[result.case_id].messages
            result.request_sha256 = request_sha256(self._endpoint, weights, messages, sampling)
        if not self._run.may_reuse or not is_repeatable(self._endpoint, sampling):
            return claimed
        kept = kept_answers(self._run, [result.request_sha256 for result in claimed])
        reused = [result for result in claimed if result.request_sha256 in kept]
        for result in reused:
            result.is_reused = True
            self._set_outcome(result, kept[result.request_sha256])
        self._store(reused)
        return [result for result in claimed if not result.is_reused]

    def _keep(self, group: list[Answer]) -> None:
        results = [self._claimed.pop(answer.key) for answer in group]
        for result, answer in zip(results, group, strict=True):
            self._set_outcome(result, answer)
        self._store(results)
        for answer in group:
            self._budget.settle(answer)
            self._failed_in_a_row = self._failed_in_a_row + 1 if answer.error else 0
            if self._failed_in_a_row >= GIVE_UP_AFTER:
                name = str(self._run.version.endpoint or self._run.version)
                raise EndpointGaveUp(name=name, count=GIVE_UP_AFTER, error=answer.error)

    def _set_outcome(self, result: Result, answer: Answer) -> None:
        case = self._cases[result.case_id]
        set_outcome(result, answer, case, scorer_of(case, self._run.suite))

    def _store(self, results: list[Result]) -> None:
        if results:
            with self._ctx.fenced(), connection.cursor() as cursor:
                # Nobody waits for the disk: what a power cut takes is planned again, and asked again.
                cursor.execute("SET LOCAL synchronous_commit TO off")
                store(results, found_in=[ResultState.PLANNED], lease=self._ctx.lease)

    def _tell(self) -> None:
        self._told_at = time.monotonic()
        total, open_ = len(self._cases) * self._run.repeats, _count_open(self._run)
        self._ctx.progress(total - open_, total, self._pace.say(open_))


def _endpoint(run: EvalRun) -> Endpoint:
    endpoint = endpoint_of(run.version)
    if endpoint is None:
        raise VersionCannotAnswer(version=run.version)
    return endpoint


def _is_open(run: EvalRun) -> bool:
    return run.results.filter(state=ResultState.PLANNED).exists()


def _count_open(run: EvalRun) -> int:
    return run.results.filter(state=ResultState.PLANNED).count()
