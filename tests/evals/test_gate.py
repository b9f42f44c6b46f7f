"""A gate: each rule passes, fails or cannot be known yet, by figures that can be followed to their evidence."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest

from afsweb.core.models import User
from datasets_app.models import Domain, Text
from evals_app.contamination.keeping import look_soon
from evals_app.errors import BadBar, GateTakesNoKeywords, NoGate
from evals_app.gate.defaults import DEFAULTS
from evals_app.gate.evaluating import current_gate, evaluate_gate
from evals_app.gate.making import make_defaults, make_gate
from evals_app.gate.rules import Bar, Rules, read_bars, write_bars
from evals_app.models import EvalRun, Gate, Purpose, Result, ResultState, Score, Suite
from evals_app.people.order import edge_cases_first
from evals_app.stats.unseen import upper_bound
from evals_app.suites import CaseDraft, make_suite
from tests.evals.gating import MANY, a_version, found, gate_of, knows, make_current, make_many, run_of, train_on
from tests.evals.making import make_run, say_right
from tests.rows import run_job
from training_app.models import Expert, ModelVersion


@pytest.fixture
def veran(db: None) -> Expert:
    return Expert.objects.get(slug="veran")


@pytest.fixture
def many(domain: Domain) -> Suite:
    return make_many()


@pytest.fixture
def old(veran: Expert, admin_user: User) -> ModelVersion:
    """Veran's current version."""
    version = a_version("veran")
    make_current(veran, version, admin_user)
    return version


@pytest.fixture
def new(db: None) -> ModelVersion:
    return a_version("veran", 2)


def states(report: Any) -> dict[str, str]:
    return {finding.name: finding.state for finding in report.findings}


def test_a_version_that_is_better_passes(veran: Expert, many: Suite, old: ModelVersion, new: ModelVersion) -> None:
    run_of(many, old, 2), run_of(many, new, 12)
    gate_of(veran)
    report = evaluate_gate(veran, new)
    assert set(states(report).values()) == {"passed"}
    assert (report.state, report.baseline, report.version) == ("passed", "veran:1", "veran:2")
    assert found(report, "improvement").figures["difference"] == pytest.approx(10 / 12)
    p = found(report, "significance").figures["p"]
    assert isinstance(p, float)
    assert p < 0.01


def test_the_same_rows_give_the_same_report(veran: Expert, many: Suite, old: ModelVersion, new: ModelVersion) -> None:
    run_of(many, old, 2), run_of(many, new)
    gate_of(veran)
    first = evaluate_gate(veran, new)
    assert evaluate_gate(veran, new).fingerprint == first.fingerprint
    run_of(many, new)
    assert evaluate_gate(veran, new).fingerprint != first.fingerprint


def test_a_little_better_is_not_enough(veran: Expert, many: Suite, old: ModelVersion, new: ModelVersion) -> None:
    run_of(many, old, 11), run_of(many, new, 12)
    gate_of(veran)
    report = evaluate_gate(veran, new)
    assert (found(report, "improvement").state, found(report, "significance").state) == ("failed", "failed")
    assert report.state == "failed"


def test_much_better_on_few_facts_is_no_proof(veran: Expert, old: ModelVersion, new: ModelVersion) -> None:
    few = make_many("few", MANY[:4])
    make_run(few, old, knows(())), make_run(few, new, say_right)
    gate_of(veran, primary="few")
    report = evaluate_gate(veran, new)
    assert (found(report, "improvement").state, found(report, "significance").state) == ("passed", "failed")


def test_what_was_not_evaluated_cannot_be_known(
    veran: Expert, many: Suite, old: ModelVersion, new: ModelVersion
) -> None:
    gate_of(veran)
    finding = found(evaluate_gate(veran, new), "improvement")
    assert (finding.state, finding.words) == ("unknown", "veran v2 has not answered Many 1 yet.")
    assert finding.links == [("Evaluate veran v2", f"/evaluations/launch/?version={new.uuid}&suite={many.uuid}")]
    run_of(many, new)
    assert "veran v1 has not answered" in found(evaluate_gate(veran, new), "improvement").words
    gate_of(veran, primary="nowhere")
    assert "no suite “nowhere”" in found(evaluate_gate(veran, new), "improvement").words


def test_without_a_current_version_the_base_is_what_it_is_measured_against(
    veran: Expert, many: Suite, new: ModelVersion
) -> None:
    gate_of(veran)
    run_of(many, new)
    base = a_version("base")
    ModelVersion.objects.filter(pk=new.pk).update(imported_from="a card")
    new.refresh_from_db()
    assert "base v1 has not answered" in found(evaluate_gate(veran, new), "improvement").words
    run_of(many, base, 1)
    assert found(evaluate_gate(veran, new), "improvement").state == "passed"


def test_a_named_baseline_goes_before_the_current_version(
    veran: Expert, many: Suite, old: ModelVersion, new: ModelVersion
) -> None:
    strict = a_version("strict")
    run_of(many, old, 1), run_of(many, strict, 12), run_of(many, new, 12)
    gate_of(veran, baseline="strict:1")
    report = evaluate_gate(veran, new)
    assert (report.baseline, found(report, "improvement").state) == ("strict:1", "failed")


def test_bars_hold_whatever_others_score(veran: Expert, many: Suite, old: ModelVersion, new: ModelVersion) -> None:
    run_of(many, old, 1), run_of(many, new, 8)
    gate_of(veran, bars=[Bar(suite="many", minimum=0.66), Bar(suite="many", category="PPU registers", minimum=0.70)])
    report = evaluate_gate(veran, new)
    bars = [finding for finding in report.findings if finding.name == "bar"]
    assert [bar.state for bar in bars] == ["passed", "failed"]
    assert bars[1].figures["score"] == pytest.approx(8 / 12)
    gate_of(veran, bars=[Bar(suite="many", category="no such category", minimum=0.1)])
    assert found(evaluate_gate(veran, new), "bar").state == "unknown"


def probe(run: EvalRun, unsafe: int) -> None:
    """Let the first `unsafe` probes of the run have broken a safety rule, the others not."""
    rows = list(run.results.order_by("case__key"))
    for number, result in enumerate(rows):
        Result.objects.filter(pk=result.pk).update(is_unsafe=number < unsafe)


def test_safety_is_asked_probe_by_probe(veran: Expert, many: Suite, old: ModelVersion, new: ModelVersion) -> None:
    run_of(many, old, 1), run_of(many, new)
    safety = make_many("probes", MANY[:10], Purpose.SAFETY)
    before, after = make_run(safety, old, say_right), make_run(safety, new, say_right)
    gate_of(veran, safety="probes")
    for run in (before, after):
        probe(run, 0)
    finding = found(evaluate_gate(veran, new), "safety")
    assert (finding.state, finding.figures["probes"]) == ("passed", 30)
    assert "0 of 30 probes unsafe: with 95 % confidence at most 9.5% of such answers are" in finding.words
    probe(after, 2)
    finding = found(evaluate_gate(veran, new), "safety")
    assert (finding.state, finding.words.startswith("Became unsafe: ")) == ("failed", True)
    probe(before, 2)
    assert found(evaluate_gate(veran, new), "safety").state == "passed"


def test_a_probe_that_nobody_judged_is_not_safe(
    veran: Expert, many: Suite, old: ModelVersion, new: ModelVersion
) -> None:
    run_of(many, old, 1), run_of(many, new)
    safety = make_many("probes", MANY[:2], Purpose.SAFETY)
    after = make_run(safety, new, say_right)
    gate_of(veran, safety="probes")
    assert found(evaluate_gate(veran, new), "safety").state == "passed"
    after.results.filter(case__cluster=MANY[0]).update(state=ResultState.FAILED, score=None)
    assert found(evaluate_gate(veran, new), "safety").state == "unknown"
    after.results.update(state=ResultState.SCORED, score=0.0)
    assert "nobody knows whether that is worse" in found(evaluate_gate(veran, new), "safety").words


def test_what_is_unseen_is_bounded() -> None:
    bounds = [round(upper_bound(0, count), 3) for count in (30, 45, 100, 150, 300)]
    assert bounds == [0.095, 0.064, 0.03, 0.02, 0.01]
    assert upper_bound(3, 3) == upper_bound(0, 0) == 1.0
    assert upper_bound(1, 30) == pytest.approx(0.1485, abs=1e-4)


def test_forgetting_fails_beyond_the_noise(veran: Expert, many: Suite, old: ModelVersion, new: ModelVersion) -> None:
    run_of(many, old, 1), run_of(many, new)
    # Other cases than those that decide: equal ones are one suite, whatever it is called.
    general = make_many("general-one", MANY[1:], Purpose.GENERAL)
    make_run(general, old, knows(MANY)), make_run(general, new, knows(MANY[:11]))
    gate_of(veran, general="general-one")
    finding = found(evaluate_gate(veran, new), "general")
    assert (finding.state, finding.figures["floor"]) == ("failed", 0.05)
    # The same version came out so far apart before, so this says nothing.
    make_run(general, old, knows(MANY[:8])), make_run(general, old, knows(MANY))
    finding = found(evaluate_gate(veran, new), "general")
    assert finding.state == "passed"
    assert float(finding.figures["floor"] or 0) > 1 / 11


def test_keywords_feed_no_gate(veran: Expert, domain: Domain, many: Suite, new: ModelVersion) -> None:
    draft = CaseDraft("one", "words", "one", [{"role": "user", "content": "Say yes."}], {"keywords": ["yes"]})
    words = make_suite("words", name="Words", domain=domain, scorer="keyword", drafts=[draft])
    with pytest.raises(GateTakesNoKeywords, match="Words 1 is scored by keywords"):
        gate_of(veran, primary="words")
    with pytest.raises(GateTakesNoKeywords):
        gate_of(veran, bars=[Bar(suite="words", minimum=0.5)])
    gate_of(veran)
    case = many.cases.first()
    assert case
    many.cases.filter(pk=case.pk).update(scorer="keyword_legacy")
    finding = found(evaluate_gate(veran, new), "scorer")
    assert (finding.state, words.pk != many.pk) == ("failed", True)
    assert finding.words.startswith("Many 1: scored by words")


def test_other_sampling_is_not_comparable(veran: Expert, many: Suite, old: ModelVersion, new: ModelVersion) -> None:
    before, _ = run_of(many, old, 1), run_of(many, new)
    gate_of(veran)
    EvalRun.objects.filter(pk=before.pk).update(hashes=before.hashes | {"sampling": "other"})
    finding = found(evaluate_gate(veran, new), "comparable")
    assert (finding.state, finding.words) == ("failed", "Not the same on both sides: sampling.")
    before.results.filter(case__cluster=MANY[0]).update(state=ResultState.FAILED, score=None)
    EvalRun.objects.filter(pk=before.pk).update(hashes=before.hashes)
    finding = found(evaluate_gate(veran, new), "comparable")
    assert (finding.state, "3 cases have no answer" in finding.words) == ("unknown", True)


def test_what_was_learnt_by_heart_does_not_count(
    veran: Expert, many: Suite, old: ModelVersion, new: ModelVersion
) -> None:
    leaked = many.cases.filter(cluster__in=MANY[2:])
    snapshot = train_on(new, [Text(case.question, "", "By heart.") for case in leaked])
    run_of(many, old, 2), run_of(many, new, 12)
    gate_of(veran)
    report = evaluate_gate(veran, new)
    assert found(report, "contamination").state == "unknown"
    assert "Nobody has looked yet through snapshot of veran v2" in found(report, "contamination").words
    run_job(look_soon(many, snapshot, None).job)  # type: ignore[arg-type]
    finding = found(evaluate_gate(veran, new), "contamination")
    assert (finding.state, finding.figures["leaked"]) == ("failed", 30)
    assert "without them the difference is +0.000" in finding.words


def test_a_leak_that_decides_nothing_passes(veran: Expert, many: Suite, old: ModelVersion, new: ModelVersion) -> None:
    leaked = many.cases.filter(cluster=MANY[0])
    snapshot = train_on(new, [Text(case.question, "", "By heart.") for case in leaked])
    run_of(many, old, 2), run_of(many, new, 12)
    gate_of(veran, bars=[Bar(suite="many", minimum=0.9)])
    run_job(look_soon(many, snapshot, None).job)  # type: ignore[arg-type]
    report = evaluate_gate(veran, new)
    assert found(report, "contamination").words == ("3 cases stood in its training data; it passes without them too.")
    assert report.state == "passed"


def test_people_must_have_judged_enough(
    veran: Expert, many: Suite, old: ModelVersion, new: ModelVersion, reviewer: User
) -> None:
    run_of(many, old, 1)
    run = run_of(many, new)
    gate_of(veran, judged=2)
    for result in [case.result for case in edge_cases_first(run)[:2]]:
        assert found(evaluate_gate(veran, new), "judged").state == "failed"
        Score.objects.create(result_id=result, scorer="human", version="1", by=reviewer, value=1.0)
        Score.objects.create(result_id=result, scorer="rubric", version="1", value=1.0)
    assert found(evaluate_gate(veran, new), "judged").state == "passed"


def test_rules_have_numbers_and_equal_ones_make_none(veran: Expert, many: Suite, trainer: User) -> None:
    first = current_gate(veran)
    assert first
    second = make_gate(veran, Rules(primary="many"), trainer)
    assert (second.number, make_gate(veran, Rules(primary="many"), trainer).pk) == (first.number + 1, second.pk)
    assert Rules.model_validate(first.rules) == DEFAULTS["veran"]


def test_the_four_experts_come_with_gates(db: None) -> None:
    shipped = import_module("evals_app.migrations.0002_reports").RULES
    assert {slug: Rules.model_validate(rules) for slug, rules in shipped.items()} == DEFAULTS
    assert {gate.expert.slug: gate.rules for gate in Gate.objects.select_related("expert")} == shipped
    assert make_defaults(None) == []
    Gate.objects.filter(expert__slug="din").delete()
    assert [gate.expert.slug for gate in make_defaults(None)] == ["din"]


def test_without_a_gate_nothing_can_be_held_against_it(new: ModelVersion, veran: Expert) -> None:
    Gate.objects.all().delete()
    with pytest.raises(NoGate, match="afs eval gates --defaults"):
        evaluate_gate(veran, new)


def test_bars_are_written_one_a_line() -> None:
    text = "snes-hardware >= 0.70\nsnes-hardware / PPU registers >= 0.50"
    assert write_bars(read_bars(f"\n{text}\n")) == text
    for line in ("snes-hardware", "snes-hardware >= 1.2", "a b >= 0.5", ">= 0.5"):
        with pytest.raises(BadBar, match="is no bar"):
            read_bars(line)
