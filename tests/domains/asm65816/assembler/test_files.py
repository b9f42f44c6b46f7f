"""Files are read under the folder that was given, and nowhere else."""

from __future__ import annotations

from pathlib import Path

import pytest

from datasets_app.domains.asm65816.assembler import assemble
from tests.domains.asm65816.assembler.asm import code, errors


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    (folder / "sub").mkdir(parents=True)
    (folder / "main.asm").write_text('NOP\nincsrc "sub/inner.asm"\n')
    (folder / "sub" / "inner.asm").write_text("RTS\nincbin data.bin\n")
    (folder / "sub" / "data.bin").write_bytes(bytes(range(8)))
    (folder / "broken.asm").write_text("NOP\nLDQ #1\n")
    (folder / "once.asm").write_text("includeonce\ndb 1\n")
    (folder / "loop.asm").write_text("incsrc loop.asm\n")
    (folder / "macro.asm").write_text("macro m()\nincbin sub/data.bin:0..1\nLDQ #1\nendmacro\n")
    (folder / "chars.tbl").write_text("A=10\nB=1234\n")
    (tmp_path / "secret.bin").write_bytes(b"secret")
    (folder / "link.bin").symlink_to(tmp_path / "secret.bin")
    return folder


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("incsrc main.asm\nRTL", "ea 60 00 01 02 03 04 05 06 07 6b"),
        ("incbin sub/data.bin:2..4", "02 03"),
        ('incbin "sub/data.bin":6-8', "06 07"),
        ("incbin sub/data.bin:(1+1)-(2*2)", "02 03"),
        ("incsrc once.asm\nincsrc once.asm", "01"),
        ('table "chars.tbl"\ndw "AB"', "10 00 34 12"),
        ('db readfile1("sub/data.bin",3),filesize("sub/data.bin"),canreadfile1("none",0)', "03 08 00"),
        ('db getfilestatus("none"),readfile1("none",0,9)', "01 09"),
        ("incsrc main.asm\nLDA later\norg $018000\nlater:", "ea 60 00 01 02 03 04 05 06 07 af 00 80 01"),
    ],
)
def test_files_under_the_root_are_read(root: Path, source: str, expected: str) -> None:
    assert code(source, root=root) == expected


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("incbin ../secret.bin", "file_outside_root"),
        ("incbin sub/../../secret.bin", "file_outside_root"),
        ("incbin link.bin", "file_outside_root"),
        ("incbin /etc/hostname", "file_outside_root"),
        ("incsrc none.asm", "file_not_found"),
        ("incsrc sub", "file_not_found"),
        ("incbin sub/data.bin:4..20", "file_offset"),
        ("incbin sub/data.bin:x", "broken_incbin"),
        ("incsrc loop.asm", "limit_nesting"),
        ('db readfile1("sub/data.bin",8)', "file_offset"),
        ('table "main.asm"', "invalid_table"),
    ],
)
def test_what_is_outside_or_missing_is_refused(root: Path, source: str, problem: str) -> None:
    assert errors(source, root=root) == [problem]


@pytest.mark.parametrize(
    "source",
    [
        "incsrc main.asm",
        "incbin main.asm",
        'table "main.asm"',
        'db readfile1("main.asm",0)',
        'db readfile1("main.asm",0,5)',
        'db canreadfile("main.asm",0,1)',
        'db canreadfile1("main.asm",0)',
        'db filesize("main.asm")',
        'db getfilestatus("main.asm")',
    ],
)
def test_without_a_root_no_file_is_touched(source: str, monkeypatch: pytest.MonkeyPatch, root: Path) -> None:
    monkeypatch.chdir(root)
    assert errors(source) == ["files_refused"]


def test_a_mistake_in_a_file_is_reported_where_it_is_included(root: Path) -> None:
    (diagnostic,) = assemble("NOP\n\nincsrc broken.asm", root=root).diagnostics
    assert (diagnostic.line, diagnostic.column) == (3, 1)
    assert diagnostic.message.endswith("(in broken.asm, line 2)")


def test_a_macro_of_a_file_finds_files_beside_it(root: Path) -> None:
    assembly = assemble("incsrc macro.asm\nNOP\n%m()", root=root)
    assert assembly.code.hex(" ") == "ea 00"
    assert [(one.line, one.code) for one in assembly.diagnostics] == [(3, "unknown_mnemonic")]
