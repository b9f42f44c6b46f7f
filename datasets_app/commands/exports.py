"""`afs export …`: list, show and delete what jobs wrote; `afs snapshot export` and `afs sample export` write."""

from __future__ import annotations

import argparse

from django.template.defaultfilters import filesizeformat

from afsweb.core.history import history_of
from afsweb.core.models import EventSource
from afsweb.core.naming import find_named
from afsweb.terminal import Verbs, add_limit, add_noun, add_yes, confirm, say
from datasets_app.exchange.deleting import delete_export
from datasets_app.exchange.formats import find_format
from datasets_app.models import Export


def add_commands(subparsers: Verbs) -> None:
    verbs = add_noun(subparsers, "export", "the exports that jobs wrote")
    listing = verbs.add_parser("list", help="the exports that jobs wrote")
    add_limit(listing)
    listing.set_defaults(run=list_command)
    _named(verbs.add_parser("show", help="how it stands, its files, its history")).set_defaults(run=show_command)
    delete = _named(verbs.add_parser("delete", help="delete it and its files"))
    add_yes(delete)
    delete.set_defaults(run=delete_command)


def _named(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    parser.add_argument("export", help="its name or its id in the address of its page")
    return parser


def list_command(arguments: argparse.Namespace) -> None:
    for export in Export.objects.select_related("artifact", "job").order_by("-pk")[: arguments.limit]:
        size = filesizeformat(export.artifact.size_bytes) if export.artifact else "—"
        say(f"{export.uuid}  {export.state:8} {export.format:16} {export.written:>9,} {size:>10}  {export.name}")


def show_command(arguments: argparse.Namespace) -> None:
    export = _find(arguments.export)
    say(f"{export.name}: {export.state}, {find_format(export.format).name}  {export.get_absolute_url()}")
    what = f"of snapshot {export.snapshot}" if export.snapshot else "of a query"
    say(f"{what}, {export.created_at:%Y-%m-%d %H:%M} by {export.created_by or 'command line'}")
    if export.error:
        say(export.error)
    if export.artifact:
        say(f"{export.written:,} samples, {export.left_out:,} left out, sha256 {export.artifact.sha256}")
    for file in export.artifact.manifest["files"] if export.artifact else ():
        say(f"{file['sha256']}  {filesizeformat(file['size']):>10}  {file['path']}")
    for event in history_of(export)[:20]:
        say(f"  {event.at:%Y-%m-%d %H:%M}  {event.verb} by {event.actor or event.get_source_display()}")


def delete_command(arguments: argparse.Namespace) -> None:
    """Say what goes, ask, and delete it. Raises NoSuchRow, SeveralRows, NotConfirmed, ExportBusy."""
    export = _find(arguments.export)
    size = f"its {filesizeformat(export.artifact.size_bytes)} of files go" if export.artifact else "it has no files"
    say(f"“{export.name}”: {size}; the samples stay")
    confirm("Delete it?", yes=arguments.yes)
    files_went = delete_export(export, by=None, via=EventSource.CLI)
    say(f"{export.name}: deleted{'' if files_went else '; its files stay, for something else has the same'}")


def _find(called: str) -> Export:
    return find_named(Export.objects.select_related("artifact", "job", "snapshot", "created_by"), called)
