"""What the dashboard shows. Every figure is bounded: it costs the same with a hundred rows and with a million."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models
from django.db.models import Exists
from django.db.models.functions import Now
from django.urls import reverse

from afsweb.core.backups.keeping import DUE, recent_backups
from afsweb.core.counting import count_capped
from afsweb.core.models import Call, CallState, Job, JobState, Role, User, WorkState
from afsweb.navigation import CAP, capped
from datasets_app.golden.standing import waiting_for
from datasets_app.models import Snapshot, SnapshotState, Source, SourceState, open_flags
from datasets_app.secrets.guard import open_findings
from evals_app.compare.report import Outcome, Report
from evals_app.models import Comparison
from training_app.models import TrainingRun

RECENT_JOBS = 200
RECENT_CALLS = 1000
SHOWN_JOBS = 8


@dataclass(frozen=True)
class Waiting:
    """Something that waits for a person: how much, of what, its state's colour, where to go and what to do there."""

    count: str
    what: str
    tone: str
    url: str
    verb: str


def waits_for(user: User, *, pending: int, unread: int) -> list[Waiting]:
    """What waits for this person, by their role, the most urgent first: `pending` samples, `unread` notifications."""
    found = []
    if user.has_role(Role.ADMIN):
        found.append(_backup())
    if user.has_role(Role.TRAINER):
        found += [_failed_jobs(), _unknown_calls()]
    if user.has_role(Role.REVIEWER):
        found += [*_opinions(user), _pending(pending)]
    found.append(_unread(unread))
    return [waiting for waiting in found if waiting.count]


def _failed_jobs() -> Waiting:
    recent = Job.objects.order_by("-created_at", "id").values("state")[:RECENT_JOBS]
    failed = sum(job["state"] == JobState.FAILED for job in recent)
    what = f"of the last {RECENT_JOBS} jobs failed"
    return Waiting(capped(failed), what, "bad", f"{reverse('list_jobs')}?state={JobState.FAILED}", "See why")


def _backup() -> Waiting:
    """Whether data are older than the last week, and no backup is as young."""
    is_due = Source.objects.filter(~Exists(recent_backups()), created_at__lt=Now() - DUE).exists()
    what = f"backups in the last {DUE.days} days"
    return Waiting("0" if is_due else "", what, "warn", reverse("list_backups"), "Back up")


def _unknown_calls() -> Waiting:
    recent = Call.objects.order_by("-pk").values("state")[:RECENT_CALLS]
    unknown = sum(call["state"] == CallState.UNKNOWN for call in recent)
    what = f"of the last {RECENT_CALLS:,} paid calls were never answered"
    return Waiting(capped(unknown), what, "warn", reverse("list_endpoints"), "See which")


def _pending(count: int) -> Waiting:
    return Waiting(capped(count), "samples to review", "", reverse("review"), "Review")


def _unread(count: int) -> Waiting:
    return Waiting(capped(count), "unread notifications", "", reverse("list_notifications"), "Read them")


def _opinions(user: User) -> list[Waiting]:
    """What waits for a reviewer's word: a second approval, another pair of eyes, what is held back."""
    rows = {"approvals": waiting_for(user), "flags": open_flags(), "secrets": open_findings()}
    counts = {name: capped(count) for name, count in count_capped(rows, CAP).items()}
    return [
        Waiting(
            counts["approvals"], "samples wait for your approval as golden", "", reverse("list_goldens"), "Approve"
        ),
        Waiting(counts["flags"], "samples flagged for another pair of eyes", "warn", reverse("list_flags"), "Look"),
        Waiting(counts["secrets"], "secrets found in texts, held back", "bad", reverse("list_secrets"), "Decide"),
    ]


@dataclass(frozen=True)
class Running:
    """The jobs that run, and how many more wait."""

    jobs: list[Job]
    others: str

    @property
    def is_live(self) -> bool:
        """Whether the page should ask again: something runs, or waits to."""
        return bool(self.jobs or self.others)


def what_runs(unfinished: int) -> Running:
    """The SHOWN_JOBS jobs that were taken last, of `unfinished` that run or wait."""
    jobs = list(Job.objects.filter(state=JobState.LEASED).select_related("host").order_by("-started_at")[:SHOWN_JOBS])
    return Running(jobs, capped(max(unfinished - len(jobs), 0)))


@dataclass(frozen=True)
class LastComparison:
    """The newest comparison whose statistics are computed, and how many cases it fixed and broke."""

    row: Comparison
    report: Report
    fixed: int
    broke: int


def last_comparison() -> LastComparison | None:
    """What the last comparison said; None while none is finished."""
    finished = Comparison.objects.filter(state=WorkState.SUCCEEDED).order_by("-pk")
    row = finished.select_related("baseline__version", "candidate__version", "baseline__suite").first()
    if row is None:
        return None
    report = Report.model_validate(row.statistics)
    return LastComparison(row, report, report.count(Outcome.FIXED), report.count(Outcome.BROKE))


@dataclass(frozen=True)
class Step:
    """One station of the loop, and the newest row that stands there."""

    label: str
    url_name: str
    row: Source | Snapshot | TrainingRun | Comparison | None
    empty: str

    @property
    def state(self) -> models.TextChoices | None:
        """Where the row stands, as its own page says it."""
        match self.row:
            case Source():
                return SourceState(self.row.state)
            case Snapshot():
                return SnapshotState(self.row.state)
            case None:
                return None
        return self.row.shown_state


def stations(comparison: LastComparison | None) -> list[Step]:
    """Where the loop stands: the newest row of each station, in the order of the loop."""
    source = Source.objects.order_by("-pk").first()
    snapshot = Snapshot.objects.order_by("-pk").first()
    run = TrainingRun.objects.select_related("job").order_by("-pk").first()
    compared = comparison.row if comparison else None
    return [
        Step("Source", "list_sources", source, "nothing imported or generated yet"),
        Step("Snapshot", "list_snapshots", snapshot, "none yet: needs accepted samples"),
        Step("Training run", "list_runs", run, "none yet: needs a snapshot"),
        Step("Comparison", "list_comparisons", compared, "none yet: needs two evaluated versions"),
    ]
