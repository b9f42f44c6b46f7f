"""Imports: `afs source import`, `retry`, `import-good-lines`, `rejects`; `afs import` is a short form."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from afsweb.core.jobs.text import storable
from afsweb.core.jobs.waiting import follow
from afsweb.core.models import EventSource
from afsweb.refusal import Refusal
from afsweb.terminal import Verbs, say, words
from datasets_app.commands.finding import find_domain, find_source
from datasets_app.commands.writing import write_lines
from datasets_app.exchange.continuing import continue_source
from datasets_app.exchange.errors import UnknownColumns
from datasets_app.exchange.formats import FORMATS
from datasets_app.exchange.mapping import ColumnMapping
from datasets_app.exchange.rejects import reject_file
from datasets_app.exchange.sources import Wish, import_again, start_import
from datasets_app.exchange.uploads import Upload, blocks_of, remove_upload, save_upload
from datasets_app.models import ImportReject, Source, SourceState

SHOWN_REJECTS = 20
GOOD_LINES = "nothing was imported; --keep-good, or `afs source import-good-lines`, takes the good lines"


class NoPair(Refusal):
    """“{text}” does not say which is which. Write FIELD={value}, such as {example}."""


class CannotRead(Refusal):
    """{path} cannot be read: {reason}. Check the path."""


def add_commands(subparsers: Verbs, verbs: Verbs) -> None:
    """Register the verbs about imports, and the short form."""
    _add_import(verbs.add_parser("import", help="import lines of JSON, CSV or Parquet, and wait for it"))
    _add_import(subparsers.add_parser("import", help="the same as `afs source import`"))
    for name, run, text in (
        ("retry", retry_command, "import again what was stopped or broke off, and wait for it"),
        ("import-good-lines", good_lines_command, "take the good lines of a failed import, and wait for it"),
    ):
        named(verbs.add_parser(name, help=text)).set_defaults(run=run)
    mended = named(verbs.add_parser("continue", help="take in mended rejects, and wait for it"))
    mended.add_argument("file", type=Path, help="what `afs source rejects` wrote, mended")
    mended.set_defaults(run=continue_command)
    rejects = named(verbs.add_parser("rejects", help="the lines that were not taken, with reasons, to be mended"))
    rejects.add_argument("--output", type=Path, help="the file to write; standard output unless given")
    rejects.set_defaults(run=rejects_command)


def _add_import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path)
    parser.add_argument("--domain", required=True, help="such as asm65816")
    parser.add_argument("--name", type=words(200), help="what to call it; the file's name unless given")
    parser.add_argument("--licence", type=words(100))
    parser.add_argument("--keep-good", action="store_true", help="import the good lines even if others are rejected")
    parser.add_argument(
        "--format", choices=tuple(FORMATS), help="how its rows say samples; each row tells unless given"
    )
    parser.add_argument(
        "--map", action="append", metavar="FIELD=COLUMN,…", help="which columns say what; may be given again"
    )
    parser.add_argument(
        "--constant", action="append", default=[], metavar="FIELD=TEXT", help="a text for every sample; may be repeated"
    )
    parser.set_defaults(run=import_command)


def named(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """The parser, that takes a source."""
    parser.add_argument("source", help="its name or its id in the address of its page")
    return parser


def import_command(arguments: argparse.Namespace) -> int:
    """Upload a file, wait for its import, and say which lines stand in the way."""
    check_readable(arguments.file)
    name = storable(arguments.name or arguments.file.name)[-200:]
    keep, mapping = arguments.keep_good, mapping_of(arguments)
    domain, licence, said = find_domain(arguments.domain), arguments.licence or "", arguments.format or ""
    wish = Wish(domain, name, licence, keep_good_lines=keep, format=said, mapping=mapping, asks=True)
    upload = save_upload(blocks_of(arguments.file), arguments.file.name)
    check_columns(wish, upload)
    return _report(start_import(wish, upload, by=None, via=EventSource.CLI))


def mapping_of(arguments: argparse.Namespace) -> ColumnMapping | None:
    """What --map and --constant say, if they are given. Raises NoPair."""
    if not arguments.map and not arguments.constant:
        return None
    told = [part for text in arguments.map or () for part in text.split(",")]
    columns = dict(_pair(part, "COLUMN", "instruction=question") for part in told)
    return ColumnMapping(columns, dict(_pair(text, "TEXT", "kind=qa") for text in arguments.constant))


def _pair(text: str, value: str, example: str) -> tuple[str, str]:
    field, equals, said = storable(text).partition("=")
    if not equals or not said:
        raise NoPair(text=text, value=value, example=example)
    return field.strip(), said


def check_columns(wish: Wish, upload: Upload) -> None:
    """Raise UnknownColumns, with how a file with the same columns was mapped; the upload is then deleted."""
    if not wish.waits(upload):
        return
    remove_upload(upload.path)
    columns = list(upload.columns)
    earlier = Source.objects.filter(columns=columns).exclude(mapping={}).order_by("-pk").first()
    said = ",".join(f"{name}={column}" for name, column in earlier.mapping["columns"].items()) if earlier else ""
    hint = f"; the last time it was --map {said}" if earlier else ""
    raise UnknownColumns(columns=", ".join(columns)[:300], earlier=f"{hint}.")


def continue_command(arguments: argparse.Namespace) -> int:
    """Take in mended rejects, and say what is still rejected."""
    check_readable(arguments.file)
    source, upload = find_source(arguments.source), save_upload(blocks_of(arguments.file), arguments.file.name)
    continue_source(source, upload, by=None, via=EventSource.CLI)
    return _report(Source.objects.select_related("job").get(pk=source.pk))


def retry_command(arguments: argparse.Namespace) -> int:
    source = find_source(arguments.source)
    return _again(source, keep_good_lines=source.keep_good_lines)


def good_lines_command(arguments: argparse.Namespace) -> int:
    return _again(find_source(arguments.source), keep_good_lines=True)


def _again(source: Source, *, keep_good_lines: bool) -> int:
    import_again(source, keep_good_lines=keep_good_lines, by=None, via=EventSource.CLI)
    return _report(Source.objects.select_related("job").get(pk=source.pk))


def _report(source: Source) -> int:
    ended_well = follow(source.job)
    source.refresh_from_db()
    say(f"{source.name}: {source.imported:,} imported, {source.rejected:,} lines rejected  {source.get_absolute_url()}")
    for reject in ImportReject.objects.filter(source=source).defer("content")[:SHOWN_REJECTS]:
        say(f"  line {reject.line}: {reject.message}")
    if source.state == SourceState.FAILED:
        print(GOOD_LINES, file=sys.stderr)
    return 0 if ended_well and source.state == SourceState.ACTIVE else 1


def rejects_command(arguments: argparse.Namespace) -> None:
    write_lines(reject_file(find_source(arguments.source)), arguments.output)


def check_readable(path: Path) -> None:
    """Raise CannotRead before anything is uploaded."""
    try:
        with path.open("rb"):
            pass
    except OSError as error:
        raise CannotRead(path=path, reason=error.strerror or error) from None
