"""Did training destroy what the base could do: the rule about the general suite."""

from __future__ import annotations

from collections.abc import Iterator

from afsweb.core.templatetags.afs import signed
from evals_app.compare.noise import floor_of, repeats_of
from evals_app.compare.pairing import difference
from evals_app.gate.evidence import Evidence
from evals_app.gate.progress import HAIR
from evals_app.gate.report import Finding, Rule, state_of
from evals_app.stats import MARGIN
from evals_app.templatetags.evals import range_of


def look_at_forgetting(evidence: Evidence) -> Iterator[Finding]:
    """Not worse on the general suite by more than chance makes of one version."""
    slug = evidence.rules.general
    if not slug or evidence.baseline == evidence.version:
        return
    rule, before = Rule("general", f"Not worse on {slug}"), evidence.before(slug)
    if missing := evidence.missing(slug):
        yield rule.unknown(*missing)
        return
    after = evidence.run(slug)
    assert before and after
    found, links = difference(evidence.pairs(slug)), evidence.links(slug)
    if found is None:
        yield rule.unknown("No case was answered by both.", links)
        return
    paired = found.paired
    floor = max(MARGIN, floor_of((repeats_of(before), repeats_of(after))) or 0.0)
    words = (
        f"{signed(paired.difference, 3)}, 95 % interval {range_of(paired)}; less than {floor:.3f} counts as the same"
    )
    figures = {"difference": paired.difference, "low": paired.low, "high": paired.high, "floor": floor}
    yield rule.found(state_of(paired.difference >= -floor - HAIR), words, figures, links)
