"""May the figures be believed: scored by what decides, like with like, nothing seen in training, people agree."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from afsweb.core.templatetags.afs import signed
from evals_app.compare.comparability import checks
from evals_app.contamination.clean import Seen
from evals_app.gate.evidence import Evidence
from evals_app.gate.progress import HAIR, is_better, paired_of, scores_for
from evals_app.gate.report import Finding, Rule, state_of
from evals_app.gate.unchanged import changed_since
from evals_app.models import EvalRun
from evals_app.people.order import judged_of_first
from evals_app.results.scores import estimate_scores


def look_at_trust(evidence: Evidence) -> Iterator[Finding]:
    """Scorers, comparability, contamination, people; and that it is still what was evaluated."""
    yield _scorers(evidence)
    run = evidence.run(evidence.rules.primary)
    if run is None:
        return
    yield _unchanged(run)
    if evidence.before(evidence.rules.primary) and evidence.baseline != evidence.version:
        yield _comparable(evidence, run)
    yield _contamination(evidence)
    if evidence.rules.judged:
        yield _judged(evidence, run)


def _scorers(evidence: Evidence) -> Finding:
    rule = Rule("scorer", "No score of keywords decides")
    if suites := evidence.keyword_suites():
        words = f"{', '.join(suites)}: scored by words, which any answer can hold. Give its cases another scorer."
        return rule.found("failed", words)
    return rule.found("passed", "No suite of this gate is scored by words.")


def _unchanged(run: EvalRun) -> Finding:
    rule, links = Rule("unchanged", "It is what was evaluated"), [(str(run), run.get_absolute_url())]
    if changed := changed_since(run):
        words = f"Its {' and '.join(changed)} changed since. Evaluate it again."
        return rule.found("failed", words, links=links)
    return rule.found("passed", "Nothing that is known of it changed since.", links=links)


def _comparable(evidence: Evidence, run: EvalRun) -> Finding:
    rule, slug = Rule("comparable", "Like is compared with like"), evidence.rules.primary
    before, links = evidence.before(slug), evidence.links(slug)
    assert before
    found = checks(before, run)
    of = {state: [check.name for check in found if check.state == state] for state in ("same", "different", "unknown")}
    missing = sum(not pair.is_answered for pair in evidence.pairs(slug))
    if of["different"]:
        return rule.found("failed", f"Not the same on both sides: {', '.join(of['different'])}.", links=links)
    if missing:
        words = f"{missing:,} cases have no answer on one side; let that evaluation go on."
        return rule.unknown(words, links)
    silent = f"; not told by its server: {', '.join(of['unknown'])}" if of["unknown"] else ""
    return rule.found("passed", f"The same on both sides: {', '.join(of['same'])}{silent}.", links=links)


def _contamination(evidence: Evidence) -> Finding:
    """Every suite that the gate scores it by; where cases leaked, it must pass without them too."""
    rule = Rule("contamination", "Not by heart: no case stood in its training data")
    runs = [found for slug in evidence.rules.suites() if (found := evidence.run(slug))]
    links = [(f"Leaks of {one.suite}", reverse("show_run_leaks", args=[one.uuid])) for one in runs]
    if evidence.version.imported_from:
        return rule.unknown("It was trained elsewhere: nobody here knows on what.", links)
    seen = {one.suite.slug: evidence.seen(one) for one in runs}
    if all(not of.snapshots for of in seen.values()):
        return rule.found("passed", "It was not trained here on anything.", links=links)
    if waiting := sorted({str(snapshot) for of in seen.values() for snapshot in of.open}):
        words = f"Nobody has looked yet through {', '.join(waiting)}. Look, on the suite's page of leaks."
        return rule.unknown(words, links)
    leaked, samples = sum(len(of.leaks) for of in seen.values()), max(of.samples for of in seen.values())
    figures = {"leaked": leaked, "samples": samples}
    if not leaked:
        words = f"None of the cases stands in the {samples:,} samples it was trained on."
        return rule.found("passed", words, figures, links)
    reason = _fails_without(evidence, seen)
    said = f"{leaked:,} cases stood in its training data; "
    words = f"{said}without them {reason}." if reason else f"{said}it passes without them too."
    return rule.found(state_of(not reason), words, figures, links)


def _fails_without(evidence: Evidence, seen: dict[str, Seen]) -> str:
    """What it does not reach once the leaked cases are left out; "" when it reaches all of it."""
    rules = evidence.rules
    if evidence.baseline != evidence.version and evidence.before(rules.primary):
        paired = paired_of(evidence, seen[rules.primary].leaks)
        if not is_better(paired, rules.improvement):
            if paired is None:
                return "no case is left"
            return f"the difference is {signed(paired.difference, 3)} with p {paired.p:.4f}"
    for bar in rules.bars:
        run = evidence.run(bar.suite)
        if run is None:
            continue
        left = [case for case in evidence.scores(run) if case.key not in seen[bar.suite].leaks]
        found = estimate_scores(scores_for(bar, left))
        if found is None or found.value < bar.minimum - HAIR:
            return f"{bar.suite} scores {found.value:.3f}" if found else f"nothing is left of {bar.suite}"
    return ""


def _judged(evidence: Evidence, run: EvalRun) -> Finding:
    wanted = evidence.rules.judged
    count = judged_of_first(run, wanted)
    rule = Rule("judged", f"{wanted:,} answers judged by a person, edge cases first")
    words = f"{count:,} of the first {wanted:,} answers to {run.suite} were judged by a person"
    links = [(str(run), run.get_absolute_url())]
    return rule.found(state_of(count >= wanted), words, {"judged": count, "needed": wanted}, links)
