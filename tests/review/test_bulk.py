"""One action on many samples: frozen at the preview, done by a job, honest about what it left alone."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db.models.functions import Now

from afsweb.core.models import Event, EventSource, JobState, Role, User, WorkState
from datasets_app.bulk.drafting import Wish, draft
from datasets_app.bulk.errors import BadBulk, NothingToDo, NotYourBulk, PreviewGone, TooManyPicked
from datasets_app.bulk.running import confirm, go_on, stop
from datasets_app.models import BulkAction, BulkVerb, Decider, Decision, Review, Sample, SampleState
from datasets_app.review.decisions import archive, decide
from datasets_app.review.leases import claim_one
from datasets_app.review.lines import line_of, review_of
from tests.conftest import make_user
from tests.review.making import MakeSamples, version
from tests.rows import run_job


def run(wish: Wish, by: User) -> BulkAction:
    """The action after its job ran."""
    action = draft(wish, by=by)
    confirm(action, by)
    return finish(action)


def finish(action: BulkAction) -> BulkAction:
    assert action.job is not None
    run_job(action.job)
    return BulkAction.objects.get(pk=action.pk)


def states() -> list[str]:
    return list(Sample.objects.order_by("pk").values_list("state", flat=True))


def test_every_sample_gets_its_decision_and_its_line(reviewer: User, make_samples: MakeSamples) -> None:
    samples = make_samples(3)
    action = run(Wish(BulkVerb.REJECT, reject_reason="off_task", note="all of it"), reviewer)
    assert (action.state, action.previewed, action.done, action.left_out) == (WorkState.SUCCEEDED, 3, 3, {})
    assert states() == [SampleState.REJECTED] * 3
    for sample in samples:
        review = Review.objects.get(sample=sample)
        assert (review.reviewer, review.decision, review.reason) == (reviewer, "reject", "off_task")
        assert (review.note, review.bulk, review.before) == ("all of it", action, sample.standing())
        line = line_of(review)
        assert line is not None
        assert (line.verb, line.actor, line.source, line.is_part) == ("reject", reviewer, EventSource.JOB, True)
        assert (line.batch, line.before) == (action.uuid, sample.standing())
        assert line.after == Sample.objects.get(pk=sample.pk).standing()
        assert line.reason == "does not answer the task: all of it"
        assert review_of(line) == review


def test_what_a_line_keeps_is_what_a_decision_keeps(reviewer: User, make_samples: MakeSamples) -> None:
    single, bulk = make_samples(2)
    decide(reviewer, version(single), Decision.GOLDEN, revision=0)
    run(Wish(BulkVerb.GOLDEN, picked=[bulk.uuid]), reviewer)
    kept = [Event.objects.get(object_id=one.pk, object_type="datasets.sample") for one in (single, bulk)]
    for about in ("before", "after"):
        first, second = (getattr(line, about) for line in kept)
        assert first | {"version": 0} == second | {"version": 0}


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        (Wish(BulkVerb.ACCEPT), {"state": "accepted", "decided_by": "person", "is_golden": False}),
        (Wish(BulkVerb.GOLDEN), {"state": "accepted", "decided_by": "person", "is_golden": True}),
        (Wish(BulkVerb.ARCHIVE), {"state": "archived", "decided_by": "", "is_golden": False}),
        (Wish(BulkVerb.TAG, tag="hard"), {"state": "pending", "tags": ["old", "hard"]}),
        (Wish(BulkVerb.UNTAG, tag="old"), {"state": "pending", "tags": []}),
    ],
)
def test_each_action_changes_what_it_says(
    reviewer: User, sample: Sample, wish: Wish, expected: dict[str, object]
) -> None:
    Sample.objects.update(tags=["old"])
    run(wish, reviewer)
    sample.refresh_from_db()
    assert {name: getattr(sample, name) for name in expected} == expected
    assert (sample.revision, sample.leased_to) == (1, None)


def test_samples_are_assigned_and_set_free(reviewer: User, sample: Sample) -> None:
    run(Wish(BulkVerb.ASSIGN, assignee=reviewer), reviewer)
    assert Sample.objects.get().assigned_to == reviewer
    run(Wish(BulkVerb.ASSIGN), reviewer)
    assert Sample.objects.get().assigned_to is None
    kept = Event.objects.filter(object_type="datasets.sample").order_by("pk").values_list("before", "after")
    assert list(kept) == [
        ({"assigned_to": None}, {"assigned_to": reviewer.pk}),
        ({"assigned_to": reviewer.pk}, {"assigned_to": None}),
    ]


def test_golden_ends_without_touching_the_decision(reviewer: User, make_samples: MakeSamples) -> None:
    golden, _ = make_samples(2)
    decide(reviewer, version(golden), Decision.GOLDEN, revision=0)
    action = run(Wish(BulkVerb.UNGOLDEN), reviewer)
    assert (action.previewed, action.forecast["left_out"]) == (1, {"already": 1})
    golden.refresh_from_db()
    assert (golden.is_golden, golden.state, golden.decided_by) == (False, SampleState.ACCEPTED, Decider.PERSON)


def test_verifying_again_examines_and_changes_no_sample(reviewer: User, make_samples: MakeSamples) -> None:
    one, aside = make_samples(2)
    archive(reviewer, aside, revision=0)
    action = run(Wish(BulkVerb.VERIFY, picked=[one.uuid, aside.uuid]), reviewer)
    assert (action.state, action.done, action.forecast["left_out"]) == (WorkState.SUCCEEDED, 1, {"archived": 1})
    assert version(one).verdicts.count() == 1
    assert Sample.objects.get(pk=one.pk).revision == 0


def test_the_preview_counts_by_state_and_by_what_is_left_out(
    reviewer: User, admin_user: User, make_samples: MakeSamples
) -> None:
    samples = make_samples(6)
    decide(reviewer, version(samples[0]), Decision.ACCEPT, revision=0)
    decide(reviewer, version(samples[1]), Decision.REJECT, revision=0, reason="other")
    samples[2].change(0, state=SampleState.ACCEPTED, decided_by=Decider.GATE)
    archive(reviewer, samples[3], revision=0)
    claim_one(samples[4], admin_user)
    action = draft(Wish(BulkVerb.ACCEPT, picked=[sample.uuid for sample in samples]), by=reviewer)
    assert action.previewed == 4
    assert action.forecast == {
        "states": {"pending": 2, "rejected": 1, "accepted": 1},
        "left_out": {"already": 1, "archived": 1},
        "held": 1,
        "golden": 0,
    }
    assert Event.objects.filter(object_type="datasets.bulkaction").count() == 0


def test_a_query_is_frozen_when_it_is_previewed(reviewer: User, make_samples: MakeSamples) -> None:
    make_samples(2)
    action = draft(Wish(BulkVerb.ACCEPT, {"kind": "register"}), by=reviewer)
    make_samples(1)
    confirm(action, reviewer)
    assert finish(action).done == 2
    assert states() == ["accepted", "accepted", "pending"]


def test_a_person_outranks_the_gate(reviewer: User, sample: Sample) -> None:
    sample.change(0, state=SampleState.ACCEPTED, decided_by=Decider.GATE)
    assert run(Wish(BulkVerb.ACCEPT), reviewer).done == 1
    assert Sample.objects.get().decided_by == Decider.PERSON


def test_archived_samples_are_never_accepted(reviewer: User, sample: Sample) -> None:
    archive(reviewer, sample, revision=0)
    action = draft(Wish(BulkVerb.ACCEPT, {"state": "archived"}), by=reviewer)
    assert (action.previewed, action.forecast["left_out"]) == (0, {"archived": 1})
    with pytest.raises(NothingToDo):
        confirm(action, reviewer)


def test_what_changed_since_the_preview_is_left_alone_and_counted(
    reviewer: User, admin_user: User, make_samples: MakeSamples
) -> None:
    changed, held, gone, mine, _ = make_samples(5)
    action = draft(Wish(BulkVerb.ACCEPT), by=reviewer)
    decide(admin_user, version(changed), Decision.REJECT, revision=0, reason="wrong_fact")
    claim_one(held, admin_user)
    claim_one(mine, reviewer)
    gone.versions.all()._raw_delete("default")
    Sample.objects.filter(pk=gone.pk)._raw_delete("default")
    confirm(action, reviewer)
    action = finish(action)
    assert (action.done, action.left_out) == (2, {"changed": 1, "held": 1, "gone": 1})
    assert action.parts.get().left_out == {"changed": [changed.pk], "held": [held.pk], "gone": [gone.pk]}
    assert states() == ["rejected", "pending", "accepted", "accepted"]


def test_a_lease_that_ran_out_holds_nothing(reviewer: User, admin_user: User, sample: Sample) -> None:
    claim_one(sample, admin_user)
    Sample.objects.update(leased_until=Now() - timedelta(seconds=1))
    assert run(Wish(BulkVerb.ACCEPT), reviewer).done == 1


def test_run_twice_it_does_nothing_twice(reviewer: User, make_samples: MakeSamples) -> None:
    make_samples(3)
    action = run(Wish(BulkVerb.TAG, tag="x"), reviewer)
    assert action.job is not None
    action.job.state = JobState.QUEUED
    action.job.save()
    assert finish(action).done == 3
    assert list(Sample.objects.values_list("tags", flat=True)) == [["x"]] * 3


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        (Wish(BulkVerb.REJECT), "nine reasons"),
        (Wish(BulkVerb.REJECT, reject_reason="boredom"), "nine"),
        (Wish(BulkVerb.ACCEPT, reject_reason="other"), "only a rejection"),
        (Wish(BulkVerb.TAG), "write the tag"),
        (Wish(BulkVerb.ACCEPT, picked=[]), "select some"),
    ],
)
def test_a_wish_without_its_argument_is_refused(reviewer: User, sample: Sample, wish: Wish, said: str) -> None:
    with pytest.raises(BadBulk, match=said):
        draft(wish, by=reviewer)
    assert BulkAction.objects.count() == 0


def test_too_many_names_are_refused(reviewer: User) -> None:
    with pytest.raises(TooManyPicked, match="1,001 samples"):
        draft(Wish(BulkVerb.ACCEPT, picked=[uuid4() for _ in range(1_001)]), by=reviewer)


def test_confirmed_twice_it_starts_once(reviewer: User, sample: Sample) -> None:
    action = draft(Wish(BulkVerb.ACCEPT), by=reviewer)
    confirm(action, reviewer)
    confirm(BulkAction.objects.get(pk=action.pk), reviewer)
    assert Event.objects.filter(object_type="datasets.bulkaction", verb="accept").count() == 1


def test_an_old_preview_is_forgotten(reviewer: User, sample: Sample) -> None:
    action = draft(Wish(BulkVerb.ACCEPT), by=reviewer)
    BulkAction.objects.update(created_at=Now() - timedelta(days=2))
    with pytest.raises(PreviewGone):
        confirm(action, reviewer)
    other = draft(Wish(BulkVerb.ACCEPT), by=reviewer)
    assert BulkAction.objects.get() == other


def test_only_its_person_or_an_admin_confirms_stops_and_goes_on(reviewer: User, sample: Sample) -> None:
    action = draft(Wish(BulkVerb.ACCEPT), by=reviewer)
    for act in (confirm, stop, go_on):
        with pytest.raises(NotYourBulk, match="a-reviewer"):
            act(action, make_user(Role.TRAINER) if act is confirm else User.objects.get(role=Role.TRAINER))
    assert Sample.objects.get().revision == 0


def test_what_is_done_does_not_go_on(reviewer: User, sample: Sample) -> None:
    action = run(Wish(BulkVerb.ACCEPT), reviewer)
    with pytest.raises(NothingToDo, match="succeeded"):
        go_on(action, reviewer)
