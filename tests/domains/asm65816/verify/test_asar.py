"""asar's opinion beside ours: it is told, it is never needed, and it never changes how far a text came."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from afsweb.sandbox import Bounds
from datasets_app.domains.asm65816.verify import Rung, asar, verify
from datasets_app.domains.base import Context, Finding, Verdict
from tests.domains.asm65816.verify.asars import stand_in, times_asked, writes

CODE = "Main:\nLDA #$0F\nSTA $2100\nRTS"
BYTES = "A90F8D002160"
THOROUGH = Context(thorough=True)


def fenced(code: str) -> str:
    return f"Here it is:\n\n```asm\n{code}\n```\n"


def of_asar(verdict: Verdict) -> list[Finding]:
    return [finding for finding in verdict.findings if finding.code.startswith("asar_")]


Installed = Callable[..., Path]


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installed:
    """`installed(does)`: a stand-in that does this is what AFS_ASAR names."""

    def install(does: str, **wishes: str) -> Path:
        program = stand_in(tmp_path, does, **wishes)
        monkeypatch.setenv("AFS_ASAR", str(program))
        return program

    return install


def test_the_same_bytes_agree_and_the_version_is_kept(installed: Installed) -> None:
    installed(writes(BYTES))
    verdict = verify(fenced(CODE), THOROUGH)
    assert [(one.level, one.code, one.line) for one in of_asar(verdict)] == [("ok", "asar_agrees", 4)]
    assert "asar 1.91 makes the same 6 bytes" in of_asar(verdict)[0].message
    assert verdict.tool_versions["asar"] == "1.91"
    assert verdict.level == verify(fenced(CODE)).level == Rung.MEASURE


def test_it_is_asked_only_where_that_is_wanted(installed: Installed, tmp_path: Path) -> None:
    installed(writes(BYTES))
    verdict = verify(fenced(CODE))
    assert (of_asar(verdict), "asar" in verdict.tool_versions, times_asked(tmp_path)) == ([], False, 0)


@pytest.mark.parametrize(
    ("code", "line", "message"),
    [
        ("A90E8D002160", 5, "at $008001 it has $0E, not $0F."),
        ("A90F8D0021", 7, "at $008005 it has nothing, not $60."),
        (BYTES + "0042", 4, "it makes more bytes: $42 at 0x7 of its file."),
    ],
)
def test_other_bytes_are_a_warning_at_their_line(installed: Installed, code: str, line: int, message: str) -> None:
    installed(writes(code))
    verdict = verify(fenced(CODE), THOROUGH)
    (finding,) = of_asar(verdict)
    assert (finding.level, finding.code, finding.line) == ("warn", "asar_disagrees", line)
    assert message.removeprefix("it ") in finding.message
    assert verdict.level == Rung.MEASURE


REFUSALS = {
    "1.91": ("'code.asm:5: error: (Eunknown_command): Unknown command. [STA $2100]'", "Unknown command. [STA $2100]"),
    "2.0": (
        "'code.asm:5: error: (Eunknown_command): Unknown command.', '    in block: [STA $2100]'",
        "Unknown command.",
    ),
    "several": (
        "'code.asm:5: error: (Eone): First. [STA]', 'code.asm:6: error: (Etwo): Second. [RTS]', 'Errors detected'",
        "Eone: First.",
    ),
    "a whole path": ("'/tmp/x y/code.asm:5: error: (Eone): First. [STA]'", "Eone: First."),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_a_refusal_is_a_warning_with_its_first_error(installed: Installed, name: str) -> None:
    said, message = REFUSALS[name]
    installed(f"error({said})")
    verdict = verify(fenced(CODE), THOROUGH)
    (finding,) = of_asar(verdict)
    # Two lines stand before the block in what asar is given: its line 5 is the third of the block.
    assert (finding.level, finding.code, finding.line) == ("warn", "asar_disagrees", 6)
    assert message in finding.message
    assert verdict.level == Rung.MEASURE


def test_what_both_refuse_is_agreed_and_what_only_we_refuse_is_not(installed: Installed) -> None:
    wrong = fenced("Main:\nLAD #$0F\nRTS")
    installed("error('code.asm:4: error: (Eunknown_command): Unknown command. [LAD #$0F]')")
    verdict = verify(wrong, THOROUGH)
    assert [(one.level, one.code) for one in of_asar(verdict)] == [("ok", "asar_agrees")]
    assert verdict.level == verify(wrong).level
    installed(writes("EA"))
    (finding,) = of_asar(verify(wrong, THOROUGH))
    assert (finding.level, finding.code, finding.line) == ("warn", "asar_disagrees", 5)
    assert "asar 1.91 assembles this code" in finding.message


def test_it_is_given_what_the_fragment_leaves_out(installed: Installed, tmp_path: Path) -> None:
    installed(writes("AD00E0 1003 2008E0 4C0CE0".replace(" ", "")))
    (finding,) = of_asar(verify(fenced("LDA !flag\nBPL .done\nJSR Helper\n.done:\nJMP .on"), THOROUGH))
    given = (tmp_path / "text").read_text().splitlines()
    names = ["!flag = $E000", "Helper = $00E004", "Afs_parent_on = $00E008", "Afs_parent:"]
    assert given[:6] == ["lorom", "org $008000", *names]
    assert finding.message.endswith("at $008006 it has $08, not $04.")


def test_another_memory_map_is_read_where_its_bytes_are(installed: Installed) -> None:
    installed(writes(BYTES))
    text = fenced(f"hirom\norg $C00000\n{CODE}")
    assert [one.code for one in of_asar(verify(text, THOROUGH))] == ["asar_agrees"]


@pytest.mark.parametrize("line", ['incsrc "secret"', 'incbin "/etc/passwd"', 'db readfile1("/etc/passwd", 0)'])
def test_a_text_that_reads_files_is_never_given_to_it(installed: Installed, tmp_path: Path, line: str) -> None:
    installed(writes(BYTES))
    assert of_asar(verify(fenced(f"{CODE}\n{line}"), THOROUGH)) == []
    assert times_asked(tmp_path) == 0


def test_nothing_is_said_where_a_stand_in_cannot_be_written(installed: Installed, tmp_path: Path) -> None:
    installed(writes(BYTES))
    assert of_asar(verify(fenced(f"{CODE}\n%macro_of_elsewhere()"), THOROUGH)) == []
    assert times_asked(tmp_path) == 0


def test_many_blocks_are_not_all_asked_about(installed: Installed, tmp_path: Path) -> None:
    installed(writes(BYTES))
    verify(fenced(CODE) * 12, THOROUGH)
    assert times_asked(tmp_path) == 8


BROKEN = {
    "hangs": ("time.sleep(60)", "it gave no answer within 0.5 s."),
    "crashes": ("os.kill(os.getpid(), signal.SIGSEGV)", "it crashed (signal 11)."),
    "prints garbage": ("error('\\x00\\xff segmentation violation maybe')", "it ended with status 1 and no error"),
    "prints without end": ("\nwhile True: sys.stderr.write('x' * 65536)", "cannot be asked:"),
    "writes nothing": ("pass", "it says that all is well and writes nothing."),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_one_is_named_and_changes_nothing(
    installed: Installed, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    does, message = BROKEN[name]
    installed(does)
    asar.find_asar()
    monkeypatch.setattr(asar, "BOUNDS", Bounds(seconds=0.5, file=1_000_000))
    verdict = verify(fenced(CODE), THOROUGH)
    (finding,) = of_asar(verdict)
    assert (finding.level, finding.code) == ("warn", "asar_unavailable")
    assert message in finding.message
    assert ("asar" in verdict.tool_versions, verdict.level) == (False, Rung.MEASURE)


VERSIONS = {
    "too old": ("print('Asar 1.50, by Alcaro')", "its version is 1.50, and 1.80 to 2.x are known."),
    "too new": ("print('Asar 3.0')", "its version is 3.0"),
    "another program": ("print('asar 7.4, Electron archives')", "its version is 7.4"),
    "garbage": ("print('\\x07\\x00')", "it does not tell its version."),
    "nothing": ("pass", "it does not tell its version."),
    "a crash": ("os.abort()", "it does not tell its version."),
}


@pytest.mark.parametrize("name", VERSIONS)
def test_an_unknown_version_is_not_asked(installed: Installed, tmp_path: Path, name: str) -> None:
    version, message = VERSIONS[name]
    installed(writes(BYTES), version=version)
    (finding,) = of_asar(verify(fenced(CODE), THOROUGH))
    assert (finding.level, finding.code) == ("warn", "asar_unavailable")
    assert message in finding.message
    assert times_asked(tmp_path) == 0


def test_a_newer_one_is_asked_and_named(installed: Installed) -> None:
    installed(writes(BYTES), version="print('Asar 2.0.0pre, originally developed by Alcaro')")
    assert verify(fenced(CODE), THOROUGH).tool_versions["asar"] == "2.0"


def test_where_there_is_none_nothing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AFS_ASAR", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(asar, "find_library", lambda name: None)
    verdict = verify(fenced(CODE), THOROUGH)
    assert (of_asar(verdict), "asar" in verdict.tool_versions, verdict.level) == ([], False, Rung.MEASURE)
    with pytest.raises(asar.AsarMissing, match="name its program or its library in AFS_ASAR"):
        asar.find_asar()


def test_a_program_on_the_path_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(tmp_path, writes(BYTES)).rename(tmp_path / "asar")
    monkeypatch.delenv("AFS_ASAR", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(asar, "find_library", lambda name: None)
    assert asar.find_asar().command == (str(tmp_path / "asar"),)


LIBRARY = """
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
struct parameters { int structsize; const char *patchloc; char *romdata; int buflen; int *romlen;
  const char **includepaths; int numincludepaths; bool should_reset; const void *defines; int definecount;
  const char *stdincludes; const char *stddefines; const void *warnings; int warningcount;
  const void *files; int filecount; bool override_checksum; bool generate_checksum; };
struct error { const char *full, *raw, *block, *file; int line; const char *caller; int callerline; int id; };
static struct error errors[1] = {{"code.asm:5: error: (Eone): First. [STA]", "", "", "", 5, "", 0, 1}};
int asar_apiversion(void) { return INTERFACE; }
int asar_version(void) { return 10901; }
bool asar_init(void) { return true; }
bool asar_patch_ex(const struct parameters *p) {
  if (p->structsize != sizeof *p || !p->should_reset || !p->override_checksum || p->generate_checksum) return false;
  if (strcmp(p->patchloc, "code.asm") || FAILS) return false;
  memcpy(p->romdata, "\\xA9\\x0F\\x8D\\x00\\x21\\x60", 6); *p->romlen = 6; return true; }
const struct error *asar_geterrors(int *count) { *count = 1; return errors; }
"""


def library(folder: Path, interface: int, fails: int = 0) -> Path:
    """A library with asar's interface, compiled here."""
    (folder / "asar.c").write_text(LIBRARY)
    made = folder / f"libasar{interface}{fails}.so"
    defines = [f"-DINTERFACE={interface}", f"-DFAILS={fails}"]
    subprocess.run(["cc", "-shared", "-fPIC", *defines, "-o", made, folder / "asar.c"], check=True)
    return made


@pytest.mark.skipif(shutil.which("cc") is None, reason="needs a C compiler")
@pytest.mark.parametrize(("fails", "code"), [(0, "asar_agrees"), (1, "asar_disagrees")])
def test_a_library_is_asked_as_a_program_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: int, code: str
) -> None:
    monkeypatch.setenv("AFS_ASAR", str(library(tmp_path, 303, fails)))
    verdict = verify(fenced(CODE), THOROUGH)
    assert [one.code for one in of_asar(verdict)] == [code]
    assert verdict.tool_versions["asar"] == "1.91"


@pytest.mark.skipif(shutil.which("cc") is None, reason="needs a C compiler")
def test_a_library_with_another_interface_is_not_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AFS_ASAR", str(library(tmp_path, 400)))
    (finding,) = of_asar(verify(fenced(CODE), THOROUGH))
    assert (finding.level, finding.code) == ("warn", "asar_unavailable")
    assert "The library speaks interface 400: give asar's program instead." in finding.message


def test_what_is_no_library_is_not_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "libasar.so").write_text("no library")
    monkeypatch.setenv("AFS_ASAR", str(tmp_path / "libasar.so"))
    (finding,) = of_asar(verify(fenced(CODE), THOROUGH))
    assert "it does not tell its version." in finding.message
