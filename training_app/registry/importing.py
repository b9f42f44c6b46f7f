"""Versions that were trained elsewhere, from a document that tells of them: a record of claims, without weights.

The form is JSON: {"source": TEXT, "versions": [{...}]}; docs/models.md says what each version may hold.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.db import transaction
from pydantic import BaseModel as Form
from pydantic import ConfigDict, Field, StringConstraints, ValidationError

from afsweb.core.history import record
from afsweb.core.models import EventSource, User
from training_app.bases.fetching import known_facts
from training_app.errors import BadRecord
from training_app.models import BaseModel, Claim, Claimed, ModelVersion

# Without control characters but line ends and tabs; halves of surrogate pairs are refused as no JSON.
_TEXT = r"^[^\x00-\x08\x0b-\x1f\x7f]*$"
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300, pattern=_TEXT)]
Text = Annotated[str, StringConstraints(max_length=20_000, pattern=_TEXT)]
Count = Annotated[int, Field(ge=0, le=2_000_000_000)]
Slug = Annotated[str, StringConstraints(pattern=r"^[-a-zA-Z0-9_]{1,64}$")]
Category = Annotated[str, StringConstraints(max_length=100, pattern=_TEXT)]


class _Strict(Form):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class ClaimedScore(_Strict):
    """A share of right answers from 0 to 1 in a category (empty: overall), of `n` tests where the document says it."""

    category: Category = ""
    score: Annotated[float, Field(ge=0, le=1)]
    n: Count | None = None


class ClaimedVersion(_Strict):
    """One version. Seconds, US dollars; `status` is the document's own word, `standing` what it comes to here."""

    name: Slug
    number: Annotated[int, Field(ge=1, le=1_000_000)]
    base: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=_TEXT)]
    standing: Literal["", "best", "failed", "baseline"] = ""
    tag: Annotated[str, StringConstraints(max_length=200, pattern=_TEXT)] = ""
    temperature: Annotated[float, Field(ge=0, le=5)] | None = None
    system_prompt: Text = ""
    known_issues: Text = ""
    lessons: Text = ""
    note: Annotated[str, StringConstraints(max_length=300, pattern=_TEXT)] = ""
    billed_cost: Annotated[Decimal, Field(ge=0, max_digits=10, decimal_places=2)] | None = None

    status: Line | None = None
    method: Line | None = None
    platform: Line | None = None
    hardware: Line | None = None
    examples: Count | None = None
    categories: dict[Category, Count] = {}
    rank: Annotated[int, Field(ge=1, le=100_000)] | None = None
    alpha: Annotated[float, Field(gt=0)] | None = None
    targets: tuple[Line, ...] = ()
    dropout: Annotated[float, Field(ge=0, lt=1)] | None = None
    initial_loss: Annotated[float, Field(ge=0)] | None = None
    final_loss: Annotated[float, Field(ge=0)] | None = None
    train_seconds: Annotated[float, Field(ge=0)] | None = None
    scores: tuple[ClaimedScore, ...] = ()
    files: dict[Category, Line] = {}


class Document(_Strict):
    """What `source` says about versions."""

    source: Line
    versions: Annotated[tuple[ClaimedVersion, ...], Field(min_length=1, max_length=1000)]


# The fields that people fill in here too: kept on the version itself.
OWN = (
    "standing",
    "tag",
    "temperature",
    "system_prompt",
    "known_issues",
    "lessons",
    "note",
    "billed_cost",
)
SIMPLE = {
    Claimed.STANDING: "status",
    Claimed.METHOD: "method",
    Claimed.PLATFORM: "platform",
    Claimed.HARDWARE: "hardware",
    Claimed.EXAMPLES: "examples",
    Claimed.RANK: "rank",
    Claimed.ALPHA: "alpha",
    Claimed.DROPOUT: "dropout",
    Claimed.INITIAL_LOSS: "initial_loss",
    Claimed.FINAL_LOSS: "final_loss",
    Claimed.TRAIN_SECONDS: "train_seconds",
}


def read_document(text: str | bytes) -> Document:
    """The document in a JSON text. Raises BadRecord, which names the first things that are wrong."""
    try:
        return Document.model_validate_json(text)
    except ValidationError as error:
        problems = [f"{'.'.join(map(str, one['loc'])) or 'it'}: {one['msg']}" for one in error.errors()[:3]]
        raise BadRecord(problems="; ".join(problems)) from None


@transaction.atomic
def import_document(
    document: Document, *, by: User | None, source: EventSource = EventSource.UI
) -> tuple[list[ModelVersion], list[ModelVersion]]:
    """The versions that were made, and those that were here already, which stay as they are."""
    made, known = [], []
    for one in document.versions:
        here = ModelVersion.objects.filter(name=one.name, number=one.number).first()
        if here is not None:
            known.append(here)
            continue
        made.append(_make(one, document.source))
        record("import", made[-1], actor=by, source=source, after={"source": document.source})
    return made, known


def _make(one: ClaimedVersion, source: str) -> ModelVersion:
    base, _ = BaseModel.objects.get_or_create(model_id=one.base, defaults=known_facts(one.base))
    own = {name: getattr(one, name) for name in OWN}
    version = ModelVersion.objects.create(
        name=one.name, number=one.number, base_model=base, imported_from=source, **own
    )
    Claim.objects.bulk_create(Claim(version=version, **facts) for facts in _claims(one))
    return version


def _claims(one: ClaimedVersion) -> Iterator[dict[str, Any]]:
    for what, name in SIMPLE.items():
        if (value := getattr(one, name)) is not None:
            yield {"what": what, "value": value}
    if one.targets:
        yield {"what": Claimed.TARGETS, "value": ", ".join(one.targets)}
    for category, count in one.categories.items():
        yield {"what": Claimed.CATEGORY_EXAMPLES, "category": category, "value": count}
    for score in {score.category: score for score in one.scores}.values():
        yield {"what": Claimed.SCORE, "category": score.category, "value": score.score, "n": score.n}
    for kind, path in one.files.items():
        yield {"what": Claimed.FILE, "category": kind, "value": path}
