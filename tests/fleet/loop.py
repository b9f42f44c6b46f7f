"""The stages of the whole loop, as in the demo but smaller: called on the hub, which gives them to its workers."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from afsweb.core.models import ArtifactCopy, EventSource, Host, Job, JobState, Role, User, WorkState
from afsweb.demo.data import NOTES, domain
from afsweb.demo.models import base_model
from afsweb.storage import verify
from datasets_app.domains.asm65816.demo_set import DEMO_REGISTERS
from datasets_app.exchange.sources import Wish, start_import
from datasets_app.exchange.uploads import blocks_of, save_upload
from datasets_app.generation.launch import launch_campaign
from datasets_app.models import Decision, Sample, SampleState, Snapshot, SnapshotState
from datasets_app.quality.examine import EXAMINE
from datasets_app.quality.gate import let_gate_decide
from datasets_app.review.decisions import decide
from datasets_app.snapshots.building import Plan, start_snapshot
from datasets_app.snapshots.choosing import Selection
from evals_app.compare.compute import make_report
from evals_app.models import Comparison, EvalRun, ResultState
from evals_app.register_suite import register_cases
from evals_app.runs.launch import launch_comparison, launch_eval
from evals_app.suites import make_suite
from training_app.bases.tiny import build_tiny_base
from training_app.launch import launch_run
from training_app.models import ModelVersion, TrainingRun
from training_app.recipes import TINY, save_recipe

NAME, SAMPLES, SEED = "loop", 160, 1
STEPS, SAVE_EVERY = 60, 5
REPEATS = 3  # of each question: an evaluation that lasts long enough to be killed in the middle
VIA = EventSource.CLI


@dataclass(frozen=True)
class Trained:
    """What came of the training: the steps that have figures, what its log says, and its files' names."""

    state: str
    step: int
    steps: list[int]
    checkpoints: list[int]
    log: list[str]
    attempt: int
    adapter: str
    snapshot: str
    base: str


@dataclass(frozen=True)
class Evaluated:
    """How an evaluation stands: the answers that it needs and those that are kept, and its score."""

    state: str
    needed: int
    kept: int
    score: float | None
    attempt: int


def ended(jobs: list[str]) -> bool:
    """Whether all have succeeded. Raises AssertionError for one that ended otherwise."""
    for job in Job.objects.filter(pk__in=jobs):
        assert not job.is_final or job.state == JobState.SUCCEEDED, f"{job}: {job.get_state_display()}, {job.error}"
    return Job.objects.filter(pk__in=jobs, state=JobState.SUCCEEDED).count() == len(jobs)


def key(job: Job | None) -> str:
    assert job is not None
    return str(job.pk)


def bring_in() -> list[str]:
    """Import what a person wrote, and have a generator write more."""
    source = start_import(Wish(domain(), NAME, licence="Apache-2.0"), save_upload(blocks_of(NOTES)), by=None, via=VIA)
    campaign = launch_campaign(NAME, domain(), "demo_set", SAMPLES, by=None, seed=SEED, source=VIA)
    return [key(source.job), key(campaign.job)]


def examinations() -> list[str]:
    """Those of the samples that came: verified and scored."""
    return [str(pk) for pk in Job.objects.filter(kind=EXAMINE).values_list("pk", flat=True)]


def judge() -> list[str]:
    """A person accepts one sample; the gate decides on the others."""
    person, _ = User.objects.get_or_create(username="reviewer", defaults={"role": Role.REVIEWER})
    sample = Sample.objects.select_related("current").filter(state=SampleState.PENDING).earliest("pk")
    assert sample.current is not None
    decide(person, sample.current, Decision.ACCEPT, revision=sample.revision, source=VIA)
    sources = {sample.source for sample in Sample.objects.select_related("source")}
    return [key(let_gate_decide(source, by=None)) for source in sources]


def deciders() -> set[str]:
    """Who has accepted samples."""
    return set(Sample.objects.filter(state=SampleState.ACCEPTED).values_list("decided_by", flat=True))


def freeze_and_build() -> list[str]:
    """A snapshot of what was accepted, and the tiny base model."""
    snapshot = start_snapshot(Plan(NAME, Selection.of(domain()), seed=SEED), by=None, via=VIA)
    return [key(snapshot.job), key(build_tiny_base(domain(), by=None, source=VIA).job)]


def train(host: str) -> str:
    """Train on this host; the key of its job."""
    params = TINY.model_copy(
        update={"max_steps": STEPS, "save_every": SAVE_EVERY, "eval_every": 20, "batch_size": 8, "max_length": 128}
    )
    recipe = save_recipe(NAME, base_model(), params.model_dump(mode="json"), by=None, source=VIA)
    snapshot = Snapshot.objects.get(name=NAME, state=SnapshotState.READY)
    run = launch_run(recipe, snapshot, name=NAME, by=None, host=Host.objects.get(name=host), seed=SEED, source=VIA)
    return key(run.job)


def trained() -> Trained:
    """How the training stands."""
    files = ("adapter", "snapshot__artifact", "recipe__base_model__weights")
    run = TrainingRun.objects.select_related("job", *files).get()
    assert run.job and run.snapshot.artifact and run.recipe.base_model.weights
    return Trained(
        run.state,
        run.step,
        list(run.metrics.filter(is_validation=False).order_by("step").values_list("step", flat=True)),
        list(run.checkpoints.order_by("step").values_list("step", flat=True)),
        list(run.job.log.order_by("pk").values_list("text", flat=True)),
        run.job.attempt,
        run.adapter.sha256 if run.adapter else "",
        run.snapshot.artifact.sha256,
        run.recipe.base_model.weights.sha256,
    )


def evaluate() -> list[str]:
    """Ask the base and the trained version the same questions; the keys of the jobs, the trained one's last."""
    drafts = register_cases(DEMO_REGISTERS, seed=SEED)
    suite = make_suite(NAME, name="Loop", domain=domain(), scorer="register_claims", drafts=drafts, source=VIA)
    versions = ModelVersion.objects.filter(base_model=base_model()).order_by("run_id")
    base, tuned = versions.get(run=None), versions.get(run__name=NAME)
    return [key(launch_eval(suite, one, None, repeats=REPEATS, source=VIA).job) for one in (base, tuned)]


def evaluated(job: str) -> Evaluated:
    """How the evaluation of this job stands."""
    run = EvalRun.objects.select_related("job", "suite").get(job_id=job)
    assert run.job
    kept = run.results.exclude(state=ResultState.PLANNED).count()
    return Evaluated(run.state, run.suite.cases.count() * REPEATS, kept, run.score, run.job.attempt)


def compare(jobs: list[str]) -> str:
    """Compare the two evaluations; the key of the job."""
    base, tuned = (EvalRun.objects.get(job_id=job) for job in jobs)
    return key(launch_comparison(base, tuned, None, source=VIA).job)


def report_is_whole() -> bool:
    """Whether the comparison's report says what comes of the answers that are kept."""
    one = Comparison.objects.select_related("baseline", "candidate").get()
    again = make_report(one.baseline, one.candidate).model_dump(mode="json")
    return one.state == WorkState.SUCCEEDED and one.statistics == again


def whole_on_hub(sha256: str) -> bool:
    """Whether the hub has the files, each with its right hash. Raises what `verify` does."""
    return bool(verify(settings.ARTIFACT_DIR, sha256))


def holders(sha256: str) -> set[str]:
    """The hosts that are known to have the files."""
    return set(ArtifactCopy.objects.filter(artifact__sha256=sha256).values_list("host__name", flat=True))
