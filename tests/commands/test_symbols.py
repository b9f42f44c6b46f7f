"""`afs symbols`: import, list, show, archive and restore a project's names."""

from __future__ import annotations

from pathlib import Path

import pytest

from datasets_app.models import Domain, SymbolMap
from tests.commands.conftest import Afs

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path: Path, domain: Domain) -> Path:
    path = tmp_path / "project.sym"
    path.write_text("[labels]\n00:8034 Link_Main\n7E:0010 MODE\n")
    return path


def test_names_come_and_go(afs: Afs, file: Path) -> None:
    assert "2 names joined the facts" in afs("symbols", "import", file, "--domain", "asm65816").out
    assert "2 names  project.sym" in afs("symbols", "list").out
    assert afs("symbols", "show", "project.sym", "link").out.split() == ["$008034", "Link_Main"]
    assert afs("symbols", "archive", "project.sym").out == "its names are no facts any more\n"
    assert afs("symbols", "list").out == "There is none yet.\n"
    assert "project.sym" in afs("symbols", "list", "--archived").out
    afs("symbols", "restore", "project.sym")
    assert not SymbolMap.objects.get().is_archived


def test_refusals_are_sentences(afs: Afs, file: Path) -> None:
    missing = afs("symbols", "import", file.parent / "none.sym", "--domain", "asm65816")
    assert (missing.status, "cannot be read: No such file" in missing.err) == (1, True)
    file.write_text("nonsense")
    assert "Line 1: “nonsense” is no label" in afs("symbols", "import", file, "--domain", "asm65816").err
    assert afs("symbols", "show", "nothing").status == 1
    assert "There is no domain" in afs("symbols", "import", file, "--domain", "x").err
