"""What is there before the storm: people, samples, a snapshot, a tiny base model, a suite, a version that is asked."""

from __future__ import annotations

from dataclasses import dataclass

from afsweb.core.models import Endpoint, EventSource, Job, JobState, Provider, Role, User
from datasets_app.domains.asm65816.demo_set import DEMO_REGISTERS
from datasets_app.models import Decision, Domain, Sample, SampleVersion, Snapshot, Source, SourceKind, SourceState, Text
from datasets_app.review.decisions import decide
from datasets_app.samples.adding import NewSample, add_samples
from datasets_app.snapshots.building import Plan, start_snapshot
from datasets_app.snapshots.choosing import Selection
from evals_app.models import Suite
from evals_app.register_suite import register_cases
from evals_app.suites import make_suite
from tests.evals.completions_server import CompletionsServer
from tests.storm.patience import wait_for
from tests.storm.person import PASSWORD
from training_app.bases.tiny import build_tiny_base
from training_app.models import BaseModel, ModelVersion, Recipe
from training_app.recipes import TINY, save_recipe

SAMPLES = 60
READY = 240.0  # seconds in which the base and the snapshot have to be there
STEPS, SAVES = 120, 10  # of a training: optimizer steps, and steps from one checkpoint to the next
SMALL = {"max_steps": STEPS, "save_every": SAVES, "eval_every": 40, "batch_size": 4, "max_length": 128}
WIDTH = 2


@dataclass(frozen=True)
class Ground:
    """What the load works on."""

    people: dict[str, User]
    recipe: Recipe
    snapshot: Snapshot
    suite: Suite
    version: ModelVersion


def lay_ground(server: CompletionsServer) -> Ground:
    """Make all of it; the workers of the fleet do the jobs that it takes."""
    people = {name: make_person(name, role) for name, role in PEOPLE.items()}
    domain = Domain.objects.get(slug="asm65816")
    build_tiny_base(domain, by=None, source=EventSource.CLI)
    accept_samples(domain, people["librarian"])
    start_snapshot(Plan("storm", Selection.of(domain), seed=1), by=None, via=EventSource.CLI)
    waited = wait_for(lambda: not Job.objects.exclude(state__in=JobState.final()).exists(), READY)
    failed = list(Job.objects.filter(state=JobState.FAILED).values_list("title", "error"))
    assert waited is not None and not failed, f"the ground is not laid: {failed}"
    base = BaseModel.objects.get(weights__isnull=False)
    suite = make_register_suite(domain)
    for case in list(suite.cases.all())[::2]:
        server.table[case.question] = f"{case.expected['address']} is {case.expected['name']}."
    return Ground(people, make_recipe(base), Snapshot.objects.get(), suite, make_version(base, server))


PEOPLE = {"first": Role.REVIEWER, "second": Role.REVIEWER, "importer": Role.TRAINER, "librarian": Role.REVIEWER}


def make_person(name: str, role: Role) -> User:
    user = User(username=f"storm-{name}", role=role)
    user.set_password(PASSWORD)
    user.save()
    return user


def accept_samples(domain: Domain, by: User) -> None:
    """Samples that somebody accepted, for trainings."""
    source = Source.objects.create(domain=domain, kind=SourceKind.PERSON, state=SourceState.ACTIVE, name="ground")
    texts = [Text(f"Which register is at ${0x2100 + at:04X}?", "", f"Number {at}.") for at in range(SAMPLES)]
    for sample in add_samples(source, [NewSample(text, kind="register") for text in texts]):
        version = SampleVersion.objects.get(sample=sample)
        revision = Sample.objects.values_list("revision", flat=True).get(pk=sample.pk)
        decide(by, version, Decision.ACCEPT, revision=revision)


def make_recipe(base: BaseModel) -> Recipe:
    params = TINY.model_copy(update=SMALL).model_dump(mode="json")
    return save_recipe("storm", base, params, by=None, note="Small, for a storm", source=EventSource.CLI)


def make_register_suite(domain: Domain) -> Suite:
    drafts = register_cases(DEMO_REGISTERS, seed=1)
    return make_suite("storm", name="Storm", domain=domain, scorer="register_claims", drafts=drafts)


def make_version(base: BaseModel, server: CompletionsServer) -> ModelVersion:
    """A version that a local server answers for."""
    endpoint = Endpoint.objects.create(
        name="storm",
        provider=Provider.OPENAI_COMPATIBLE,
        base_url=server.url,
        model="storm",
        capabilities={"concurrency": WIDTH},
    )
    return ModelVersion.objects.create(name="storm-asked", base_model=base, endpoint=endpoint)
