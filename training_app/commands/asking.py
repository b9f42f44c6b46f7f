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
    add_answering(ask)
    ask.set_defaults(run=ask_command)


def add_answering(parser: argparse.ArgumentParser) -> None:
    """How it is asked, for every command that asks."""
    parser.add_argument("--system", help="instead of the version's own system prompt")
    parser.add_argument("--temperature", type=float, help="instead of the version's own; 0 repeats itself")
    parser.add_argument("--max-new-tokens", type=whole(1, 8192), default=128, help="the answer is cut there; 128")
    parser.add_argument("--no-wait", action="store_true", help="say where the answer will stand, and end")


def ask_command(arguments: argparse.Namespace) -> int:
    return ask_and_print(arguments.version, arguments.question, arguments)


def ask_and_print(called: str, question: str, arguments: argparse.Namespace) -> int:
    """Ask the version that is `called` so, and print its answer; the exit status."""
    version = find_called(version_rows(), called)
    job = ask_version(
        version,
        storable(question),
        by=None,
        system=None if arguments.system is None else storable(arguments.system),
        temperature=arguments.temperature,
        max_new_tokens=arguments.max_new_tokens,
    )
    if arguments.no_wait:
        say(f"asked; the answer comes to {job.get_absolute_url()}")
        return 0
    if not follow(job):
        return 1
    say(job.result["answer"])
    if job.result["finish_reason"] == "length":
        print(f"cut at {arguments.max_new_tokens} tokens; --max-new-tokens allows more", file=sys.stderr)
    return 0
