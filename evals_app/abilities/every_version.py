"""What is to be known of every version: the general suites, asked of it and of its base, and its held-out loss.

A schedule looks for versions of which that is missing. Only weights of our own are asked, so that nothing is paid; what
failed or was stopped is left to people.
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from afsweb.core.jobs.context import JobContext
from afsweb.core.models import EventSource, JobState, Provider
from afsweb.llm.answering import Sampling
from evals_app.abilities.held_out import measure
from evals_app.judging.rubrics import judged_cases
from evals_app.models import EvalRun, HeldOut, Purpose, Suite
from evals_app.runs.launch import launch_eval
from evals_app.scorers.imported import IMPORTED
from evals_app.simulate.suites import IS_CONVERSATION
from training_app.models import ModelVersion
from training_app.registry.versions import make_base_version, plain_bases

MOST = 5
"""Versions a round, for each suite and for losses: what people launch need not wait for every old version."""
BASE_REPEATS = 2
"""A base is asked twice, once for all of its versions: how far its two scores lie apart is the noise floor."""


def measure_versions(ctx: JobContext) -> None:
    """Start what is missing, unless what an earlier round started still goes on. Safe to run twice."""
    if _goes_on():
        ctx.finish(started=0, waits_for="what was started before")
        return
    started = {"asked": _ask_versions(ctx), "bases_asked": _ask_bases(ctx), "measured": _measure_losses(ctx)}
    ctx.finish(started=sum(started.values()), **started)


def general_suites() -> list[Suite]:
    """The newest of each suite of general ability, of those that need neither a judge nor a simulator."""
    newest = Suite.objects.filter(purpose=Purpose.GENERAL, is_archived=False).order_by("slug", "-number")
    asked = newest.distinct("slug").exclude(scorer=IMPORTED.name)
    return [one for one in asked if not one.cases.filter(IS_CONVERSATION).exists() and not judged_cases(one).exists()]


def _goes_on() -> bool:
    active = Q(job__state__in=(JobState.QUEUED, JobState.LEASED))
    general = EvalRun.objects.filter(active, suite__purpose=Purpose.GENERAL)
    return general.exists() or HeldOut.objects.filter(active).exists()


def _trained_here() -> QuerySet[ModelVersion]:
    """What was trained or merged here and is answered by its own weights, the newest first."""
    own = Q(run__isnull=False) | Q(adapter__isnull=False) | Q(weights__isnull=False)
    has_weights = Q(weights__isnull=False) | Q(base_model__weights__isnull=False)
    here = {"endpoint__provider": Provider.TRANSFORMERS, "endpoint__base_weights__isnull": False, "imported_from": ""}
    rows = ModelVersion.objects.filter(own, has_weights, is_archived=False, **here)
    return rows.select_related("run__created_by", "run__snapshot").order_by("-pk")


def _without_base() -> QuerySet[EvalRun]:
    """Runs of versions trained here on general suites that their base was not asked in the same way, newest first."""
    bases = plain_bases().filter(base_model=OuterRef(OuterRef("version__base_model")))
    same = EvalRun.objects.filter(
        suite=OuterRef("suite"), sampling=OuterRef("sampling"), version__in=bases.order_by().values("pk")
    )
    served = _served_bases().filter(base_model=OuterRef("version__base_model"))
    runs = EvalRun.objects.filter(suite__in=general_suites(), version__in=_trained_here().order_by().values("pk"))
    # What was drawn in a way that cannot be drawn again would be owed for ever.
    runs = runs.filter(version__base_model__weights__isnull=False, sampling__has_keys=list(Sampling().as_dict()))
    owed = runs.exclude(Exists(same)).exclude(Exists(served))
    return owed.select_related("version__base_model", "suite").order_by("-pk")


def _served_bases() -> QuerySet[ModelVersion]:
    """Plain bases that a server answers for, which might be paid for it."""
    return plain_bases().filter(endpoint__isnull=False).exclude(endpoint__provider=Provider.TRANSFORMERS)


def _ask_versions(ctx: JobContext) -> int:
    started = 0
    for suite in general_suites():
        asked = EvalRun.objects.filter(version=OuterRef("pk"), suite__slug=suite.slug)
        for version in _trained_here().exclude(Exists(asked))[:MOST]:
            with ctx.fenced():
                by = version.run.created_by if version.run else None
                launch_eval(suite, version, by, source=EventSource.JOB)
            started += 1
    return started


def _ask_bases(ctx: JobContext) -> int:
    """Ask bases what their versions were asked, drawn the same way: what was forgotten is told against that."""
    started = 0
    while started < MOST and (run := _without_base().first()):
        with ctx.fenced():
            base = make_base_version(run.version.base_model)
            drawn = Sampling(**run.sampling)
            launch_eval(run.suite, base, run.created_by, sampling=drawn, repeats=BASE_REPEATS, source=EventSource.JOB)
        started += 1
    return started


def _measure_losses(ctx: JobContext) -> int:
    known = HeldOut.objects.filter(version=OuterRef("pk"), snapshot=OuterRef("run__snapshot"))
    open_ones = _trained_here().filter(run__snapshot__validation_count__gt=0, run__snapshot__artifact__isnull=False)
    started = 0
    for version in open_ones.exclude(Exists(known))[:MOST]:
        with ctx.fenced():
            measure(version, None, version.run.created_by if version.run else None, EventSource.JOB)
        started += 1
    return started
