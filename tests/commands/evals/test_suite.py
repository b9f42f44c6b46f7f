"""`afs suite list`, `show`, `make`, `archive`, `restore`; `afs case list`, `show`."""

from __future__ import annotations

import pytest

from afsweb.core.models import Event, EventSource
from evals_app.models import EvalRun, Suite
from tests.commands.running import afs, refused

Said = pytest.CaptureFixture[str]


def test_a_suite_is_made_once(db: None, capsys: Said) -> None:
    for _ in range(2):
        assert afs("suite", "make", "Screen", "--registers", "INIDISP BGMODE", "--directions", "name", "address") == 0
    assert capsys.readouterr().out.count("screen:1  12 cases") == 2
    assert Suite.objects.count() == 1
    assert Event.objects.get().source == EventSource.CLI
    afs("suite", "list")
    assert "screen:1  12 cases  Screen, scored by register_claims" in capsys.readouterr().out


def test_a_suite_is_shown_with_its_categories_and_scores(suite: Suite, after: EvalRun, capsys: Said) -> None:
    assert afs("suite", "show", "registers") == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "cases 15 about 5 facts, sha256" in said
    assert "scored 1.000, " in said
    assert "after v1" in said


def test_a_suite_is_archived_and_restored(suite: Suite, capsys: Said) -> None:
    assert afs("suite", "archive", "registers:1") == 0
    afs("suite", "list")
    assert "no suite yet" in capsys.readouterr().out
    afs("suite", "list", "--archived")
    assert "registers:1" in capsys.readouterr().out
    assert afs("suite", "restore", "registers") == 0
    suite.refresh_from_db()
    assert not suite.is_archived
    verbs = Event.objects.filter(source=EventSource.CLI).order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["archive", "restore"]


def test_cases_are_listed_by_category(suite: Suite, capsys: Said) -> None:
    case = suite.cases.order_by("key")[0]
    assert afs("case", "list", "registers", "--category", case.category, "--limit", "2") == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert lines[0].split()[0] == case.key
    assert case.question in lines[0]
    afs("case", "list", "registers", "--category", "nothing")
    assert capsys.readouterr().out == "no such case\n"


def test_a_case_is_shown_with_what_versions_answered(
    suite: Suite, before: EvalRun, after: EvalRun, capsys: Said
) -> None:
    case = suite.cases.order_by("key")[0]
    assert afs("case", "show", "registers:1", case.key) == 0
    said = capsys.readouterr().out
    assert f"user: {case.question}" in said
    assert f"  name       {case.expected['name']}" in said
    assert f"  after v1   1.00  {case.expected['address']} is {case.expected['name']}." in said
    assert "  before v1  —     ?" in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("suite", "make", "Screen", "--registers", "FOO"), "“FOO” is no hardware register"),
        (("suite", "make", "Screen"), "A suite needs one case"),
        (("suite", "show", "nothing"), "no suite “nothing”. There are: registers."),
        (("suite", "archive", "registers:9"), "no suite “registers:9”. There are: registers:1."),
        (("case", "show", "registers", "nothing"), "no case “nothing”. There are: "),
    ],
)
def test_what_cannot_be_done_is_a_sentence(suite: Suite, words: tuple[str, ...], said: str, capsys: Said) -> None:
    assert said in refused(capsys, *words)


@pytest.mark.parametrize("words", [("make", "!!!"), ("make", "Screen", "--areas", "MOON"), ("list", "--limit", "0")])
def test_arguments_that_make_no_sense_are_refused(db: None, words: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit):
        afs("suite", *words)
    assert not Suite.objects.exists()


def test_a_suite_is_described_anew(suite: Suite, capsys: Said) -> None:
    assert afs("suite", "describe", "registers", "--name", "Screen", "--purpose", "safety") == 0
    assert capsys.readouterr().out == "registers:2  Screen, asked for safety\n"
    assert afs("suite", "describe", "registers", "--description", "Both ways.") == 0
    assert list(Suite.objects.order_by("number").values_list("name", "description", "purpose")) == [
        ("Screen", "Both ways.", "domain"),
        ("Screen", "Both ways.", "safety"),
    ]


def test_a_description_without_a_name_or_a_suite_is_refused(suite: Suite, capsys: Said) -> None:
    with pytest.raises(SystemExit):
        afs("suite", "describe", "registers", "--name", "…")
    assert "needs a letter" in capsys.readouterr().err
    assert "nothing" in refused(capsys, "suite", "describe", "nothing", "--name", "Screen")
