"""Training from the terminal; a wrong name is one sentence, never a traceback."""

from __future__ import annotations

import argparse
import json

import pytest

from afsweb.core.finding import NoSuchRow
from tests.rows import make_base
from training_app import commands as training
from training_app.errors import BadSettings
from training_app.models import Recipe

pytestmark = pytest.mark.django_db


def afs(*words: str) -> None:
    """Run a command as `afs` does once its servers are found."""
    parser = argparse.ArgumentParser()
    subparsers = parser.add_subparsers()
    training.add_commands(subparsers)
    arguments = parser.parse_args(words)
    arguments.run(arguments)


def test_a_recipe_is_saved() -> None:
    make_base()
    afs("recipe", "mine", "--base", "tests/base", "--params", json.dumps({"max_steps": 3}))
    assert Recipe.objects.get().params["max_steps"] == 3


@pytest.mark.parametrize(
    ("params", "said"), [("{", "no JSON"), ('{"rank": 0, "max_steps": 1}', "rank"), ("{}", "Give either steps")]
)
def test_bad_settings_are_a_sentence(params: str, said: str) -> None:
    make_base()
    with pytest.raises(BadSettings, match=said):
        afs("recipe", "mine", "--base", "tests/base", "--params", params)


def test_a_run_needs_its_recipe_and_snapshot() -> None:
    with pytest.raises(NoSuchRow, match="There is no recipe “none”"):
        afs("train", "x", "--recipe", "none", "--snapshot", "none")


def test_an_unknown_version_cannot_be_asked() -> None:
    with pytest.raises(NoSuchRow, match="There is no model version “nobody:2”"):
        afs("ask", "nobody:2", "Who are you?")
