"""What became of what was acknowledged: how much is lost, how much is there twice."""

from __future__ import annotations

import json
from collections import Counter

from django.db.models import Count

from afsweb.core.artifacts import artifact_path
from afsweb.core.models import WorkState
from datasets_app.models import Export, Review, Sample, SampleState
from evals_app.models import EvalRun, ResultState
from tests.evals.completions_server import CompletionsServer
from tests.storm.acknowledged import Acknowledged
from training_app.models import ModelVersion, TrainingRun

Figures = dict[str, int]


def check_all(taken: Acknowledged, server: CompletionsServer) -> Figures:
    """Everything lost and doubled, by what it is."""
    return decisions(taken) | imported(taken) | trainings() | evaluations(server) | exports()


def decisions(taken: Acknowledged) -> Figures:
    """Each acknowledged decision is there once, as it was made, and there is none besides."""
    found = Review.objects.filter(reviewer__username__in=["storm-first", "storm-second"], undone_at=None)
    rows = found.values_list("key", "version__uuid", "decision", "reason")
    kept = Counter((str(key), str(version), said, reason) for key, version, said, reason in rows)
    said = Counter((key, *told) for key, told in taken.decisions.items())
    return {
        "decisions": len(taken.decisions),
        "decisions_lost": (said - kept).total(),
        "decisions_doubled": (kept - said).total(),
    }


def imported(taken: Acknowledged) -> Figures:
    """Each row of an acknowledged file is the text of one sample."""
    samples = Sample.objects.filter(kind="storm").exclude(state=SampleState.ARCHIVED)
    kept = Counter(samples.values_list("current__instruction", flat=True))
    said = Counter(row for rows in taken.files.values() for row in rows)
    return {"rows": said.total(), "rows_lost": (said - kept).total(), "rows_doubled": (kept - said).total()}


def trainings() -> Figures:
    """Every step of every training was measured once, and equal trainings came to equal losses."""
    runs, steps, gaps, unended = TrainingRun.objects.annotate(versions=Count("version")), 0, 0, 0
    curves: Counter[tuple[tuple[int, float | None], ...]] = Counter()
    for run in runs:
        curve = tuple(run.metrics.filter(is_validation=False).order_by("step").values_list("step", "loss"))
        unended += run.state != WorkState.SUCCEEDED or run.versions != 1
        gaps += len(set(range(1, (run.max_steps or 0) + 1)) ^ {step for step, _ in curve})
        steps += run.max_steps or 0
        curves[curve] += 1
    doubled = ModelVersion.objects.exclude(run=None).count() - runs.filter(state=WorkState.SUCCEEDED).count()
    figures = {"trainings": len(runs), "trainings_not_ended": unended, "steps": steps, "steps_lost": gaps}
    return figures | {"trainings_doubled": doubled, "curves": len(curves)}


def evaluations(server: CompletionsServer) -> Figures:
    """Every case of every evaluation has one answer, the one that the server gives."""
    lost = wrong = unended = 0
    runs = EvalRun.objects.all()
    for run in runs:
        unended += run.state != WorkState.SUCCEEDED
        answered = run.results.exclude(state__in=[ResultState.PLANNED, ResultState.FAILED]).select_related("case")
        lost += run.planned - len(answered)
        wrong += sum(result.answer != server.table.get(result.case.question, server.otherwise) for result in answered)
    answers = sum(run.planned for run in runs)
    figures = {"evaluations": len(runs), "evaluations_not_ended": unended, "answers": answers}
    return figures | {"answers_lost": lost, "answers_wrong": wrong}


def exports() -> Figures:
    """Every export that is ready holds each sample of its own once, and is whole."""
    lost = doubled = 0
    ready = Export.objects.exclude(artifact=None).select_related("artifact")
    for export in ready:
        assert export.artifact
        files = artifact_path(export.artifact).iterdir()
        lines = [json.loads(line)["instruction"] for file in files for line in file.read_text().splitlines()]
        lost += max(0, export.written - len(set(lines)))
        doubled += len(lines) - len(set(lines))
    return {"exports": len(ready), "exported_lost": lost, "exported_doubled": doubled}
