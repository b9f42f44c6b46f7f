"""`afs suite import`, `export`, `shipped`, `from-goldens`, `changes`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evals_app.models import Suite
from evals_app.shipped import making
from evals_app.shipped.catalog import CODE, TOLD
from tests.commands.running import afs, refused

Said = pytest.CaptureFixture[str]


def rows(path: Path, *objects: object) -> str:
    path.write_text("\n".join(map(json.dumps, objects)))
    return str(path)


def test_export_and_import_go_round(suite: Suite, tmp_path: Path, capsys: Said) -> None:
    to = tmp_path / "suite.jsonl"
    assert afs("suite", "export", "registers", "--to", str(to)) == 0
    assert afs("suite", "import", str(to)) == 0
    assert Suite.objects.count() == 1
    assert afs("suite", "import", str(to), "--slug", "other") == 0
    assert "other:1  15 cases" in capsys.readouterr().out
    assert Suite.objects.get(slug="other").sha256 == suite.sha256
    capsys.readouterr()
    afs("suite", "export", "registers:1")
    assert capsys.readouterr().out == to.read_text()


def test_import_makes_the_next_version_and_changes_tells(suite: Suite, tmp_path: Path, capsys: Said) -> None:
    file = rows(tmp_path / "a.jsonl", {"key": "new", "question": "?", "keywords": ["a"], "category": "More"})
    assert afs("suite", "import", file, "--slug", "registers", "--keep") == 0
    assert "registers:2  16 cases" in capsys.readouterr().out
    assert afs("suite", "changes", "registers") == 0
    said = capsys.readouterr().out
    assert "Registers 2 since version 1: 0 changed, 1 added, 0 removed" in said
    assert "More" in said


def test_what_has_no_counterpart_is_left_out_only_when_told(db: None, tmp_path: Path, capsys: Said) -> None:
    file = rows(tmp_path / "a.jsonl", {"question": "?", "keywords": ["a"], "level": 3})
    assert "1 parts of the file" in refused(capsys, "suite", "import", file, "--slug", "mine")
    assert not Suite.objects.exists()
    assert afs("suite", "import", file, "--slug", "mine", "--without") == 0
    assert capsys.readouterr().err == "left out: Line 1: no case of ours has a “level”\n"


def test_shipped_suites_are_made(db: None, capsys: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "SHIPPED", (*TOLD[:1], *CODE[1:2]))
    assert afs("suite", "shipped") == 0
    said = capsys.readouterr().out
    assert "basic-65816:1  272 cases" in said
    assert "write:1  " in said


def test_what_cannot_be_done_is_a_sentence(suite: Suite, tmp_path: Path, capsys: Said) -> None:
    bad = rows(tmp_path / "bad.jsonl", {"question": "?"})
    for words, said in (
        (("import", bad), "Line 1: its expected must be an object"),
        (("import", str(tmp_path / "nowhere")), "cannot be read: No such file"),
        (("import", bad, "--domain", "nowhere"), "Line 1"),
        (("export", "registers", "--to", str(tmp_path)), "cannot be written"),
        (("from-goldens", "asm65816"), "No case could be made of goldens"),
        (("from-goldens", "asm65816", "--edits"), "No case could be made of edits"),
        (("from-goldens", "nowhere"), "no domain “nowhere”"),
        (("changes", "registers", "--since", "7"), "no suite “registers:7”"),
    ):
        assert said in refused(capsys, "suite", *words)
    assert Suite.objects.count() == 1
