"""Goldens and edits as cases. The tag `sample:UUID` says what a case was made of, `kind:NAME` of which kind that is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from django.db.models import QuerySet

from datasets_app.models import Domain, PairOrigin, PreferencePair, Sample, SampleVersion
from datasets_app.preferences.pairs import usable
from datasets_app.secrets.guard import held_back
from evals_app.from_samples.scoring import scoring_for
from evals_app.suites import CaseDraft

What = Literal["goldens", "edits"]
TAG, KIND = "sample:", "kind:"
MOST = 5_000  # the newest ones
_SECRET = "a secret was found in its text"
_NO_PROGRAM = "no program can tell a good answer to it"


@dataclass
class Drafted:
    """`left` counts the samples that gave no case, by the reason."""

    drafts: list[CaseDraft] = field(default_factory=list)
    left: Counter[str] = field(default_factory=Counter)


def tag_of(sample: UUID) -> str:
    """The tag of the cases that were made of a sample."""
    return f"{TAG}{sample}"


def draft_cases(domain: Domain, what: What, tell: Callable[[int], None] = lambda _done: None) -> Drafted:
    """A case for each golden of the domain, or for each edit that a person made of an answer, where one can be.

    Code is run to see how it can be scored, some hundredths of a second for each; `tell` is told how many are done.
    """
    found = Drafted()
    rows = _edits(domain) if what == "edits" else _goldens(domain)
    held = set(held_back().values_list("version", flat=True))
    taken = set()
    for done, (sample, good, bad) in enumerate(rows):
        tell(done)
        if sample.pk in taken:  # of several edits of one sample the newest counts
            continue
        taken.add(sample.pk)
        draft = None if good.pk in held else _draft(domain, what, sample, good, bad)
        if draft is None:
            found.left[_SECRET if good.pk in held else _NO_PROGRAM] += 1
        else:
            found.drafts.append(draft)
    return found


def _draft(domain: Domain, what: What, sample: Sample, good: SampleVersion, bad: str) -> CaseDraft | None:
    chat = good.chat()
    scoring = scoring_for(domain.slug, chat[-2]["content"], good.output, bad, _params(sample))
    if scoring is None:
        return None
    scorer, expected = scoring
    return CaseDraft(
        key=f"{what.removesuffix('s')}/{sample.uuid}",
        category=(sample.kind or sample.topic or what)[:100],
        cluster=(sample.group_id or str(sample.uuid))[:100],
        messages=chat[:-1],
        expected=expected,
        tags=[what.removesuffix("s"), tag_of(sample.uuid), *([f"{KIND}{sample.kind}"] if sample.kind else [])],
        scorer=scorer,
        references=[good.output],
    )


def _params(sample: Sample) -> dict[str, Any]:
    """Those that its generator wrote it from."""
    item = getattr(sample, "item", None)
    return item.params if item else {}


def has_any(domain: Domain, what: What) -> bool:
    """Whether there is a golden of the domain, or an edit. One query."""
    return (_edited(domain) if what == "edits" else _golden(domain)).exists()


def _golden(domain: Domain) -> QuerySet[Sample]:
    return Sample.objects.filter(domain=domain, is_golden=True, current__isnull=False)


def _edited(domain: Domain) -> QuerySet[PreferencePair]:
    return usable(PreferencePair.objects.filter(origin=PairOrigin.EDIT, chosen__sample__domain=domain))


def _goldens(domain: Domain) -> Iterator[tuple[Sample, SampleVersion, str]]:
    rows = _golden(domain).select_related("current", "item").order_by("-pk")
    for sample in rows.defer("current__search")[:MOST]:
        if sample.current:
            yield sample, sample.current, ""


def _edits(domain: Domain) -> Iterator[tuple[Sample, SampleVersion, str]]:
    rows = _edited(domain).select_related("chosen__sample__item", "rejected").order_by("-pk")
    for pair in rows.defer("chosen__search", "rejected__search")[:MOST]:
        yield pair.chosen.sample, pair.chosen, pair.rejected.output
