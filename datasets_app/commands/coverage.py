"""`afs coverage …`: how many samples of each kind there are about each topic."""

from __future__ import annotations

import argparse

from afsweb.core.jobs.waiting import follow
from afsweb.terminal import Verbs, add_noun, print_table, say
from datasets_app.commands.finding import find_domain
from datasets_app.coverage.counting import count_soon
from datasets_app.coverage.table import thin_bound
from datasets_app.coverage.topics import label_of
from datasets_app.models import CoverageCell


def add_commands(subparsers: Verbs) -> None:
    verbs = add_noun(subparsers, "coverage", "how many samples of each kind there are about each topic")
    show = verbs.add_parser("show", help="the cells of a domain, as counted last")
    show.add_argument("domain", help="such as asm65816")
    show.add_argument("--thin", action="store_true", help="only cells with few accepted samples")
    show.set_defaults(run=show_command)
    count = verbs.add_parser("count", help="tell topics that are missing, and count the cells anew")
    count.add_argument("domain", help="such as asm65816")
    count.add_argument("--wait", action="store_true", help="follow its job to the end")
    count.set_defaults(run=count_command)


def show_command(arguments: argparse.Namespace) -> None:
    domain = find_domain(arguments.domain)
    cells = list(CoverageCell.objects.filter(domain=domain))
    bound = thin_bound(cells)
    rows = [
        (
            label_of(domain, cell.topic),
            cell.kind or "—",
            f"{cell.waiting:,} waiting",
            f"{cell.accepted:,} accepted",
            f"{cell.golden:,} golden",
            f"{cell.rejected:,} rejected",
            "thin" if cell.accepted < bound else "",
        )
        for cell in cells
        if cell.accepted < bound or not arguments.thin
    ]
    print_table(rows, none=f"no cell to show; `afs coverage count {domain.slug}` counts them")
    if cells:
        oldest = min(cell.counted_at for cell in cells)
        say(f"counted {oldest:%Y-%m-%d %H:%M}; thin: fewer than {bound:,} accepted")


def count_command(arguments: argparse.Namespace) -> int | None:
    job = count_soon(find_domain(arguments.domain))
    if job is None:
        say("it is about to be counted already")
        return None
    say(f"{job.title}  {job.get_absolute_url()}")
    return int(not follow(job)) if arguments.wait else None
