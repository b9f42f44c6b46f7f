"""Jobs as people look at them: filtered, with how long they run and how long nothing was heard of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.db.models import Case, DurationField, ExpressionWrapper, F, Q, QuerySet, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Now
from django.utils.dateparse import parse_datetime

from afsweb.core.jobs.registry import kind_names
from afsweb.core.jobs.text import storable
from afsweb.core.models import Host, Job, JobState

SHOWN = 100  # rows of the two short lists at most: what runs, and the start of the line
PAGE_SIZE = 50


@dataclass(frozen=True)
class JobFilter:
    """What the list is narrowed to, from the URL. A word that names nothing narrows to nothing."""

    state: str = ""
    queue: str = ""
    kind: str = ""
    host: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> JobFilter:
        """The filter that a URL's query names."""
        return cls(*(storable(query.get(name, "").strip())[:100] for name in ("state", "queue", "kind", "host")))

    def apply(self, jobs: QuerySet[Job]) -> QuerySet[Job]:
        """The jobs that the filter lets through."""
        wanted = {"state": self.state, "queue": self.queue, "kind": self.kind}
        jobs = jobs.filter(**{name: value for name, value in wanted.items() if value})
        return jobs.filter(Q(host__name=self.host) | Q(pinned_host__name=self.host)) if self.host else jobs

    def __bool__(self) -> bool:
        return bool(self.state or self.queue or self.kind or self.host)

    def query(self) -> str:
        """The filter as a URL's query."""
        return urlencode({name: value for name, value in vars(self).items() if value})


def with_times(jobs: QuerySet[Job]) -> QuerySet[Job]:
    """`jobs`, each with `ran_for`, `waited_for`, `silence` (since its last heartbeat) and `is_lost`.

    By the database's clock. A job is lost when nothing was heard of it for longer than its lease lasts.
    """
    until = Coalesce("finished_at", Now())
    return jobs.select_related("host", "pinned_host", "created_by").annotate(
        ran_for=_span(until - F("started_at")),
        waited_for=_span(Coalesce("started_at", "finished_at", Now()) - F("created_at")),
        silence=_span(Now() - F("heartbeat_at")),
        is_lost=Case(
            When(state=JobState.LEASED, heartbeat_at__lt=Now() - timedelta(seconds=settings.JOB_LEASE), then=True),
            default=False,
        ),
    )


def _span(expression: Combinable) -> ExpressionWrapper[Combinable]:
    return ExpressionWrapper(expression, output_field=DurationField())


def running(narrow: JobFilter) -> list[Job]:
    """What runs now, longest first."""
    jobs = narrow.apply(Job.objects.filter(state=JobState.LEASED))
    return list(with_times(jobs).order_by("started_at", "pk")[:SHOWN])


def waiting(narrow: JobFilter) -> list[Job]:
    """The start of the line, in the order in which jobs are taken."""
    jobs = narrow.apply(Job.objects.filter(state=JobState.QUEUED))
    return list(with_times(jobs).order_by("-priority", "position", "pk")[:SHOWN])


@dataclass(frozen=True)
class FinishedPage:
    """Some finished jobs, newest first, and the cursor of the older ones."""

    rows: list[Job]
    next_cursor: str | None


def finished(narrow: JobFilter, before: str) -> FinishedPage:
    """The jobs that are over, those added last first; `before` is the cursor of an earlier page, or ""."""
    jobs = narrow.apply(Job.objects.filter(state__in=JobState.final()))
    if cursor := _read_cursor(before):
        older = Q(created_at__lt=cursor[0]) | Q(created_at=cursor[0], pk__gt=cursor[1])
        jobs = jobs.filter(older, created_at__lte=cursor[0])
    rows = list(with_times(jobs).order_by("-created_at", "pk")[: PAGE_SIZE + 1])
    shown = rows[:PAGE_SIZE]
    return FinishedPage(shown, f"{shown[-1].created_at.isoformat()}~{shown[-1].pk}" if len(rows) > PAGE_SIZE else None)


def _read_cursor(text: str) -> tuple[datetime, UUID] | None:
    at, _, key = text.partition("~")
    try:
        moment = parse_datetime(at)
        return (moment, UUID(key)) if moment and moment.tzinfo else None
    except ValueError:
        return None


def choices() -> dict[str, Sequence[str]]:
    """What the filters offer."""
    return {
        "states": list(JobState),
        "queues": list(settings.QUEUES),
        "kinds": kind_names(),
        "hosts": list(Host.objects.order_by("name").values_list("name", flat=True)),
    }
