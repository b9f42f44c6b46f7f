"""Rubrics: checked, kept in numbered versions, found by what cases call them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from afsweb.core.finding import find_called
from afsweb.core.history import record
from afsweb.core.models import EventSource, User
from evals_app.errors import RubricRefused
from evals_app.models import Case, Rubric, Suite

SCORER = "rubric"
MOST_CRITERIA, MOST_ANCHORS = 20, 50
LONGEST_TEXT = 4_000


@dataclass(frozen=True)
class RubricDraft:
    """A rubric that is not stored yet; its parts are as `Rubric` has them."""

    slug: str
    name: str
    criteria: list[dict[str, Any]]
    safety: list[dict[str, Any]] = field(default_factory=list)
    anchors: list[dict[str, Any]] = field(default_factory=list)


def make_rubric(draft: RubricDraft, *, by: User | None, source: EventSource = EventSource.UI) -> tuple[Rubric, bool]:
    """The version of the rubric that holds just this, and whether it is new. Raises RubricRefused."""
    clean = clean_draft(draft)
    content = [clean.name, clean.criteria, clean.safety, clean.anchors]
    for version in Rubric.objects.filter(slug=clean.slug):
        if version.content == content:
            return version, False
    try:
        with transaction.atomic():
            newest = Rubric.objects.filter(slug=clean.slug).order_by("-number").first()
            rubric = Rubric.objects.create(number=newest.number + 1 if newest else 1, created_by=by, **asdict(clean))
            record("make", rubric, actor=by, source=source, after={"number": rubric.number, "sha256": rubric.sha256})
    except IntegrityError:
        raise RubricRefused(reason="somebody else made the next version at the same moment; look at it first") from None
    return rubric, True


def clean_draft(draft: RubricDraft) -> RubricDraft:
    """The draft with its texts stripped. Raises RubricRefused for what a judge could not be asked."""
    if not draft.name.strip() or len(draft.name) > 200:
        raise RubricRefused(reason="its name must have 1 to 200 characters")
    criteria = [_criterion(one) for one in _rows("criterion", draft.criteria, MOST_CRITERIA)]
    safety = [_named("safety rule", one) for one in _rows("safety rule", draft.safety, MOST_CRITERIA)]
    anchors = [_anchor(one) for one in _rows("anchor", draft.anchors, MOST_ANCHORS)]
    if not criteria:
        raise RubricRefused(reason="it needs one criterion at least")
    for what, names in (("criteria", criteria), ("safety rules", safety)):
        _refuse_twice(what, (one["name"] for one in names))
    _refuse_twice("anchors", (one["key"] for one in anchors))
    return RubricDraft(draft.slug, draft.name.strip(), criteria, safety, anchors)


def find_rubric(called: str) -> Rubric:
    """The rubric `slug:number`, the newest version of `slug`, or the one of that id. Raises NoSuchRow."""
    return find_called(Rubric.objects.all(), called, "slug")


def problem_of_reference(reference: object) -> str:
    """What is wrong with the `rubric` of a case, "" when it names a version that there is."""
    slug, _, number = str(reference or "").rpartition(":")
    if not slug or not number.isdecimal() or len(number) > 6 or number.startswith("0"):
        return "its rubric must be named with its version, such as clarity:2"
    known = Rubric.objects.filter(slug=slug, number=int(number)).exists()
    return "" if known else f"there is no rubric {slug}:{number}"


def judged_cases(suite: Suite) -> QuerySet[Case]:
    """The cases of the suite that a rubric decides."""
    return (
        suite.cases.filter(Q(scorer=SCORER) | Q(scorer=""))
        if suite.scorer == SCORER
        else suite.cases.filter(scorer=SCORER)
    )


def rubrics_of(suite: Suite) -> dict[str, Rubric]:
    """`slug:number` as cases write it -> the rubric, for every one that a case of the suite names. Two queries."""
    named = set(judged_cases(suite).order_by().values_list("expected__rubric", flat=True).distinct())
    wanted = Q(pk=None)
    for reference in named:
        slug, _, number = str(reference).rpartition(":")
        wanted |= Q(slug=slug, number=int(number))
    return {rubric.reference: rubric for rubric in Rubric.objects.filter(wanted)} if named else {}


def _rows(what: str, rows: Any, most: int) -> list[Mapping[str, Any]]:
    if not isinstance(rows, list) or not all(isinstance(one, Mapping) for one in rows):
        raise RubricRefused(reason=f"each {what} must be an object, all of them in a list")
    if len(rows) > most:
        raise RubricRefused(reason=f"it has {len(rows)} of “{what}”, and {most} are the most")
    return rows


def _criterion(row: Mapping[str, Any]) -> dict[str, Any]:
    weight = row.get("weight", 1)
    if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 < weight <= 100:
        raise RubricRefused(reason="the weight of each criterion must be a number above 0, 100 at most")
    return _named("criterion", row) | {"weight": weight}


def _named(what: str, row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": _text(f"the name of each {what}", row.get("name"), 80),
        "text": _text(f"each {what}", row.get("text")),
    }


def _anchor(row: Mapping[str, Any]) -> dict[str, Any]:
    mark = row.get("mark")
    if isinstance(mark, bool) or not isinstance(mark, int | float) or not 0 <= mark <= 1:
        raise RubricRefused(reason="the mark of each anchor must be a number from 0 to 1")
    told = {name: _text(f"the {name} of each anchor", row.get(name)) for name in ("question", "answer")}
    return {"key": _text("the key of each anchor", row.get("key"), 80), **told, "mark": mark}


def _text(what: str, value: object, longest: int = LONGEST_TEXT) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > longest:
        raise RubricRefused(reason=f"{what} must be a text of 1 to {longest} characters")
    return value.strip().replace("\r\n", "\n")


def _refuse_twice(what: str, names: Iterable[str]) -> None:
    twice = [name for name, count in Counter(" ".join(name.casefold().split()) for name in names).items() if count > 1]
    if twice:
        raise RubricRefused(reason=f"two of its {what} are called “{twice[0]}”")
