"""Is it better on what counts, and good enough: the rules about the primary suite and the bars."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from afsweb.core.templatetags.afs import signed
from evals_app.compare.pairing import difference
from evals_app.gate.evidence import Evidence
from evals_app.gate.report import Finding, Rule, state_of
from evals_app.gate.rules import ALPHA, Bar
from evals_app.results.scores import CaseScore, estimate_scores
from evals_app.stats import Paired
from evals_app.templatetags.evals import range_of

# The difference of two scores such as 0.8 and 0.7 falls so much short of what it stands for.
HAIR = 1e-9


def look_at_progress(evidence: Evidence) -> Iterator[Finding]:
    """The improvement, how sure it is, and every bar."""
    rules, slug = evidence.rules, evidence.rules.primary
    rule = Rule("improvement", f"Better by {rules.improvement:.2f} on {slug}")
    if evidence.baseline == evidence.version:
        words = f"{evidence.version} is what it would be measured against: it cannot be better than itself."
        yield rule.found("failed", words)
    elif missing := evidence.missing(slug):
        yield rule.unknown(*missing)
    else:
        yield from _differences(evidence, rule)
    for bar in rules.bars:
        yield look_at_bar(evidence, bar)


def paired_of(evidence: Evidence, without: Collection[str] = ()) -> Paired | None:
    """The primary suite's comparison, but for the cases of these keys; None without a pair."""
    found = difference(evidence.pairs(evidence.rules.primary, without))
    return found.paired if found else None


def is_better(paired: Paired | None, improvement: float) -> bool:
    """Whether the observed difference reaches the bar and is no accident."""
    return paired is not None and paired.difference >= improvement - HAIR and is_sure(paired)


def is_sure(paired: Paired) -> bool:
    return paired.p < ALPHA and paired.difference > 0


def _differences(evidence: Evidence, rule: Rule) -> Iterator[Finding]:
    rules, links = evidence.rules, evidence.links(evidence.rules.primary)
    paired = paired_of(evidence)
    if paired is None:
        yield rule.unknown("No case was answered by both.", links)
        return
    words = (
        f"{signed(paired.difference, 3)} against {evidence.baseline}, 95 % interval {range_of(paired)}, "
        f"over {paired.clusters:,} facts in {paired.cases:,} cases"
    )
    figures = {"difference": paired.difference, "low": paired.low, "high": paired.high, "needed": rules.improvement}
    enough = paired.difference >= rules.improvement - HAIR
    yield rule.found(state_of(enough), words, figures | {"facts": paired.clusters}, links)
    sure = Rule("significance", f"No accident: p < {ALPHA:.2f}, and upwards")
    test = "exact" if paired.p_is_exact else "sampled"
    words = f"p {paired.p:.4f} ({test} sign-flip test); could detect {paired.detectable:.2f} or more"
    figures = {"p": paired.p, "detectable": paired.detectable}
    yield sure.found(state_of(is_sure(paired)), words, figures, links)


def look_at_bar(evidence: Evidence, bar: Bar) -> Finding:
    """Whether the version reaches one bar by itself."""
    rule = Rule("bar", f"At least {bar.minimum:.2f} on {bar.suite}{_of(bar)}")
    run = evidence.run(bar.suite)
    if missing := evidence.missing(bar.suite, both=False):
        return rule.unknown(*missing)
    assert run
    found = estimate_scores(scores_for(bar, evidence.scores(run)))
    links = [(str(run), run.get_absolute_url())]
    if found is None:
        return rule.unknown(f"No case{_of(bar)} has an answer.", links)
    words = f"{found.value:.3f}, 95 % interval {found.low:.3f} to {found.high:.3f}, {found.cases:,} cases"
    figures = {"score": found.value, "low": found.low, "high": found.high, "needed": bar.minimum}
    return rule.found(state_of(found.value >= bar.minimum - HAIR), words, figures, links)


def scores_for(bar: Bar, scores: list[CaseScore]) -> list[CaseScore]:
    """The scores that the bar is about."""
    return [case for case in scores if bar.category in ("", case.category)]


def _of(bar: Bar) -> str:
    return f", {bar.category}" if bar.category else ""
