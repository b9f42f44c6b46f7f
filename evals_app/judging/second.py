"""Another judge's opinion of what a run answered, kept beside the score that counts and never in its place.

Answers that a program scored get one too, under a rubric that is named: where the two disagree a person should look.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from afsweb.core.history import record
from afsweb.core.jobs.context import JobContext
from afsweb.core.jobs.enqueue import enqueue
from afsweb.core.models import Endpoint, EventSource, Job, User
from afsweb.llm.answering import Answer, Answerer, Prompt, open_endpoint
from evals_app.errors import EndpointGaveUp, NothingToJudge
from evals_app.judging.anchors import check_anchors
from evals_app.judging.identity import purpose_of, version_of
from evals_app.judging.opinions import read_scored, save_scores, score_row
from evals_app.judging.phase import GIVE_UP_AFTER, HAVE_TEXT
from evals_app.judging.rubrics import SCORER, judged_cases, rubrics_of
from evals_app.judging.task import JUDGING, has_words, prompt_for, question_key
from evals_app.models import Case, EvalRun, Result, ResultState, Rubric, Score
from evals_app.runs.claims import CLAIM

KIND = "evals.judge"


@transaction.atomic
def ask_second(
    run: EvalRun,
    judge: Endpoint,
    by: User | None,
    rubric: Rubric | None = None,
    source: EventSource = EventSource.UI,
) -> Job:
    """Let another judge say what it thinks of the run's answers, by `rubric` where the case names none.

    Raises NothingToJudge.
    """
    if not run.results.filter(case__in=_cases(run, rubric), state__in=HAVE_TEXT).exists():
        raise NothingToJudge(run=run)
    record("ask a judge", run, actor=by, source=source, after={"judge": judge.name, "model": judge.model})
    told = {"run_id": run.pk, "judge_id": judge.pk, "rubric_id": rubric.pk if rubric else None}
    return enqueue(KIND, told, title=f"{judge} judges {run}"[:200], by=by, about=("show_eval_run", run))


def judge_beside(ctx: JobContext, run: EvalRun, judge: Endpoint, rubric: Rubric | None = None) -> None:
    """Keep the judge's opinion of every answer that it has none of yet. Safe to stop and to kill.

    Raises EndpointUnusable and EndpointGaveUp.
    """
    own = rubrics_of(run.suite)
    rubrics = [*own.values(), *([rubric] if rubric and rubric.reference not in own else [])]
    with open_endpoint(judge, job=ctx.job, purpose=purpose_of(judge)) as answerer:
        check_anchors(ctx, run, judge, rubrics, answerer)
        for one in rubrics:
            Beside(ctx, run, judge, one, _cases_of(run, one, is_spare=one == rubric)).judge_all(answerer)


@dataclass
class Beside:
    """One judge's way through the answers of a run under one rubric."""

    ctx: JobContext
    run: EvalRun
    judge: Endpoint
    rubric: Rubric
    cases: QuerySet[Case]

    def __post_init__(self) -> None:
        self._version = version_of(self.judge, self.rubric)
        self._asked: dict[int, Result] = {}
        self._failed_in_a_row = 0

    def judge_all(self, answerer: Answerer) -> None:
        """Ask about each answer once, and keep what came."""
        total, done = self.waiting().count(), 0
        for group in answerer.stream(self._prompts(), JUDGING):
            rows = [self._row(answer) for answer in group if not answer.error]
            with self.ctx.fenced():
                save_scores(rows)
            done += len(rows)
            self._count_failures(group)
            self.ctx.progress(done, total, note=f"judging by {self.rubric}")

    def waiting(self) -> QuerySet[Result]:
        """The answers of which the judge has no opinion under the rubric; also one that its own judge failed at."""
        there = Score.objects.filter(result=OuterRef("pk"), scorer=SCORER, version=self._version)
        states = (*HAVE_TEXT, ResultState.FAILED)
        found = self.run.results.filter(~Exists(there), case__in=self.cases, state__in=states)
        return found.exclude(answer="", transcript=[])

    def _prompts(self) -> Iterator[Prompt]:
        last = 0
        rows = self.waiting().select_related("case").order_by("pk")
        while batch := list(rows.filter(pk__gt=last)[:CLAIM]):
            last = batch[-1].pk
            for result in filter(has_words, batch):
                key = question_key(self.rubric, result)
                self._asked[key] = result
                yield Prompt(key, prompt_for(self.rubric, result.case, result))

    def _row(self, answer: Answer) -> Score:
        result = self._asked.pop(answer.key)
        return score_row(result, read_scored(answer.text, self.rubric, result.answer), answer.text, self._version)

    def _count_failures(self, group: list[Answer]) -> None:
        for answer in group:
            self._failed_in_a_row = self._failed_in_a_row + 1 if answer.error else 0
            if self._failed_in_a_row >= GIVE_UP_AFTER:
                raise EndpointGaveUp(name=self.judge, count=GIVE_UP_AFTER, error=answer.error)


def _cases(run: EvalRun, rubric: Rubric | None) -> QuerySet[Case]:
    return run.suite.cases.all() if rubric else judged_cases(run.suite)


def _cases_of(run: EvalRun, rubric: Rubric, *, is_spare: bool) -> QuerySet[Case]:
    """The cases that name the rubric; with `is_spare` also those that name none."""
    named = Q(pk__in=judged_cases(run.suite).filter(expected__rubric=rubric.reference))
    return run.suite.cases.filter(named | ~Q(pk__in=judged_cases(run.suite)) if is_spare else named)
