"""The job that looks after the rules: which has enough that is new, whose snapshot is built, which cannot go on."""

from __future__ import annotations

from django.db.models import QuerySet
from django.db.models.functions import Now

from afsweb.core.history import record
from afsweb.core.jobs.context import JobContext
from afsweb.core.jobs.registry import job
from afsweb.core.models import EventSource, NotificationKind, Role, User
from afsweb.core.notifications import notify
from afsweb.refusal import Refusal
from training_app.models import Retraining
from training_app.monitor.monitoring import forget_quiet
from training_app.retraining.counting import new_samples
from training_app.retraining.steps import LOOK, begin_snapshot, launch_owed


@job(LOOK)
def look_at_rules(ctx: JobContext) -> None:
    """One step of each rule that has one to make. Safe to stop and to run twice: each step is one transaction."""
    rules = list(rule_rows().filter(is_enabled=True).order_by("pk"))
    done = 0
    for number, rule in enumerate(rules):
        ctx.progress(number, len(rules), str(rule))
        said = look(rule)
        if said:
            ctx.log(f"{rule}: {said}")
            done += 1
    ctx.progress(len(rules), len(rules), f"{done} of {len(rules)} rules made a step")
    if done:
        ctx.finish(steps=done)
    forget_quiet(ctx)


def look(rule: Retraining) -> str:
    """Make the rule's next step, if it has one; what it was, or ""."""
    try:
        return _step(rule)
    except Refusal as error:
        pause_because(rule, str(error))
        return f"paused: {error}"


def _step(rule: Retraining) -> str:
    if rule.owes_a_run:
        run = launch_owed(rule)
        return f"launched {run.name} on {rule.snapshot}" if run else ""
    if rule.run is not None and rule.run.is_active:
        return ""
    new = new_samples(rule).count()
    Retraining.objects.filter(pk=rule.pk).update(new_count=new, looked_at=Now())
    if new < rule.threshold:
        return ""
    snapshot = begin_snapshot(rule, new, None, EventSource.JOB)
    return f"{new:,} new samples; builds {snapshot}" if snapshot else ""


def pause_because(rule: Retraining, problem: str) -> None:
    """Switch the rule off with the reason, and tell who made it, or the admins where a command did."""
    if not Retraining.objects.filter(pk=rule.pk, is_enabled=True).update(is_enabled=False, problem=problem[:500]):
        return
    record("pause", rule, actor=None, source=EventSource.JOB, reason=problem)
    people: list[User] | QuerySet[User]
    people = [rule.created_by] if rule.created_by else User.objects.filter(role=Role.ADMIN, is_active=True)
    text = f"The continuous training “{rule}” has paused: {problem}"
    notify(people, text, rule.get_absolute_url(), kind=NotificationKind.JOB_FAILED)


def rule_rows() -> QuerySet[Retraining]:
    """Rules with all that their pages show, in one query."""
    related = ("domain", "recipe__base_model", "host", "snapshot__job", "run__job", "created_by")
    return Retraining.objects.select_related(*related)
