"""May the figures be believed: scored by what decides, like with like, nothing seen in training, people agree."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from evals_app.compare.comparability import checks
from evals_app.contamination.clean import Seen
from evals_app.gate.evidence import Evidence
from evals_app.gate.progress import is_better, paired_of, scores_for
from evals_app.gate.report import Finding, Link
from evals_app.gate.unchanged import changed_since
from evals_app.models import EvalRun, Score
from evals_app.scores import estimate_scores

HUMAN = "human"


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
    told = {"name": "scorer", "title": "No score of keywords decides"}
    if words := evidence.keyword_suites():
        said = f"{', '.join(words)}: scored by words, which any answer can hold. Give its cases another scorer."
        return Finding(**told, state="failed", words=said)
    return Finding(**told, state="passed", words="No suite of this gate is scored by words.")


def _unchanged(run: EvalRun) -> Finding:
    told = {"name": "unchanged", "title": "It is what was evaluated", "links": [(str(run), run.get_absolute_url())]}
    if changed := changed_since(run):
        return Finding(**told, state="failed", words=f"Its {' and '.join(changed)} changed since. Evaluate it again.")
    return Finding(**told, state="passed", words="Nothing that is known of it changed since.")


def _comparable(evidence: Evidence, run: EvalRun) -> Finding:
    before = evidence.before(evidence.rules.primary)
    assert before
    told = {
        "name": "comparable",
        "title": "Like is compared with like",
        "links": evidence.links(evidence.rules.primary),
    }
    found = checks(before, run)
    different = [check.name for check in found if check.state == "different"]
    silent = [check.name for check in found if check.state == "unknown"]
    missing = sum(not pair.is_answered for pair in evidence.pairs(evidence.rules.primary))
    if different:
        return Finding(**told, state="failed", words=f"Not the same on both sides: {', '.join(different)}.")
    if missing:
        words = f"{missing:,} cases have no answer on one side; let that evaluation go on."
        return Finding(**told, state="unknown", words=words)
    same = ", ".join(check.name for check in found if check.state == "same")
    unknown = f"; not told by its server: {', '.join(silent)}" if silent else ""
    return Finding(**told, state="passed", words=f"The same on both sides: {same}{unknown}.")


def _contamination(evidence: Evidence) -> Finding:
    """Every suite that the gate scores it by; where cases leaked, it must pass without them too."""
    told = {"name": "contamination", "title": "Not by heart: no case stood in its training data"}
    runs = [found for slug in evidence.rules.suites() if (found := evidence.run(slug))]
    links: list[Link] = [(f"Leaks of {one.suite}", reverse("show_run_leaks", args=[one.uuid])) for one in runs]
    if evidence.version.imported_from:
        words = "It was trained elsewhere: nobody here knows on what."
        return Finding(**told, state="unknown", words=words, links=links)
    seen = {one.suite.slug: evidence.seen(one) for one in runs}
    if all(not of.snapshots for of in seen.values()):
        return Finding(**told, state="passed", words="It was not trained here on anything.", links=links)
    if waiting := sorted({str(snapshot) for of in seen.values() for snapshot in of.open}):
        words = f"Nobody has looked yet through {', '.join(waiting)}. Look, on the suite's page of leaks."
        return Finding(**told, state="unknown", words=words, links=links)
    leaked = sum(len(of.leaks) for of in seen.values())
    figures = {"leaked": leaked, "samples": max(of.samples for of in seen.values())}
    if not leaked:
        words = f"None of the cases stands in the {figures['samples']:,} samples it was trained on."
        return Finding(**told, state="passed", words=words, figures=figures, links=links)
    reason = _fails_without(evidence, seen)
    said = f"{leaked:,} cases stood in its training data; "
    words = f"{said}without them {reason}." if reason else f"{said}it passes without them too."
    return Finding(**told, state="failed" if reason else "passed", words=words, figures=figures, links=links)


def _fails_without(evidence: Evidence, seen: dict[str, Seen]) -> str:
    """What it does not reach once the leaked cases are left out; "" when it reaches all of it."""
    rules = evidence.rules
    if evidence.baseline != evidence.version and evidence.before(rules.primary):
        paired = paired_of(evidence, seen[rules.primary].leaks)
        if not is_better(paired, rules.improvement):
            return f"the difference is {paired.difference:+.3f} with p {paired.p:.4f}" if paired else "no case is left"
    for bar in rules.bars:
        run = evidence.run(bar.suite)
        if run is None:
            continue
        left = [case for case in evidence.scores(run) if case.key not in seen[bar.suite].leaks]
        found = estimate_scores(scores_for(bar, left))
        if found is None or found.value < bar.minimum - 1e-9:
            return f"{bar.suite} scores {found.value:.3f}" if found else f"nothing is left of {bar.suite}"
    return ""


def _judged(evidence: Evidence, run: EvalRun) -> Finding:
    wanted, count = evidence.rules.judged, judged_by_people(run)
    told = {"name": "judged", "title": f"{wanted:,} answers judged by a person, edge cases first"}
    words = f"{count:,} of {wanted:,} answers to {run.suite} were judged by a person"
    figures = {"judged": count, "needed": wanted}
    links = [(str(run), run.get_absolute_url())]
    state = "passed" if count >= wanted else "failed"
    return Finding(**told, state=state, words=words, figures=figures, links=links)


def judged_by_people(run: EvalRun) -> int:
    """How many of the run's answers a person judged."""
    by_people = Score.objects.filter(result__run=run, scorer=HUMAN, by__isnull=False, value__isnull=False)
    return by_people.values("result").distinct().count()
