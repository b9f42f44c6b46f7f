"""`afs ask`: put a question to a model version and print its answer."""

from __future__ import annotations

import argparse
import sys

from afsweb.core.finding import find_called
from afsweb.core.jobs.text import storable
from afsweb.core.jobs.waiting import follow
from afsweb.terminal import Verbs, say, whole
from training_app.asking import ask_version
from training_app.rows import version_rows


def add_commands(nouns: Verbs) -> None:
    """Register `afs ask`."""
    ask = nouns.add_parser("ask", help="ask a model version a question")
    ask.add_argument("version", help="such as veran-registers, for the newest, or veran-registers:2")
    ask.add_argument("question")
    ask.add_argument("--max-new-tokens", type=whole(1, 8192), default=128, help="the answer is cut there; 128")
    ask.add_argument("--no-wait", action="store_true", help="say where the answer will stand, and end")
    ask.set_defaults(run=ask_command)


def ask_command(arguments: argparse.Namespace) -> int:
    version = find_called(version_rows(), arguments.version)
    job = ask_version(version, storable(arguments.question), by=None, max_new_tokens=arguments.max_new_tokens)
    if arguments.no_wait:
        say(f"asked; the answer comes to {job.get_absolute_url()}")
        return 0
    if not follow(job):
        return 1
    say(job.result["answer"])
    if job.result["finish_reason"] == "length":
        print(f"cut at {arguments.max_new_tokens} tokens; --max-new-tokens allows more", file=sys.stderr)
    return 0
