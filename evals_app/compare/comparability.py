"""Whether two runs measured the same thing the same way."""

from __future__ import annotations

from afsweb.core.models import WorkState
from evals_app.compare.report import Agreement, Check
from evals_app.errors import NotComparable, RunNotFinished, SameRun
from evals_app.judging.drift import drift_between
from evals_app.models import EvalRun

# Of these, the first two make a comparison meaningless, and so does another judge or one that changed; the others make
# it say something else, which is shown.
CHECKED = ("suite", "scorer", "template", "sampling")


def check_comparable(baseline: EvalRun, candidate: EvalRun) -> None:
    """Raise SameRun, RunNotFinished or NotComparable, with what to do about it."""
    if baseline.pk == candidate.pk:
        raise SameRun
    for run in (baseline, candidate):
        if run.state != WorkState.SUCCEEDED:
            raise RunNotFinished(run=run)
    if reason := _refusal(baseline, candidate):
        raise NotComparable(baseline=baseline, candidate=candidate, reason=reason)


def checks(baseline: EvalRun, candidate: EvalRun) -> list[Check]:
    """What was compared and what it was found to be: same, different, or unknown where one side does not tell."""
    found = [_check(name, baseline.hashes.get(name, ""), candidate.hashes.get(name, "")) for name in CHECKED]
    judges = [run.hashes.get("judge", "") for run in (baseline, candidate)]
    return [*found, *_judge_checks(baseline, candidate, *judges)] if any(judges) else found


def _judge_checks(baseline: EvalRun, candidate: EvalRun, left: str, right: str) -> list[Check]:
    """Whether one judge judged both, and whether it was still itself: its marks for the anchors tell."""
    judge = Check(name="judge", state="same" if left == right else "different", baseline=left, candidate=right)
    drift = drift_between(baseline, candidate) if left == right else None
    if drift is None:
        return [judge]
    state: Agreement = "different" if drift.is_beyond else "same"
    return [judge, Check(name="judge's marks", state=state, baseline=drift.before_text, candidate=drift.after_text)]


def _check(name: str, left: str, right: str) -> Check:
    state: Agreement = "unknown" if not left or not right else "same" if left == right else "different"
    return Check(name=name, state=state, baseline=left, candidate=right)


def _refusal(baseline: EvalRun, candidate: EvalRun) -> str:
    found = {check.name: check for check in checks(baseline, candidate)}
    if found["suite"].state != "same":
        sizes = [f"{run.suite} with {run.suite.cases.count()} cases" for run in (baseline, candidate)]
        return f"they answered different suites ({' and '.join(sizes)}). Let both versions answer the same one"
    if found["scorer"].state != "same":
        labels = f"{found['scorer'].baseline} and {found['scorer'].candidate}"
        return f"their answers were scored differently ({labels}). Rescore the older run first"
    for name in ("judge", "judge's marks"):
        if name in found and found[name].state == "different":
            told = f"{found[name].baseline or 'none'} and {found[name].candidate or 'none'}"
            what = (
                "two judges judged them"
                if name == "judge"
                else "the judge changed between them: its marks for the anchors"
            )
            return f"{what} ({told}). Evaluate both again with the judge as it is now"
    return ""
