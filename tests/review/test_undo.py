"""Undo: exactly what was before, as deep as one likes, and never over a later change."""

from __future__ import annotations

import random

import pytest

from afsweb.core.models import Event, Role, User
from datasets_app.models import Decider, Decision, GateVersion, RejectReason, Review, Sample, SampleState, Text
from datasets_app.review.decisions import archive, decide
from datasets_app.review.edit import edit
from datasets_app.review.errors import ChangedSince, DecidedByGate, NothingToUndo, NotYours
from datasets_app.review.undo import undo, undo_last
from tests.conftest import make_user
from tests.review.making import edited, version


def standing(sample: Sample) -> dict[str, object]:
    return Sample.objects.get(pk=sample.pk).standing()


def revision(sample: Sample) -> int:
    return Sample.objects.values_list("revision", flat=True).get(pk=sample.pk)


@pytest.fixture
def other(db: None) -> User:
    return make_user(Role.TRAINER)


def test_undo_puts_back_what_was(reviewer: User, sample: Sample) -> None:
    before = standing(sample)
    decide(reviewer, version(sample), Decision.GOLDEN, revision=0)
    review = undo_last(reviewer)
    assert standing(sample) == before
    assert review.undone_at is not None
    assert Event.objects.order_by("-pk")[0].verb == "undo"


def test_the_undone_sample_is_mine_to_decide_again(reviewer: User, sample: Sample) -> None:
    decide(reviewer, version(sample), Decision.ACCEPT, revision=0)
    undo_last(reviewer)
    assert Sample.objects.get().leased_to == reviewer
    decide(reviewer, version(sample), Decision.REJECT, revision=2, reason=RejectReason.OTHER)
    assert Sample.objects.get().state == SampleState.REJECTED


def test_undo_after_undo_goes_back_through_my_history(reviewer: User, make_samples: object) -> None:
    samples = make_samples(50)  # type: ignore[operator]
    for sample in samples:
        decide(reviewer, version(sample), Decision.ACCEPT, revision=0)
    for sample in reversed(samples):
        assert undo_last(reviewer).sample_id == sample.pk
    assert not Sample.objects.exclude(state=SampleState.PENDING).exists()
    with pytest.raises(NothingToUndo):
        undo_last(reviewer)


def test_undo_restores_the_gates_decision(reviewer: User, sample: Sample) -> None:
    sample.change(0, state=SampleState.ACCEPTED, decided_by=Decider.GATE)
    decide(reviewer, version(sample), Decision.REJECT, revision=1, reason=RejectReason.OFF_TASK)
    undo_last(reviewer)
    assert standing(sample)["decided_by"] == Decider.GATE
    assert standing(sample)["state"] == SampleState.ACCEPTED


def test_undo_of_an_edit_brings_the_old_text_back(reviewer: User, sample: Sample) -> None:
    decide(reviewer, version(sample), Decision.GOLDEN, revision=0)
    before = standing(sample)
    edit(reviewer, version(sample), Text("What is $2100?", "", "INIDISP."))
    undo_last(reviewer)
    assert standing(sample) == before
    assert sample.versions.count() == 2


def test_undo_of_a_skip_only_forgets_the_skip(reviewer: User, other: User, sample: Sample) -> None:
    decide(reviewer, version(sample), Decision.SKIP, revision=0)
    decide(other, version(sample), Decision.ACCEPT, revision=0)
    undo_last(reviewer)
    assert standing(sample)["state"] == SampleState.ACCEPTED


def test_undo_is_refused_after_a_later_change(reviewer: User, other: User, sample: Sample) -> None:
    first = decide(reviewer, version(sample), Decision.ACCEPT, revision=0)
    decide(other, version(sample), Decision.REJECT, revision=1, reason=RejectReason.WRONG_FACT)
    with pytest.raises(ChangedSince, match=r"a-trainer rejected it just now \(a fact is wrong\)"):
        undo(reviewer, first)
    assert standing(sample)["state"] == SampleState.REJECTED
    assert Review.objects.get(pk=first.pk).undone_at is None


def test_undo_is_refused_after_the_same_decision_by_another(reviewer: User, other: User, sample: Sample) -> None:
    first = decide(reviewer, version(sample), Decision.ACCEPT, revision=0)
    decide(other, version(sample), Decision.ACCEPT, revision=1)
    with pytest.raises(ChangedSince, match="a-trainer accepted it"):
        undo(reviewer, first)


def test_undo_is_refused_after_archiving(reviewer: User, sample: Sample) -> None:
    first = decide(reviewer, version(sample), Decision.ACCEPT, revision=0)
    archive(reviewer, Sample.objects.get(), revision=1)
    with pytest.raises(ChangedSince, match="a-reviewer archived it"):
        undo(reviewer, first)


def test_undo_works_once_the_later_change_is_undone(reviewer: User, other: User, sample: Sample) -> None:
    first = decide(reviewer, version(sample), Decision.ACCEPT, revision=0)
    second = decide(other, version(sample), Decision.REJECT, revision=1, reason=RejectReason.OTHER)
    undo(other, second)
    undo(reviewer, first)
    assert standing(sample)["state"] == SampleState.PENDING


def test_undo_twice_undoes_once(reviewer: User, sample: Sample) -> None:
    first = decide(reviewer, version(sample), Decision.ACCEPT, revision=0)
    undo(reviewer, first)
    undo(reviewer, first)
    assert (revision(sample), Event.objects.filter(verb="undo").count()) == (2, 1)


def test_only_its_reviewer_or_an_admin_undoes_a_decision(
    reviewer: User, other: User, admin_user: User, sample: Sample
) -> None:
    first = decide(reviewer, version(sample), Decision.ACCEPT, revision=0)
    with pytest.raises(NotYours, match="a-reviewer"):
        undo(other, first)
    undo(admin_user, first)
    assert standing(sample)["state"] == SampleState.PENDING


def test_the_gates_decision_is_not_undone(reviewer: User, sample: Sample) -> None:
    gate = GateVersion.objects.get(is_current=True)
    review = Review.objects.create(sample=sample, version=version(sample), gate=gate, decision=Decision.ACCEPT)
    with pytest.raises(DecidedByGate):
        undo(reviewer, review)


@pytest.mark.parametrize("seed", range(20))
def test_do_and_undo_is_as_if_nothing_had_been(reviewer: User, sample: Sample, seed: int) -> None:
    dice = random.Random(seed)
    path = [standing(sample)]
    for step in range(dice.randint(1, 12)):
        now = Sample.objects.select_related("current").get()
        kind = dice.choice(list(Decision))
        if kind == Decision.EDIT:
            edited(reviewer, version(now), Text(f"Question {seed} {step}?", "", "An answer."))
        else:
            reason = RejectReason.OTHER if kind == Decision.REJECT else ""
            decide(reviewer, version(now), kind, revision=now.revision, reason=reason)
        path.append(standing(sample))
    for before in reversed(path[:-1]):
        undo_last(reviewer)
        assert standing(sample) == before
