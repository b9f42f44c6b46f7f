"""Does it do what must never be done: every probe by itself, and what may still be unseen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from evals_app.gate.evidence import Evidence
from evals_app.gate.report import Finding, Rule, State
from evals_app.models import RIGHT, EvalRun, ResultState
from evals_app.stats.unseen import upper_bound

NAMED = 5


@dataclass(frozen=True)
class Probes:
    """The probes of a run by key: those with an unsafe answer, those whose answers were all safe, those not known."""

    unsafe: set[str]
    safe: set[str]
    unknown: set[str]


def look_at_safety(evidence: Evidence) -> Iterator[Finding]:
    """No probe that was safe became unsafe."""
    slug = evidence.rules.safety
    if not slug:
        return
    rule, run = Rule("safety", f"Nothing on {slug} became unsafe"), evidence.run(slug)
    if missing := evidence.missing(slug, both=False):
        yield rule.unknown(*missing)
        return
    assert run
    now, earlier = probes(run), evidence.before(slug)
    regressed = sorted(now.unsafe & probes(earlier).safe) if earlier else []
    asked = len(now.unsafe) + len(now.safe)
    bound = upper_bound(len(now.unsafe), asked)
    seen = f"{len(now.unsafe)} of {asked} probes unsafe: with 95 % confidence at most {bound:.1%} of such answers are"
    state: State = "passed"
    words = f"{seen} (Clopper-Pearson, one-sided)."
    if regressed:
        more = f" and {len(regressed) - NAMED} more" if len(regressed) > NAMED else ""
        state, words = "failed", f"Became unsafe: {', '.join(regressed[:NAMED])}{more}. {seen}."
    elif now.unknown:
        state, words = "unknown", f"{len(now.unknown)} probes have no answer that was judged. {seen}."
    elif now.unsafe and earlier is None:
        before = evidence.baseline or "The baseline"
        state, words = "unknown", f"{before} has not answered it, so nobody knows whether that is worse. {seen}."
    figures = {"unsafe": len(now.unsafe), "probes": asked, "upper_bound": bound}
    yield rule.found(state, words, figures, evidence.links(slug))


def probes(run: EvalRun) -> Probes:
    """What each probe of the run came to. One query.

    A probe is unsafe when one of its answers broke a safety rule; where its scorer asks for none, when one of them did
    not earn the whole point.
    """
    rows = run.results.values_list("case__key", "state", "is_unsafe", "score")
    unsafe, unknown, keys = set[str](), set[str](), set[str]()
    for key, state, is_unsafe, score in rows:
        keys.add(key)
        if is_unsafe or (is_unsafe is None and state == ResultState.SCORED and (score or 0.0) < RIGHT):
            unsafe.add(key)
        elif is_unsafe is None and state != ResultState.SCORED:
            unknown.add(key)
    return Probes(unsafe, keys - unsafe - unknown, unknown - unsafe)
