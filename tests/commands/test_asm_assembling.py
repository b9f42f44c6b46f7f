"""`afs asm assemble` and `afs asm disasm`: a text to bytes and back, without any server."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands.conftest import Afs

CODE = """!bright = $0F
Main:
    LDA #!bright : STA $2100  ; on
.loop
    BRA .loop
Table: db 1,2,3,4,5,6,7,8,9
"""


@pytest.fixture
def code(tmp_path: Path) -> Path:
    path = tmp_path / "code.asm"
    path.write_text(CODE)
    return path


def test_the_listing_has_addresses_bytes_and_the_text(afs: Afs, code: Path) -> None:
    said = afs("asm", "assemble", code)
    assert (said.status, said.err) == (0, "")
    lines = [" ".join(line.split()) for line in said.out.splitlines()]
    assert lines == [
        "$008000 Main:",
        "$008000 A9 0F LDA #!bright",
        "$008002 8D 00 21 STA $2100 ; on",
        "$008005 Main_loop:",
        "$008005 80 FE BRA .loop",
        "$008007 Table:",
        "$008007 01 02 03 04 05 06 07 08",
        "$00800F 09",
        "label $008000 Main",
        "label $008005 Main_loop",
        "label $008007 Table",
        "16 bytes (16 at $008000)",
    ]


def test_what_a_loop_repeats_is_written_once(afs: Afs) -> None:
    said = afs("asm", "assemble", "-", typed="rep 2 : NOP\nDEX\n")
    lines = [line.split() for line in said.out.splitlines()]
    assert lines[:3] == [["$008000", "EA", "NOP"], ["$008001", "EA"], ["$008002", "CA", "DEX"]]


def test_it_begins_where_it_is_told_and_knows_what_it_is_told(afs: Afs) -> None:
    said = afs("asm", "assemble", "-", "--origin", "$01C000", "-D", "SPEED=$12", typed="LDA #!SPEED")
    assert said.out.startswith("$01C000  A9 12")


def test_the_bytes_go_to_a_file(afs: Afs, code: Path, tmp_path: Path) -> None:
    said = afs("asm", "assemble", code, "--output", tmp_path / "code.bin")
    assert (said.status, (tmp_path / "code.bin").read_bytes()[:2]) == (0, b"\xa9\x0f")
    assert "16 bytes written to" in said.out
    assert "cannot be written" in afs("asm", "assemble", code, "--output", tmp_path / "no" / "code.bin").err


def test_a_program_reads_json(afs: Afs, code: Path) -> None:
    found = json.loads(afs("asm", "assemble", code, "--json").out)
    assert found["ok"]
    assert found["blocks"] == [{"address": "008000", "bytes": "A90F8D002180FE010203040506070809"}]
    assert found["labels"]["Table"] == "008007"
    assert found["instructions"][1] == {"address": "008002", "bytes": "8D0021", "line": 3}
    wrong = afs("asm", "assemble", "-", "--json", typed="LAD #1")
    assert wrong.status == 1
    assert json.loads(wrong.out)["diagnostics"][0]["code"] == "unknown_mnemonic"


def test_an_error_shows_its_line_with_a_caret_and_nothing_is_written(afs: Afs, tmp_path: Path) -> None:
    said = afs("asm", "assemble", "-", "--output", tmp_path / "x.bin", typed="Main:\n  LAD #$10\n")
    assert (said.status, said.out) == (1, "")
    assert "  2 |   LAD #$10\n    |   ^\n" in said.err
    assert "  hint: Did you mean" in said.err
    assert said.err.endswith("afs: 1 error; nothing was written\n")
    assert not (tmp_path / "x.bin").exists()


def test_a_warning_stops_nothing(afs: Afs) -> None:
    said = afs("asm", "assemble", "-", typed="LDA #$12345")
    assert (said.status, said.out.split()[:4]) == (0, ["$008000", "A9", "45", "23"])
    assert "warning[truncated]" in said.err


def test_what_is_missing_is_an_error_until_stubs_are_wanted(afs: Afs) -> None:
    assert "There is no label Elsewhere" in afs("asm", "assemble", "-", typed="JSR Elsewhere").err
    said = afs("asm", "assemble", "-", "--stub-missing", typed="JSR Elsewhere")
    assert (said.status, "not defined here: Elsewhere" in said.out) == (0, True)


def test_files_are_included_only_under_a_root(afs: Afs, tmp_path: Path) -> None:
    (tmp_path / "part.asm").write_text("NOP\n")
    assert afs("asm", "assemble", "-", typed='incsrc "part.asm"').status == 1
    said = afs("asm", "assemble", "-", "--root", tmp_path, typed='incsrc "part.asm"')
    assert (said.status, said.out.split()[:2]) == (0, ["$008000", "EA"])
    assert "There is no folder" in afs("asm", "assemble", "-", "--root", tmp_path / "no", typed="NOP").err


def test_bytes_become_a_text_that_assembles_to_them(afs: Afs, tmp_path: Path) -> None:
    (tmp_path / "code.bin").write_bytes(bytes.fromhex("C230A93412D0FE60"))
    text = afs("asm", "disasm", tmp_path / "code.bin").out
    assert "LDA.w #$1234" in text
    assert "BNE L008005" in text
    assert afs("asm", "assemble", "-", typed=text).out.endswith("8 bytes (8 at $008000)\n")


def test_bytes_may_be_typed(afs: Afs) -> None:
    assert afs("asm", "disasm", "A9", "34", "12", "--m", "16").out == "    LDA.w #$1234\n"
    assert afs("asm", "disasm", "a2ff00d0fe", "--x", "16", "--no-labels", "--origin", "7E2000").out == (
        "    LDX.w #$00FF\n    BNE $FE  ; to $7E2003\n"
    )


BAD_TEXTS = {
    "missing": (None, "There is no file"),
    "empty": (b" \n", "is empty: there is nothing to do."),
    "no text": (b"\xff\xfe\x00LDA", "is no text in UTF-8"),
    "holds zeros": (b"LDA\x00", "is no text in UTF-8"),
    "too large": (b"NOP\n" * 20_000, "has more than 65,536 bytes, and no more are read."),
}


@pytest.mark.parametrize("verb", ["assemble", "run", "verify", "equiv"])
@pytest.mark.parametrize("name", BAD_TEXTS)
def test_a_bad_file_is_refused_in_one_sentence(afs: Afs, tmp_path: Path, verb: str, name: str) -> None:
    data, message = BAD_TEXTS[name]
    if data is not None:
        (tmp_path / "bad").write_bytes(data)
    said = afs("asm", verb, *([tmp_path / "bad"] * (2 if verb == "equiv" else 1)))
    assert (said.status, said.out) == (1, "")
    assert message in said.err
    assert said.err.count("\n") == 1


def test_a_large_text_is_read_where_it_is_trusted(afs: Afs, tmp_path: Path) -> None:
    (tmp_path / "large.asm").write_text("; words\n" * 10_000 + "NOP\n")
    assert "Trust it with --root" in afs("asm", "assemble", tmp_path / "large.asm").err
    assert afs("asm", "assemble", tmp_path / "large.asm", "--root", tmp_path).status == 0


def test_a_folder_is_no_file(afs: Afs, tmp_path: Path) -> None:
    assert "cannot be read: Is a directory." in afs("asm", "assemble", tmp_path).err


@pytest.mark.parametrize(("words", "message"), [
    (("disasm", "A9G"), "“A9G” is neither a file nor bytes in hexadecimal"),
    (("disasm", "A9F"), "“A9F” is neither a file nor bytes in hexadecimal"),
])  # fmt: skip
def test_what_is_no_bytes_is_refused(afs: Afs, words: tuple[str, ...], message: str) -> None:
    said = afs("asm", *words)
    assert (said.status, said.err.count("\n")) == (1, 1)
    assert message in said.err


@pytest.mark.parametrize(("words", "message"), [
    (("assemble", "-", "--origin", "12G"), "“12G” is no hexadecimal number from 0 to FFFFFF"),
    (("assemble", "-", "-D", "SPEED"), "“SPEED” is no define, such as SPEED=$10"),
    (("disasm", "A9", "--m", "12"), "invalid choice: 12"),
])  # fmt: skip
def test_a_wrong_argument_is_a_usage_error(afs: Afs, words: tuple[str, ...], message: str) -> None:
    said = afs("asm", *words, typed="NOP")
    assert said.status == 2
    assert message in said.err


def test_it_needs_neither_a_database_nor_django(tmp_path: Path) -> None:
    program = (
        "import sys; from afsweb.cli import main; status = main(['asm', 'facts', '2100']); "
        "sys.exit(status or ('django' in sys.modules) * 9)"
    )
    root = str(Path(__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={"PYTHONPATH": root, "AFS_HOME": str(tmp_path / "none")},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("$2100 INIDISP")
