"""Undo of an action on many samples: exactly what was before, but never over what somebody changed later."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from typing import Any

import pytest
from django.db import connection

from afsweb.core.models import Event, Role, User
from datasets_app.bulk import drafting
from datasets_app.bulk.drafting import Wish, draft
from datasets_app.bulk.errors import CannotUndo, ChangedLater, NothingToDo, NotYourBulk
from datasets_app.bulk.later import count_changed_later
from datasets_app.bulk.running import confirm, go_on, start_undo
from datasets_app.models import BulkAction, BulkVerb, Decider, Decision, RejectReason, Review, Sample, SampleState
from datasets_app.review.decisions import archive, decide
from datasets_app.review.leases import claim_one
from datasets_app.review.undo import take_back, undo, undo_last
from datasets_app.samples.restoring import restore
from tests.conftest import make_user
from tests.review.making import MakeSamples, make_samples_of, make_source, version
from tests.review.test_bulk import run
from tests.rows import run_job

COLUMNS = ("pk", "state", "decided_by", "is_golden", "current", "tags", "assigned_to", "is_disputed", "kind", "cluster")


def everything() -> list[tuple[Any, ...]]:
    """Every column of every sample but its revision and its lease."""
    return list(Sample.objects.order_by("pk").values_list(*COLUMNS))


def undone(action: BulkAction, by: User, *, exact: bool = True) -> BulkAction:
    run_job(start_undo(BulkAction.objects.get(pk=action.pk), by, exact=exact))
    return BulkAction.objects.get(pk=action.pk)


def fresh(sample: Sample) -> Sample:
    return Sample.objects.select_related("current").get(pk=sample.pk)


@pytest.fixture
def mixed(reviewer: User, make_samples: MakeSamples) -> list[Sample]:
    """Samples in every state, with tags and people."""
    samples = make_samples(8)
    decide(reviewer, version(samples[0]), Decision.ACCEPT, revision=0)
    decide(reviewer, version(samples[1]), Decision.GOLDEN, revision=0)
    decide(reviewer, version(samples[2]), Decision.REJECT, revision=0, reason=RejectReason.UNSAFE)
    samples[3].change(0, state=SampleState.ACCEPTED, decided_by=Decider.GATE)
    samples[4].change(0, state=SampleState.REJECTED, decided_by=Decider.GATE)
    archive(reviewer, samples[5], revision=0)
    Sample.objects.filter(pk__gt=samples[3].pk).update(tags=["b", "a"], assigned_to=reviewer)
    return samples


@pytest.mark.parametrize(
    "wish",
    [
        Wish(BulkVerb.ACCEPT),
        Wish(BulkVerb.REJECT, reject_reason="other"),
        Wish(BulkVerb.GOLDEN),
        Wish(BulkVerb.UNGOLDEN),
        Wish(BulkVerb.ARCHIVE),
        Wish(BulkVerb.TAG, tag="c"),
        Wish(BulkVerb.UNTAG, tag="b"),
        Wish(BulkVerb.ASSIGN),
    ],
    ids=lambda wish: wish.verb,
)
def test_one_undo_restores_every_sample(reviewer: User, mixed: list[Sample], wish: Wish) -> None:
    before = everything()
    action = run(wish, reviewer)
    assert everything() != before
    action = undone(action, reviewer)
    assert everything() == before
    assert (action.undone, action.kept) == (action.done, {})
    assert not Review.objects.filter(bulk=action, undone_at__isnull=True).exists()


def test_every_restored_sample_has_its_line(reviewer: User, make_samples: MakeSamples) -> None:
    make_samples(2)
    action = undone(run(Wish(BulkVerb.ACCEPT), reviewer), reviewer)
    lines = Event.objects.filter(batch=action.undo_batch, object_type="datasets.sample").select_related("undoes")
    assert len(lines) == 2
    for line in lines:
        assert line.undoes is not None
        assert (line.verb, line.actor, line.before, line.after) == (
            "undo",
            reviewer,
            line.undoes.after,
            line.undoes.before,
        )


def test_undo_is_refused_with_the_list_of_what_was_changed_later(
    reviewer: User, admin_user: User, make_samples: MakeSamples
) -> None:
    samples = make_samples(3)
    action = run(Wish(BulkVerb.ACCEPT), reviewer)
    decide(admin_user, version(samples[1]), Decision.REJECT, revision=1, reason="wrong_fact")
    run(Wish(BulkVerb.TAG, tag="beside it"), reviewer)
    with pytest.raises(ChangedLater, match="1 of its samples") as refused:
        start_undo(action, reviewer)
    assert [(one.sample, one.change) for one in refused.value.first] == [
        (samples[1], "a-admin rejected it just now (a fact is wrong)")
    ]
    assert set(Sample.objects.values_list("state", flat=True)) == {"accepted", "rejected"}


def test_all_but_what_was_changed_later_can_be_undone(
    reviewer: User, admin_user: User, make_samples: MakeSamples
) -> None:
    samples = make_samples(3)
    action = run(Wish(BulkVerb.ACCEPT), reviewer)
    decide(admin_user, version(samples[1]), Decision.REJECT, revision=1, reason="wrong_fact")
    action = undone(action, reviewer, exact=False)
    assert [fresh(sample).state for sample in samples] == ["pending", "rejected", "pending"]
    assert (action.undone, action.kept, action.parts.get().kept) == (2, {"changed": 1}, {"changed": [samples[1].pk]})
    assert Review.objects.get(bulk=action, sample=samples[1]).undone_at is None


def test_undo_works_once_the_later_change_is_undone(reviewer: User, sample: Sample) -> None:
    before = everything()
    action = run(Wish(BulkVerb.ACCEPT), reviewer)
    decide(reviewer, version(sample), Decision.REJECT, revision=1, reason="other")
    undo_last(reviewer)
    assert undone(action, reviewer).undone == 1
    assert everything() == before


def test_the_same_decision_by_another_is_a_later_change(reviewer: User, admin_user: User, sample: Sample) -> None:
    action = run(Wish(BulkVerb.ACCEPT), reviewer)
    decide(admin_user, version(sample), Decision.ACCEPT, revision=1)
    with pytest.raises(ChangedLater):
        start_undo(action, reviewer)


def test_a_change_of_something_else_stands_beside_it(reviewer: User, sample: Sample) -> None:
    accepted = run(Wish(BulkVerb.ACCEPT), reviewer)
    run(Wish(BulkVerb.TAG, tag="x"), reviewer)
    assert undone(accepted, reviewer).undone == 1
    assert (fresh(sample).state, fresh(sample).tags) == ("pending", ["x"])


def test_put_aside_and_brought_back_is_a_later_change(reviewer: User, sample: Sample) -> None:
    action = run(Wish(BulkVerb.ARCHIVE), reviewer)
    restore(reviewer, fresh(sample))
    archive(reviewer, fresh(sample), revision=2)
    with pytest.raises(ChangedLater):
        start_undo(action, reviewer)


def test_a_sample_that_was_undone_alone_is_not_undone_again(reviewer: User, make_samples: MakeSamples) -> None:
    one, _ = make_samples(2)
    action = run(Wish(BulkVerb.ACCEPT), reviewer)
    undo(reviewer, Review.objects.get(sample=one))
    decide(reviewer, version(one), Decision.REJECT, revision=2, reason="other")
    action = undone(action, reviewer)
    assert (action.undone, action.kept) == (1, {})
    assert fresh(one).state == SampleState.REJECTED


def test_one_line_of_many_can_be_taken_back(reviewer: User, make_samples: MakeSamples) -> None:
    one, other = make_samples(2)
    run(Wish(BulkVerb.TAG, tag="x"), reviewer)
    take_back(reviewer, Event.objects.get(object_id=one.pk, verb="tag", object_type="datasets.sample"))
    assert (fresh(one).tags, fresh(other).tags) == ([], ["x"])


def test_the_key_for_undo_passes_actions_on_many_by(reviewer: User, make_samples: MakeSamples) -> None:
    one, *_ = make_samples(3)
    mine = decide(reviewer, version(one), Decision.ACCEPT, revision=0)
    run(Wish(BulkVerb.TAG, tag="x"), reviewer)
    run(Wish(BulkVerb.ACCEPT), reviewer)
    assert undo_last(reviewer) == mine
    assert Sample.objects.filter(state="accepted").count() == 2


def test_a_sample_that_was_deleted_is_said_to_be_gone(reviewer: User, make_samples: MakeSamples) -> None:
    gone, _ = make_samples(2)
    action = run(Wish(BulkVerb.TAG, tag="x"), reviewer)
    gone.versions.all()._raw_delete("default")
    Sample.objects.filter(pk=gone.pk)._raw_delete("default")
    with pytest.raises(ChangedLater) as refused:
        start_undo(action, reviewer)
    assert [(one.number, one.sample) for one in refused.value.first] == [(gone.pk, None)]
    assert undone(action, reviewer, exact=False).kept == {"gone": 1}


def test_somebodys_open_card_does_not_stand_in_the_way(reviewer: User, admin_user: User, sample: Sample) -> None:
    action = run(Wish(BulkVerb.TAG, tag="x"), reviewer)
    claim_one(sample, admin_user)
    assert undone(action, reviewer).undone == 1


def test_only_its_person_or_an_admin_undoes_it(reviewer: User, admin_user: User, sample: Sample) -> None:
    action = run(Wish(BulkVerb.ACCEPT), reviewer)
    with pytest.raises(NotYourBulk):
        start_undo(action, make_user(Role.TRAINER))
    assert undone(action, admin_user).undone == 1
    assert Event.objects.filter(verb="undo", actor=admin_user, is_part=True).count() == 1


def test_what_is_undone_is_not_undone_again_and_does_not_go_on(reviewer: User, sample: Sample) -> None:
    action = undone(run(Wish(BulkVerb.ACCEPT), reviewer), reviewer)
    with pytest.raises(CannotUndo, match="undone already"):
        start_undo(action, reviewer)
    with pytest.raises(NothingToDo):
        go_on(action, reviewer)


def test_what_waits_for_its_job_cannot_be_undone(reviewer: User, sample: Sample) -> None:
    action = draft(Wish(BulkVerb.ACCEPT), by=reviewer)
    with pytest.raises(CannotUndo):
        start_undo(action, reviewer)
    confirm(action, reviewer)
    with pytest.raises(CannotUndo, match="a job is still doing it"):
        start_undo(action, reviewer)


def test_verifying_again_has_nothing_to_undo(reviewer: User, sample: Sample) -> None:
    with pytest.raises(CannotUndo, match="changed no sample"):
        start_undo(run(Wish(BulkVerb.VERIFY), reviewer), reviewer)


def test_each_line_of_history_is_looked_up_by_its_sample(reviewer: User, make_samples: MakeSamples) -> None:
    """Whatever Postgres believes of how many lines there are: just after an action it believes in none.

    On a table of one page every plan costs the same, so there are some lines of others.
    """
    Event.objects.bulk_create(Event(verb="edit", object_type="test", object_id=one) for one in range(2_000))
    make_samples(3)
    action, asked = run(Wish(BulkVerb.ACCEPT), reviewer), list[Any]()

    def note(execute: Any, sql: str, params: Any, *rest: Any) -> Any:
        asked.append((sql, params))
        return execute(sql, params, *rest)

    with connection.execute_wrapper(note):
        assert count_changed_later(action) == 0
    ((sql, params),) = asked
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {sql}", params)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert re.search(r"Scan .*on core_event line .*\n *Index Cond: .*object_id = t\.id", plan), plan


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", range(4))
def test_do_and_undo_is_as_if_nothing_had_been(reviewer: User, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """2,000 random sequences: those of 500 samples, four times. Undone in turn, each undo gives the state before."""
    monkeypatch.setattr(drafting, "PART", 90)
    dice, samples = random.Random(seed), make_samples_of(make_source(), 500)
    path, steps = [everything()], list[Sequence[BulkAction | Review]]()
    for _ in range(7):
        steps.append((many if dice.random() < 0.7 else some)(dice, samples, reviewer))
        path.append(everything())
    assert len({tuple(map(repr, one)) for one in path}) > 5
    for before, step in zip(reversed(path[:-1]), reversed(steps), strict=True):
        for taken in reversed(step):
            if isinstance(taken, BulkAction):
                undone(taken, reviewer)
            else:
                undo(reviewer, taken)
        assert everything() == before


def many(dice: random.Random, samples: list[Sample], user: User) -> list[BulkAction]:
    """A random action on a random half of them."""
    verb = dice.choice([verb for verb in BulkVerb if verb != BulkVerb.VERIFY])
    wish = Wish(
        verb,
        picked=[sample.uuid for sample in samples if dice.random() < 0.5],
        reject_reason="other" if verb == BulkVerb.REJECT else "",
        tag=dice.choice(["a", "b"]),
        assignee=dice.choice([user, None]),
    )
    action = draft(wish, by=user)
    if not action.previewed:
        return []
    confirm(action, user)
    assert action.job is not None
    run_job(action.job)
    return [action]


def some(dice: random.Random, samples: list[Sample], user: User) -> list[Review]:
    """A random decision on each of a few that are not archived."""
    taken = []
    for sample in map(fresh, dice.sample(samples, 12)):
        if sample.state != SampleState.ARCHIVED:
            decision = dice.choice([Decision.ACCEPT, Decision.REJECT, Decision.GOLDEN])
            reason = "other" if decision == Decision.REJECT else ""
            taken.append(decide(user, version(sample), decision, revision=sample.revision, reason=reason))
    return taken
