"""`afs model test`: put a prompt to a model by the name that the training guides use, name@version."""

from __future__ import annotations

import argparse
import re

from afsweb.terminal import Verbs, add_noun
from training_app.commands.asking import add_answering, ask_and_print


def add_commands(nouns: Verbs) -> None:
    """Register `afs model`."""
    verbs = add_noun(nouns, "model", "a trained model, tried out")
    test = verbs.add_parser("test", help="answer a prompt on the terminal")
    test.add_argument("--model", required=True, help="such as veran-registers, for the newest, or veran-registers@2")
    test.add_argument("--prompt", required=True)
    add_answering(test)
    test.set_defaults(run=test_command)


def test_command(arguments: argparse.Namespace) -> int:
    called = re.sub(r"@v?(\d+)$", r":\1", arguments.model)
    return ask_and_print(called, arguments.prompt, arguments)
