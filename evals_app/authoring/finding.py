"""Which cases of a suite a page shows, and what a case was made of."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Func, Q, QuerySet, TextField

from datasets_app.models import Sample
from evals_app.from_samples.drafting import TAG
from evals_app.models import Case, Suite

MOST_TAGS = 40


class _Members(Func):
    """The members of a JSON list, a row each."""

    function = "jsonb_array_elements_text"
    output_field = TextField()


def tags_of(suite: Suite) -> list[str]:
    """The suite's tags by name, without those that name a sample; the first ones of very many."""
    rows = suite.cases.exclude(tags=[]).annotate(tag=_Members("tags")).order_by("tag")
    found = rows.values_list("tag", flat=True).distinct()[: 4 * MOST_TAGS]
    return [tag for tag in found if not tag.startswith(TAG)][:MOST_TAGS]


def find_cases(suite: Suite, category: str, tag: str, words: str) -> QuerySet[Case]:
    """The cases of a category, with a tag, whose key or messages have these letters; what is empty asks nothing."""
    cases = suite.cases.all()
    if category:
        cases = cases.filter(category=category)
    if tag:
        cases = cases.filter(tags__contains=[tag])
    return cases.filter(Q(key__icontains=words) | Q(messages__icontains=words)) if words else cases


def sample_of(case: Case) -> Sample | None:
    """The sample that the case was made of, where it is one and still there. One query, none without such a tag."""
    for tag in case.tags:
        if str(tag).startswith(TAG):
            try:
                return Sample.objects.filter(uuid=UUID(tag.removeprefix(TAG))).first()
            except ValueError:
                return None
    return None
