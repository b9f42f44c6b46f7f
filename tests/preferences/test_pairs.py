"""Preference pairs: what an edit and a choice make, when a pair is data to train on, and how it is taken back."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from afsweb.core.models import Event, Role, User
from datasets_app.models import Decision, PreferencePair, Review, Sample, SampleVersion, Source, Text
from datasets_app.preferences.errors import ChosenBefore, NotYourChoice, SameAnswer, TwoQuestions
from datasets_app.preferences.pairs import choose, take_back, usable
from datasets_app.review.decisions import decide
from datasets_app.review.edit import edit
from datasets_app.review.undo import undo
from datasets_app.samples.adding import NewSample, add_samples
from tests.preferences.conftest import QUESTION
from tests.review.making import version


def now(sample: Sample) -> Sample:
    return Sample.objects.select_related("current").get(pk=sample.pk)


def to_train_on() -> list[PreferencePair]:
    return list(usable(PreferencePair.objects.all()))


def chosen(reviewer: User, two: list[Sample]) -> PreferencePair:
    return choose(reviewer, version(two[1]), version(two[0]), was_first=True)


def test_an_edit_of_the_answer_makes_a_pair(reviewer: User, two: list[Sample]) -> None:
    old = version(two[0])
    new = edit(reviewer, old, Text(QUESTION, "", "INIDISP, the display's brightness."))
    pair = PreferencePair.objects.get()
    assert (pair.chosen, pair.rejected, pair.origin, pair.author) == (new, old, "edit", reviewer)
    assert Event.objects.filter(verb="prefer", object_id=pair.pk, actor=reviewer).exists()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(Text("What stands at $2100?", "", "INIDISP!"), id="the question too"),
        pytest.param(Text(QUESTION, "On the SNES.", "INIDISP!"), id="the input too"),
        pytest.param(Text(QUESTION, "", "INIDISP.", "You are Veran."), id="only the system prompt"),
    ],
)
def test_an_edit_of_what_is_asked_makes_none(reviewer: User, two: list[Sample], text: Text) -> None:
    edit(reviewer, version(two[0]), text)
    assert not PreferencePair.objects.exists()


def test_an_edit_counts_once_its_text_is_accepted(reviewer: User, two: list[Sample]) -> None:
    new = edit(reviewer, version(two[0]), Text(QUESTION, "", "INIDISP, at last."))
    assert to_train_on() == []
    decide(reviewer, new, Decision.ACCEPT, revision=now(two[0]).revision)
    assert to_train_on() == [PreferencePair.objects.get()]


def test_an_undone_edit_takes_its_pair_along(reviewer: User, two: list[Sample]) -> None:
    edit(reviewer, version(two[0]), Text(QUESTION, "", "INIDISP, at last."))
    undo(reviewer, Review.objects.select_related("reviewer").get(decision=Decision.EDIT))
    assert PreferencePair.objects.get().undone_at is not None


def test_an_undone_decision_on_the_edited_text_leaves_its_pair(reviewer: User, two: list[Sample]) -> None:
    new = edit(reviewer, version(two[0]), Text(QUESTION, "", "INIDISP, at last."))
    undo(reviewer, decide(reviewer, new, Decision.ACCEPT, revision=now(two[0]).revision))
    assert PreferencePair.objects.get().undone_at is None


def test_a_conversation_is_paired_by_its_last_answer(reviewer: User, source: Source) -> None:
    turns = [{"role": role, "content": content} for role, content in [("user", "a"), ("assistant", "b"), ("user", "c")]]
    texts = [Text.of_chat([*turns, {"role": "assistant", "content": answer}]) for answer in ("d", "better")]
    (sample,) = add_samples(source, [NewSample(texts[0])])
    new = edit(reviewer, version(sample), texts[1])
    assert PreferencePair.objects.get().chosen == new


def test_a_choice_is_kept_with_the_side_it_stood_on(reviewer: User, two: list[Sample]) -> None:
    pair = chosen(reviewer, two)
    assert (pair.origin, pair.was_first) == ("choice", True)
    decide(reviewer, version(two[1]), Decision.ACCEPT, revision=0)
    assert to_train_on() == [pair]


def test_two_people_do_not_choose_between_the_same_two(reviewer: User, two: list[Sample]) -> None:
    chosen(reviewer, two)
    ben = User.objects.create(username="ben", role=Role.REVIEWER)
    with pytest.raises(ChosenBefore, match="ann chose between these two before"):
        choose(ben, version(two[0]), version(two[1]))


def test_answers_to_two_questions_are_not_compared(reviewer: User, two: list[Sample], source: Source) -> None:
    (other,) = add_samples(source, [NewSample(Text("What is at $2101?", "", "OBSEL."))])
    with pytest.raises(TwoQuestions):
        choose(reviewer, version(other), version(two[0]))
    (same,) = add_samples(source, [NewSample(Text(QUESTION, "", "INIDISP."))])
    with pytest.raises(SameAnswer):
        choose(reviewer, version(same), version(two[0]))


def test_a_choice_is_taken_back_by_who_made_it_or_an_admin(reviewer: User, two: list[Sample]) -> None:
    pair = chosen(reviewer, two)
    with pytest.raises(NotYourChoice, match="Only ann or an admin"):
        take_back(User.objects.create(username="ben", role=Role.REVIEWER), pair)
    assert take_back(reviewer, pair)
    assert not take_back(reviewer, pair)
    assert to_train_on() == []
    again = choose(User.objects.create(username="root", role=Role.ADMIN), version(two[0]), version(two[1]))
    assert take_back(User.objects.get(username="root"), again)


@pytest.mark.parametrize("kept", [{}, {"rejected": None}])
def test_the_database_holds_that_a_pair_has_two_and_stands_once(
    reviewer: User, two: list[Sample], kept: dict[str, Any]
) -> None:
    pair = chosen(reviewer, two)
    rejected: SampleVersion = pair.rejected if not kept else pair.chosen
    with pytest.raises(IntegrityError), transaction.atomic():
        PreferencePair.objects.create(chosen=pair.chosen, rejected=rejected, origin="choice")
