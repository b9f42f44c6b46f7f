"""The two scores that follow from the counts of a verdict."""

from __future__ import annotations

import pytest

from datasets_app.domains.base import Verdict, hallucination_risk, kg_consistency


@pytest.mark.parametrize(
    ("supported", "contradicted", "unknown", "consistency", "risk"),
    [
        (3, 1, 0, 0.75, 0.25),
        (4, 0, 0, 1.0, 0.0),
        (0, 2, 0, 0.0, 1.0),
        (1, 0, 1, 1.0, 0.25),
        (0, 0, 3, None, None),
        (0, 0, 0, None, None),
    ],
)
def test_scores(supported: int, contradicted: int, unknown: int, consistency: float | None, risk: float | None) -> None:
    found = Verdict(supported=supported, contradicted=contradicted, unknown=unknown)
    assert kg_consistency(found) == consistency
    assert hallucination_risk(found) == risk
