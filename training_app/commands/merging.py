"""`afs version merge` and `merge-into-base`: adapters put together."""

from __future__ import annotations

import argparse

from afsweb.core.finding import find_called
from afsweb.core.jobs.waiting import follow
from afsweb.core.models import EventSource
from afsweb.terminal import Verbs, say, slug, whole
from training_app.merges.launching import LARGEST_RANK, merge_adapters, merge_into_base
from training_app.models import Merge, ModelVersion
from training_app.rows import version_rows


def add_verbs(verbs: Verbs) -> None:
    """Register both."""
    merge = verbs.add_parser("merge", help="one adapter out of several: the weighted sum of what they add")
    merge.add_argument("name", type=slug, help="the new version is called so")
    merge.add_argument(
        "parts", nargs="+", type=_part, metavar="VERSION=WEIGHT", help="such as din-speed:2=0.6 din-size=0.4"
    )
    merge.add_argument("--rank", type=whole(1, LARGEST_RANK), help="the nearest of that rank; without it the exact sum")
    merge.set_defaults(run=merge_command)
    whole_one = verbs.add_parser("merge-into-base", help="whole weights out of a version's base and adapter")
    whole_one.add_argument("version", help="such as veran-registers, for the newest, or veran-registers:2")
    whole_one.add_argument("--name", type=slug, help="the new version is called so; its own and “-merged”")
    whole_one.set_defaults(run=merge_into_base_command)
    for verb in (merge, whole_one):
        verb.add_argument("--wait", action="store_true", help="follow it to its end")


def _part(text: str) -> tuple[str, float]:
    version, _, weight = text.rpartition("=")
    try:
        return version, float(weight)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}” is no VERSION=WEIGHT, such as din-speed:2=0.6") from None


def merge_command(arguments: argparse.Namespace) -> int:
    parts = [(_find(called), weight) for called, weight in arguments.parts]
    merge = merge_adapters(arguments.name, parts, rank=arguments.rank, by=None, source=EventSource.CLI)
    return _say(merge, arguments.wait)


def merge_into_base_command(arguments: argparse.Namespace) -> int:
    version = _find(arguments.version)
    return _say(merge_into_base(version, name=arguments.name or "", by=None, source=EventSource.CLI), arguments.wait)


def _find(called: str) -> ModelVersion:
    return find_called(version_rows(), called)


def _say(merge: Merge, wait: bool) -> int:
    if not wait:
        say(f"{merge}: {merge.shown_state.label}  {merge.get_absolute_url()}")
        return 0
    if merge.job is None or not follow(merge.job):
        return 1
    merge.refresh_from_db()
    say(f"{merge}: made {merge.version}  {merge.get_absolute_url()}")
    say(f"relative error {merge.report['delta_error']:.2g}")
    return 0
