"""Judging what a run answered: claim, ask the judge, keep. Safe to kill at any moment and to run in several jobs.

A judgement is kept once, in the transaction that gives its answer its score: it is there, or it is asked again.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence

from django.db.models import Q, QuerySet

from afsweb.core.jobs.context import JobContext
from afsweb.core.models import Endpoint, Job, JobState
from afsweb.llm.answering import Answer, Answerer, Prompt, open_endpoint
from evals_app.errors import EndpointGaveUp, JudgeChangedHands
from evals_app.judging.anchors import check_anchors
from evals_app.judging.identity import purpose_of, version_of
from evals_app.judging.opinions import EMPTY, Judged, opinion_of, set_judged, store_opinions
from evals_app.judging.rubrics import judged_cases, rubrics_of
from evals_app.judging.task import JUDGING, has_words, prompt_for, question_key
from evals_app.models import Case, EvalRun, Result, ResultState, Rubric
from evals_app.results.outcomes import store
from evals_app.runs.claims import CLAIM

HAVE_TEXT = (ResultState.ANSWERED, ResultState.SCORED, ResultState.UNPARSED)
GIVE_UP_AFTER = 20
TICK, WAIT = 0.5, 1.0


def judge_answers(ctx: JobContext, run: EvalRun) -> None:
    """Judge every answer of the run that its judge has not judged under the rubric as it is.

    Raises EndpointUnusable, EndpointGaveUp and JudgeChangedHands.
    """
    rubrics = rubrics_of(run.suite)
    if not rubrics:
        return
    if run.judge is None:
        waiting = run.results.filter(state=ResultState.ANSWERED).count()
        if waiting:
            raise JudgeChangedHands(count=waiting)
        return
    judging = Judging(ctx, run, run.judge, rubrics)
    if judging.waiting().exists():
        with open_endpoint(run.judge, job=ctx.job, purpose=purpose_of(run.judge)) as answerer:
            check_anchors(ctx, run, run.judge, rubrics.values(), answerer)
            judging.judge_all(answerer)


class Judging:
    """One job's way through the answers that wait for their judge."""

    def __init__(self, ctx: JobContext, run: EvalRun, judge: Endpoint, rubrics: Mapping[str, Rubric]) -> None:
        self._ctx = ctx
        self._run = run
        self._rubrics = rubrics
        self._versions = {reference: version_of(judge, rubric) for reference, rubric in rubrics.items()}
        self._cases: dict[int, Case] = {case.pk: case for case in judged_cases(run.suite)}
        self._name = str(judge)
        self._claimed: dict[int, Result] = {}
        self._tried: set[int] = set()
        self._deferred: set[int] = set()
        self._failed_in_a_row = 0
        self._total = 0
        self._told_at = 0.0

    def waiting(self) -> QuerySet[Result]:
        """The answers that are not judged, or by another judge, rubric or prompt."""
        other = Q(pk=None)
        for reference, version in self._versions.items():
            cases = [case.pk for case in self._cases.values() if case.expected["rubric"] == reference]
            other |= Q(case__in=cases) & ~Q(scorer_version=version)
        return self._run.results.filter(other, state__in=HAVE_TEXT)

    def judge_all(self, answerer: Answerer) -> None:
        """Judge until nothing waits, also what another job leaves behind."""
        self._total = self.waiting().count()
        while self.waiting().exists():
            self._deferred.clear()
            for group in answerer.stream(self._prompts(), JUDGING):
                if group:
                    self._keep(group)
                if time.monotonic() - self._told_at >= TICK:
                    self._tell()
            self._tell()
            if self.waiting().filter(~Q(lease=None)).exclude(lease=self._ctx.lease).exists():
                time.sleep(WAIT)

    def _prompts(self) -> Iterator[Prompt]:
        while claimed := self._claim():
            empty = [result for result in claimed if not has_words(result)]
            self._keep_empty(empty)
            for result in claimed:
                if result not in empty:
                    case = self._cases[result.case_id]
                    key = question_key(self._rubric_of(case), result)
                    self._claimed[key] = result
                    yield Prompt(key, prompt_for(self._rubric_of(case), case, result))

    def _claim(self) -> list[Result]:
        """The next answers, for this lease."""
        current = Job.objects.filter(state=JobState.LEASED).values("lease")
        with self._ctx.fenced():
            free = self.waiting().filter(Q(lease=None) | ~Q(lease__in=current)).exclude(pk__in=self._deferred)
            claimed = list(free.order_by("pk").select_for_update(skip_locked=True)[:CLAIM])
            Result.objects.filter(pk__in=[result.pk for result in claimed]).update(lease=self._ctx.lease)
        return claimed

    def _keep_empty(self, results: Sequence[Result]) -> None:
        """An answer without words is no judge's business: there is nothing in it to be right or wrong."""
        for result in results:
            set_judged(result, EMPTY, self._versions[self._cases[result.case_id].expected["rubric"]])
        if results:
            with self._ctx.fenced():
                store(results, found_in=HAVE_TEXT, lease=self._ctx.lease)

    def _keep(self, group: Sequence[Answer]) -> None:
        results = {answer.key: self._claimed.pop(answer.key) for answer in group}
        judged = [one for answer in group if (one := self._judged(results[answer.key], answer))]
        given_back = {result.pk for result in results.values()} - {one.result.pk for one in judged}
        with self._ctx.fenced():
            store_opinions(judged)
            store([one.result for one in judged], found_in=HAVE_TEXT, lease=self._ctx.lease)
            Result.objects.filter(pk__in=given_back, lease=self._ctx.lease).update(lease=None)
        for answer in group:
            self._failed_in_a_row = self._failed_in_a_row + 1 if answer.error else 0
            if self._failed_in_a_row >= GIVE_UP_AFTER:
                raise EndpointGaveUp(name=self._name, count=GIVE_UP_AFTER, error=answer.error)

    def _judged(self, result: Result, answer: Answer) -> Judged | None:
        """What became of it; None where the judge gave no answer: a server that was busy is asked again at the end."""
        case = self._cases[result.case_id]
        if answer.error and result.pk not in self._tried:
            self._tried.add(result.pk)
            self._deferred.add(result.pk)
            return None
        return opinion_of(result, answer, self._rubric_of(case), self._versions[case.expected["rubric"]])

    def _rubric_of(self, case: Case) -> Rubric:
        return self._rubrics[case.expected["rubric"]]

    def _tell(self) -> None:
        self._told_at = time.monotonic()
        left = self.waiting().count()
        self._ctx.progress(max(0, self._total - left), self._total, note="judging")
