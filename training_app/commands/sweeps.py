"""`afs sweep launch`, `list`, `show`, `stop`, `resume`: one recipe at several points of a grid."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from afsweb.core.finding import find_called
from afsweb.core.models import EventSource, Host, HostState
from afsweb.core.templatetags.afs import decimals, number
from afsweb.terminal import Verbs, add_limit, add_noun, print_table, say, slug, whole
from datasets_app.models import Snapshot
from training_app.commands.looking import RANKS_NOTHING
from training_app.models import Sweep
from training_app.rows import recipe_rows
from training_app.sweeps import launching
from training_app.sweeps.grid import AXES, axes_of, read_values
from training_app.sweeps.listing import points_of, sweep_rows


def add_commands(nouns: Verbs) -> None:
    """Register `afs sweep`."""
    verbs = add_noun(nouns, "sweep", "one recipe at several learning rates, ranks, epochs")
    listing = verbs.add_parser("list", help="the newest sweeps")
    add_limit(listing)
    listing.set_defaults(run=list_sweeps)
    launch = verbs.add_parser("launch", help="a run for every combination of the values")
    launch.add_argument("name", type=slug, help="the points' runs and recipes are called so")
    launch.add_argument("--recipe", required=True, help="its name, for the newest version, or name:number")
    launch.add_argument("--snapshot", required=True, help="its name, for the newest of that name, or its id")
    for name, kind in (("learning_rate", float), ("rank", int), ("epochs", float)):
        option = f"--{name.replace('_', '-')}"
        launch.add_argument(option, type=_values(kind), default=[], help=f"values of the {AXES[name]}, with commas")
    launch.add_argument("--host", help="the name of the machine; any that is free unless given")
    launch.add_argument("--seed", type=whole(0, 2**32 - 1), default=0, help="the same for every point")
    launch.set_defaults(run=launch_command)
    for name, run, text in (
        ("show", show_sweep, "its points and what came of each"),
        ("stop", stop_command, "stop all of its runs"),
        ("resume", resume_command, "resume all that were stopped or failed"),
    ):
        verb = verbs.add_parser(name, help=text)
        verb.add_argument("sweep", help="its name or its id")
        verb.set_defaults(run=run)


def _values(kind: type[int] | type[float]) -> Callable[[str], list[float]]:
    """An argument such as 1e-4,2e-4."""

    def read(text: str) -> list[float]:
        try:
            return read_values(text, kind)
        except ValueError:
            wanted = "whole numbers" if kind is int else "numbers"
            raise argparse.ArgumentTypeError(f"give {wanted} with commas between them") from None

    return read


def list_sweeps(arguments: argparse.Namespace) -> None:
    rows = [(one, _finished(one), one.recipe, one.snapshot) for one in sweep_rows().order_by("-pk")[: arguments.limit]]
    print_table(rows, none="no sweep yet: `afs sweep launch` launches one")


def _finished(sweep: Sweep) -> str:
    done, every = sweep.finished_count, sweep.run_count  # type: ignore[attr-defined]  # annotated by sweep_rows
    return f"{done} of {every} finished"


def launch_command(arguments: argparse.Namespace) -> None:
    given = {name: getattr(arguments, name) for name in AXES}
    sweep = launching.launch_sweep(
        find_called(recipe_rows().filter(is_archived=False), arguments.recipe),
        find_called(Snapshot.objects.filter(is_archived=False), arguments.snapshot),
        {name: values for name, values in given.items() if values},
        name=arguments.name,
        by=None,
        host=find_called(Host.objects.filter(state=HostState.ACTIVE), arguments.host) if arguments.host else None,
        seed=arguments.seed,
        source=EventSource.CLI,
    )
    say(f"{sweep}: {sweep.runs.count()} runs queued  {sweep.get_absolute_url()}")


def show_sweep(arguments: argparse.Namespace) -> None:
    sweep = find_called(sweep_rows(), arguments.sweep)
    axes = [AXES[name] for name in axes_of(sweep.grid)]
    say(f"{sweep}: {sweep.recipe} on {sweep.snapshot}, over {', '.join(axes)}  {sweep.get_absolute_url()}")
    rows = [
        (
            point.run,
            *point.values,
            point.run.state_word,
            f"{point.run.step:,}/{number(point.run.max_steps)}",
            f"validation {decimals(point.last, 3)}, best {decimals(point.best, 3)}",
        )
        for point in points_of(sweep)
    ]
    print_table(rows)
    say(RANKS_NOTHING)


def stop_command(arguments: argparse.Namespace) -> None:
    sweep = find_called(sweep_rows(), arguments.sweep)
    say(f"{sweep}: {launching.stop_sweep(sweep, None, EventSource.CLI)} runs stop")


def resume_command(arguments: argparse.Namespace) -> None:
    sweep = find_called(sweep_rows(), arguments.sweep)
    say(f"{sweep}: {launching.resume_sweep(sweep, None, EventSource.CLI)} runs are in the line again")
