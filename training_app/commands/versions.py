"""`afs version list`, `show`, `archive`, `restore`; the verbs that record, merge and back up have their own files."""

from __future__ import annotations

import argparse
from functools import partial

from afsweb.core.finding import find_called
from afsweb.core.models import Artifact, EventSource
from afsweb.terminal import Verbs, add_limit, add_noun, clip, print_table, say
from training_app.commands import backups, merging, recording
from training_app.models import Claim, ModelVersion
from training_app.registry.record import record_of
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
    for group in (recording, merging, backups):
        group.add_verbs(verbs)


def list_versions(arguments: argparse.Namespace) -> None:
    versions = version_rows().filter(is_archived=False).order_by("-pk")[: arguments.limit]
    rows = [(f"{one.name}:{one.number}", one.base_model, _trained_on(one)) for one in versions]
    print_table(rows, none="no version yet: what `afs train` trains becomes one")


def _size(files: Artifact) -> str:
    return f"{files.size_bytes:,} bytes, sha256 {files.sha256[:12]}…"


def _trained_on(version: ModelVersion) -> str:
    if version.run:
        return f"trained on {version.run.snapshot}"
    return "the base as it is" if version.is_plain_base else version.origin


def show_version(arguments: argparse.Namespace) -> None:
    version = find_called(version_rows(), arguments.version)
    run, record, result = version.run, record_of(version), version.adapter or version.weights
    print_table(
        [
            ("version", f"{version}{' (archived)' if version.is_archived else ''}"),
            ("base model", version.base_model),
            ("made by", f"{run}  {run.get_absolute_url()}" if run else version.origin),
            ("recipe", run.recipe if run else None),
            ("snapshot", run.snapshot if run else None),
            ("weights" if version.weights else "adapter", _size(result) if result else None),
            ("status", version.get_standing_display()),
            *((fact.label.lower(), f"{fact.value}{' (claimed)' if fact.is_claimed else ''}") for fact in record.facts),
            *((f"score {one.category or 'overall'}", _score(one)) for one in record.scores),
            ("tag", version.tag),
            ("temperature", version.temperature),
            ("system prompt", clip(version.system_prompt, 80)),
            ("known issues", version.known_issues),
            ("lessons", version.lessons),
            ("answers", f"through {version.endpoint}" if version.endpoint else "nobody: it has no weights here"),
            ("expert", ", ".join(expert.name for expert in version.current_for.all())),
            ("made", f"{version.created_at:%Y-%m-%d %H:%M}"),
            ("page", version.get_absolute_url()),
        ]
    )


def _score(claim: Claim) -> str:
    return f"{claim.value:.0%}{f' of {claim.n}' if claim.n else ''} (claimed)"


def archive(arguments: argparse.Namespace, *, archived: bool) -> None:
    version = find_called(ModelVersion.objects.all(), arguments.version)
    set_version_archived(version, archived, by=None, source=EventSource.CLI)
    say(f"{version} is {'archived' if archived else 'restored'}")
