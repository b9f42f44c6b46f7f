"""Recounting what evaluation keeps as numbers: what does not add up."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, Q

from afsweb.core.findings import Found
from afsweb.core.models import WorkState
from evals_app.models import Case, EvalRun, ResultState


def check_evaluations() -> Iterator[Found]:
    """Finished evaluations that have fewer or more answers than their suite asks for."""
    answered = Count("results", filter=~Q(results__state=ResultState.PLANNED))
    finished = EvalRun.objects.filter(state=WorkState.SUCCEEDED).select_related("suite", "version")
    cases = dict(Case.objects.values_list("suite").annotate(Count("pk")))
    for one in finished.annotate(answered=answered).iterator():
        planned = cases.get(one.suite_id, 0) * one.repeats
        if one.answered != planned:
            text = f"The evaluation of {one} is finished with {one.answered:,} answers; its suite asks for {planned:,}."
            advice = "Do not compare with it: evaluate the version again."
            yield Found(str(one.uuid), text, advice, one.get_absolute_url())
