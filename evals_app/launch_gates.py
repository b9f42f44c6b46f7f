"""What evaluation has to say before a launch: questions of a suite in the training data, and a base nobody measured."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from django.db.models import QuerySet

from afsweb.core.models import WorkState
from datasets_app.models import Snapshot
from evals_app.compare.leaks import asked_in
from evals_app.contamination.words import normal
from evals_app.models import Case, EvalRun, Suite
from training_app.gates.finding import FIRST, Finding, Place
from training_app.gates.others import gate
from training_app.gates.rows import MOST
from training_app.models import Recipe

LARGE = 7_000_000_000
"""Parameters from which a training costs hours, so that one whose gain nobody can measure is worth a warning."""
LEAK = Finding(
    "evaluation leak",
    "The row asks what a suite asks",
    "A version that trained on it is not measured by that suite. Leave these samples out, or say which suite counts.",
    stops=True,
    may_be_meant=True,
)


@gate
def look_for_leaks(_recipe: Recipe, snapshot: Snapshot) -> Iterator[Finding]:
    """Rows whose question, case and white space aside, is a case's of a suite in use."""
    cases = Case.objects.filter(suite__in=_suites(snapshot))
    questions = {normal(case.question): case.suite for case in cases.select_related("suite")}
    if not questions:
        return
    leaked = [(place, suites) for place, suites in _asked(snapshot, questions) if suites]
    if leaked:
        names = sorted({str(suite) for _, suites in leaked for suite in suites})
        text = f"The row asks what a suite asks ({', '.join(names[:3])}{' and more' if names[3:] else ''})"
        rows = tuple(place for place, _ in leaked[:FIRST])
        yield replace(LEAK, text=text, count=len(leaked), total=min(snapshot.count, MOST), rows=rows)


def _asked(snapshot: Snapshot, questions: dict[str, Suite]) -> Iterator[tuple[Place, list[Suite]]]:
    for split, position, sample, asked in islice(asked_in(snapshot), MOST):
        yield Place(split, position + 1, str(sample)), [questions[text] for text in asked if text in questions]


@gate
def look_for_baseline(recipe: Recipe, snapshot: Snapshot) -> Iterator[Finding]:
    """A base of 7 billion parameters or more without a suite, or whose own score nobody knows."""
    if (recipe.base_model.parameters or 0) < LARGE:
        return
    if not _suites(snapshot).exists():
        text, advice = "No suite measures this domain", "Make a suite first: without one nobody knows what it gains."
    elif not EvalRun.objects.filter(
        suite__in=_suites(snapshot),
        version__base_model=recipe.base_model,
        version__run=None,
        state=WorkState.SUCCEEDED,
    ).exists():
        text, advice = "The base as it is was never evaluated", "Evaluate it first: what is gained is told against it."
    else:
        return
    size = f"{(recipe.base_model.parameters or 0) / 1e9:.1f} billion parameters take hours to train"
    yield Finding("no baseline", f"{text}, and {size}", advice)


def _suites(snapshot: Snapshot) -> QuerySet[Suite]:
    suites = Suite.objects.filter(is_archived=False)
    return suites.filter(domain=snapshot.domain) if snapshot.domain_id else suites
