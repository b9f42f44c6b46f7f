"""A program within bounds: what it may do, and how each bound ends it."""

from __future__ import annotations

import signal
import sys
import time
from pathlib import Path

import psutil
import pytest

from afsweb.sandbox import Bounds, CannotStart, Ended, run_bounded


def python(program: str, **wishes: object) -> Ended:
    """Run a piece of Python within bounds."""
    return run_bounded([sys.executable, "-I", "-c", program], **wishes)  # type: ignore[arg-type]


def test_it_reads_its_files_and_leaves_others() -> None:
    ended = python(
        "import pathlib; text = pathlib.Path('in').read_text(); pathlib.Path('out').write_text(text[::-1]); "
        "print('said'); raise SystemExit(3)",
        files={"in": b"abc"},
        wanted=("out", "never"),
    )
    assert (ended.status, ended.out, ended.err, ended.files) == (3, b"said\n", b"", {"out": b"cba"})


def test_nothing_of_our_environment_reaches_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AFS_FIELD_KEY", "secret")
    said = python("import os; print(sorted(os.environ)); print(input())").out.decode()
    assert "secret" not in said
    assert "AFS" not in said


def test_time_is_bounded_and_what_it_started_ends_with_it(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    began = time.monotonic()
    ended = python(
        "import subprocess, sys, time, pathlib; "
        f"child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); "
        f"pathlib.Path({str(note)!r}).write_text(str(child.pid)); time.sleep(60)",
        bounds=Bounds(seconds=1.5),
    )
    assert ended.status is None
    assert time.monotonic() - began < 10
    assert is_gone(int(note.read_text()))


def test_what_it_leaves_running_ends_when_it_ends(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    python(
        "import subprocess, sys, pathlib; "
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); "
        f"pathlib.Path({str(note)!r}).write_text(str(child.pid))"
    )
    assert is_gone(int(note.read_text()))


@pytest.mark.skipif(sys.platform != "linux", reason="macOS has no limit of address space")
def test_memory_is_bounded() -> None:
    ended = python("x = bytearray(400_000_000); print(len(x))", bounds=Bounds(memory=200_000_000))
    assert (ended.status, ended.out) == (1, b"")
    assert b"MemoryError" in ended.err


def test_files_are_bounded() -> None:
    ended = python(
        "import pathlib; pathlib.Path('big').write_bytes(bytes(100_000))", wanted=("big",), bounds=Bounds(file=20_480)
    )
    assert ended.status != 0
    assert len(ended.files["big"]) <= 20_480


def test_what_it_says_is_bounded() -> None:
    assert python("print('x' * 5000)", bounds=Bounds(said=100)).out == b"x" * 100


def test_a_crash_is_told_by_its_signal() -> None:
    assert python("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)").status == -signal.SIGSEGV


def test_a_link_is_not_followed() -> None:
    assert python("import os; os.symlink('/etc/hostname', 'out')", wanted=("out",)).files == {}


def test_the_folder_goes_away() -> None:
    where = python("import os; print(os.getcwd())").out.decode().strip()
    assert where
    assert not Path(where).exists()


def test_what_cannot_be_started_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("no program")
    for program in (str(tmp_path / "none"), str(tmp_path / "text"), str(tmp_path)):
        with pytest.raises(CannotStart, match="cannot be run"):
            run_bounded([program])


def is_gone(pid: int) -> bool:
    """Whether a process ended within a few seconds; one that nobody has waited for yet counts."""
    for _ in range(100):
        if not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.05)
    return False
