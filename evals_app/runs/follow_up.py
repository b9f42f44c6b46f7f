"""What comes after an evaluation: people are told, training data is looked through, gates are held against it."""

from __future__ import annotations

from uuid import UUID

from django.urls import reverse

from afsweb.core.jobs.context import JobContext
from afsweb.core.jobs.enqueue import enqueue
from afsweb.core.models import NotificationKind, Role, User
from afsweb.core.notifications import notify
from afsweb.core.notifications.occasions import key_of_end
from evals_app.contamination.keeping import kept, look, training_snapshots
from evals_app.gate.evaluating import evaluate_gate
from evals_app.gate.report import GateReport
from evals_app.gate.rules import Rules
from evals_app.models import Contamination, EvalRun, Gate
from training_app.models import Expert

TOLD = {"passed": NotificationKind.GATE_PASSED, "failed": NotificationKind.GATE_FAILED}


def after_run(run: EvalRun, lease: UUID) -> None:
    """Tell that the run is done, and enqueue what is to be looked at. In the transaction in which it ended."""
    score = "no score" if run.score is None else f"{run.score:.2f}"
    # The key of the job's own end: whoever reads this need not be told that the job has finished.
    key = key_of_end(NotificationKind.JOB_FINISHED, lease)
    text = f"{run.version} has answered {run.suite}: {score}."
    notify(people_of(run), text, run.get_absolute_url(), kind=NotificationKind.EVAL_DONE, key=key)
    if _is_open(run) or gates_about(run):
        title = f"Look into {run}"
        about = ("show_eval_run", run)
        enqueue("evals.follow_up", {"run_id": run.pk}, title=title, by=run.created_by, about=about)


def follow_up(ctx: JobContext, run: EvalRun) -> None:
    """Look through the version's training data for the suite, then tell how its gates come out. Safe to run twice."""
    snapshots = training_snapshots(run.version)
    known = kept(run.suite, snapshots)
    for snapshot in snapshots:
        if snapshot.pk not in known:
            with ctx.fenced():
                row, _ = Contamination.objects.get_or_create(suite=run.suite, snapshot=snapshot)
            look(ctx, row)
    reports = [(gate.expert, evaluate_gate(gate.expert, run.version, gate)) for gate in gates_about(run)]
    with ctx.fenced():
        for expert, report in reports:
            tell_gate(run, expert, report)


def gates_about(run: EvalRun) -> list[Gate]:
    """The newest gate of each expert that asks about the run's suite, where its version may become current."""
    version = run.version
    if version.is_archived or version.is_plain_base:
        return []
    newest = Gate.objects.order_by("expert", "-number").distinct("expert").select_related("expert")
    candidates = [gate for gate in newest if gate.expert.current_version_id != version.pk]
    return [gate for gate in candidates if run.suite.slug in Rules.model_validate(gate.rules).suites()]


def tell_gate(run: EvalRun, expert: Expert, report: GateReport) -> None:
    """Tell once that the version passes or fails; nothing while that cannot be known."""
    if report.state == "unknown" or report.baseline == report.version:
        return
    text = f"{run.version} {'passes' if report.state == 'passed' else 'fails'} the gate of {expert}."
    link = f"{reverse('show_gate', args=[expert.uuid])}?version={run.version.uuid}"
    key = f"gate:{expert.slug[:20]}:{run.version_id}:{report.state}:{report.gate}"
    notify(people_of(run), text, link, kind=TOLD[report.state], key=key)


def people_of(run: EvalRun) -> list[User]:
    """Who launched it; the admins, where a command did."""
    return [run.created_by] if run.created_by else list(User.objects.filter(role=Role.ADMIN, is_active=True))


def _is_open(run: EvalRun) -> bool:
    snapshots = training_snapshots(run.version)
    return bool(snapshots) and len(kept(run.suite, snapshots)) < len(snapshots)
