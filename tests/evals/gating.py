"""Versions that know some registers, a gate that asks for them, and what they were trained on."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from afsweb.core.models import Artifact, User, WorkState
from datasets_app.models import Domain, Snapshot, SnapshotEntry, SnapshotState, Source, SourceKind, SourceState, Text
from datasets_app.samples.adding import NewSample, add_samples
from evals_app.gate.making import make_gate
from evals_app.gate.report import Finding, GateReport
from evals_app.gate.rules import Rules
from evals_app.models import Case, EvalRun, Gate, Purpose, Suite
from evals_app.register_suite import register_cases, registers_of
from evals_app.suites import make_suite
from tests.evals.making import Say, make_run, say_right
from training_app.models import BaseModel, Expert, ModelVersion, Promotion, Recipe, TrainingRun

MANY = tuple(register.name for register in registers_of("", ["PPU"]))[:12]


def make_many(slug: str = "many", names: Sequence[str] = MANY, purpose: Purpose = Purpose.DOMAIN) -> Suite:
    """Twelve registers, three questions each."""
    domain = Domain.objects.get(slug="asm65816")
    drafts = register_cases(registers_of(" ".join(names), ()), seed=1)
    scorer = "register_claims"
    return make_suite(slug, name=slug.title(), domain=domain, scorer=scorer, drafts=drafts, purpose=purpose)


def a_version(name: str, number: int = 1) -> ModelVersion:
    """A version that nothing is known of, beside its base."""
    base, _ = BaseModel.objects.get_or_create(model_id="tests/tiny")
    return ModelVersion.objects.create(name=name, number=number, base_model=base)


def knows(names: Sequence[str], otherwise: str = "It is TM.") -> Say:
    """Answers right about these registers, and otherwise something wrong."""

    def say(case: Case) -> str:
        return say_right(case) if case.cluster in names else otherwise

    return say


def run_of(suite: Suite, version: ModelVersion, count: int = 12) -> EvalRun:
    """A finished run of a version that knows the first `count` registers."""
    return make_run(suite, version, knows(MANY[:count]))


def gate_of(expert: Expert, **rules: object) -> Gate:
    """The expert's gate with these rules, on the suite `many` unless they say otherwise."""
    return make_gate(expert, Rules.model_validate({"primary": "many"} | rules), None)


def make_current(expert: Expert, version: ModelVersion, by: User) -> Promotion:
    """Make the version the expert's current one, without a gate."""
    promotion = Promotion.objects.create(expert=expert, version=version, gate_passed=True, promoted_by=by)
    Expert.objects.filter(pk=expert.pk).update(current_version=version, current_promotion=promotion)
    expert.refresh_from_db()
    return promotion


def found(report: GateReport, name: str) -> Finding:
    """The finding of one rule."""
    (finding,) = [one for one in report.findings if one.name == name]
    return finding


def train_on(version: ModelVersion, texts: Sequence[Text], *, held_out: int = 0) -> Snapshot:
    """Make the version one that was trained on these texts; its snapshot is ready, and says that it holds rows out."""
    domain = Domain.objects.get(slug="asm65816")
    source = Source.objects.create(domain=domain, kind=SourceKind.IMPORT, state=SourceState.ACTIVE, name="a file")
    digest = hashlib.sha256(f"{version.pk}".encode()).hexdigest()
    files = Artifact.objects.create(
        sha256=digest, kind="adapter", name=str(version), size_bytes=1, file_count=1, manifest={}
    )
    snapshot = Snapshot.objects.create(name=f"snapshot of {version}", domain=domain)
    samples = add_samples(source, [NewSample(text) for text in texts])
    for position, sample in enumerate(samples):
        assert sample.current
        SnapshotEntry.objects.create(snapshot=snapshot, version=sample.current, split="train", position=position)
    Snapshot.objects.filter(pk=snapshot.pk).update(
        state=SnapshotState.READY, artifact=files, sha256=digest, train_count=len(texts), validation_count=held_out
    )
    recipe = Recipe.objects.create(name=f"recipe-{version.pk}", base_model=version.base_model, params={})
    training = TrainingRun.objects.create(
        name="t", recipe=recipe, snapshot=snapshot, adapter=files, state=WorkState.SUCCEEDED
    )
    ModelVersion.objects.filter(pk=version.pk).update(run=training, adapter=files)
    version.refresh_from_db()
    snapshot.refresh_from_db()
    return snapshot
