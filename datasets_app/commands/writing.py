"""What a command writes, to a file, a folder, or standard output."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from afsweb.refusal import Refusal
from afsweb.terminal import CannotWrite, say
from datasets_app.exchange.exporting import written
from datasets_app.exchange.exports import Writing, write_files
from datasets_app.exchange.formats import WRITTEN, Format
from datasets_app.models import Split


class NeedsFolder(Refusal):
    """{format} is a folder of files. Name one that is not there yet with --output."""


class FilesAlready(Refusal):
    """{path} is there already. Name a folder that is not there yet, so that no other file gets into the dataset."""


def add_format(parser: argparse.ArgumentParser, usual: str) -> None:
    """Let `--format` and `--output` say what is written, and where."""
    parser.add_argument("--format", "--form", dest="format", choices=tuple(WRITTEN), default=usual)
    parser.add_argument("--output", type=Path, help="the file or folder to write; standard output unless given")


def write_samples(writing: Writing, form: Format, path: Path | None, split: Split | None = None) -> None:
    """Write samples in a format, and say how many. Raises CannotWrite, NeedsFolder, FilesAlready."""
    if form.is_folder and path is None:
        raise NeedsFolder(format=form.name)
    if form.is_folder and path is not None and path.exists():
        raise FilesAlready(path=path)
    try:
        if path is None:
            _write(written(form, writing.entries(split), writing.leave_out), sys.stdout.buffer)
        elif form.is_folder:
            write_files(path, path.name, form, writing, split)
        else:
            with path.open("wb") as file:
                _write(written(form, writing.entries(split), writing.leave_out), file)
    except OSError as error:
        raise CannotWrite(path=path, reason=error.strerror or error) from None
    left_out = f"; {writing.left_out:,} left out: {form.loses}" if writing.left_out else ""
    if path is not None:
        say(f"{writing.count:,} samples written to {path}{left_out}")
    elif left_out:
        print(left_out.removeprefix("; "), file=sys.stderr)


def write_lines(lines: Iterable[bytes], path: Path | None) -> None:
    """Write `lines` to the file and say how many; without a path to standard output. Raises CannotWrite."""
    if path is None:
        _write(lines, sys.stdout.buffer)
        return
    try:
        with path.open("wb") as file:
            count = _write(lines, file)
    except OSError as error:
        raise CannotWrite(path=path, reason=error.strerror or error) from None
    say(f"{count:,} lines written to {path}")


def _write(lines: Iterable[bytes], file: BinaryIO) -> int:
    count = 0
    for line in lines:
        file.write(line)
        count += 1
    return count
