"""`afs map …`: samples laid out by what they say."""

from __future__ import annotations

import argparse

from afsweb.core.finding import find_row, read_uuid
from afsweb.core.jobs.waiting import follow
from afsweb.core.models import EventSource
from afsweb.terminal import Verbs, add_limit, add_noun, add_yes, confirm, say, whole
from datasets_app.commands.finding import find_domain
from datasets_app.maps.making import UMAP_BOUND, MapPlan, delete_map, start_map
from datasets_app.models import EmbeddingMap, Method


def add_commands(subparsers: Verbs) -> None:
    verbs = add_noun(subparsers, "map", "samples laid out by what they say")
    listing = verbs.add_parser("list", help="the maps, newest first")
    add_limit(listing)
    listing.set_defaults(run=list_command)
    make = verbs.add_parser("make", help="make a map of a domain's vectors")
    make.add_argument("domain", help="such as asm65816")
    make.add_argument("--method", choices=Method.values, default=Method.PCA.value)
    make.add_argument("--bound", type=whole(100, 200_000), default=UMAP_BOUND, help="UMAP: fit on so many at most")
    make.add_argument("--wait", action="store_true", help="follow its job to the end")
    make.set_defaults(run=make_command)
    delete = verbs.add_parser("delete", help="delete a map; selections and queues stay")
    delete.add_argument("map", help="its id")
    add_yes(delete)
    delete.set_defaults(run=delete_command)


def list_command(arguments: argparse.Namespace) -> None:
    maps = EmbeddingMap.objects.select_related("domain", "job").order_by("-pk")
    for one in maps[: arguments.limit]:
        say(f"{one.uuid}  {one.shown_state.label:10} {one.count:>9,} samples  {one}")


def make_command(arguments: argparse.Namespace) -> int | None:
    plan = MapPlan(find_domain(arguments.domain), Method(arguments.method), arguments.bound)
    made = start_map(plan, by=None, via=EventSource.CLI)
    say(f"{made.uuid}  {made.get_absolute_url()}")
    return int(not follow(made.job)) if arguments.wait else None


def delete_command(arguments: argparse.Namespace) -> None:
    row = find_row(EmbeddingMap.objects.select_related("domain"), arguments.map, uuid=read_uuid(arguments.map))
    confirm(f"Delete the map “{row}” of {row.count:,} samples?", yes=arguments.yes)
    delete_map(row, by=None, via=EventSource.CLI)
    say("deleted")
