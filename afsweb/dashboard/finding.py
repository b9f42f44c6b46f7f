"""Finding things: samples by their text, everything else by its name, anything by its id."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Model, Q, QuerySet
from django.db.models.functions import Left
from django.urls import NoReverseMatch, reverse

from afsweb.core.models import Endpoint, Host, Job
from datasets_app.models import Campaign, Sample, SampleVersion, Snapshot, Source
from datasets_app.search.conditions import holding
from datasets_app.search.headlines import Parts, headline, marked
from datasets_app.search.jumping import named_sample
from evals_app.models import Comparison, EvalRun, Suite
from training_app.models import BaseModel, Expert, ModelVersion, Recipe, TrainingRun

LIMIT = 20
HAVE_PAGES: tuple[type[Model], ...] = (
    Sample,
    Source,
    Campaign,
    Snapshot,
    TrainingRun,
    ModelVersion,
    EvalRun,
    Comparison,
    Suite,
    Recipe,
    BaseModel,
    Expert,
    Endpoint,
    Host,
)


@dataclass(frozen=True)
class Hit:
    """One thing that was found: its page, its name, and a line about it in (text, is a hit) parts."""

    url: str
    label: str
    about: Parts


@dataclass(frozen=True)
class Group:
    label: str
    hits: list[Hit]
    has_more: bool


def find_all(words: str) -> list[Group]:
    """What matches, by kind, at most LIMIT of each; kinds without a match are left out."""
    groups = [_group("Samples", _samples(words)), *(_group(label, _named(words, of)) for label, of in NAMED)]
    if words.lstrip("#").isdecimal():
        groups.insert(0, _group("By number", _numbered(words.lstrip("#"))))
    return [group for group in groups if group.hits]


def page_of(text: str) -> str | None:
    """The page of the row whose uuid this is, or of the sample that is #123 or whose uuid alone begins so; or None."""
    try:
        return _page_of_uuid(UUID(text))
    except ValueError:
        sample = named_sample(text)
        return sample.get_absolute_url() if sample else None


def _page_of_uuid(uuid: UUID) -> str | None:
    job = Job.objects.filter(pk=uuid).first()
    if job is not None:
        return job.get_absolute_url()
    for model in HAVE_PAGES:
        row = model._default_manager.filter(uuid=uuid).first()
        if row is not None:
            return _url(row)
    version = SampleVersion.objects.filter(uuid=uuid).select_related("sample").first()
    return version.sample.get_absolute_url() if version else None


def _samples(words: str) -> Iterable[Hit]:
    # Newest first and not by rank: a rank would have to read every match of a word that half the samples hold.
    newest = Sample.objects.filter(holding(words), current__isnull=False).order_by("-pk")[: LIMIT + 1]
    shown = {"asked": Left("current__instruction", 160), "headline": headline("current__output", words)}
    for uuid, asked, said in newest.annotate(**shown).values_list("uuid", *shown):
        yield Hit(reverse("show_sample", args=[uuid]), asked, marked(said))


def _numbered(digits: str) -> Iterable[Hit]:
    if len(digits) < 19:
        for sample in Sample.objects.filter(pk=int(digits)).select_related("current", "domain"):
            said = sample.current.instruction[:160] if sample.current else ""
            yield Hit(sample.get_absolute_url(), f"Sample {sample.pk}", [(said, False)])


def _runs(words: str) -> QuerySet[TrainingRun]:
    return TrainingRun.objects.filter(name__icontains=words).select_related("snapshot")


def _versions(words: str) -> QuerySet[ModelVersion]:
    return ModelVersion.objects.filter(Q(name__icontains=words) | Q(note__icontains=words)).select_related("base_model")


def _suites(words: str) -> QuerySet[Suite]:
    return Suite.objects.filter(Q(name__icontains=words) | Q(slug__icontains=words)).select_related("domain")


NAMED: tuple[tuple[str, Callable[[str], QuerySet[Model]]], ...] = (
    ("Sources", lambda words: Source.objects.filter(name__icontains=words).select_related("domain")),
    ("Campaigns", lambda words: Campaign.objects.filter(name__icontains=words).select_related("domain")),
    ("Snapshots", lambda words: Snapshot.objects.filter(name__icontains=words).select_related("domain")),
    ("Training runs", _runs),
    ("Models", _versions),
    ("Suites", _suites),
)


def _named(words: str, rows: Callable[[str], QuerySet[Model]]) -> Iterable[Hit]:
    for row in rows(words).order_by("-pk")[: LIMIT + 1]:
        about = [getattr(row, name) for name in ("domain", "snapshot", "base_model") if getattr(row, name, None)]
        url = _url(row)
        if url:
            yield Hit(url, str(row), [(str(about[0]), False)] if about else [])


def _url(row: Model) -> str | None:
    try:
        return str(row.get_absolute_url())  # type: ignore[attr-defined]
    except (AttributeError, NoReverseMatch):
        return None


def _group(label: str, hits: Iterable[Hit]) -> Group:
    found = list(hits)
    return Group(label, found[:LIMIT], len(found) > LIMIT)
