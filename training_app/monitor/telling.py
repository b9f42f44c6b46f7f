"""Who hears what of a training."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from afsweb.core.models import NotificationKind, Role, User, WorkState
from afsweb.core.notifications import notify
from afsweb.core.notifications.occasions import key_of_end
from training_app.models import TrainingRun


def tell(
    run: TrainingRun, text: str, kind: NotificationKind = NotificationKind.STALLED, key: str | None = None
) -> None:
    """Tell who launched the run, or the admins where a command did; in the transaction of what happened."""
    people: list[User] | QuerySet[User]
    people = [run.created_by] if run.created_by else User.objects.filter(role=Role.ADMIN, is_active=True)
    notify(people, text, run.get_absolute_url(), kind=kind, key=key)


def tell_end(run: TrainingRun, lease: UUID, state: WorkState, error: str = "") -> None:
    """Tell that the run is finished, or why it failed, instead of the words that any job of `lease` ends with.

    Who stopped it knows.
    """
    if state == WorkState.SUCCEEDED:
        kind, text = NotificationKind.JOB_FINISHED, f"is finished at step {run.step:,}{_loss(run)}."
    elif state == WorkState.FAILED:
        kind, text = NotificationKind.JOB_FAILED, f"failed at step {run.step:,}: {error or 'its page says more.'}"
    else:
        return
    tell(run, f"The training “{run}” {text}", kind, key_of_end(kind, lease))


def _loss(run: TrainingRun) -> str:
    last = run.metrics.filter(is_validation=True, loss__isnull=False).order_by("-step").first()
    return f", validation loss {last.loss:.3f}" if last else ""
