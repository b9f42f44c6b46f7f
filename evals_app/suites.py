"""Making suites: equal content is the version that is there, other content the next number. A version never changes."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Count

from afsweb.core.history import record
from afsweb.core.models import EventSource, User
from datasets_app.models import Domain
from evals_app.errors import CaseRefused, SuiteIsEmpty
from evals_app.models import Case, Purpose, Suite
from evals_app.scorers import get_scorer

ROLES = ("system", "user", "assistant")


@dataclass(frozen=True)
class CaseDraft:
    """One case, not yet stored. `messages` end with the user's question; cases of one `cluster` are about one fact.

    Without a `scorer` of its own it has its suite's.
    """

    key: str
    category: str
    cluster: str
    messages: list[dict[str, str]]
    expected: dict[str, Any]
    tags: list[str] = field(default_factory=list)
    scorer: str = ""
    references: list[str] = field(default_factory=list)

    @property
    def content(self) -> list[Any]:
        """All that is asked and scored. What a case may lack stands there only where it has it."""
        extras = {name: value for name in ("tags", "scorer", "references") if (value := getattr(self, name))}
        told = [self.category, self.cluster, self.messages, self.expected]
        return [*told, extras] if extras else told


def make_suite(
    slug: str,
    *,
    name: str,
    domain: Domain,
    scorer: str,
    drafts: Sequence[CaseDraft],
    purpose: Purpose = Purpose.DOMAIN,
    description: str = "",
    known: Collection[str] = (),
    by: User | None = None,
    source: EventSource = EventSource.UI,
) -> Suite:
    """The version of the suite `slug` that holds just these cases under this scorer, made if there is none yet.

    A case whose key the version before has keeps its revision, or gets the next one when it changed. Raises
    UnknownScorer, SuiteIsEmpty and CaseRefused, also for a key that another question had in a version further back.
    Cases whose content's hash is `known` were checked before under this scorer.
    """
    check_drafts(drafts, scorer, known)
    sha256 = content_sha256(drafts)
    with transaction.atomic():
        # Two people who make the same suite at once take turns here.
        Domain.objects.select_for_update(no_key=True).get(pk=domain.pk)
        versions = Suite.objects.filter(slug=slug)
        same = versions.filter(sha256=sha256, scorer=scorer, domain=domain, purpose=purpose).first()
        if same:
            return same
        number = max(versions.values_list("number", flat=True), default=0) + 1
        revised = revise(slug, number - 1, drafts)
        facts = {"name": name, "domain": domain, "purpose": purpose, "description": description}
        suite = Suite.objects.create(slug=slug, number=number, scorer=scorer, sha256=sha256, **facts)
        Case.objects.bulk_create([Case(suite=suite, **told, **asdict(draft)) for draft, told in revised])
        record("make", suite, actor=by, source=source, after={"cases": len(drafts), "sha256": sha256})
    return suite


def revise(slug: str, newest: int, drafts: Sequence[CaseDraft]) -> list[tuple[CaseDraft, dict[str, Any]]]:
    """Each draft with its `sha256` and `revision` in the suite's line, whose newest version is `newest`.

    Raises CaseRefused for a key that another question had: results of both would be told as one.
    """
    earlier: dict[str, list[tuple[int, int, str]]] = {}
    rows = Case.objects.filter(suite__slug=slug, key__in=[draft.key for draft in drafts]).order_by("revision")
    for key, number, revision, sha256 in rows.values_list("key", "suite__number", "revision", "sha256"):
        earlier.setdefault(key, []).append((number, revision, sha256))
    return [(draft, _revision(draft, earlier.get(draft.key, []), newest)) for draft in drafts]


def _revision(draft: CaseDraft, earlier: Sequence[tuple[int, int, str]], newest: int) -> dict[str, Any]:
    sha256 = sha256_of_json(draft.content)
    same = [revision for _, revision, content in earlier if content == sha256]
    if same:
        return {"sha256": sha256, "revision": same[-1]}
    if earlier and all(number != newest for number, *_ in earlier):
        reason = f"its key belonged to another question in version {earlier[-1][0]} of this suite; give it a new one"
        raise CaseRefused(key=draft.key[:100], reason=reason)
    return {"sha256": sha256, "revision": max((revision for _, revision, _ in earlier), default=0) + 1}


def categories_of(suite: Suite) -> list[tuple[str, int]]:
    """The suite's categories with how many cases each has, by name."""
    return list(suite.cases.order_by("category").values_list("category").annotate(count=Count("pk")))


def content_sha256(drafts: Iterable[CaseDraft]) -> str:
    """Of the cases in key order, as one canonical JSON list: the same on every machine."""
    return sha256_of_json([[draft.key, *draft.content] for draft in sorted(drafts, key=lambda draft: draft.key)])


def sha256_of_json(value: object) -> str:
    """Of the value as canonical JSON."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def check_drafts(drafts: Sequence[CaseDraft], scorer: str, known: Collection[str] = ()) -> None:
    """Raise SuiteIsEmpty without any case, CaseRefused for the first that could not be asked or scored, UnknownScorer.

    `scorer` is that of the cases without one of their own. What a scorer needs to look at a case may take long: it is
    not asked about cases whose content's hash is `known`.
    """
    get_scorer(scorer)
    if not drafts:
        raise SuiteIsEmpty
    keys = Counter(draft.key for draft in drafts)
    for draft in drafts:
        problem = _problem(draft, keys[draft.key])
        if not problem and sha256_of_json(draft.content) not in known:
            problem = get_scorer(draft.scorer or scorer).problem(draft.expected)
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
    if not all(isinstance(text, str) and text.strip() for text in (*draft.tags, *draft.references)):
        return "its tags and references must be texts"
    return "" if _is_storable([draft.key, draft.content]) else "it holds a character that no text may have"


def _is_storable(value: object) -> bool:
    """Whether Postgres can keep it: neither NUL nor half of a surrogate pair."""
    try:
        return b"\\u0000" not in json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
