"""The next version of a suite: with one case more, one case changed, one left out."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Max

from afsweb.core.models import EventSource, User
from datasets_app.models import Domain
from evals_app.errors import SuiteMovedOn
from evals_app.models import Case, Purpose, Suite
from evals_app.suites import CaseDraft, check_drafts, make_suite, sha256_of_json


def draft_of(case: Case) -> CaseDraft:
    """The case as a draft: all that is asked and scored."""
    return CaseDraft(
        key=case.key,
        category=case.category,
        cluster=case.cluster,
        messages=case.messages,
        expected=case.expected,
        tags=case.tags,
        scorer=case.scorer,
        references=case.references,
    )


def drafts_of(suite: Suite) -> list[CaseDraft]:
    """All cases of the suite, by key."""
    return [draft_of(case) for case in suite.cases.order_by("key")]


def newest_number(suite: Suite) -> int:
    """The number of the newest version in the suite's line."""
    return int(Suite.objects.filter(slug=suite.slug).aggregate(newest=Max("number"))["newest"])


def add_case(suite: Suite, draft: CaseDraft, *, seen: int, by: User | None) -> Suite:
    """The version with this case besides. Raises CaseRefused, also where its key is taken, and SuiteMovedOn."""
    return revise_suite(suite, [*drafts_of(suite), draft], seen=seen, by=by)


def change_case(suite: Suite, draft: CaseDraft, *, seen: int, by: User | None) -> Suite:
    """The version in which the case of that key is so. Raises CaseRefused and SuiteMovedOn."""
    drafts = [draft if one.key == draft.key else one for one in drafts_of(suite)]
    return revise_suite(suite, drafts, seen=seen, by=by)


def leave_out(suite: Suite, key: str, *, seen: int, by: User | None) -> Suite:
    """The version without the case of that key. Raises SuiteIsEmpty for the last one, and SuiteMovedOn."""
    return revise_suite(suite, [one for one in drafts_of(suite) if one.key != key], seen=seen, by=by)


def revise_suite(
    suite: Suite, drafts: Sequence[CaseDraft], *, seen: int, by: User | None, source: EventSource = EventSource.UI
) -> Suite:
    """The version of the suite's line that holds these cases, made if there is none.

    `seen` is the newest number that the person knew of: who saved in between is not overwritten (SuiteMovedOn).
    """
    checked = set(suite.cases.values_list("sha256", flat=True))
    check_drafts(drafts, suite.scorer, checked)
    checked |= {sha256_of_json(draft.content) for draft in drafts}
    with transaction.atomic():
        # The lock under which versions are made, so that nobody makes one between the look and the making.
        Domain.objects.select_for_update(no_key=True).get(pk=suite.domain_id)
        if (newest := newest_number(suite)) != seen:
            raise SuiteMovedOn(suite=suite.name, number=newest)
        called = Suite.objects.only("name", "description").get(pk=suite.pk)
        return make_suite(
            suite.slug,
            name=called.name,
            domain=suite.domain,
            scorer=suite.scorer,
            drafts=drafts,
            purpose=Purpose(suite.purpose),
            description=called.description,
            known=checked,
            by=by,
            source=source,
        )
