"""Promotion: signed by a person, on a gate that passed or with a reason, never on what changed since."""

from __future__ import annotations

import pytest

from afsweb.core.history import history_of
from afsweb.core.models import User
from datasets_app.models import Domain
from evals_app.errors import GateNotPassed, GateReportIsStale, VersionChangedSince
from evals_app.gate.evaluating import evaluate_gate
from evals_app.gate.promoting import sign
from evals_app.models import EvalRun, Suite
from tests.evals.gating import a_version, gate_of, make_current, make_many, run_of
from training_app.errors import (
    AlreadyCurrent,
    ArchivedCannotBePromoted,
    IsCurrentVersion,
    MayNotOverride,
    MayNotPromote,
    ReasonMissing,
)
from training_app.models import Expert, ModelVersion, Promotion
from training_app.registry.promoting import promote
from training_app.registry.versions import set_version_archived


@pytest.fixture
def veran(db: None) -> Expert:
    return Expert.objects.get(slug="veran")


@pytest.fixture
def many(domain: Domain) -> Suite:
    return make_many()


@pytest.fixture
def old(veran: Expert, many: Suite, admin_user: User) -> ModelVersion:
    version = a_version("veran")
    make_current(veran, version, admin_user)
    run_of(many, version, 2)
    return version


@pytest.fixture
def new(veran: Expert, many: Suite, old: ModelVersion) -> ModelVersion:
    """A version that passes."""
    version = a_version("veran", 2)
    run_of(many, version)
    gate_of(veran)
    return version


@pytest.fixture
def worse(veran: Expert, many: Suite, old: ModelVersion) -> ModelVersion:
    """A version that fails."""
    version = a_version("veran", 3)
    run_of(many, version, 1)
    gate_of(veran)
    return version


def current(expert: Expert) -> ModelVersion | None:
    expert.refresh_from_db()
    return expert.current_version


def test_a_trainer_signs_what_passed(veran: Expert, new: ModelVersion, trainer: User) -> None:
    seen = evaluate_gate(veran, new).fingerprint
    promotion = sign(veran, new, trainer, seen=seen)
    assert (current(veran), veran.current_promotion) == (new, promotion)
    assert (promotion.gate_passed, promotion.promoted_by, promotion.override_reason) == (True, trainer, "")
    assert (promotion.gate_report["state"], promotion.gate_report["fingerprint"]) == ("passed", seen)
    line = history_of(veran)[0]
    assert (line.verb, line.actor, line.before, line.after) == (
        "promote",
        trainer,
        {"version": "veran v1"},
        {"version": "veran v2", "gate": "passed"},
    )


def test_what_did_not_pass_is_refused(veran: Expert, old: ModelVersion, worse: ModelVersion, admin_user: User) -> None:
    with pytest.raises(GateNotPassed, match=r"the gate failed. Open: Better by 0.10 on many"):
        sign(veran, worse, admin_user)
    assert current(veran) == old


def test_an_admin_overrides_with_a_reason(veran: Expert, worse: ModelVersion, admin_user: User, trainer: User) -> None:
    with pytest.raises(MayNotOverride, match="a-trainer may not override"):
        sign(veran, worse, trainer, reason="I like it.")
    promotion = sign(veran, worse, admin_user, reason="  Needed for\nthe demo. ")
    assert (current(veran), promotion.gate_passed) == (worse, False)
    assert (promotion.override_reason, history_of(veran)[0].reason) == ("Needed for the demo.",) * 2
    assert promotion.gate_report["state"] == "failed"


def test_reviewers_sign_nothing(veran: Expert, new: ModelVersion, reviewer: User) -> None:
    with pytest.raises(MayNotPromote, match="needs the role trainer"):
        sign(veran, new, reviewer)


def test_an_override_without_a_reason_is_none(veran: Expert, worse: ModelVersion, admin_user: User) -> None:
    with pytest.raises(ReasonMissing):
        promote(veran, worse, admin_user, gate_passed=False, report={}, reason="  ")
    assert Promotion.objects.count() == 1


def test_newer_results_make_the_page_stale(veran: Expert, many: Suite, new: ModelVersion, trainer: User) -> None:
    seen = evaluate_gate(veran, new).fingerprint
    run_of(many, new, 11)
    with pytest.raises(GateReportIsStale, match="Look at it again"):
        sign(veran, new, trainer, seen=seen)
    sign(veran, new, trainer, seen=evaluate_gate(veran, new).fingerprint)


def test_other_rules_and_another_promotion_make_it_stale(
    veran: Expert, many: Suite, new: ModelVersion, trainer: User, admin_user: User
) -> None:
    seen = evaluate_gate(veran, new).fingerprint
    gate_of(veran, improvement=0.2)
    with pytest.raises(GateReportIsStale):
        sign(veran, new, trainer, seen=seen)
    seen = evaluate_gate(veran, new).fingerprint
    between = a_version("veran", 9)
    sign(veran, between, admin_user, reason="Somebody was faster.")
    with pytest.raises(GateReportIsStale):
        sign(veran, new, trainer, seen=seen)


def test_an_archived_version_is_never_promoted(veran: Expert, new: ModelVersion, admin_user: User) -> None:
    set_version_archived(new, True, by=admin_user)
    with pytest.raises(ArchivedCannotBePromoted, match="Restore it"):
        sign(veran, new, admin_user, reason="Even so.")
    set_version_archived(new, False, by=admin_user)
    sign(veran, new, admin_user)
    with pytest.raises(IsCurrentVersion):
        set_version_archived(new, True, by=admin_user)


def test_a_version_that_changed_since_is_never_promoted(
    veran: Expert, many: Suite, new: ModelVersion, admin_user: User
) -> None:
    run = EvalRun.objects.get(version=new)
    EvalRun.objects.filter(pk=run.pk).update(hashes=run.hashes | {"weights": "w" * 64})
    with pytest.raises(VersionChangedSince, match="The weights of veran v2 changed"):
        sign(veran, new, admin_user, reason="Even so.")


def test_the_current_version_is_not_promoted_again(veran: Expert, new: ModelVersion, trainer: User) -> None:
    sign(veran, new, trainer)
    with pytest.raises(AlreadyCurrent):
        promote(veran, new, trainer, gate_passed=True, report={})


def test_going_back_is_a_promotion_too(
    veran: Expert, old: ModelVersion, new: ModelVersion, trainer: User, admin_user: User
) -> None:
    sign(veran, new, trainer)
    with pytest.raises(GateNotPassed):
        sign(veran, old, trainer)
    sign(veran, old, admin_user, reason="v2 breaks the demo.")
    assert current(veran) == old
    assert [str(one.version) for one in veran.promotions.order_by("pk")] == ["veran v1", "veran v2", "veran v1"]
