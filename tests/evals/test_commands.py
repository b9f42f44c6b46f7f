"""`afs suite`, `afs eval`, `afs compare`: what the pages can, from the terminal."""

from __future__ import annotations

import argparse

import pytest

from afsweb.core.models import Event, EventSource, Job
from evals_app.commands import add_commands
from evals_app.models import Comparison, EvalRun, Suite
from tests.evals.conftest import MakeVersion
from tests.evals.making import make_comparison, make_run, say_right


def afs(*arguments: str) -> int:
    parser = argparse.ArgumentParser(prog="afs")
    add_commands(parser.add_subparsers(required=True))
    given = parser.parse_args(arguments)
    return int(given.run(given) or 0)


def test_a_suite_is_made_once(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        assert afs("suite", "make", "Screen", "--registers", "INIDISP BGMODE", "--directions", "name", "address") == 0
    assert "screen:1  12 cases" in capsys.readouterr().out
    assert Suite.objects.count() == 1
    assert Event.objects.get().source == EventSource.CLI
    afs("suite", "list")
    assert "screen:1  Screen, scored by register_claims" in capsys.readouterr().out


def test_versions_are_evaluated(suite: Suite, make_version: MakeVersion, capsys: pytest.CaptureFixture[str]) -> None:
    make_version("veran")
    make_version("veran", number=2)
    assert afs("eval", "run", "registers", "veran:1", "veran", "--max-new-tokens", "32", "--seed", "4") == 0
    runs = EvalRun.objects.order_by("pk")
    assert [run.version.number for run in runs] == [1, 2]
    assert runs[0].sampling == {"temperature": 0.0, "max_new_tokens": 32, "seed": 4}
    assert "veran v2 on Registers 1: queued" in capsys.readouterr().out


def test_two_versions_are_compared(suite: Suite, make_version: MakeVersion, capsys: pytest.CaptureFixture[str]) -> None:
    before = make_run(suite, make_version("before"), lambda case: "?")
    after = make_run(suite, make_version("after"), say_right)
    assert afs("compare", "before", str(after.uuid)) == 0
    assert (Comparison.objects.get().baseline, Job.objects.get().kind) == (before, "evals.compare")
    assert "queued" in capsys.readouterr().out


def test_a_computed_comparison_says_its_verdict(
    suite: Suite, make_version: MakeVersion, capsys: pytest.CaptureFixture[str]
) -> None:
    make_comparison(
        make_run(suite, make_version("before"), lambda case: "?"), make_run(suite, make_version("after"), say_right)
    )
    assert afs("compare", "before", "after", "--suite", "registers:1", "--wait") == 0
    said = capsys.readouterr().out
    assert "+1.000, 95 % interval" in said
    assert "fixed 15, broke 0 of 15 cases" in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("eval", "run", "nothing", "veran"), "no suite “nothing”. There are: registers:1"),
        (("eval", "run", "registers", "nobody"), "no version “nobody”. There are: veran:1"),
        (("eval", "run", "registers:9", "veran"), "no suite “registers:9”"),
        (("compare", "veran", "veran"), "no finished evaluation of “veran”"),
        (("suite", "make", "Screen", "--registers", "FOO"), "“FOO” is no hardware register"),
        (("suite", "make", "Screen"), "A suite needs one case"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    suite: Suite, make_version: MakeVersion, arguments: tuple[str, ...], said: str
) -> None:
    make_version("veran")
    with pytest.raises(SystemExit, match=f"afs: .*{said}"):
        afs(*arguments)
    assert not EvalRun.objects.exists()
