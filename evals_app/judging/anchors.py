"""A judge judges a rubric's anchors before it judges a run: fixed answers, so that what moves is the judge."""

from __future__ import annotations

from collections.abc import Iterable

from afsweb.core.jobs.context import JobContext
from afsweb.core.models import Endpoint
from afsweb.llm.answering import Answerer, Prompt
from evals_app.errors import EndpointGaveUp
from evals_app.judging.identity import version_of
from evals_app.judging.opinions import read_scored
from evals_app.judging.prompt import ask_about
from evals_app.judging.rubrics import MOST_ANCHORS
from evals_app.judging.task import JUDGING
from evals_app.models import EvalRun, JudgeCheck, Rubric

MOST_RUBRICS = 10_000  # of one suite, far more than anybody has


def check_anchors(
    ctx: JobContext, run: EvalRun, judge: Endpoint, rubrics: Iterable[Rubric], answerer: Answerer
) -> None:
    """Ask the judge about each rubric's anchors, once for a run, and keep its marks. Raises EndpointGaveUp."""
    ordered = sorted(rubrics, key=lambda rubric: rubric.pk)
    done = set(run.judge_checks.values_list("version", flat=True))
    for place, rubric in enumerate(ordered):
        version = version_of(judge, rubric)
        if version in done:
            continue
        ctx.check_stop()
        # Keys below zero are nobody's answer; each run has its own, for in the ledger an equal key is an equal call.
        first = -((run.pk * MOST_RUBRICS + place + 1) * MOST_ANCHORS)
        marks = ask_anchors(rubric, judge, answerer, first)
        facts = {"rubric": rubric, "judge": judge, "run": run, "version": version, "model": judge.model}
        with ctx.fenced():
            JudgeCheck.objects.bulk_create([JudgeCheck(**facts, marks=marks)], ignore_conflicts=True)


def ask_anchors(rubric: Rubric, judge: Endpoint, answerer: Answerer, first: int) -> dict[str, float | None]:
    """Anchor -> the judge's mark, None where its reply could not be read. `first` is the first prompt's key.

    Raises EndpointGaveUp.
    """
    asked = [
        Prompt(first + place, ask_about(rubric, [{"role": "user", "content": one["question"]}], one["answer"]))
        for place, one in enumerate(rubric.anchors)
    ]
    answers = answerer.answer(asked, JUDGING)
    errors = [answer.error for answer in answers if answer.error]
    if errors:
        raise EndpointGaveUp(name=judge, count=len(errors), error=errors[-1])
    marks: dict[str, float | None] = {}
    for answer, one in zip(answers, rubric.anchors, strict=True):
        scored = read_scored(answer.text, rubric, one["answer"])
        marks[one["key"]] = scored.score if scored else None
    return marks
