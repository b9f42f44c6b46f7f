"""`afs search`: samples by their text, everything else by its name, anything by its id."""

from __future__ import annotations

import argparse

from afsweb.core.jobs.text import storable
from afsweb.dashboard.finding import Hit, find_all, page_of
from afsweb.terminal import Verbs, clip, say, words

LONGEST = 200  # as on the search page


def add_commands(subparsers: Verbs) -> None:
    search = subparsers.add_parser("search", help="find samples by text, everything else by name or id")
    search.add_argument("words", type=words(LONGEST), nargs="+")
    search.set_defaults(run=search_command)


def search_command(arguments: argparse.Namespace) -> int:
    """Print what matches, by kind; exit status 1 when nothing does, as grep does."""
    asked = storable(" ".join(arguments.words))
    page = page_of(asked)
    if page:
        say(page)
        return 0
    groups = find_all(asked)
    for group in groups:
        say(f"{group.label}{', the first of more' if group.has_more else ''}")
        for hit in group.hits:
            say(f"  {clip(hit.label, 100)}  {hit.url}{_about(hit)}")
    return 0 if groups else 1


def _about(hit: Hit) -> str:
    about = clip("".join(text for text, _ in hit.about), 160)
    return f"\n    {about}" if about else ""
