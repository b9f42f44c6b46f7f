"""What a gate found about one version: each rule with its figures and where they come from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from evals_app.gate.rules import Frozen

State = Literal["passed", "failed", "unknown"]
WORDS: dict[State, str] = {"passed": "passed", "failed": "failed", "unknown": "cannot be known yet"}
Link = tuple[str, str]
"""What is there, and the address of its page."""
Figure = float | int | str | None


class Finding(Frozen):
    """One rule: how it came out, why in a sentence, with its figures and the evidence."""

    name: str
    title: str
    state: State
    words: str
    figures: dict[str, Figure] = {}
    links: list[Link] = []

    @property
    def tone(self) -> str:
        """The chip's class."""
        return {"passed": "ok", "failed": "bad", "unknown": "warn"}[self.state]

    @property
    def state_words(self) -> str:
        return WORDS[self.state]


class Rule(NamedTuple):
    """One rule by its name for programs and what people read; it makes its finding."""

    name: str
    title: str

    def found(
        self, state: State, words: str, figures: Mapping[str, Figure] | None = None, links: Sequence[Link] = ()
    ) -> Finding:
        """How it came out."""
        name, title = self
        return Finding(name=name, title=title, state=state, words=words, figures=dict(figures or {}), links=list(links))

    def unknown(self, words: str, links: Sequence[Link] = ()) -> Finding:
        """It cannot be known yet."""
        return self.found("unknown", words, links=links)


def state_of(passes: bool) -> State:
    """Passed or failed."""
    return "passed" if passes else "failed"


class GateReport(Frozen):
    """All rules about one version. `standing` is the promotion that stood while it was computed, 0 for none."""

    schema_version: Literal[1] = 1
    expert: str
    version: str
    baseline: str
    gate: int
    standing: int
    findings: list[Finding]

    @property
    def state(self) -> State:
        """Passed when every rule did; failed when one did not; else it cannot be known yet."""
        states = {finding.state for finding in self.findings}
        return "failed" if "failed" in states else "unknown" if "unknown" in states else "passed"

    @property
    def state_words(self) -> str:
        return WORDS[self.state]

    @property
    def tone(self) -> str:
        return {"passed": "ok", "failed": "bad", "unknown": "warn"}[self.state]

    @property
    def worst_first(self) -> list[Finding]:
        """What failed, what cannot be known yet, what passed."""
        order = ("failed", "unknown", "passed")
        return sorted(self.findings, key=lambda finding: order.index(finding.state))

    @property
    def fingerprint(self) -> str:
        """Of all that it says: another one after newer results, rules or promotions."""
        text = json.dumps(self.model_dump(mode="json"), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:32]
