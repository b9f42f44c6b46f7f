"""Rules about what the model said at its checkpoints: it forgot what it knew, or says one thing to everything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import comb
from typing import Any

from training_app.diagnosis.finding import Finding, Kind, Remedy

RIGHT = 0.999
# Of forgetting by chance. Questions that only one of two states answers right fall to either side like a coin: the
# exact form of McNemar's test (Psychometrika 12, 1947), one-sided.
CHANCE = 0.05
# As the user's Veran v2 did, which called $2100, $420B, $4200 and $2115 all “CGADD” and fell from 44 % to 13 %.
SAME, QUESTIONS = 0.5, 6


@dataclass(frozen=True)
class Answer:
    """One answer at one checkpoint; `right` is 0 to 1."""

    step: int
    question: str
    expected: str
    said: str
    right: float


def find_forgetting(answers: Iterable[Answer], params: dict[str, Any]) -> Finding | None:
    """Questions that an earlier checkpoint answered right are wrong now, more than chance explains."""
    by_step = _by_step(answers)
    if len(by_step) < 2:
        return None
    *earlier, last = sorted(by_step)
    best = max(earlier, key=lambda step: (_count_right(by_step[step]), -step))
    lost, won = _flips(by_step[best], by_step[last])
    if not lost or chance_of(len(lost), len(won)) >= CHANCE:
        return None
    total = len(by_step[last])
    evidence = [
        f"{_count_right(by_step[best])} of {len(by_step[best])} right at step {best:,}, "
        f"{_count_right(by_step[last])} of {total} at step {last:,}.",
        f"Forgotten {len(lost)}, learned {len(won)}: by chance with p = {chance_of(len(lost), len(won)):.3f}.",
        *(f"“{one.question[:120]}”: now “{one.said[:80]}”, not “{one.expected[:80]}”." for one in lost[:3]),
    ]
    rate = float(params.get("learning_rate", 2e-4))
    keep = {"keep": "domain", "domain_samples": max(total, int(params.get("domain_samples") or 0))}
    remedies = [
        Remedy("Keep the state that answers best", keep),
        Remedy(f"Learning rate {rate / 2:.2g}, half", {"learning_rate": float(f"{rate / 2:.2g}")}),
    ]
    return Finding(Kind.FORGETS, "It forgets what it knew at an earlier checkpoint.", best, evidence, remedies)


def find_collapse(answers: Iterable[Answer], params: dict[str, Any]) -> Finding | None:
    """At the last checkpoint it says the same to half of the questions or more, whose right answers differ."""
    by_step = _by_step(answers)
    if not by_step:
        return None
    step = max(by_step)
    wrong = [one for one in by_step[step].values() if one.right < RIGHT]
    said, count = Counter(one.said.strip() for one in wrong).most_common(1)[0] if wrong else ("", 0)
    alike = [one for one in wrong if one.said.strip() == said]
    total = len(by_step[step])
    if total < QUESTIONS or count < SAME * total or len({one.expected.strip() for one in alike}) < 2:
        return None
    evidence = [
        f"“{said[:80] or 'nothing'}” to {count} of {total} questions at step {step:,}, wrongly; "
        f"{len({one.expected.strip() for one in alike})} different answers were expected."
    ]
    rate = float(params.get("learning_rate", 2e-4))
    remedies = [Remedy(f"Learning rate {rate / 2:.2g}, half", {"learning_rate": float(f"{rate / 2:.2g}")})]
    text = "It says the same to everything. Look at the samples first: too many begin alike, or too few differ."
    return Finding(Kind.COLLAPSED, text, step, evidence, remedies)


def chance_of(lost: int, won: int) -> float:
    """How likely it is that of `lost + won` coins at least `lost` fall to the one side; 1 without any."""
    flips = lost + won
    return float(sum(comb(flips, count) for count in range(lost, flips + 1)) / 2**flips)


def _by_step(answers: Iterable[Answer]) -> dict[int, dict[str, Answer]]:
    by_step: dict[int, dict[str, Answer]] = {}
    for one in answers:
        by_step.setdefault(one.step, {})[one.question] = one
    return by_step


def _count_right(answers: dict[str, Answer]) -> int:
    return sum(one.right >= RIGHT for one in answers.values())


def _flips(before: dict[str, Answer], after: dict[str, Answer]) -> tuple[list[Answer], list[Answer]]:
    both = [(before[question], one) for question, one in after.items() if question in before]
    lost = [now for then, now in both if then.right >= RIGHT > now.right]
    return lost, [now for then, now in both if now.right >= RIGHT > then.right]
