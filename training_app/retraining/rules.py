"""What people do with rules: make one, pause it, resume it, let it train now."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from afsweb.core.history import record
from afsweb.core.models import EventSource, Host, User
from datasets_app.models import Domain, Snapshot
from training_app.errors import NothingNew, RetrainingBusy, RetrainingNameTaken, RetrainingPaused
from training_app.models import Recipe, Retraining
from training_app.retraining.counting import new_samples
from training_app.retraining.steps import begin_snapshot


def add_rule(
    name: str,
    domain: Domain,
    recipe: Recipe,
    threshold: int,
    *,
    by: User | None,
    host: Host | None = None,
    golden_only: bool = False,
    validation_share: float = 0.05,
    seed: int = 0,
    source: EventSource = EventSource.UI,
) -> Retraining:
    """A rule that begins at once: what is accepted already counts as new. Raises RetrainingNameTaken."""
    facts = {"host": host, "golden_only": golden_only, "validation_share": validation_share, "seed": seed}
    try:
        with transaction.atomic():
            rule = Retraining.objects.create(
                name=name, domain=domain, recipe=recipe, threshold=threshold, created_by=by, **facts
            )
            after = {"domain": domain.slug, "recipe": str(recipe), "threshold": threshold}
            record("add", rule, actor=by, source=source, after=after)
    except IntegrityError:
        raise RetrainingNameTaken(name=name) from None
    return rule


@transaction.atomic
def set_enabled(rule: Retraining, enabled: bool, by: User | None, source: EventSource = EventSource.UI) -> None:
    """Pause or resume it. What it launched goes on; a snapshot that could not be built is made anew after a resume."""
    if not Retraining.objects.filter(pk=rule.pk, is_enabled=not enabled).update(is_enabled=enabled):
        return
    if enabled and rule.problem:
        snapshot = rule.run.snapshot if rule.run else None
        kept = rule.snapshot if rule.snapshot and rule.snapshot.artifact_id else snapshot
        Retraining.objects.filter(pk=rule.pk).update(problem="", snapshot=kept)
    record("resume" if enabled else "pause", rule, actor=by, source=source)


def run_now(rule: Retraining, by: User | None, source: EventSource = EventSource.UI) -> Snapshot | None:
    """Begin its next snapshot, whatever its threshold is; the run follows when that is built.

    Raises RetrainingPaused, RetrainingBusy, NothingNew, and what `start_snapshot` does.
    """
    if not rule.is_enabled:
        raise RetrainingPaused(rule=rule)
    if rule.owes_a_run:
        raise RetrainingBusy(rule=rule, doing=f"the snapshot “{rule.snapshot}” is being built")
    if rule.run is not None and rule.run.is_active:
        raise RetrainingBusy(rule=rule, doing=f"its run is {rule.run.state_word}")
    new = new_samples(rule).count()
    if not new:
        raise NothingNew(domain=rule.domain, rule=rule)
    return begin_snapshot(rule, new, by, source)
