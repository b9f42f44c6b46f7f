"""The navigation: by noun, each link only for the roles that may open its page, with a count where something waits."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from afsweb.core.counting import count_capped
from afsweb.core.findings import open_findings
from afsweb.core.models import Job, JobState, Role, User
from afsweb.core.notifications import unread
from afsweb.permissions import person
from datasets_app.models import Sample, SampleState

CAP = 1000


@dataclass(frozen=True)
class Entry:
    """A page of the navigation: what it is called, its URL name, from which role on, how much waits there."""

    label: str
    url_name: str
    role: Role = Role.VIEWER
    count: Callable[[HttpRequest], int] | None = None


@dataclass(frozen=True)
class Link:
    label: str
    url: str
    is_here: bool
    count: str


@dataclass(frozen=True)
class Section:
    label: str
    links: list[Link]


def pending_samples() -> int:
    """How many samples wait for review, CAP at most (a count of a million would cost every page)."""
    return Sample.objects.filter(state=SampleState.PENDING)[:CAP].count()


def open_jobs() -> int:
    """How many jobs run or wait, CAP at most."""
    return Job.objects.filter(state__in=(JobState.QUEUED, JobState.LEASED))[:CAP].count()


def count_pending(request: HttpRequest) -> int:
    """`pending_samples`, asked once for a page."""
    return _counts(request)["pending"]


def count_open_jobs(request: HttpRequest) -> int:
    """`open_jobs`, asked once for a page."""
    return _counts(request)["open_jobs"]


def count_unread(request: HttpRequest) -> int:
    """What this person has not read, CAP at most."""
    return _counts(request)["unread"]


def count_findings(request: HttpRequest) -> int:
    """What checks found wrong and is not right again, CAP at most."""
    return _counts(request)["findings"]


def _counts(request: HttpRequest) -> dict[str, int]:
    """All of them in one statement, asked once for a request: the frame and the page show the same."""
    counts: dict[str, int] | None = request.__dict__.get("navigation_counts")
    if counts is None:
        rows: dict[str, QuerySet[Any]] = {
            "pending": Sample.objects.filter(state=SampleState.PENDING),
            "open_jobs": Job.objects.filter(state__in=(JobState.QUEUED, JobState.LEASED)),
            "unread": unread(person(request)),
            "findings": open_findings(),
        }
        counts = request.__dict__["navigation_counts"] = count_capped(rows, CAP)
    return counts


SECTIONS: tuple[tuple[str, tuple[Entry, ...]], ...] = (
    (
        "",
        (Entry("Dashboard", "show_dashboard"), Entry("Notifications", "list_notifications", Role.VIEWER, count_unread)),
    ),
    (
        "Data",
        (
            Entry("Review", "review", Role.REVIEWER, count_pending),
            Entry("Samples", "list_samples"),
            Entry("Coverage", "show_coverage"),
            Entry("Maps", "list_maps"),
            Entry("Sources", "list_sources"),
            Entry("Campaigns", "list_campaigns"),
            Entry("Snapshots", "list_snapshots"),
            Entry("Exports", "list_exports"),
            Entry("Facts", "find_facts"),
            Entry("History", "list_history", Role.REVIEWER),
        ),
    ),
    (
        "Training",
        (
            Entry("Runs", "list_runs"),
            Entry("Recipes", "list_recipes"),
            Entry("Models", "list_versions"),
            Entry("Model backups", "list_model_backups"),
        ),
    ),
    (
        "Evaluation",
        (
            Entry("Compare", "list_comparisons"),
            Entry("Runs", "list_eval_runs"),
            Entry("Suites", "list_suites"),
            Entry("Rubrics", "list_rubrics"),
            Entry("Judges", "list_judges"),
            Entry("Scaling", "show_scaling"),
        ),
    ),
    (
        "Machines",
        (
            Entry("Jobs", "list_jobs", Role.VIEWER, count_open_jobs),
            Entry("Hosts", "list_hosts"),
            Entry("Artifacts", "list_artifacts"),
            Entry("Endpoints", "list_endpoints"),
            Entry("Schedules", "list_schedules"),
            Entry("Catalogue", "show_catalogue"),
            Entry("Findings", "list_findings", Role.VIEWER, count_findings),
        ),
    ),
    (
        "Settings",
        (
            Entry("Provider keys", "list_keys", Role.ADMIN),
            Entry("People", "list_people", Role.ADMIN),
            Entry("Backups", "list_backups", Role.ADMIN),
        ),
    ),
)


def shell(request: HttpRequest) -> dict[str, Any]:
    """What every page's frame needs. The navigation is a function: a fragment, which has no frame, costs no query."""
    if not hasattr(request, "user"):
        return {}
    return {"theme": getattr(request.user, "theme", "system"), "navigation": partial(sections, request)}


def sections(request: HttpRequest) -> list[Section]:
    """What this person's navigation shows, with the link of the page they are on marked."""
    user = request.user
    if not isinstance(user, User):
        return []
    here = _here(request.path)
    shown = [
        Section(label, [_link(request, entry, here) for entry in group if _is_shown(entry, user)])
        for label, group in SECTIONS
    ]
    return [section for section in shown if section.links]


def entries() -> Iterable[Entry]:
    """Every page that the navigation may show."""
    return (entry for _label, group in SECTIONS for entry in group)


def _is_shown(entry: Entry, user: User) -> bool:
    return user.has_role(entry.role) and _url(entry) is not None


def _link(request: HttpRequest, entry: Entry, here: str | None) -> Link:
    url = _url(entry) or ""
    return Link(entry.label, url, url == here, capped(entry.count(request)) if entry.count else "")


def _url(entry: Entry) -> str | None:
    try:
        return reverse(entry.url_name)
    except NoReverseMatch:
        return None


def _here(path: str) -> str | None:
    """The link whose page is open, or whose page the open one lies below."""
    urls = [url for url in map(_url, entries()) if url and (path == url or (url != "/" and path.startswith(url)))]
    return max(urls, key=len, default=None)


def capped(count: int) -> str:
    """A count for people: nothing for 0, 999+ when it reached the cap."""
    if count >= CAP:
        return f"{CAP - 1}+"
    return str(count) if count else ""
