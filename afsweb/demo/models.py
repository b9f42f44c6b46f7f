"""The second half of the demo: a base model, a training, two evaluations, a comparison."""

from __future__ import annotations

from django.conf import settings

from afsweb.core.models import EventSource, WorkState
from afsweb.demo.data import SEED, SNAPSHOT, domain
from afsweb.demo.runner import Say, StageFailed
from afsweb.demo.waiting import wait_for
from afsweb.env import running
from datasets_app.domains.asm65816.demo_set import DEMO_REGISTERS
from datasets_app.models import Snapshot
from evals_app.models import Comparison, EvalRun, Suite
from evals_app.register_suite import register_cases
from evals_app.runs.launch import launch_comparison, launch_eval
from evals_app.suites import make_suite
from training_app.bases.tiny import build_tiny_base, tiny_id
from training_app.launch import launch_run, resume_run
from training_app.models import BaseModel, ModelVersion, Recipe, TrainingRun
from training_app.recipes import TINY, save_recipe

RUN = "demo-registers"
RECIPE = "tiny-cpu"
SUITE = "demo-registers"


def base_model() -> BaseModel:
    return BaseModel.objects.select_related("job", "weights").get(model_id=tiny_id(domain()))


def build_base(say: Say) -> str:
    """Build the tiny base model out of the domain's vocabulary."""
    base = build_tiny_base(domain(), by=None, source=EventSource.CLI)
    if base.weights is None:
        wait_for(base.job, say)
    base = base_model()
    return f"{base}, {base.parameters:,} parameters with random weights"


def train(say: Say) -> str:
    """Train a LoRA adapter on the snapshot; resume it when an earlier demo was stopped in the middle."""
    note = "Lets a tiny model with random weights learn on a CPU"
    recipe = save_recipe(RECIPE, base_model(), TINY.model_dump(mode="json"), by=None, note=note, source=EventSource.CLI)
    run = _demo_run() or _launch(recipe)
    if run.can_go_on:
        resume_run(run, by=None, source=EventSource.CLI)
        run.refresh_from_db()
    if run.state != WorkState.SUCCEEDED:
        wait_for(run.job, say)
    run.refresh_from_db()
    loss = run.metrics.filter(is_validation=False).order_by("-step").values_list("loss", flat=True).first()
    return f"{run.step} steps, last loss {loss:.3f}: {run.version}"


def _demo_run() -> TrainingRun | None:
    return TrainingRun.objects.select_related("job").filter(name=RUN).order_by("-pk").first()


def _launch(recipe: Recipe) -> TrainingRun:
    return launch_run(recipe, Snapshot.objects.get(name=SNAPSHOT), name=RUN, by=None, seed=SEED, source=EventSource.CLI)


def evaluate(say: Say) -> str:
    """Ask the base and the trained version questions in words that the training never saw."""
    suite = make_suite(
        SUITE,
        name="Register names, held-out phrasings",
        domain=domain(),
        scorer="register_claims",
        drafts=register_cases(DEMO_REGISTERS, seed=SEED),
        description="26 well-known registers, asked by address in wordings that no generator uses.",
        source=EventSource.CLI,
    )
    runs = [_finished_run(suite, version, say) for version in _pair()]
    return "; ".join(f"{run.version} {_score(run)}" for run in runs)


def _pair() -> tuple[ModelVersion, ModelVersion]:
    """The base as it is, and what the demo trained."""
    base = ModelVersion.objects.get(base_model=base_model(), run=None)
    run = _demo_run()
    if run is None:
        raise StageFailed("There is no trained version to evaluate.")
    return base, ModelVersion.objects.get(run=run)


def _finished_run(suite: Suite, version: ModelVersion, say: Say) -> EvalRun:
    run = EvalRun.objects.filter(suite=suite, version=version, state=WorkState.SUCCEEDED).order_by("-pk").first()
    if run is None:
        run = launch_eval(suite, version, None, source=EventSource.CLI)
        wait_for(run.job, say)
        run.refresh_from_db()
    return run


def _score(run: EvalRun) -> str:
    return f"{run.score:.2f} (95 % interval {run.low:.2f} to {run.high:.2f})"


def compare(say: Say) -> str:
    """Compare the two runs, case by case."""
    comparison = _comparison()
    if comparison.state != WorkState.SUCCEEDED:
        wait_for(comparison.job, say)
    return f"{running(settings.HOME_DIR).get('AFS_ADDRESS', '')}{comparison.get_absolute_url()}"


def _comparison() -> Comparison:
    base, trained = (
        EvalRun.objects.filter(version=version, suite__slug=SUITE, state=WorkState.SUCCEEDED).order_by("-pk")[0]
        for version in _pair()
    )
    return launch_comparison(base, trained, None, source=EventSource.CLI)
