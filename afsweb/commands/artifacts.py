"""Stored file sets from the terminal: `afs artifact list`, `show`."""

from __future__ import annotations

import argparse

from django.template.defaultfilters import filesizeformat

from afsweb.core.jobs.text import storable
from afsweb.core.models import Artifact, ArtifactKind
from afsweb.core.naming import find_named
from afsweb.core.uses import uses_of
from afsweb.terminal import Verbs, add_limit, add_noun, say


def add_commands(subparsers: Verbs) -> None:
    verbs = add_noun(subparsers, "artifact", "stored file sets")
    listing = verbs.add_parser("list", help="the stored file sets")
    listing.add_argument("--kind", choices=ArtifactKind.values)
    add_limit(listing)
    listing.set_defaults(run=list_command)
    show = verbs.add_parser("show", help="its files with their hashes, and what uses it")
    show.add_argument("artifact", help="its sha256, its name or its id")
    show.set_defaults(run=show_command)


def list_command(arguments: argparse.Namespace) -> None:
    artifacts = Artifact.objects.defer("manifest").order_by("-pk")
    artifacts = artifacts.filter(kind=arguments.kind) if arguments.kind else artifacts
    for artifact in artifacts[: arguments.limit]:
        size = filesizeformat(artifact.size_bytes)
        say(f"{artifact.sha256}  {artifact.get_kind_display():10} {size:>10}  {artifact.name}")


def show_command(arguments: argparse.Namespace) -> None:
    artifacts = Artifact.objects.select_related("created_by_job")
    by_content = artifacts.filter(sha256=storable(arguments.artifact)).first()
    artifact = by_content or find_named(artifacts, arguments.artifact)
    size = f"{filesizeformat(artifact.size_bytes)} in {artifact.file_count} files"
    say(f"{artifact.name}: {artifact.get_kind_display()}, {size}, stored {artifact.created_at:%Y-%m-%d %H:%M}")
    say(f"sha256 {artifact.sha256}, made by {artifact.created_by_job or 'nobody known'}")
    for use in uses_of(artifact):
        say(f"used by {use.kind} {use.name}  {use.url}".rstrip())
    for file in artifact.manifest["files"]:
        say(f"{file['sha256']}  {filesizeformat(file['size']):>10}  {file['path']}")
