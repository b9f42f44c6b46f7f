"""The four components of a score, each with a sentence; what could not be measured is null, and says why."""

from __future__ import annotations

from dataclasses import dataclass

from datasets_app.domains.base import hallucination_risk, kg_consistency
from datasets_app.models import Domain, GateVersion, Score, Verdict
from datasets_app.quality.neighbours import Neighbour
from datasets_app.quality.verifying import counts_of

COMPONENTS = ("diversity", "kg_consistency", "hallucination_risk", "coherence")
CONTRADICTED_FACT, WRONG_CODE, EXACT_DUPLICATE = "contradicted_fact", "wrong_code", "exact_duplicate"


@dataclass(frozen=True)
class Evidence:
    """What is known about one version: its verdict, the nearest sample of another group, an earlier equal sample.

    `diversity` is the component with its sentence where it was measured before and is not measured anew.
    """

    version_id: int
    verdict: Verdict | None
    nearest: Neighbour | None
    duplicate_of: int | None
    diversity: tuple[float | None, str] | None = None


def score(evidence: Evidence, gate: GateVersion, domain: Domain) -> Score:
    """The unsaved score of one version under `gate`."""
    figures = components(evidence)
    values = {name: value for name, (value, _) in figures.items()}
    reasons = {name: reason for name, (_, reason) in figures.items()}
    overall, reasons["overall"] = weigh(values, gate, domain)
    vetoes = find_vetoes(evidence, gate)
    return Score(
        version_id=evidence.version_id,
        gate=gate,
        overall=overall,
        vetoes=vetoes,
        passes=not vetoes and overall is not None and overall >= threshold(gate, domain),
        reasons=reasons | _veto_reasons(evidence, vetoes),
        **values,
    )


def components(evidence: Evidence) -> dict[str, tuple[float | None, str]]:
    """Each component's value, 0 to 1 or None, and the sentence that explains it."""
    return {
        "diversity": evidence.diversity or _diversity(evidence.nearest),
        "kg_consistency": _consistency(evidence.verdict),
        "hallucination_risk": _risk(evidence.verdict),
        "coherence": (None, "Nothing measures it yet."),
    }


def weigh(values: dict[str, float | None], gate: GateVersion, domain: Domain) -> tuple[float | None, str]:
    """The weighted mean of what could be measured, risk counting as 1 - risk; a null takes its weight with it."""
    good = {
        name: 1 - value if name == "hallucination_risk" else value
        for name, value in values.items()
        if value is not None
    }
    weights = {name: float(gate.weights.get(name, 0)) for name in good}
    total = sum(weights.values())
    if not total:
        return None, "Nothing could be measured, so nothing speaks for it."
    # Rounded: 0.1 + 0.2 must reach a threshold of 0.3.
    overall = round(sum(weights[name] * good[name] for name in good) / total, 6)
    bound = threshold(gate, domain)
    verb = "reaches" if overall >= bound else "stays under"
    return overall, f"The mean of {len(good)} of 4 components {verb} {bound:.2f}, the threshold of {domain.name}."


def threshold(gate: GateVersion, domain: Domain) -> float:
    """The lowest overall score that passes in the domain: the gate's own, else the domain's."""
    return float(gate.thresholds.get(domain.slug, domain.threshold))


def find_vetoes(evidence: Evidence, gate: GateVersion) -> list[str]:
    """Which of the gate's vetoes speak against the version."""
    found = {
        CONTRADICTED_FACT: evidence.verdict is not None and evidence.verdict.contradicted > 0,
        WRONG_CODE: evidence.verdict is not None and _wrong_code(evidence.verdict) is not None,
        EXACT_DUPLICATE: evidence.duplicate_of is not None,
    }
    return [veto for veto in gate.vetoes if found.get(veto)]


def _wrong_code(verdict: Verdict) -> str | None:
    """What is wrong with the code, in the verifier's words; a claim that the facts contradict is a veto of its own."""
    wrong = (one for one in verdict.findings if one["level"] == "bad" and not one["code"].endswith("_contradicted"))
    return next((str(one["message"]) for one in wrong), None)


def _veto_reasons(evidence: Evidence, vetoes: list[str]) -> dict[str, str]:
    said = {
        CONTRADICTED_FACT: "A fact is contradicted, which no other score makes good.",
        WRONG_CODE: f"Its code is wrong: {evidence.verdict and _wrong_code(evidence.verdict)}",
        EXACT_DUPLICATE: f"Sample {evidence.duplicate_of} says the same.",
    }
    return {veto: said[veto] for veto in vetoes}


def _diversity(nearest: Neighbour | None) -> tuple[float | None, str]:
    if nearest is None:
        return None, "There is no sample of another group to compare with."
    value = min(max(1 - nearest.cosine, 0.0), 1.0)
    return value, f"The nearest sample of another group is {nearest.sample}, with cosine {nearest.cosine:.2f}."


def _consistency(verdict: Verdict | None) -> tuple[float | None, str]:
    if verdict is None:
        return None, "The domain has no verifier yet."
    checked = verdict.supported + verdict.contradicted
    if not checked:
        return None, "It makes no claim that the facts could check."
    return kg_consistency(counts_of(verdict)), f"{verdict.supported} of {checked} checked claims are right."


def _risk(verdict: Verdict | None) -> tuple[float | None, str]:
    if verdict is None:
        return None, "The domain has no verifier yet."
    value = hallucination_risk(counts_of(verdict))
    if value is None:
        return None, "It makes no claim that the facts could check."
    claims = verdict.supported + verdict.contradicted + verdict.unknown
    return value, f"Of {claims} claims {verdict.contradicted} are wrong and {verdict.unknown} unknown."
