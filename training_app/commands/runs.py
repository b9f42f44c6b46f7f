"""`afs run list`, `show`, `stop`, `resume`, `lighter`, `tensorboard`: training runs."""

from __future__ import annotations

import argparse

from afsweb.core.finding import find_called
from afsweb.core.jobs.actions import stop_work
from afsweb.core.jobs.waiting import follow
from afsweb.core.models import EventSource, WorkState
from afsweb.core.templatetags.afs import decimals, duration, number, percent, since
from afsweb.terminal import Verbs, add_limit, add_noun, print_table, say
from training_app.commands import ladder, looking, queue, tensorboard
from training_app.launch import resume_run
from training_app.models import ModelVersion, TrainingRun
from training_app.progress import Progress, progress_of
from training_app.rows import run_rows


def add_commands(nouns: Verbs) -> None:
    """Register `afs run`."""
    verbs = add_noun(nouns, "run", "training runs")
    listing = verbs.add_parser("list", help="the newest runs")
    listing.add_argument("--state", choices=WorkState.values)
    add_limit(listing)
    listing.set_defaults(run=list_runs)
    for name, run, text in (
        ("show", show_run, "where it stands, its settings, figures, checkpoints and log, and the version it made"),
        ("stop", stop_run, "seal a checkpoint and stop"),
        ("resume", resume, "go on from the newest sealed checkpoint"),
    ):
        verb = verbs.add_parser(name, help=text)
        verb.add_argument("run_name", metavar="run", help="its name, for the newest of that name, or its id")
        if name == "resume":
            verb.add_argument("--wait", action="store_true", help="until it ends, with its progress")
        verb.set_defaults(run=run)
    ladder.add_verb(verbs)
    tensorboard.add_verb(verbs)
    queue.add_verbs(verbs)
    looking.add_verbs(verbs)


def say_launched(run: TrainingRun, *, wait: bool) -> int:
    """Say that the run is queued and, if asked, what became of it."""
    if not wait:
        say(f"{run}: queued  {run.get_absolute_url()}")
        return 0
    ended_well = follow(run.job)
    version = ModelVersion.objects.filter(run=run).first()
    if version is not None:
        say(f"{run}: made {version}  {version.get_absolute_url()}")
    return 0 if ended_well else 1


def list_runs(arguments: argparse.Namespace) -> None:
    runs = run_rows().filter(is_archived=False)
    if arguments.state:
        runs = runs.filter(state=arguments.state)
    rows = [
        (run.uuid, run.state_word, run, _steps(run), run.recipe, run.snapshot)
        for run in runs.order_by("-pk")[: arguments.limit]
    ]
    print_table(rows, none="no such run")


def _steps(run: TrainingRun) -> str:
    return f"{run.step:,}/{number(run.max_steps)}"


def show_run(arguments: argparse.Namespace) -> None:
    run = find_called(run_rows(), arguments.run_name)
    progress = progress_of(run)
    print_table(
        [*_facts(run), *_figures(progress), *ladder.story(run), *_checkpoints(run), ("page", run.get_absolute_url())]
    )
    say("\nlog" if progress.log else "\nno line in its log yet")
    for line in progress.log:
        say(f"  {line.at:%H:%M:%S}  {line.text}")


def _facts(run: TrainingRun) -> list[tuple[str, object]]:
    version = ModelVersion.objects.filter(run=run).first()
    versions = run.environment.get("versions", {}).items()
    return [
        ("run", run),
        ("state", f"{run.state_word}, step {run.step:,} of {number(run.max_steps)}"),
        *([("error", run.shown_error)] if run.shown_error else []),
        ("time", since(run.started_at, run.finished_at)),
        *([("notes", run.notes)] if run.notes else []),
        ("version", f"{version}  {version.get_absolute_url()}" if version else None),
        ("recipe", f"{run.recipe} on {run.recipe.base_model}"),
        *((f"  {name}", value) for name, value in run.recipe.params.items() if value not in (None, [])),
        ("snapshot", f"{run.snapshot}  sha256 {run.snapshot.sha256[:12]}"),
        ("seed", run.seed),
        ("host", run.host),
        ("device", run.environment.get("device")),
        ("with", ", ".join(f"{name} {number}" for name, number in versions)),
    ]


def _figures(progress: Progress) -> list[tuple[str, object]]:
    train, validation = progress.train, progress.validation
    figures: list[tuple[str, object]] = []
    if train:
        right = f"{percent(train.accuracy)} of the tokens right, {decimals(train.tokens_per_second, 0)} tokens/s"
        figures.append(("loss", f"{decimals(train.loss, 3)} at step {train.step:,}, {right}"))
    if validation:
        figures.append(("validation", f"{decimals(validation.loss, 3)} at step {validation.step:,}"))
    if progress.seconds_left is not None:
        figures.append(("left", f"about {duration(progress.seconds_left)} at the usual step"))
    return figures


def _checkpoints(run: TrainingRun) -> list[tuple[str, object]]:
    return [
        ("checkpoint", f"step {one.step:,}, {one.size_bytes:,} bytes, sha256 {one.sha256[:12]}…")
        for one in run.checkpoints.filter(is_kept=True).order_by("step")
    ]


def stop_run(arguments: argparse.Namespace) -> None:
    run = find_called(run_rows(), arguments.run_name)
    stop_work(run, None, EventSource.CLI)
    say(f"{run}: it will seal a checkpoint and stop at its next step")


def resume(arguments: argparse.Namespace) -> int:
    run = find_called(run_rows(), arguments.run_name)
    resume_run(run, None, EventSource.CLI)
    run.refresh_from_db()
    return say_launched(run, wait=arguments.wait)
