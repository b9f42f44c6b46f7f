"""What is known of a version's training: read from its run or its merge, or claimed by the document it came from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from afsweb.core.templatetags.afs import duration
from training_app.models import Claim, Claimed, Merge, Metric, ModelVersion, TrainingRun

NUMBERED = 4  # significant digits of a loss


@dataclass(frozen=True)
class Fact:
    """One line of the record. `is_claimed`: somebody wrote it, and nothing here measured it."""

    label: str
    value: str
    is_claimed: bool = False


@dataclass(frozen=True)
class Record:
    """The facts of one version, its examples by category, and what was claimed of its scores."""

    facts: list[Fact]
    categories: list[tuple[str, int]]
    scores: list[Claim]


def record_of(version: ModelVersion) -> Record:
    """Two queries for a version of a run, one for another. `version` comes from `version_rows`."""
    claims = list(version.claims.all()) if version.imported_from else []
    merge = getattr(version, "merge", None)
    facts = list(_facts(version, merge, claims))
    if version.billed_cost is not None:
        facts.append(Fact("Billed", f"${version.billed_cost:,.2f}", is_claimed=True))
    scores = [claim for claim in claims if claim.what == Claimed.SCORE]
    return Record(facts, _categories(version.run, claims), scores)


def _facts(version: ModelVersion, merge: Merge | None, claims: list[Claim]) -> Iterator[Fact]:
    if version.run is not None:
        yield from _of_run(version.run)
    elif merge is not None:
        yield from _of_merge(merge)
    for claim in claims:
        if claim.what not in (Claimed.SCORE, Claimed.CATEGORY_EXAMPLES):
            label = claim.get_what_display()
            yield Fact(label[0].upper() + label[1:], _written(claim), is_claimed=True)


def _written(claim: Claim) -> str:
    if claim.what == Claimed.TRAIN_SECONDS:
        return duration(float(claim.value))
    if claim.category:
        return f"{claim.category}: {claim.value}"
    return f"{claim.value:,}" if claim.what == Claimed.EXAMPLES else f"{claim.value}"


def _of_run(run: TrainingRun) -> Iterator[Fact]:
    recipe, params = run.recipe, run.spec or run.recipe.params
    yield Fact("Method", f"{recipe.get_method_display()} with {recipe.get_backend_display()}")
    place = [str(run.host or ""), str(run.environment.get("device_name") or run.environment.get("device") or "")]
    yield Fact("Hardware", ", ".join(filter(None, place)) or "—")
    yield Fact("Training examples", f"{run.snapshot.train_count:,}")
    if recipe.method != "full":
        yield from _of_lora(params)
    yield from _losses(run)
    if run.started_at and run.finished_at:
        yield Fact("Training time", duration(run.finished_at - run.started_at))


def _of_lora(params: dict[str, Any]) -> Iterator[Fact]:
    kinds = [name for key, name in (("use_rslora", "rsLoRA"), ("use_dora", "DoRA")) if params.get(key)]
    yield Fact("LoRA rank", " ".join([str(params.get("rank", "—")), *kinds]))
    yield Fact("LoRA alpha", str(params.get("alpha", "—")))
    yield Fact("LoRA target modules", ", ".join(params.get("target_modules") or ()) or "every linear layer")
    yield Fact("LoRA dropout", str(params.get("dropout", "—")))


def _losses(run: TrainingRun) -> Iterator[Fact]:
    """Of training: the first step's and the last's."""
    losses = Metric.objects.filter(run=run, is_validation=False, loss__isnull=False)
    ends = losses.order_by("step")[:1].union(losses.order_by("-step")[:1])
    rows = sorted(ends, key=lambda row: row.step)
    for label, row in zip(("Initial loss", "Final loss"), (rows[0], rows[-1]) if rows else (), strict=False):
        yield Fact(label, f"{row.loss:.{NUMBERED}g} at step {row.step:,}")


def _of_merge(merge: Merge) -> Iterator[Fact]:
    report = merge.report
    if merge.into_base:
        yield Fact("Method", f"merged into its base, kept as {report.get('dtype', 'its own type')}")
    else:
        yield Fact("Method", "weighted sum of adapters")
        yield Fact("LoRA rank", str(report.get("rank", "—")))


def _categories(run: TrainingRun | None, claims: list[Claim]) -> list[tuple[str, int]]:
    """How many training examples there were of each kind, the most first."""
    if run is not None:
        kinds = run.snapshot.figures.get("shares", {}).get("kind", [])
        return sorted(((label, train) for label, train, _ in kinds), key=lambda row: -row[1])
    return [(claim.category, int(claim.value)) for claim in claims if claim.what == Claimed.CATEGORY_EXAMPLES]
