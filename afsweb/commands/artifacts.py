"""Stored file sets from the terminal: `afs artifact list`, `show`, `verify`, `fetch`, `copy`, `collect`."""

from __future__ import annotations

import argparse
import sys

from django.conf import settings
from django.template.defaultfilters import filesizeformat

from afsweb.core.artifacts.collecting import collect, list_collectable
from afsweb.core.artifacts.copies import forget_copy, note_copy
from afsweb.core.artifacts.fetching import fetch_artifact
from afsweb.core.artifacts.quota import read_quota
from afsweb.core.jobs.text import storable
from afsweb.core.models import Artifact, ArtifactKind, EventSource
from afsweb.core.naming import find_named
from afsweb.core.uses import unused, uses_of
from afsweb.storage import StorageError, verify
from afsweb.terminal import Verbs, add_limit, add_noun, say


def add_commands(subparsers: Verbs) -> None:
    verbs = add_noun(subparsers, "artifact", "stored file sets")
    listing = verbs.add_parser("list", help="the stored file sets")
    listing.add_argument("--kind", choices=ArtifactKind.values)
    listing.add_argument("--unused", action="store_true", help="only those that nothing uses")
    add_limit(listing)
    listing.set_defaults(run=list_command)
    for verb, run, text in (
        ("show", show_command, "its files with their hashes, what uses it, which machines have it"),
        ("verify", verify_command, "read its files on this machine and see whether they are whole"),
        ("fetch", fetch_command, "fetch its files to this machine, unless they are here"),
        ("copy", copy_command, "copy its files to a shared folder, S3 or SFTP"),
    ):
        verb_parser = verbs.add_parser(verb, help=text)
        verb_parser.add_argument("artifact", help="its sha256, its name or its id")
        verb_parser.set_defaults(run=run)
        if verb == "copy":
            verb_parser.add_argument("place", help="file:///…, s3://… or sftp://…")
    collecting = verbs.add_parser("collect", help="remove what nothing uses and no rule of its kind keeps")
    collecting.add_argument("--dry-run", action="store_true", help="only say what would go")
    collecting.set_defaults(run=collect_command)


def find_artifact(called: str) -> Artifact:
    """The artifact with that sha256, id or name. Raises NoSuchRow, SeveralRows."""
    artifacts = Artifact.objects.select_related("created_by_job")
    return artifacts.filter(sha256=storable(called)).first() or find_named(artifacts, called)


def list_command(arguments: argparse.Namespace) -> None:
    artifacts = (unused(Artifact) if arguments.unused else Artifact.objects.all()).defer("manifest").order_by("-pk")
    artifacts = artifacts.filter(kind=arguments.kind) if arguments.kind else artifacts
    for artifact in artifacts[: arguments.limit]:
        size = filesizeformat(artifact.size_bytes)
        say(f"{artifact.sha256}  {artifact.get_kind_display():10} {size:>10}  {artifact.name}")


def verify_command(arguments: argparse.Namespace) -> None:
    artifact = find_artifact(arguments.artifact)
    try:
        place = verify(settings.ARTIFACT_DIR, artifact.sha256)
    except StorageError:
        forget_copy(artifact)
        raise
    note_copy(artifact)
    say(f"{artifact.name}: whole, in {place}")


def fetch_command(arguments: argparse.Namespace) -> None:
    artifact = find_artifact(arguments.artifact)
    place = fetch_artifact(artifact, tell=tell)
    say(f"{artifact.name}: whole, in {place}")


def copy_command(arguments: argparse.Namespace) -> None:
    from afsweb.storage.places import Place

    artifact = find_artifact(arguments.artifact)
    Place(arguments.place).copy(artifact.sha256, settings.ARTIFACT_DIR, tell)
    say(f"{artifact.name}: whole, in {arguments.place}")


def tell(done: int, total: int) -> None:
    """How far it is, on a terminal."""
    if sys.stderr.isatty():
        print(f"\r{done * 100 // max(total, 1):3} % of {filesizeformat(total)}", end="", file=sys.stderr, flush=True)


def collect_command(arguments: argparse.Namespace) -> None:
    removed = freed = 0
    for artifact, among in list_collectable():
        if arguments.dry_run or collect(artifact, among, actor=None, source=EventSource.CLI):
            say(f"{artifact.sha256}  {filesizeformat(artifact.size_bytes):>10}  {artifact.name}")
            removed, freed = removed + 1, freed + artifact.size_bytes
    verb, quota = "would go" if arguments.dry_run else "removed", read_quota()
    limit = f" of {filesizeformat(quota.limit)}" if quota.limit else ""
    say(f"{removed:,} artifacts {verb}, {filesizeformat(freed)}; {filesizeformat(quota.used)}{limit} are used")


def show_command(arguments: argparse.Namespace) -> None:
    artifact = find_artifact(arguments.artifact)
    size = f"{filesizeformat(artifact.size_bytes)} in {artifact.file_count} files"
    say(f"{artifact.name}: {artifact.get_kind_display()}, {size}, stored {artifact.created_at:%Y-%m-%d %H:%M}")
    say(f"sha256 {artifact.sha256}, made by {artifact.created_by_job or 'nobody known'}")
    for use in uses_of(artifact):
        say(f"used by {use.kind} {use.name}  {use.url}".rstrip())
    for copy in artifact.copies.select_related("host").order_by("host__name"):
        say(f"lies on {copy.host}, read and whole {copy.verified_at:%Y-%m-%d %H:%M}")
    for file in artifact.manifest["files"]:
        say(f"{file['sha256']}  {filesizeformat(file['size']):>10}  {file['path']}")
