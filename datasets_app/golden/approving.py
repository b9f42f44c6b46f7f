"""Approving a text as golden: by one person or, where the domain asks for it, by two. `decide` and `undo` call this."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from datasets_app.domains.catalog import DOMAINS
from datasets_app.models import Decision, Domain, Golden, Review, SampleVersion, Score, Verdict
from datasets_app.quality.finding_codes import said_by_todays_verifiers
from datasets_app.review.errors import ReviewError

WITHDRAWING = (Decision.REJECT, Decision.UNGOLD)
"""Decisions after which the approvals before them count no more."""


class WaitsForAnother(ReviewError):
    """Not counted: you have approved it as golden already. In the domain {domain} a second person must approve it."""


class NotVerified(ReviewError):
    """Not counted: this text was edited and has not been verified since. Verify it, then make it golden."""


def approval_of(review: Review) -> Golden | None:
    """The row that this golden decision adds, unsaved; None where the text has its approvals already.

    Two statements. It sets `review.waits` when another person must follow. Raises WaitsForAnother when it is the same
    person again, NotVerified. Save it by `save_approval` once the review is saved.
    """
    version, domain = _version_and_domain(review.version_id)
    if version.is_unverified:  # type: ignore[attr-defined]
        raise NotVerified
    said = current(Golden.objects.filter(version=review.version_id)).first()
    if said is None or said.is_withdrawn:  # type: ignore[attr-defined]
        golden = Golden(first_by=review.reviewer, needed=domain.golden_approvals, replaces=said)
    elif said.approved is not None:
        return None
    elif said.first_by_id == review.reviewer_id:
        raise WaitsForAnother(domain=domain.name)
    else:
        golden = Golden(first_by_id=said.first_by_id, second_by=review.reviewer, needed=said.needed, replaces=said)
    golden.sample_id, golden.version_id = review.sample_id, review.version_id
    golden.passed = version.passed  # type: ignore[attr-defined]
    review.waits = golden.needed == 2 and golden.second_by_id is None
    return golden


def save_approval(golden: Golden, review: Review) -> None:
    """Store what `approval_of` made, in the transaction of its saved review."""
    if golden.replaces_id:
        Golden.objects.filter(pk=golden.replaces_id).update(is_current=False)
    golden.review = review
    golden.save(force_insert=True)


def take_back_approvals(reviews: Iterable[int]) -> None:
    """Remove the rows that these decisions (primary keys of reviews) made: what they replaced counts again.

    One statement, in the transaction that puts the samples back. Decisions of other kinds made none.
    """
    taken = list(reviews)
    with connection.cursor() as cursor:
        cursor.execute(
            """WITH gone AS (DELETE FROM datasets_golden WHERE review_id = ANY(%s) RETURNING replaces_id)
               UPDATE datasets_golden SET is_current = true FROM gone
               WHERE datasets_golden.id = gone.replaces_id AND datasets_golden.review_id <> ALL(%s)""",
            [taken, taken],
        )


def current(goldens: QuerySet[Golden]) -> QuerySet[Golden]:
    """Those in whose place no later one stands, with `is_withdrawn`: somebody rejected the text, or its gold, since."""
    since = Review.objects.filter(
        version=OuterRef("version"),
        pk__gt=OuterRef("review"),
        decision__in=WITHDRAWING,
        undone_at__isnull=True,
        is_opinion=False,
    )
    return goldens.filter(is_current=True).annotate(is_withdrawn=Exists(since))


def _version_and_domain(pk: int) -> tuple[SampleVersion, Domain]:
    """The version, with whether the gate passes it, and its domain."""
    score = Score.objects.filter(version=OuterRef("pk"), gate__is_current=True)
    rows = SampleVersion.objects.select_related("sample__domain").only("sample__domain")
    found = rows.annotate(passed=Subquery(score.values("passes")[:1]), is_unverified=unverified("")).get(pk=pk)
    return found, found.sample.domain


def unverified(to_version: str) -> Q:
    """The condition that an edited text has no verdict of today's verifier, where its domain has one.

    `to_version` leads from the rows to their version, such as "current__"; "" for versions themselves.
    """
    verdicts = Verdict.objects.filter(said_by_todays_verifiers(), version=OuterRef(f"{to_version}pk"))
    slugs = [slug for slug, domain in DOMAINS.items() if domain.verifier]
    edited = {f"{to_version}parent__isnull": False, f"{to_version}sample__domain__slug__in": slugs}
    return Q(**edited) & Q(~Exists(verdicts))
