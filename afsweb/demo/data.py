"""The first half of the demo: samples in, examined, decided by the gate, and a snapshot of what it accepted."""

from __future__ import annotations

from pathlib import Path

from django.db.models import Count, Q

from afsweb.core.models import EventSource, Job, WorkState
from afsweb.demo.runner import Say, StageFailed
from afsweb.demo.waiting import wait_for
from datasets_app.exchange.sources import Wish, start_import
from datasets_app.exchange.uploads import blocks_of, save_upload
from datasets_app.generation.launch import continue_campaign, launch_campaign
from datasets_app.models import (
    Campaign,
    Decider,
    Domain,
    Sample,
    SampleState,
    Score,
    Snapshot,
    SnapshotState,
    Source,
    SourceState,
    Verdict,
)
from datasets_app.quality.examine import EXAMINE
from datasets_app.quality.gate import let_gate_decide
from datasets_app.snapshots.building import Plan, start_snapshot
from datasets_app.snapshots.choosing import Selection

NOTES = Path(__file__).with_name("notes.jsonl")
CAMPAIGN = "Demo: register facts and routines"
IMPORTED = "Demo: notes of a person"
SNAPSHOT = "demo"
TARGET = 468
SEED = 1


def domain() -> Domain:
    return Domain.objects.get(slug="asm65816")


def demo_sources() -> list[Source]:
    """The two sources of the demo that are in use."""
    return list(Source.objects.filter(name__in=(CAMPAIGN, IMPORTED), state=SourceState.ACTIVE).order_by("pk"))


def import_notes(say: Say) -> str:
    """Import a small file that a person wrote; one of its lines is wrong on purpose."""
    source = Source.objects.filter(name=IMPORTED, state=SourceState.ACTIVE).first()
    if source is None:
        wish = Wish(domain(), IMPORTED, licence="Apache-2.0")
        source = start_import(wish, save_upload(blocks_of(NOTES)), by=None, via=EventSource.CLI)
        wait_for(source.job, say)
        source.refresh_from_db()
    return f"{source.imported} samples, {source.rejected} lines rejected"


def generate(say: Say) -> str:
    """Let the domain's program write samples from facts."""
    campaign = Campaign.objects.select_related("job", "source").filter(name=CAMPAIGN).first()
    if campaign is None:
        campaign = launch_campaign(CAMPAIGN, domain(), "demo_set", TARGET, by=None, seed=SEED, source=EventSource.CLI)
    elif campaign.can_go_on:
        continue_campaign(campaign, by=None, source=EventSource.CLI)
        campaign.refresh_from_db()
    if campaign.state != WorkState.SUCCEEDED:
        wait_for(campaign.job, say)
    campaign.source.refresh_from_db()
    return f"{campaign.source.imported} samples in {_groups(campaign.source)} groups"


def _groups(source: Source) -> int:
    return source.samples.values("group_id").distinct().count()


def examine(say: Say) -> str:
    """Wait until every sample is embedded, verified and scored."""
    for source in demo_sources():
        for job in Job.objects.filter(kind=EXAMINE, about_uuid=source.uuid).order_by("created_at"):
            wait_for(job, say)
    claims = Verdict.objects.filter(version__sample__source__in=demo_sources())
    scores = Score.objects.filter(version__sample__source__in=demo_sources(), gate__is_current=True)
    passed = scores.aggregate(all=Count("pk"), passed=Count("pk", filter=Q(passes=True)))
    wrong = claims.filter(contradicted__gt=0).count()
    return f"{passed['passed']} of {passed['all']} pass the gate; {wrong} say something the hardware table contradicts"


def decide(say: Say) -> str:
    """Nobody is here to review: the gate accepts what passes, and its acceptances are marked as its own."""
    for source in demo_sources():
        if Sample.objects.filter(source=source, state=SampleState.PENDING, current__scores__passes=True).exists():
            wait_for(let_gate_decide(source, by=None), say)
    samples = Sample.objects.filter(source__in=demo_sources())
    by_gate = samples.filter(state=SampleState.ACCEPTED, decided_by=Decider.GATE).count()
    waiting = samples.filter(state=SampleState.PENDING).count()
    return f"{by_gate} accepted by the gate, {waiting} wait for a person"


def take_snapshot(say: Say) -> str:
    """Freeze what was accepted, split by groups."""
    snapshot = Snapshot.objects.select_related("job").filter(name=SNAPSHOT).first()
    if snapshot is None:
        snapshot = start_snapshot(Plan(SNAPSHOT, Selection.of(domain()), seed=SEED), by=None, via=EventSource.CLI)
        wait_for(snapshot.job, say)
        snapshot.refresh_from_db()
    if snapshot.state != SnapshotState.READY:
        raise StageFailed(f"The snapshot “{SNAPSHOT}” is {snapshot.get_state_display()}: delete it, then run again.")
    return f"{snapshot.train_count} to train, {snapshot.validation_count} to validate, sha256 {snapshot.sha256[:12]}…"
