"""Several of everything that pages list, so that a page which asks about each row by itself is found out."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

from django.db.models.functions import Now

from afsweb.core.models import (
    ArtifactCopy,
    Backup,
    Call,
    CatalogueItem,
    Channel,
    ChannelKind,
    Endpoint,
    EndpointPrice,
    ErrorReport,
    Finding,
    Host,
    HostInvite,
    JobLog,
    JobState,
    ModelBackup,
    Notification,
    Provider,
    ProviderKey,
    Role,
    Schedule,
    ScheduledRun,
    Subject,
    User,
    WatchedItem,
    WatchedKind,
)
from datasets_app.models import Campaign, Comment, Decision, Export, Review, ReviewQueue, SymbolMap
from evals_app.models import Comparison, EvalRun, JudgeCheck, Rubric, Score
from tests.security.rows import add_secret
from tests.web import loop
from training_app.models import BaseModel, ModelVersion, Recipe, TrainingRun

COUNT = 6


def add_many(admin: User) -> None:
    """`COUNT` more of each kind of row, each with rows of its own to look up: who made it, what it is about."""
    for number in range(COUNT):
        person = User.objects.create(username=f"person {number}", role=Role.REVIEWER)
        add_machines(number, person)
        add_data(number, person)
        add_training(number)
        add_upkeep(number, person)
        ReviewQueue.objects.create(name=f"a queue {number}", owner=person, is_shared=True)
        Notification.objects.create(person=admin, text=f"news {number}", link="/")
        Notification.objects.create(person=admin, text=f"old news {number}", link="/", read_at=Now())
        Channel.objects.create(person=admin, kind=ChannelKind.SLACK, name=f"slack {number}", address=b"x")


def add_machines(number: int, person: User) -> None:
    """A host with a job, an endpoint with a key, a price and a call."""
    host = Host.objects.create(name=f"host {number}")
    for state in JobState:
        (job,) = loop.add_jobs(state, title=f"{state} {number}")
        type(job).objects.filter(pk=job.pk).update(host=host, created_by=person)
        JobLog.objects.create(job=job, text="a line")
    key = ProviderKey.objects.create(name=f"key {number}", provider=Provider.GEMINI, secret=b"x", created_by=person)
    endpoint = Endpoint.objects.create(name=f"endpoint {number}", provider=Provider.GEMINI, model="m", key=key)
    price = {"input_per_million": 1, "output_per_million": 1, "source": "a test"}
    EndpointPrice.objects.create(endpoint=endpoint, since="2026-01-01", **price)
    Call.objects.create(endpoint=endpoint, job=job, purpose="p", key=str(uuid4()), reserved_cost=1)


def add_upkeep(number: int, person: User) -> None:
    """What the house does by itself, each with its machine, its job and what it found."""
    host, (job,) = Host.objects.get(name=f"host {number}"), loop.add_jobs(JobState.SUCCEEDED, title=f"upkeep {number}")
    type(job).objects.filter(pk=job.pk).update(host=host)
    schedule = Schedule.objects.create(
        name=f"schedule {number}", kind="upkeep.catalogue", cron="0 3 * * *", host=host, next_at=Now(), last_job=job
    )
    for state in JobState:
        ScheduledRun.objects.create(schedule=schedule, job=loop.add_jobs(state)[0])
    Finding.objects.create(check_name="a check", key=str(number), text="Found.", advice="Mend it.", job=job)
    counts = {"count": 1, "size_bytes": 1}
    for subject in Subject:
        CatalogueItem.objects.create(subject=subject, key=str(number), name=str(number), seen_in=uuid4(), **counts)
    told = {"kind": WatchedKind.SAMPLES, "size_bytes": 1, "modified_ns": 1, "job": job}
    WatchedItem.objects.create(host=host, folder="/drop", path=f"file {number}", **told)
    stored = loop.add_run(f"stored {number}").adapter
    assert stored
    ArtifactCopy.objects.create(artifact=stored, host=host, verified_at=Now())
    facts = {"version": "1", "size_bytes": 1, "row_count": 1, "artifact_count": 1, "verified_at": Now()}
    Backup.objects.create(place=f"/backups/{number}", job=job, created_by=person, **facts)
    ModelBackup.objects.create(day=date(2026, 1, 1 + number))
    HostInvite.objects.create(host_name=f"guest {number}", token_sha256=uuid4().hex * 2, created_by=person)
    ErrorReport.objects.create(place=f"module {number}", kind="ValueError", message="wrong")


def add_data(number: int, person: User) -> None:
    """A source with samples, which somebody judged, flagged and commented; a campaign, an export, symbols."""
    source = loop.add_source(2, f"source {number}")
    sample = loop.newest_sample()
    assert sample.current
    about = {"sample": sample, "version": sample.current}
    Review.objects.create(**about, reviewer=person, decision=Decision.FLAG)
    Comment.objects.create(**about, author=person, text="A comment.")
    add_secret(sample, person)
    domain = source.domain
    Campaign.objects.create(name=f"campaign {number}", domain=domain, generator="registers", target=1, source=source)
    Export.objects.create(name=f"export {number}", format="jsonl", created_by=person)
    SymbolMap.objects.create(name=f"map {number}", domain=domain, sha256=uuid4().hex * 2, pairs=[])


def add_judge(number: int, run: EvalRun) -> None:
    """A judge with a rubric of its own, who judged the run and has an opinion of its first answer."""
    rubric = Rubric.objects.create(slug=f"rubric-{number}", name="A rubric", criteria=[{"name": "a", "text": "b"}])
    judge = Endpoint.objects.create(name=f"judge {number}", provider=Provider.GEMINI, model="m")
    told = {"rubric": rubric, "judge": judge, "run": run, "marks": {"a": 1.0}}
    JudgeCheck.objects.create(version=f"1.{number}", **told)
    for result in run.results.all()[:1]:
        Score.objects.create(result=result, scorer="rubric", version=f"1.{number}", value=0.5)


def add_training(number: int) -> None:
    """A run with a base, a recipe and a snapshot of its own, a version of it."""
    run: TrainingRun = loop.add_run(f"run {number}")
    base = BaseModel.objects.create(model_id=f"tests/base-{number}")
    recipe = Recipe.objects.create(name=f"recipe {number}", base_model=base, params={})
    TrainingRun.objects.filter(pk=run.pk).update(recipe=recipe)
    loop.add_sweep(run)
    loop.add_retraining(run)
    version = ModelVersion.objects.create(name=f"version-{number}", base_model=base, run=run, adapter=run.adapter)
    one = Comparison.objects.order_by("pk").first()
    assert one
    evaluated = loop.add_eval_run(one.baseline.suite, version, 3)
    figures = {"state": one.state, "statistics": one.statistics}
    Comparison.objects.create(baseline=one.baseline, candidate=evaluated, **figures)
    add_judge(number, evaluated)
