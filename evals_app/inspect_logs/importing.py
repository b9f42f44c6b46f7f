"""An Inspect log as an evaluation: a suite of its samples, a version for its model, answers scored as they were."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.dateparse import parse_datetime
from django.utils.text import slugify

from afsweb.core.history import record
from afsweb.core.models import EventSource, User, WorkState
from datasets_app.models import Domain
from evals_app.errors import LogIsHere, LogRefused
from evals_app.inspect_logs.reading import LogRead, SampleRead, read_log
from evals_app.models import Case, EvalRun, Result, ResultState, Score, Suite
from evals_app.runs.finish import write_score
from evals_app.runs.hashes import sha256_of
from evals_app.scorers.imported import IMPORTED
from evals_app.suites import CaseDraft, make_suite
from training_app.models import BaseModel, ModelVersion
from training_app.registry.versions import next_number

FROM = "an Inspect log"


def import_log(content: bytes, domain: Domain, by: User | None, source: EventSource = EventSource.UI) -> EvalRun:
    """Keep the log in a file's bytes as a finished evaluation. Raises LogRefused, LogIsHere and CaseRefused."""
    log = read_log(content)
    with transaction.atomic():
        here = EvalRun.objects.filter(hashes__inspect_log=log.ident).first()
        if here:
            raise LogIsHere(run=here)
        suite = _suite(log, domain, by, source)
        run = _run(log, suite, _version(log), by)
        _keep(log, run)
        write_score(run)
        record("import", run, actor=by, source=source, after={"task": log.task, "model": log.model})
    run.refresh_from_db()
    return run


def _suite(log: LogRead, domain: Domain, by: User | None, source: EventSource) -> Suite:
    drafts: dict[str, CaseDraft] = {}
    for sample in log.samples:
        # What it was scored by belongs to the case: another scorer's scores are not comparable.
        expected = {"target": sample.target, "scorers": [score.scorer for score in sample.scores]}
        draft = CaseDraft(sample.key, sample.category, sample.cluster, sample.messages, expected)
        first = drafts.setdefault(sample.key, draft)
        if first.messages != draft.messages:
            raise LogRefused(reason=f"the sample {sample.key} asks another question in another epoch")
        if not first.expected["scorers"]:  # an epoch that failed does not tell them
            drafts[sample.key] = draft
    slug = slugify(f"inspect-{log.task.rpartition('/')[2]}")[:64]
    return make_suite(
        slug,
        name=log.task,
        domain=domain,
        scorer=IMPORTED.name,
        drafts=list(drafts.values()),
        description=f"Imported from {FROM}: task {log.task}, version {log.task_version}.",
        by=by,
        source=source,
    )


def _version(log: LogRead) -> ModelVersion:
    """The version that stands for the log's model, the same for each of its logs."""
    base, _ = BaseModel.objects.get_or_create(model_id=log.model)
    found = ModelVersion.objects.filter(base_model=base, imported_from=FROM).first()
    if found:
        return found
    name = slugify(log.model.replace("/", "-").replace(".", "-"))[:64] or "imported"
    return ModelVersion.objects.create(name=name, number=next_number(name), base_model=base, imported_from=FROM)


def _run(log: LogRead, suite: Suite, version: ModelVersion, by: User | None) -> EvalRun:
    hashes = {"suite": suite.sha256, "template": "", "weights": "", "training_data": ""}
    return EvalRun.objects.create(
        suite=suite,
        version=version,
        sampling=log.sampling,
        repeats=1 + max(sample.epoch for sample in log.samples),
        hashes=hashes | {"sampling": sha256_of(log.sampling), "inspect_log": log.ident},
        state=WorkState.RUNNING,
        started_at=_moment(log.started_at),
        created_by=by,
    )


def _keep(log: LogRead, run: EvalRun) -> None:
    cases = {case.key: case for case in run.suite.cases.all()}
    results = Result.objects.bulk_create(
        [_result(run, cases[sample.key], sample) for sample in _once_each(log.samples)], batch_size=1_000
    )
    told = [
        Score(
            result=result,
            scorer=score.scorer,
            version=f"imported {IMPORTED.version}",
            value=score.value,
            extracted=score.answer,
            explanation=score.explanation,
        )
        for result, sample in zip(results, _once_each(log.samples), strict=True)
        for score in sample.scores
    ]
    Score.objects.bulk_create(told, ignore_conflicts=True, batch_size=1_000)


def _once_each(samples: Sequence[SampleRead]) -> list[SampleRead]:
    """Each sample of each epoch once: the last, where one was tried again."""
    return list({(sample.key, sample.epoch): sample for sample in samples}.values())


def _result(run: EvalRun, case: Case, sample: SampleRead) -> Result:
    result = Result(
        run=run,
        case=case,
        repeat=sample.epoch,
        answer=sample.answer,
        error=sample.error,
        stop_reason=sample.stop_reason,
        input_tokens=sample.input_tokens,
        output_tokens=sample.output_tokens,
        milliseconds=sample.milliseconds,
        scorer_version=IMPORTED.version,
        **_first_score(sample),
    )
    if sample.error:
        result.state, result.score = ResultState.FAILED, None
    return result


def _first_score(sample: SampleRead) -> dict[str, Any]:
    """The score that counts is the first scorer's; without one the answer is there and not scored."""
    if not sample.scores:
        return {"state": ResultState.ANSWERED}
    first = sample.scores[0]
    state = ResultState.ANSWERED if first.value is None else ResultState.SCORED
    told = {"score": first.value, "extracted": first.answer, "explanation": first.explanation}
    return {"state": ResultState.UNPARSED if first.is_unparsed else state, **told}


def _moment(text: str) -> datetime | None:
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found if found and found.tzinfo else None
