"""A score is the weighted mean of what could be measured, and vetoes stand above it."""

from __future__ import annotations

import pytest

from datasets_app.models import Domain, GateVersion, Verdict
from datasets_app.quality.neighbours import Neighbour
from datasets_app.quality.scoring import Evidence, score

WEIGHTS = {"diversity": 0.3, "kg_consistency": 0.2, "hallucination_risk": 0.3, "coherence": 0.2}
DOMAIN = Domain(slug="asm65816", name="65816 assembly", threshold=0.9)


def gate(**changes: object) -> GateVersion:
    vetoes = ["contradicted_fact", "wrong_code", "exact_duplicate"]
    return GateVersion(**{"number": 1, "weights": WEIGHTS, "vetoes": vetoes, "thresholds": {"asm65816": 0.4}} | changes)


def evidence(
    *,
    claims: tuple[int, int, int] | None = (1, 0, 0),
    cosine: float | None = 0.5,
    duplicate_of: int | None = None,
    findings: tuple[str, ...] = (),
) -> Evidence:
    verdict = None
    if claims is not None:
        said = [{"level": "bad", "code": code, "message": f"It is {code}."} for code in findings]
        verdict = Verdict(supported=claims[0], contradicted=claims[1], unknown=claims[2], findings=said)
    return Evidence(1, verdict, None if cosine is None else Neighbour(7, cosine), duplicate_of)


@pytest.mark.parametrize(
    ("known", "overall"),
    [
        # (0.3 * 0.5 + 0.2 * 1 + 0.3 * (1 - 0)) / 0.8
        (evidence(), 0.8125),
        # 3 right, 1 unknown: risk (0 + 1/2) / 4
        (evidence(claims=(3, 0, 1)), (0.3 * 0.5 + 0.2 * 1 + 0.3 * 0.875) / 0.8),
        (evidence(claims=(1, 1, 0)), (0.3 * 0.5 + 0.2 * 0.5 + 0.3 * 0.5) / 0.8),
        (evidence(claims=(0, 0, 2)), 0.5),
        (evidence(claims=None), 0.5),
        (evidence(cosine=None), 1.0),
        (evidence(claims=None, cosine=None), None),
    ],
)
def test_overall(known: Evidence, overall: float | None) -> None:
    assert score(known, gate(), DOMAIN).overall == (overall if overall is None else pytest.approx(overall))


@pytest.mark.parametrize(("cosine", "diversity"), [(0.25, 0.75), (1.0, 0.0), (1.0001, 0.0), (-0.2, 1.0)])
def test_diversity_stays_a_share(cosine: float, diversity: float) -> None:
    assert score(evidence(cosine=cosine), gate(), DOMAIN).diversity == pytest.approx(diversity)


@pytest.mark.parametrize(("bound", "passes"), [(0.8, True), (0.8125, True), (0.82, False)])
def test_the_gates_threshold_decides(bound: float, passes: bool) -> None:
    assert score(evidence(), gate(thresholds={"asm65816": bound}), DOMAIN).passes is passes


def test_without_the_gates_threshold_the_domains_decides() -> None:
    assert not score(evidence(), gate(thresholds={}), DOMAIN).passes


def test_what_could_not_be_measured_never_passes() -> None:
    nothing = score(evidence(claims=None, cosine=None), gate(thresholds={"asm65816": 0}), DOMAIN)
    assert not nothing.passes
    assert "nothing speaks for it" in nothing.reasons["overall"]


@pytest.mark.parametrize(
    ("known", "vetoes"),
    [
        (evidence(claims=(9, 1, 0)), ["contradicted_fact"]),
        (evidence(duplicate_of=3), ["exact_duplicate"]),
        (evidence(findings=("width_mismatch",)), ["wrong_code"]),
        (evidence(claims=(9, 1, 0), findings=("register_contradicted",)), ["contradicted_fact"]),
        (evidence(claims=(9, 1, 0), duplicate_of=3), ["contradicted_fact", "exact_duplicate"]),
    ],
)
def test_a_veto_stands_above_every_score(known: Evidence, vetoes: list[str]) -> None:
    vetoed = score(known, gate(thresholds={"asm65816": 0}), DOMAIN)
    assert (vetoed.vetoes, vetoed.passes) == (vetoes, False)
    assert set(vetoes) < set(vetoed.reasons)


def test_only_the_gates_own_vetoes_count() -> None:
    assert score(evidence(claims=(9, 1, 0), duplicate_of=3), gate(vetoes=[]), DOMAIN).passes


def test_a_component_without_weight_counts_nothing() -> None:
    assert score(evidence(), gate(weights={"diversity": 1}), DOMAIN).overall == pytest.approx(0.5)
    assert score(evidence(), gate(weights={"coherence": 1}), DOMAIN).overall is None
