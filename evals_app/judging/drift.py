"""Whether a judge is still the one it was: its marks for a rubric's anchors, which never change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from evals_app.models import EvalRun, JudgeCheck

# A gate asks for an improvement of 0.10: a judge that moved by more than that would decide it alone.
BOUND = 0.10
Marks = Mapping[str, float | None]


@dataclass(frozen=True)
class Drift:
    """How far the marks of `anchors` moved between two checks; `unread` could be read in one of them only.

    `change` is the mean of what each moved, up or down; `before` and `after` are the mean marks.
    """

    change: float
    before: float
    after: float
    anchors: int
    unread: int

    @property
    def is_beyond(self) -> bool:
        """Whether the judge counts as changed: it moved too far, or every second anchor it cannot be asked any more."""
        return self.change > BOUND or self.unread > self.anchors

    @property
    def before_text(self) -> str:
        return f"{self.before:.2f} on average"

    @property
    def after_text(self) -> str:
        return f"{self.after:.2f} on average, {self.change:.2f} apart"


def drift(before: Marks, after: Marks) -> Drift | None:
    """From one check to another over the anchors that both could be read of; None without any."""
    both = [(one, other) for key, one in before.items() if one is not None and (other := after.get(key)) is not None]
    if not both:
        return None
    unread = sum((before.get(key) is None) != (after.get(key) is None) for key in {*before, *after})
    firsts, seconds = zip(*both, strict=True)
    moved = sum(abs(other - one) for one, other in both)
    return Drift(moved / len(both), sum(firsts) / len(both), sum(seconds) / len(both), len(both), unread)


def drift_between(baseline: EvalRun, candidate: EvalRun) -> Drift | None:
    """The worst over the rubrics of two runs that one judge judged; None where no anchor tells. Two queries."""
    before, after = (dict(run.judge_checks.values_list("version", "marks")) for run in (baseline, candidate))
    found = [drift(marks, after[version]) for version, marks in before.items() if version in after]
    return max((one for one in found if one), key=lambda one: one.change, default=None)


def first_checks(versions: Iterable[str]) -> dict[str, JudgeCheck]:
    """Version of a judge -> its first check that has marks. One query."""
    rows = JudgeCheck.objects.filter(version__in=list(versions)).exclude(marks={}).exclude(version="")
    return {check.version: check for check in rows.order_by("version", "pk").distinct("version")}


def run_drifts(run: EvalRun) -> list[tuple[JudgeCheck, Drift | None]]:
    """Each check before the run, with how far the judge had moved since its first; None for the first. Two queries."""
    checks = list(run.judge_checks.select_related("rubric", "judge").order_by("pk"))
    firsts = first_checks(check.version for check in checks) if checks else {}
    return [(check, since_first(firsts.get(check.version), check)) for check in checks]


def since_first(first: JudgeCheck | None, check: JudgeCheck) -> Drift | None:
    """How far a judge has moved since its first check; None where this is the first."""
    return drift(first.marks, check.marks) if first and first.pk != check.pk else None
