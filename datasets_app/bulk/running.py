"""Confirming an action, going on with it, and undoing it: each enqueues the job that does it."""

from __future__ import annotations

from uuid import uuid4

from django.db import transaction
from django.db.models.functions import Now

from afsweb.core.history import record
from afsweb.core.jobs.actions import stop_work
from afsweb.core.jobs.enqueue import enqueue
from afsweb.core.models import EventSource, Job, Role, User, WorkState
from datasets_app.bulk.drafting import FORGOTTEN_AFTER
from datasets_app.bulk.errors import CannotUndo, ChangedLater, NothingToDo, NotYourBulk, PreviewGone
from datasets_app.bulk.later import changed_later, count_changed_later
from datasets_app.models import BulkAction, BulkVerb

DO, UNDO = "datasets.do_bulk", "datasets.undo_bulk"


def confirm(action: BulkAction, by: User, via: EventSource = EventSource.UI) -> None:
    """Let a job do what was previewed. Pressed twice it starts once. Raises NotYourBulk, PreviewGone, NothingToDo."""
    check_may(action, by)
    with transaction.atomic():
        fresh = BulkAction.objects.filter(pk=action.pk, confirmed_at__isnull=True)
        if not action.previewed:
            raise NothingToDo(action=action, state="no sample")
        if not fresh.filter(created_at__gt=Now() - FORGOTTEN_AFTER).update(confirmed_at=Now()):
            if fresh.exists():
                raise PreviewGone
            return
        action.refresh_from_db(fields=["confirmed_at"])
        _enqueue(action, by)
        after = {"samples": action.previewed, "query": action.query, "picked": len(action.picked or ())}
        record(action.verb, action, actor=by, source=via, after=after, reason=str(action), batch=action.uuid)


def stop(action: BulkAction, by: User, via: EventSource = EventSource.UI) -> None:
    """Stop after the part that is under way; what was done stays and can be undone. Raises NotYourBulk, WorkIsOver."""
    check_may(action, by)
    stop_work(action, by, via)


def go_on(action: BulkAction, by: User, via: EventSource = EventSource.UI) -> None:
    """Do what was not done when it stopped or failed. Raises NotYourBulk, NothingToDo."""
    check_may(action, by)
    with transaction.atomic():
        locked = BulkAction.objects.select_for_update(of=("self",)).select_related("job").get(pk=action.pk)
        if locked.is_draft or not locked.can_go_on or locked.undo_job_id:
            state = "not been confirmed" if locked.is_draft else locked.shown_state.label
            raise NothingToDo(action=locked, state=state)
        BulkAction.objects.filter(pk=action.pk).update(state=WorkState.QUEUED, error="")
        _enqueue(locked, by)
        record("continue", locked, actor=by, source=via)
    action.refresh_from_db()


def start_undo(action: BulkAction, by: User, via: EventSource = EventSource.UI, *, exact: bool = True) -> Job:
    """Let a job put every sample back as it was. Samples that were changed later stay as they are.

    `exact`: rather undo nothing than not all; raises ChangedLater with the first of what was changed later. Raises
    NotYourBulk, CannotUndo.
    """
    check_may(action, by)
    _check_undo(action)
    if exact and (count := count_changed_later(action)):
        raise ChangedLater(count, changed_later(action))
    with transaction.atomic():
        locked = BulkAction.objects.select_for_update(of=("self",)).select_related("job", "undo_job").get(pk=action.pk)
        _check_undo(locked)
        locked.undo_batch = locked.undo_batch or uuid4()
        title = f"Undo: {locked}"
        locked.undo_job = enqueue(UNDO, {"action_id": action.pk}, title=title, by=by, about=("show_bulk", locked))
        locked.save(update_fields=["undo_job", "undo_batch"])
        record("undo", locked, actor=by, source=via, reason=str(locked), batch=locked.undo_batch)
    action.refresh_from_db()
    return locked.undo_job


def check_may(action: BulkAction, user: User) -> None:
    """Raise NotYourBulk for somebody else's action, unless `user` is an admin."""
    if action.created_by_id != user.pk and not user.has_role(Role.ADMIN):
        raise NotYourBulk(person=action.created_by.get_username(), action=action)


def _check_undo(action: BulkAction) -> None:
    if action.verb == BulkVerb.VERIFY:
        raise CannotUndo(problem="verifying again changed no sample.")
    if action.undone_at is not None:
        raise CannotUndo(problem="it is undone already.")
    if action.is_being_undone:
        raise CannotUndo(problem="a job is undoing it just now.")
    if not action.can_be_undone:
        raise CannotUndo(problem="nothing of it is done yet, or a job is still doing it. Stop that first.")


def _enqueue(action: BulkAction, by: User) -> None:
    action.job = enqueue(DO, {"action_id": action.pk}, title=str(action), by=by, about=("show_bulk", action))
    action.save(update_fields=["job"])
