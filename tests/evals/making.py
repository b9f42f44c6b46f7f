"""Finished evaluations made directly, without asking anybody: for pages and benchmarks."""

from __future__ import annotations

from collections.abc import Callable

from afsweb.core.models import WorkState
from afsweb.llm.answering import Answer
from evals_app.compare.compute import make_report
from evals_app.models import Case, Comparison, EvalRun, Result, Suite
from evals_app.results.outcomes import set_outcome
from evals_app.runs.finish import write_score
from evals_app.scorers.of_suite import label_of, scorer_of
from training_app.models import ModelVersion

Say = Callable[[Case], str]


def say_right(case: Case) -> str:
    """The right answer."""
    return f"{case.expected['address']} is {case.expected['name']}."


def make_run(suite: Suite, version: ModelVersion, say: Say, *, repeats: int = 1, **hashes: str) -> EvalRun:
    """A finished run in which the version said `say(case)` to each case, scored as a real one."""
    usual = {"suite": suite.sha256, "scorer": label_of(suite), "template": "t" * 64, "sampling": "s" * 64}
    run = EvalRun.objects.create(
        suite=suite,
        version=version,
        repeats=repeats,
        sampling={"temperature": 0.0, "max_new_tokens": 64, "seed": 0},
        hashes=usual | {"weights": "", "training_data": ""} | hashes,
    )
    results = [Result(run=run, case=case, repeat=repeat) for case in suite.cases.all() for repeat in range(repeats)]
    for result in results:
        answer = Answer(key=0, text=say(result.case), input_tokens=12, output_tokens=5, milliseconds=40)
        set_outcome(result, answer, result.case, scorer_of(result.case, suite))
    Result.objects.bulk_create(results)
    write_score(run)
    return EvalRun.objects.select_related("suite", "version", "job").get(pk=run.pk)


def make_comparison(baseline: EvalRun, candidate: EvalRun) -> Comparison:
    """A computed comparison."""
    report = make_report(baseline, candidate)
    return Comparison.objects.create(
        baseline=baseline,
        candidate=candidate,
        state=WorkState.SUCCEEDED,
        statistics=report.model_dump(mode="json"),
    )


def make_answers(suite: Suite, version: ModelVersion, say: Callable[[int], str]) -> EvalRun:
    """A finished run on a suite that a rubric decides: every answer is there and worth half, whatever it says."""
    hashes = {"suite": suite.sha256, "scorer": label_of(suite), "template": "t" * 64, "sampling": "s" * 64, "judge": ""}
    sampling = {"temperature": 0.0, "max_new_tokens": 64, "seed": 0}
    run = EvalRun.objects.create(suite=suite, version=version, sampling=sampling, hashes=hashes)
    Result.objects.bulk_create(
        [
            Result(run=run, case=case, state="scored", score=0.5, answer=say(place), scorer_version="made")
            for place, case in enumerate(suite.cases.order_by("pk"))
        ]
    )
    write_score(run)
    return EvalRun.objects.select_related("suite", "version", "job").get(pk=run.pk)
