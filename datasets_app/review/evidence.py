"""What a verifier found about a text, in the words and the order in which the evidence panel shows it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from datasets_app.domains.base import Domain, UnknownDomain, get_domain
from datasets_app.models import Verdict

WORST_FIRST = {"bad": 0, "warn": 1, "ok": 2}
Findings = list[dict[str, Any]]


@dataclass(frozen=True)
class Step:
    """One rung of the ladder: what is checked there, and ok, bad or "" (not reached)."""

    label: str
    tone: str


@dataclass(frozen=True)
class Badge:
    """A word of another tool about the code, with its tone."""

    tone: str
    words: str


@dataclass(frozen=True)
class Evidence:
    """One verdict as a person reads it."""

    verdict: Verdict

    @cached_property
    def is_old(self) -> bool:
        """Whether another version of the verifier said it: its ladder may have had other rungs."""
        code = self._code
        return code is None or code.verifier_version != self.verdict.verifier_version

    @cached_property
    def level(self) -> int:
        return self.verdict.level

    @cached_property
    def reached(self) -> str:
        """The rung in words."""
        ladder = self._ladder
        return ladder[min(self.level, len(ladder) - 1)]

    @cached_property
    def stopped_by(self) -> str:
        """The rung that something bad was found on; "" where nothing bad was found."""
        return next((step.label for step in self.steps if step.tone == "bad"), "")

    @cached_property
    def steps(self) -> list[Step]:
        """The rungs above “nothing”; the lowest one with a bad finding on it is bad.

        Rungs above that one say nothing, whatever is known of them: a text is as good as its lowest fault lets it be.
        """
        wrong = self._lowest_wrong
        tones = {wrong: "bad"} if wrong else {}
        labels = enumerate(self._ladder[1:], 1)
        return [Step(label, "ok" if place <= self.level else tones.get(place, "")) for place, label in labels]

    @property
    def _lowest_wrong(self) -> int:
        """The lowest rung that something bad was found on; 0 for none, and where the finding does not say."""
        return min((one.get("rung", 0) for one in self.verdict.findings if one.get("level") == "bad"), default=0)

    @cached_property
    def measured(self) -> str:
        """23 bytes, 40 to 62 cycles; "" where no code was measured."""
        said = self.verdict
        parts = [_count(said.byte_count, "byte")] if said.byte_count is not None else []
        return ", ".join([*parts, cycle_words(*said.cycles)] if said.cycles else parts)

    @cached_property
    def badge(self) -> Badge | None:
        """Whether asar agrees, where it was asked."""
        version = self.verdict.tool_versions.get("asar")
        codes = {finding.get("code") for finding in self.verdict.findings}
        if not version or not codes & {"asar_agrees", "asar_disagrees"}:
            return None
        agrees = "asar_disagrees" not in codes
        return Badge("ok" if agrees else "bad", f"asar {version} {'agrees' if agrees else 'disagrees'}")

    @cached_property
    def _code(self) -> Domain | None:
        try:
            return get_domain(self.verdict.verifier)
        except UnknownDomain:
            return None

    @cached_property
    def _ladder(self) -> Sequence[str]:
        return self._code.ladder if self._code else (f"level {self.level}",)


def cycle_words(fewest: int, most: int | None) -> str:
    """40 to 62 cycles, 40 cycles, or at least 40 cycles where a loop or a call has no known end."""
    if most is None:
        return f"at least {_count(fewest, 'cycle')} (a loop or a call has no known end)"
    return _count(fewest, "cycle") if fewest == most else f"{fewest:,} to {_count(most, 'cycle')}"


def findings_of(verdicts: Iterable[Verdict]) -> Findings:
    """What the verdicts found, worst first."""
    found = [finding for verdict in verdicts for finding in verdict.findings]
    return sorted(found, key=lambda one: WORST_FIRST.get(one.get("level", ""), 3))


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
