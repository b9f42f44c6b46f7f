"""`afs compare`, and `afs comparison list`, `show`, `recompute`, `export`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client

from afsweb.core.models import Event, EventSource, Job, Role, WorkState
from evals_app.exports import EXPORTS
from evals_app.models import Comparison, EvalRun, Suite
from tests.commands.evals.conftest import MakeVersion
from tests.commands.running import afs, refused
from tests.evals.making import make_run, say_right

Said = pytest.CaptureFixture[str]
VERDICT = "inconclusive: could only detect 1.00 or more"  # five facts are too few, whatever they say


def test_two_versions_are_compared(before: EvalRun, after: EvalRun, capsys: Said) -> None:
    assert afs("compare", "before", str(after.uuid)) == 0
    assert (Comparison.objects.get().baseline, Job.objects.get().kind) == (before, "evals.compare")
    assert "queued" in capsys.readouterr().out


def test_a_comparison_is_waited_for(before: EvalRun, after: EvalRun, worker: None, capsys: Said) -> None:
    assert afs("compare", "before", "after", "--suite", "registers:1", "--wait") == 0
    said = capsys.readouterr().out
    assert f"{VERDICT} (+1.000, 95 % interval" in said
    assert "fixed 15, broke 0 of 15 cases" in said


def test_one_that_is_there_says_its_verdict_at_once(comparison: Comparison, capsys: Said) -> None:
    assert afs("compare", "before", "after", "--wait") == 0
    assert "+1.000, 95 % interval" in capsys.readouterr().out
    assert not Job.objects.exists()


def test_comparisons_are_listed_with_their_verdicts(comparison: Comparison, capsys: Said) -> None:
    assert afs("comparison", "list") == 0
    line = f"{comparison.uuid}  before v1 on Registers 1 against after v1 on Registers 1  {VERDICT}\n"
    assert capsys.readouterr().out == line
    Comparison.objects.update(state=WorkState.FAILED, statistics={})
    afs("comparison", "list")
    assert capsys.readouterr().out.endswith("  failed\n")


def test_a_comparison_is_shown_with_its_cases(suite: Suite, comparison: Comparison, capsys: Said) -> None:
    assert afs("comparison", "show", comparison.uuid, "--cases", "fixed") == 0
    said = " ".join(capsys.readouterr().out.split())
    case = suite.cases.order_by("key")[0]
    for fact in (
        "fixed 15, broke 0 of 15 cases",
        "baseline before v1 0.000, ",
        "candidate after v1 1.000, ",
        "15 cases right, 0 unparsed, 0 failed of 15, not trained here",
        "compared on: suite same, scorer same, template same, sampling same",
        "15 cases fixed",
        f"{case.key} +1.000 baseline ? candidate {case.expected['address']} is {case.expected['name']}.",
    ):
        assert fact in said


def test_a_version_means_the_newest_in_which_it_is_the_candidate(comparison: Comparison, capsys: Said) -> None:
    assert afs("comparison", "show", "after:1") == 0
    assert "fixed 15" in capsys.readouterr().out


def test_a_comparison_is_computed_anew(comparison: Comparison, worker: None, capsys: Said) -> None:
    Comparison.objects.update(state=WorkState.FAILED, statistics={}, error="It broke.")
    assert "there are no numbers yet" in refused(capsys, "comparison", "show", "after")
    assert afs("comparison", "recompute", "after", "--wait") == 0
    assert "fixed 15, broke 0" in capsys.readouterr().out
    assert Event.objects.get(verb="compute again").source == EventSource.CLI
    afs("comparison", "recompute", "after")
    capsys.readouterr()
    assert "being computed already" in refused(capsys, "comparison", "recompute", "after")


@pytest.mark.parametrize("form", list(EXPORTS))
def test_an_export_is_the_pages_file_to_the_byte(
    comparison: Comparison,
    form: str,
    tmp_path: Path,
    capfdbinary: pytest.CaptureFixture[bytes],
    client_as: Callable[[Role], Client],
) -> None:
    page = client_as(Role.VIEWER).get(f"/comparisons/{comparison.uuid}/export/{form}").content
    assert afs("comparison", "export", "after", form) == 0
    assert capfdbinary.readouterr().out == page
    assert afs("comparison", "export", comparison.uuid, form, "--output", tmp_path / form) == 0
    assert (tmp_path / form).read_bytes() == page


def test_the_report_has_every_case(comparison: Comparison, tmp_path: Path) -> None:
    afs("comparison", "export", "after", "report.json", "--output", tmp_path / "report.json")
    assert len(json.loads((tmp_path / "report.json").read_text())["candidates"][0]["report"]["cases"]) == 15


def test_a_note_is_kept_and_shown(comparison: Comparison, capsys: Said) -> None:
    assert afs("comparison", "note", "after", "Look at DMA.") == 0
    assert "the note is kept" in capsys.readouterr().out
    afs("comparison", "show", "after")
    assert "note: Look at DMA." in capsys.readouterr().out
    assert Event.objects.get(verb="note").source == EventSource.CLI
    afs("comparison", "note", "after", "")
    assert "it has no note now" in capsys.readouterr().out


def test_several_versions_are_put_on_one_board(
    before: EvalRun, after: EvalRun, suite: Suite, make_version: MakeVersion, worker: None, capsys: Said, tmp_path: Path
) -> None:
    make_run(suite, make_version("third"), say_right)
    assert afs("comparison", "board", "before", "after", "third", "--wait") == 0
    said = capsys.readouterr().out
    assert said.count("inconclusive: could only detect 1.00 or more") == 2
    assert "+1.00, " in said
    assert "/comparisons/board/?suite=" in said
    words = ("comparison", "board", "before", "after", "third", "--form", "report.md", "--output", tmp_path / "b.md")
    assert afs(*words) == 0
    assert "# after v1, third v1 against before v1" in (tmp_path / "b.md").read_text()


def test_a_board_says_what_is_not_there_yet_and_what_never_can_be(
    before: EvalRun, after: EvalRun, capsys: Said
) -> None:
    assert afs("comparison", "board", "before", "after") == 0
    assert "queued" in capsys.readouterr().out
    assert "nothing to export" in refused(capsys, "comparison", "board", "before", "after", "--form", "report.md")
    many = ["after"] * 8
    assert "8 versions fit side by side" in refused(capsys, "comparison", "board", "before", *many)


def test_what_cannot_be_written_is_a_sentence(comparison: Comparison, tmp_path: Path, capsys: Said) -> None:
    nowhere = tmp_path / "nowhere" / "report.json"
    said = refused(capsys, "comparison", "export", "after", "report.json", "--output", nowhere)
    assert "cannot be written: No such file or directory. Name another file." in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("compare", "veran", "veran"), "`afs eval run SUITE veran:1` makes one"),
        (("compare", "nobody", "before"), "no model version “nobody”. There are: before, veran."),
        (("compare", "veran", "before"), "`afs eval run registers veran:1` makes one"),
        (("compare", "before", "before"), "Choose two different runs"),
        (("comparison", "show", "before"), "`afs compare BASELINE before:1` does it"),
        (("comparison", "recompute", "nobody"), "no model version “nobody”"),
        (("comparison", "export", "00000000-0000-0000-0000-000000000000", "report.json"), "copy the id"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(
    before: EvalRun, make_version: MakeVersion, words: tuple[str, ...], said: str, capsys: Said
) -> None:
    make_version("veran")
    assert said in refused(capsys, *words)
    assert not Comparison.objects.exists()
