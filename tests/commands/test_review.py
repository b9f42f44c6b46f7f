"""`afs review accept` and its like: a person decides on samples by their number."""

from __future__ import annotations

import pytest

from afsweb.core.models import Event, Role, User
from datasets_app.models import Decider, Decision, RejectReason, Review, Sample, SampleState
from datasets_app.review.decisions import decide
from tests.commands.conftest import Afs
from tests.conftest import make_user
from tests.review.making import MakeSamples, version

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("words", "state", "golden"),
    [
        (["accept"], SampleState.ACCEPTED, False),
        (["golden"], SampleState.ACCEPTED, True),
        (["reject", "--reason", "wrong_fact"], SampleState.REJECTED, False),
        (["skip"], SampleState.PENDING, False),
        (["flag"], SampleState.PENDING, False),
    ],
)
def test_a_decision_counts_as_on_the_page(
    afs: Afs, reviewer: User, sample: Sample, words: list[str], state: str, golden: bool
) -> None:
    assert afs("review", *words, sample.pk, "--note", "seen").status == 0
    sample.refresh_from_db()
    assert (sample.state, sample.is_golden) == (state, golden)
    review = Review.objects.get()
    assert (review.reviewer, review.decision, review.note) == (reviewer, words[0], "seen")
    event = Event.objects.get()
    assert (event.actor, event.source, event.verb) == (reviewer, "cli", words[0])


def test_several_samples_are_one_action_in_history(afs: Afs, reviewer: User, make_samples: MakeSamples) -> None:
    assert afs("review", "accept", *(sample.pk for sample in make_samples(3))).status == 0
    assert Event.objects.count() == 3
    assert Event.objects.values("batch").distinct().count() == 1


def test_a_rejection_needs_a_reason_that_exists(afs: Afs, reviewer: User, sample: Sample) -> None:
    assert afs("review", "reject", sample.pk).status == 2
    assert afs("review", "reject", sample.pk, "--reason", "ugly").status == 2
    afs("review", "reject", sample.pk, "--reason", "licence")
    assert Review.objects.get().reason == RejectReason.LICENCE


def test_what_stands_in_the_way_of_one_holds_up_no_other(afs: Afs, reviewer: User, make_samples: MakeSamples) -> None:
    aside, open_one = make_samples(2)
    Sample.objects.filter(pk=aside.pk).update(state=SampleState.ARCHIVED)
    said = afs("review", "accept", aside.pk, open_one.pk)
    assert said.status == 1
    assert f"afs: sample {aside.pk}: Not counted: this sample is archived" in said.err
    assert Sample.objects.get(pk=open_one.pk).state == SampleState.ACCEPTED


def test_a_person_outranks_the_gate(afs: Afs, reviewer: User, sample: Sample) -> None:
    Sample.objects.update(state=SampleState.ACCEPTED, decided_by=Decider.GATE)
    afs("review", "reject", sample.pk, "--reason", "other")
    sample.refresh_from_db()
    assert (sample.state, sample.decided_by) == (SampleState.REJECTED, Decider.PERSON)


def test_undo_takes_back_my_newest_decision(afs: Afs, reviewer: User, make_samples: MakeSamples) -> None:
    one, two = make_samples(2)
    afs("review", "accept", one.pk, two.pk)
    assert f"Sample {two.pk}: undone, it was: accept" in afs("review", "undo").out
    assert Sample.objects.get(pk=two.pk).state == SampleState.PENDING
    assert Sample.objects.get(pk=one.pk).state == SampleState.ACCEPTED
    assert Event.objects.order_by("-pk")[0].source == "cli"


def test_undo_of_a_sample_takes_back_its_newest_decision(afs: Afs, reviewer: User, make_samples: MakeSamples) -> None:
    one, two = make_samples(2)
    afs("review", "accept", one.pk, two.pk)
    assert afs("review", "undo", one.pk).status == 0
    assert Sample.objects.get(pk=one.pk).state == SampleState.PENDING
    assert "no decision that could be undone" in afs("review", "undo", one.pk).err


def test_undo_of_anothers_decision_needs_an_admin(
    afs: Afs, reviewer: User, trainer: User, admin_user: User, sample: Sample
) -> None:
    decide(reviewer, version(sample), Decision.ACCEPT, revision=0)
    assert "Only a-reviewer or an admin" in afs("review", "undo", sample.pk, "--as", "a-trainer").err
    assert afs("review", "undo", sample.pk, "--as", "a-admin").status == 0


def test_the_only_person_who_may_review_is_meant(afs: Afs, viewer: User, reviewer: User, sample: Sample) -> None:
    assert afs("review", "accept", sample.pk).status == 0
    assert Review.objects.get().reviewer == reviewer


def test_with_several_who_may_one_says_who(afs: Afs, reviewer: User, trainer: User, sample: Sample) -> None:
    said = afs("review", "accept", sample.pk)
    assert (said.status, said.err) == (1, "afs: Say who does this with --as NAME: a-reviewer, a-trainer may.\n")
    assert not Review.objects.exists()
    assert afs("review", "--as", "a-trainer", "accept", sample.pk).status == 0
    assert Review.objects.get().reviewer == trainer


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nobody", "Nobody who may log in is named “nobody”"),
        ("a-viewer", "This needs the role reviewer, and a-viewer is a viewer"),
        ("gone", "Nobody who may log in is named “gone”"),
    ],
)
def test_who_may_not_review_decides_nothing(afs: Afs, viewer: User, sample: Sample, name: str, said: str) -> None:
    make_user(Role.REVIEWER)
    User.objects.create(username="gone", role=Role.REVIEWER, is_active=False)
    ended = afs("review", "accept", sample.pk, "--as", name)
    assert (ended.status, said in ended.err) == (1, True)
    assert not Review.objects.exists()


def test_without_anybody_who_may_it_says_how_to_add_one(afs: Afs, viewer: User, sample: Sample) -> None:
    assert "`afs user create NAME --role reviewer` adds one" in afs("review", "accept", sample.pk).err


@pytest.mark.parametrize("verb", [("accept",), ("reject", "--reason", "other"), ("undo",), ("edit",)])
def test_an_unknown_sample_is_a_sentence(afs: Afs, reviewer: User, verb: tuple[str, ...]) -> None:
    said = afs("review", *verb, "12345")
    assert (said.status, "There is no sample “12345”" in said.err) == (1, True)
