"""An action of several parts: some are written at once, each with its mark and its count or not at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from afsweb.core.jobs.context import JobContext, LeaseLost
from afsweb.core.jobs.perform import perform, settle
from afsweb.core.models import Event, Job, JobState, User, WorkState
from datasets_app.bulk import doing, drafting, parts
from datasets_app.bulk.doing import do_bulk
from datasets_app.bulk.drafting import Wish, draft
from datasets_app.bulk.running import confirm, go_on, stop
from datasets_app.models import BulkAction, BulkPart, BulkVerb, Review, Sample
from tests.review.making import MakeSamples
from tests.review.test_bulk import finish, run, states
from tests.review.test_bulk_undo import everything, undone
from tests.review.test_decide_at_once import people
from tests.rows import leased

pytestmark = pytest.mark.django_db(transaction=True)
Write = Callable[[BulkAction, Any, BulkPart], None]


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafting, "PART", 2)


@pytest.fixture
def user() -> User:
    return people(1)[0]


@pytest.fixture
def action(user: User, make_samples: MakeSamples) -> BulkAction:
    """Confirmed, on eleven samples: six parts."""
    make_samples(11)
    action = draft(Wish(BulkVerb.ACCEPT), by=user)
    confirm(action, user)
    return action


def instead(monkeypatch: pytest.MonkeyPatch, write: Callable[[Write, BulkAction, Any, BulkPart], None]) -> None:
    """Let `write` stand for the writing of a part; it is given the real one first."""
    real = doing._do
    monkeypatch.setattr(doing, "_do", lambda *about: write(real, *about))


@pytest.mark.parametrize("verb", [BulkVerb.ACCEPT, BulkVerb.GOLDEN])
def test_all_parts_are_done_and_undone_exactly(user: User, make_samples: MakeSamples, verb: BulkVerb) -> None:
    make_samples(11)
    before = everything()
    action = run(Wish(verb), user)
    assert (action.done, action.left_out, action.parts.filter(done_at__isnull=False).count()) == (11, {}, 6)
    assert states() == ["accepted"] * 11
    action = undone(action, user)
    assert (action.undone, action.kept, action.parts.filter(undone_at__isnull=False).count()) == (11, {}, 6)
    assert everything() == before


def test_a_stopped_action_goes_on_where_it_was(action: BulkAction, user: User) -> None:
    with leased(action.job) as ctx:  # type: ignore[arg-type]
        stop(BulkAction.objects.get(pk=action.pk), user)
        settle(perform(ctx))
    stopped = BulkAction.objects.get(pk=action.pk)
    assert (stopped.shown_state, stopped.done) == (WorkState.STOPPED, 2 * parts.WRITERS)
    assert states().count("accepted") == 2 * parts.WRITERS
    go_on(stopped, user)
    action = finish(BulkAction.objects.get(pk=action.pk))
    assert (action.state, action.done, action.left_out) == (WorkState.SUCCEEDED, 11, {})
    assert Review.objects.count() == Event.objects.filter(verb="accept", is_part=True).count() == 11
    assert set(Sample.objects.values_list("revision", flat=True)) == {1}


def test_of_parts_written_at_once_the_one_that_fails_leaves_nothing_behind(
    action: BulkAction, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_off_one(real: Write, action: BulkAction, job_id: Any, part: BulkPart) -> None:
        real(action, job_id, part)
        if part.number == 1:
            raise RuntimeError("the power went")

    with monkeypatch.context() as patch:
        instead(patch, break_off_one)
        failed = finish(action)
    wrote = 2 * (parts.WRITERS - 1)
    assert (failed.shown_state, failed.done) == (WorkState.FAILED, wrote)
    assert states().count("accepted") == Review.objects.count() == wrote
    assert failed.parts.get(number=1).done_at is None
    go_on(failed, user)
    assert finish(BulkAction.objects.get(pk=action.pk)).done == 11
    assert Review.objects.count() == 11


def test_while_parts_are_written_nobody_else_can_have_the_job(
    action: BulkAction, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = []

    def take_it(real: Write, action: BulkAction, job_id: Any, part: BulkPart) -> None:
        with pytest.raises(OperationalError, match="could not obtain lock"), transaction.atomic():
            Job.objects.select_for_update(no_key=True, nowait=True).get(pk=job_id)
        refused.append(part.number)
        real(action, job_id, part)

    instead(monkeypatch, take_it)
    assert finish(action).done == 11
    assert sorted(refused) == [0, 1, 2, 3, 4, 5]


def test_a_part_that_another_job_wrote_meanwhile_is_not_written_again(
    action: BulkAction, monkeypatch: pytest.MonkeyPatch
) -> None:
    def be_too_late(real: Write, action: BulkAction, job_id: Any, part: BulkPart) -> None:
        real(action, job_id, part)
        real(action, job_id, part)

    instead(monkeypatch, be_too_late)
    with leased(action.job) as ctx, pytest.raises(LeaseLost, match="took care"):  # type: ignore[arg-type]
        do_bulk(ctx, action_id=action.pk)
    assert states() == ["pending"] * 11
    assert (Review.objects.count(), BulkAction.objects.get(pk=action.pk).done) == (0, 0)


def test_without_its_lease_a_job_writes_no_part(action: BulkAction) -> None:
    with leased(action.job) as ctx, pytest.raises(LeaseLost):  # type: ignore[arg-type]
        Job.objects.filter(pk=ctx.job.pk).update(state=JobState.QUEUED, lease=None, host=None, worker="")
        write_all(ctx, action)
    assert states() == ["pending"] * 11


def write_all(ctx: JobContext, action: BulkAction) -> None:
    rows = BulkPart.objects.filter(action=action)
    for _ in parts.each_part(ctx, rows, lambda part: doing._do(action, ctx.job.pk, part)):
        pass


def test_its_writers_give_their_connections_back(action: BulkAction) -> None:
    before = connections()
    finish(action)
    assert connections() <= before


def connections() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        return int(cursor.fetchone()[0])
