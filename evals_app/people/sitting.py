"""One answer after the other before one person."""

from __future__ import annotations

from dataclasses import dataclass

from afsweb.core.models import User
from evals_app.models import EvalRun, Result, Score
from evals_app.people.order import edge_cases_first
from evals_app.people.scores import human


@dataclass(frozen=True)
class Sitting:
    """The answer on the screen, its neighbours in the order, and how far the person is.

    `result` is None when every answer is judged, or none has words. `mine` is what the person said of it before.
    """

    result: Result | None
    mine: Score | None
    before: int | None
    after: int | None
    place: int
    done: int
    total: int


def sitting(run: EvalRun, user: User, at: int | None = None) -> Sitting:
    """What the person sees: the answer `at`, else the first in the order that they have not judged. Five queries."""
    order = [case.result for case in edge_cases_first(run)]
    done = set(human(run).filter(by=user).values_list("result", flat=True))
    shown = at if at in set(order) else next((key for key in order if key not in done), None)
    if shown is None:
        return Sitting(None, None, None, None, 0, len(done), len(order))
    place = order.index(shown)
    return Sitting(
        result=Result.objects.select_related("case__suite").get(pk=shown),
        mine=human(run).filter(by=user, result=shown).first() if shown in done else None,
        before=order[place - 1] if place else None,
        after=order[place + 1] if place + 1 < len(order) else None,
        place=place + 1,
        done=len(done),
        total=len(order),
    )
