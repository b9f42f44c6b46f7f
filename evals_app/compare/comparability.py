"""Whether two runs measured the same thing the same way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from afsweb.core.models import WorkState
from evals_app.compare.report import Agreement, Check
from evals_app.errors import NotComparable, RunNotFinished, SameRun
from evals_app.judging.drift import drift_between
from evals_app.models import EvalRun

# Of these, the first two make a comparison meaningless, and so does another judge or one that changed; the others make
# it say something else, which is shown.
CHECKED = ("suite", "scorer", "template", "sampling")
# A run without a judge or a simulator has no hash of one; where neither has, there is nothing to check.
WHERE_USED = ("judge", "simulator")


def check_comparable(baseline: EvalRun, candidate: EvalRun) -> None:
    """Raise SameRun, RunNotFinished or NotComparable, with what to do about it."""
    if baseline.pk == candidate.pk:
        raise SameRun
    for run in (baseline, candidate):
        if run.state != WorkState.SUCCEEDED:
            raise RunNotFinished(run=run)
    sizes = {run.suite_id: run.suite.cases.count() for run in (baseline, candidate)}
    if reason := refusal(baseline, candidate, sizes):
        raise NotComparable(baseline=baseline, candidate=candidate, reason=reason)


def comparable(runs: Sequence[EvalRun]) -> list[EvalRun]:
    """Those of the runs that a figure may be made of together with the first, which stays the first."""
    return [runs[0], *(run for run in runs[1:] if not refusal(runs[0], run, {}))] if runs else []


def are_alike(one: EvalRun, other: EvalRun) -> bool:
    """Whether two runs of one suite were asked, scored and judged the same way, as far as both sides tell."""
    names = (*CHECKED[1:], *WHERE_USED)
    return all(one.hashes.get(name, "") == other.hashes.get(name, "") for name in names)


def checks(baseline: EvalRun, candidate: EvalRun) -> list[Check]:
    """What was compared and what it was found to be: same, different, or unknown where one side does not tell."""
    found = [_check(name, baseline.hashes.get(name, ""), candidate.hashes.get(name, "")) for name in CHECKED]
    found += [check for name in WHERE_USED if (check := _check_used(name, baseline, candidate))]
    return [*found, *_judges_marks(baseline, candidate)]


def _judges_marks(baseline: EvalRun, candidate: EvalRun) -> list[Check]:
    """Whether one judge of both was still itself: its marks for the anchors tell."""
    left, right = baseline.hashes.get("judge", ""), candidate.hashes.get("judge", "")
    drift = drift_between(baseline, candidate) if left and left == right else None
    if drift is None:
        return []
    state: Agreement = "different" if drift.is_beyond else "same"
    return [Check(name="judge's marks", state=state, baseline=drift.before_text, candidate=drift.after_text)]


def _check(name: str, left: str, right: str) -> Check:
    state: Agreement = "unknown" if not left or not right else "same" if left == right else "different"
    return Check(name=name, state=state, baseline=left, candidate=right)


def _check_used(name: str, baseline: EvalRun, candidate: EvalRun) -> Check | None:
    left, right = baseline.hashes.get(name, ""), candidate.hashes.get(name, "")
    if not left and not right:
        return None
    return Check(name=name, state="same" if left == right else "different", baseline=left, candidate=right)


def refusal(baseline: EvalRun, candidate: EvalRun, sizes: Mapping[int, int]) -> str:
    """Why no figure may be made of the two, with what to do about it; "" where one may.

    `sizes`: how many cases their suites have, by the suite's key.
    """
    found = {check.name: check for check in checks(baseline, candidate)}
    if found["suite"].state != "same":
        told = [f"{run.suite} with {sizes.get(run.suite_id, 0)} cases" for run in (baseline, candidate)]
        return f"they answered different suites ({' and '.join(told)}). Let both versions answer the same one"
    if found["scorer"].state != "same":
        labels = f"{found['scorer'].baseline} and {found['scorer'].candidate}"
        return f"their answers were scored differently ({labels}). Rescore the older run first"
    return _judges_refusal(found)


def _judges_refusal(found: Mapping[str, Check]) -> str:
    what = {
        "judge": "two judges judged them",
        "judge's marks": "the judge changed between them: its marks for the anchors",
    }
    for name, said in what.items():
        if name in found and found[name].state == "different":
            told = f"{found[name].baseline or 'none'} and {found[name].candidate or 'none'}"
            return f"{said} ({told}). Evaluate both again with the judge as it is now"
    return ""
