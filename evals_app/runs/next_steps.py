"""What a person can do about a run: each step one sentence and, where there is one, its page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from afsweb.core.models import WorkState
from evals_app.models import EvalRun
from evals_app.results.answers import tally
from evals_app.results.scores import CaseScore

NAMED = 8


@dataclass(frozen=True)
class Step:
    """What was seen, what to do about it, and where."""

    seen: str
    verb: str = ""
    url: str = ""


def next_steps(run: EvalRun, scores: Sequence[CaseScore]) -> list[Step]:
    """The steps for a finished run, the most useful first; none while it goes on."""
    if run.state != WorkState.SUCCEEDED:
        return []
    # Samples about a persona of an evaluation would be training on it.
    found = [_cut_off(run), None if run.simulator_id else _weak_facts(run, scores), _compare(run)]
    return [step for step in found if step]


def _cut_off(run: EvalRun) -> Step | None:
    cut = tally(run).cut
    if not cut:
        return None
    limit = run.sampling["max_new_tokens"]
    seen = f"{cut} unreadable answers ended at the limit of {limit} tokens: evaluate again with more."
    return Step(seen, "Evaluate again", f"{reverse('launch_eval')}?version={run.version.uuid}&suite={run.suite.uuid}")


def _weak_facts(run: EvalRun, scores: Sequence[CaseScore]) -> Step | None:
    wrong = Counter(case.cluster for case in scores if case.score is not None and not case.is_right)
    if not wrong:
        return None
    names = ", ".join(cluster for cluster, _ in wrong.most_common(NAMED))
    more = f" and {len(wrong) - NAMED} more" if len(wrong) > NAMED else ""
    seen = f"{len(wrong)} facts were not answered right: {names}{more}. More samples about them may help."
    return Step(seen, "Generate samples about these", reverse("plan_for_run", args=[run.uuid]))


def _compare(run: EvalRun) -> Step | None:
    others = EvalRun.objects.filter(suite__sha256=run.suite.sha256, state=WorkState.SUCCEEDED).exclude(pk=run.pk)
    if not others.exists():
        return Step("No other version has answered this suite yet.", "Evaluate another", reverse("launch_eval"))
    return Step(
        "Other versions answered this suite too.",
        "Compare",
        f"{reverse('launch_comparison')}?candidate={run.uuid}",
    )
