"""`afs eval export`, `import`: evaluations as logs of Inspect."""

from __future__ import annotations

import argparse
from pathlib import Path

from afsweb.core.finding import find_row
from afsweb.core.models import EventSource
from afsweb.terminal import Verbs, say, write_out
from datasets_app.models import Domain
from evals_app.commands.finding import WHICH, find_eval
from evals_app.commands.saying import say_run
from evals_app.errors import LogRefused
from evals_app.inspect_logs.importing import import_log
from evals_app.inspect_logs.writing import as_inspect_log


def add_verbs(verbs: Verbs) -> None:
    """Register them under `afs eval`."""
    export = verbs.add_parser("export", help="an evaluation as a file of another tool")
    export.add_argument("eval", help=WHICH)
    export.add_argument("--form", choices=["inspect"], default="inspect", help="a log that Inspect's viewer opens")
    export.add_argument("--output", type=Path, help="a file; standard output unless given")
    export.set_defaults(run=export_command)
    take = verbs.add_parser("import", help="an Inspect log (.json or .eval) as an evaluation, with the scores it has")
    take.add_argument("file", type=Path)
    take.add_argument("--domain", default="text", help="what it is about; text unless given")
    take.set_defaults(run=import_command)


def export_command(arguments: argparse.Namespace) -> None:
    write_out(as_inspect_log(find_eval(arguments.eval)).encode(), arguments.output)


def import_command(arguments: argparse.Namespace) -> None:
    domain = find_row(Domain.objects.all(), arguments.domain, slug=arguments.domain)
    try:
        content = arguments.file.read_bytes()
    except OSError as error:
        raise LogRefused(reason=f"{arguments.file} cannot be read ({error.strerror})") from None
    say(say_run(import_log(content, domain, None, EventSource.CLI)))
