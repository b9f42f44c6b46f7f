"""Rows of a loop that went round once, for the pages that show all of it. Made directly: how they come to be is tested
where they are made."""

from __future__ import annotations

from uuid import uuid4

from django.db.models.functions import Now

from afsweb.core.models import Artifact, ArtifactKind, Host, Job, JobState, WorkState
from datasets_app.models import Domain, Sample, Snapshot, SnapshotState, Source, SourceKind, SourceState, Text
from datasets_app.samples.adding import NewSample, add_samples
from evals_app.compare.compute import make_report
from evals_app.models import Comparison, EvalRun, Result, ResultState, Suite
from evals_app.register_suite import register_cases, registers_of
from evals_app.suites import make_suite
from training_app.models import BaseModel, ModelVersion, Recipe, Retraining, Sweep, TrainingRun

REGISTERS = ("INIDISP", "VMAIN", "CGADD", "MDMAEN", "NMITIMEN", "TM", "TS", "BGMODE")


def add_source(count: int = 3, name: str = "routines.jsonl", output: str = "The carry is set before SBC.") -> Source:
    source = Source.objects.create(
        domain=Domain.objects.get(slug="asm65816"), kind=SourceKind.IMPORT, state=SourceState.ACTIVE, name=name
    )
    texts = [Text(instruction=f"Explain routine {i} of {name}.", output=output) for i in range(count)]
    add_samples(source, [NewSample(text) for text in texts])
    return source


def add_jobs(state: JobState, count: int = 1, title: str = "Import routines.jsonl") -> list[Job]:
    host = Host.objects.get_or_create(name="a-host")[0]
    lease = {"lease": uuid4(), "host": host, "done": 40, "total": 100, "started_at": Now()}
    facts = lease if state == JobState.LEASED else {}
    return [Job.objects.create(kind="a.kind", title=title, state=state, **facts) for _ in range(count)]


def add_run(name: str = "nayru-tiny-r16") -> TrainingRun:
    base = BaseModel.objects.get_or_create(model_id="tests/tiny")[0]
    recipe = Recipe.objects.get_or_create(name="tiny", base_model=base, defaults={"params": {}})[0]
    weights = Artifact.objects.create(
        kind=ArtifactKind.ADAPTER, name=name, sha256=uuid4().hex * 2, size_bytes=1, file_count=1, manifest={"files": []}
    )
    snapshot = Snapshot.objects.create(
        name=f"snapshot of {name}",
        domain=Domain.objects.get(slug="asm65816"),
        state=SnapshotState.READY,
        artifact=weights,
        sha256="0" * 64,
    )
    return TrainingRun.objects.create(
        name=name, recipe=recipe, snapshot=snapshot, state=WorkState.SUCCEEDED, adapter=weights
    )


def add_sweep(run: TrainingRun) -> Sweep:
    """A sweep of which `run` is a point."""
    name = f"sweep-{run.pk}"
    sweep = Sweep.objects.create(name=name, recipe=run.recipe, snapshot=run.snapshot, grid={"rank": [8, 16]})
    TrainingRun.objects.filter(pk=run.pk).update(sweep=sweep)
    return sweep


def add_retraining(run: TrainingRun) -> Retraining:
    """A rule that launched `run`."""
    facts = {"recipe": run.recipe, "domain": Domain.objects.get(slug="asm65816"), "threshold": 100}
    return Retraining.objects.create(name=f"rule-{run.pk}", run=run, snapshot=run.snapshot, **facts)


def add_eval_run(suite: Suite, version: ModelVersion, right: int) -> EvalRun:
    """A finished run that answered the cases of the first `right` registers right."""
    run = EvalRun.objects.create(
        suite=suite,
        version=version,
        state=WorkState.SUCCEEDED,
        hashes={"suite": suite.sha256, "scorer": "1"},
        score=right / 8,
        finished_at=Now(),
        low=0.0,
        high=1.0,
    )
    known = set(REGISTERS[:right])
    Result.objects.bulk_create(
        Result(run=run, case=case, state=ResultState.SCORED, score=float(case.cluster in known))
        for case in suite.cases.all()
    )
    return run


def add_comparison(before: int = 1, after: int = 7) -> Comparison:
    """A base version and a trained one, compared over eight registers with three questions each."""
    drafts = register_cases(registers_of(" ".join(REGISTERS), ()), seed=1)
    domain = Domain.objects.get(slug="asm65816")
    suite = make_suite("registers", name="Registers", domain=domain, scorer="register_claims", drafts=drafts)
    base = BaseModel.objects.get_or_create(model_id="tests/tiny")[0]
    versions = [ModelVersion.objects.create(name=name, base_model=base) for name in ("tiny", "nayru-tiny")]
    baseline, candidate = (
        add_eval_run(suite, version, right) for version, right in zip(versions, (before, after), strict=True)
    )
    report = make_report(baseline, candidate)
    return Comparison.objects.create(
        baseline=baseline,
        candidate=candidate,
        state=WorkState.SUCCEEDED,
        statistics=report.model_dump(mode="json"),
    )


def newest_sample() -> Sample:
    return Sample.objects.select_related("current").latest("pk")
