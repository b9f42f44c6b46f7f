"""`afs symbols …`: a project's own names for addresses."""

from __future__ import annotations

import argparse
from pathlib import Path

from afsweb.core.models import EventSource
from afsweb.core.naming import find_named
from afsweb.refusal import Refusal
from afsweb.terminal import Verbs, add_limit, add_noun, print_table, say, words
from datasets_app.commands.finding import find_domain
from datasets_app.models import SymbolMap
from datasets_app.symbols.listing import find_names, listed_maps
from datasets_app.symbols.maps import NewMap, add_symbols, archive_symbols


class NoSuchFile(Refusal):
    """{path} cannot be read: {reason}. Check the path."""


def add_commands(subparsers: Verbs) -> None:
    verbs = add_noun(subparsers, "symbols", "a project's own names for addresses")
    adding = verbs.add_parser("import", help="import JSON or a WLA symbol file; its names join the facts")
    adding.add_argument("file", type=Path)
    adding.add_argument("--domain", required=True, help="such as asm65816")
    adding.add_argument("--name", type=words(200), help="what to call it; the file's name unless given")
    adding.add_argument("--licence", type=words(100))
    adding.set_defaults(run=import_command)
    listing = verbs.add_parser("list", help="the maps in use")
    listing.add_argument("--archived", action="store_true", help="those put aside instead")
    add_limit(listing)
    listing.set_defaults(run=list_command)
    showing = verbs.add_parser("show", help="the names of one map")
    showing.add_argument("map")
    showing.add_argument("text", nargs="?", default="", help="a part of a name, or an address")
    showing.set_defaults(run=show_command)
    for name, archived, text in (
        ("archive", True, "take its names out of the facts"),
        ("restore", False, "bring them back"),
    ):
        verb = verbs.add_parser(name, help=text)
        verb.add_argument("map")
        verb.set_defaults(run=archive_command, archived=archived)


def import_command(arguments: argparse.Namespace) -> None:
    try:
        content = arguments.file.read_bytes()
    except OSError as error:
        raise NoSuchFile(path=arguments.file, reason=error.strerror) from None
    new = NewMap(find_domain(arguments.domain), (arguments.name or arguments.file.name)[:200], arguments.licence or "")
    added = add_symbols(new, content, by=None, source=EventSource.CLI)
    say(f"{added}: {len(added.pairs):,} names joined the facts; samples are examined anew  {added.get_absolute_url()}")


def list_command(arguments: argparse.Namespace) -> None:
    maps = listed_maps(arguments.archived).order_by("-pk").values_list("uuid", "domain__slug", "count", "name")
    print_table(
        ((uuid, domain, f"{count:,} names", name) for uuid, domain, count, name in maps[: arguments.limit]),
        none="There is none yet.",
    )


def show_command(arguments: argparse.Namespace) -> None:
    found = find_names(_find(arguments), arguments.text)
    print_table(found.names, none="No name is like that.")
    if found.total > len(found.names):
        say(f"and {found.total - len(found.names):,} more: give a part of a name")


def archive_command(arguments: argparse.Namespace) -> None:
    archive_symbols(_find(arguments), arguments.archived, by=None, source=EventSource.CLI)
    say("its names are no facts any more" if arguments.archived else "its names are facts again")


def _find(arguments: argparse.Namespace) -> SymbolMap:
    return find_named(SymbolMap.objects.select_related("domain"), arguments.map)
