"""Making suites: equal content is the version that is there, other content the next number. A version never changes."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count

from afsweb.core.history import record
from afsweb.core.models import EventSource, User
from datasets_app.models import Domain
from evals_app.errors import CaseRefused, SuiteIsEmpty
from evals_app.models import Case, Suite
from evals_app.scorers import Scorer, get_scorer

ROLES = ("system", "user", "assistant")


@dataclass(frozen=True)
class CaseDraft:
    """One case, not yet stored. `messages` end with the user's question; cases of one `cluster` are about one fact."""

    key: str
    category: str
    cluster: str
    messages: list[dict[str, str]]
    expected: dict[str, Any]


def make_suite(
    slug: str,
    *,
    name: str,
    domain: Domain,
    scorer: str,
    drafts: Sequence[CaseDraft],
    description: str = "",
    by: User | None = None,
    source: EventSource = EventSource.UI,
) -> Suite:
    """The version of the suite `slug` that holds just these cases under this scorer, made if there is none yet.

    Raises UnknownScorer, SuiteIsEmpty and CaseRefused.
    """
    check_drafts(drafts, get_scorer(scorer))
    sha256 = content_sha256(drafts)
    with transaction.atomic():
        # Two people who make the same suite at once take turns here.
        Domain.objects.select_for_update(no_key=True).get(pk=domain.pk)
        versions = Suite.objects.filter(slug=slug)
        same = versions.filter(sha256=sha256, scorer=scorer, domain=domain).first()
        if same:
            return same
        number = max(versions.values_list("number", flat=True), default=0) + 1
        suite = Suite.objects.create(
            slug=slug, number=number, name=name, domain=domain, scorer=scorer, description=description, sha256=sha256
        )
        Case.objects.bulk_create([Case(suite=suite, **asdict(draft)) for draft in drafts])
        record("make", suite, actor=by, source=source, after={"cases": len(drafts), "sha256": sha256})
    return suite


def categories_of(suite: Suite) -> list[tuple[str, int]]:
    """The suite's categories with how many cases each has, by name."""
    return list(suite.cases.order_by("category").values_list("category").annotate(count=Count("pk")))


def content_sha256(drafts: Iterable[CaseDraft]) -> str:
    """Of the cases in key order, as one canonical JSON list: the same on every machine."""
    rows = [[d.key, d.category, d.cluster, d.messages, d.expected] for d in sorted(drafts, key=lambda d: d.key)]
    text = json.dumps(rows, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def check_drafts(drafts: Sequence[CaseDraft], scorer: Scorer) -> None:
    """Raise SuiteIsEmpty without any case, and CaseRefused for the first that could not be asked or scored."""
    if not drafts:
        raise SuiteIsEmpty
    keys = Counter(draft.key for draft in drafts)
    for draft in drafts:
        problem = _problem(draft, keys[draft.key]) or scorer.problem(draft.expected)
        if problem:
            raise CaseRefused(key=draft.key[:100], reason=problem)


def _problem(draft: CaseDraft, times: int) -> str:
    if times > 1:
        return f"{times} cases have this key"
    for label, text in (("key", draft.key), ("category", draft.category), ("cluster", draft.cluster)):
        if not text.strip() or len(text) > 100:
            return f"its {label} must have 1 to 100 characters"
    if not draft.messages or draft.messages[-1].get("role") != "user":
        return "its last message must be the user's question"
    if any(m.get("role") not in ROLES or not m.get("content", "").strip() for m in draft.messages):
        return f"each of its messages needs a text and one of the roles {', '.join(ROLES)}"
    return ""
