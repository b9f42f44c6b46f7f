"""`afs version list`, `show`, `archive`, `restore`: model versions."""

from __future__ import annotations

import argparse
from functools import partial

from afsweb.core.finding import find_called
from afsweb.core.models import EventSource
from afsweb.terminal import Verbs, add_limit, add_noun, print_table, say
from training_app.models import ModelVersion
from training_app.registry.versions import set_version_archived
from training_app.rows import version_rows


def add_commands(nouns: Verbs) -> None:
    """Register `afs version`."""
    verbs = add_noun(nouns, "version", "model versions")
    listing = verbs.add_parser("list", help="the newest versions in use")
    add_limit(listing)
    listing.set_defaults(run=list_versions)
    for name, run, text in (
        ("show", show_version, "where a version came from and what answers for it"),
        ("archive", partial(archive, archived=True), "take a version out of the lists"),
        ("restore", partial(archive, archived=False), "bring an archived version back"),
    ):
        verb = verbs.add_parser(name, help=text)
        verb.add_argument("version", help="such as veran-registers, for the newest, or veran-registers:2")
        verb.set_defaults(run=run)


def list_versions(arguments: argparse.Namespace) -> None:
    versions = version_rows().filter(is_archived=False).order_by("-pk")[: arguments.limit]
    rows = [(f"{one.name}:{one.number}", one.base_model, _trained_on(one)) for one in versions]
    print_table(rows, none="no version yet: what `afs train` trains becomes one")


def _trained_on(version: ModelVersion) -> str:
    return f"trained on {version.run.snapshot}" if version.run else "the base as it is"


def show_version(arguments: argparse.Namespace) -> None:
    version = find_called(version_rows(), arguments.version)
    run, adapter = version.run, version.adapter
    print_table(
        [
            ("version", f"{version}{' (archived)' if version.is_archived else ''}"),
            ("base model", version.base_model),
            ("run", f"{run}  {run.get_absolute_url()}" if run else "none: the base as it is"),
            ("recipe", run.recipe if run else None),
            ("snapshot", run.snapshot if run else None),
            ("adapter", f"{adapter.size_bytes:,} bytes, sha256 {adapter.sha256[:12]}…" if adapter else None),
            ("answers", f"through {version.endpoint}" if version.endpoint else None),
            ("expert", ", ".join(expert.name for expert in version.current_for.all())),
            ("made", f"{version.created_at:%Y-%m-%d %H:%M}"),
            ("page", version.get_absolute_url()),
        ]
    )


def archive(arguments: argparse.Namespace, *, archived: bool) -> None:
    version = find_called(ModelVersion.objects.all(), arguments.version)
    set_version_archived(version, archived, by=None, source=EventSource.CLI)
    say(f"{version} is {'archived' if archived else 'restored'}")
