"""Files that a text names: read under one folder that a person trusts, or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from datasets_app.domains.asm65816.assembler import numbers, quotes
from datasets_app.domains.asm65816.assembler.limits import Budget
from datasets_app.domains.asm65816.assembler.lines import read_lines
from datasets_app.domains.asm65816.assembler.problem import Halt, Problem

if TYPE_CHECKING:
    from datasets_app.domains.asm65816.assembler.session import Session
    from datasets_app.domains.asm65816.assembler.statement import Statement


class Files:
    """Reads under `root`; without one every file is refused. Names are relative to the file that names them."""

    def __init__(self, root: Path | None, budget: Budget) -> None:
        self._root = root.resolve() if root else None
        self._budget = budget
        self._seen: dict[Path, bytes] = {}
        self.folder = self._root
        self.once: set[Path] = set()
        self.open: list[Path] = []

    def start_again(self) -> None:
        """Forget which files are not to be included again: the next pass includes them."""
        self.once.clear()

    def named(self, quoted: str) -> str:
        """Return a file's name without its quotes; raises Problem."""
        name = quotes.unquote(quoted)
        if not name:
            raise Problem("garbage_near_quotes", "A file's name was expected.", at=quoted)
        return name

    def find(self, name: str) -> Path:
        """Return the real path of a file; raises Problem where that is outside the root, or there is none."""
        if self._root is None or self.folder is None:
            raise Problem(
                "files_refused",
                f"The file “{name[:80]}” is not read: this text may not open files.",
                "Put its text here.",
            )
        try:
            path = (self.folder / name).resolve()
            inside = path.is_relative_to(self._root) and not Path(name).is_absolute()
            exists = inside and path.is_file()
        except (OSError, ValueError, RuntimeError):
            inside, exists, path = True, False, self._root
        if not inside:
            raise Problem("file_outside_root", f"The file “{name[:80]}” is outside the folder that may be read.")
        if not exists:
            raise Problem(
                "file_not_found", f"There is no file “{name[:80]}”.", "Names are relative to the file they are in."
            )
        return path

    def data(self, name: str) -> bytes:
        """Return a file's bytes."""
        path = self.find(name)
        if path not in self._seen:
            try:
                size = path.stat().st_size
                self._budget.read(size)
                self._seen[path] = path.read_bytes()
            except OSError as error:
                raise Problem("file_unreadable", f"The file “{name[:80]}” cannot be read: {error.strerror}.") from error
        return self._seen[path]

    def text(self, name: str) -> str:
        """Return a file's text; what is not UTF-8 is read byte by byte."""
        data = self.data(name)
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            return data.decode("latin-1")

    def number(self, name: str, offset: float, count: int, default: float | None) -> float:
        """Return readfile1 … readfile4."""
        if default is not None and not self.holds(name, offset, count):
            return default
        data, start = self.data(name), numbers.clamped(offset)
        if start < 0 or start + count > len(data):
            raise Problem("file_offset", f"Offset {start} is outside “{name[:80]}”, which has {len(data)} bytes.")
        return int.from_bytes(data[start : start + count], "little")

    def holds(self, name: str, offset: float, count: float) -> int:
        """Return canreadfile: whether a file has these bytes. Whether there are files at all is no secret to keep."""
        if self._root is None:
            self.find(name)
        try:
            length = len(self.data(name))
        except Halt:
            raise
        except Problem:
            return 0
        start = numbers.clamped(offset)
        return int(start >= 0 and start + numbers.clamped(count) <= length)

    def size(self, name: str) -> int:
        """Return filesize."""
        return len(self.data(name))

    def status(self, name: str) -> int:
        """Return getfilestatus: 0 where the file can be read, 1 where there is none, 2 where it cannot."""
        if self._root is None:
            self.find(name)
        try:
            self.data(name)
        except Halt:
            raise
        except Problem as problem:
            return 1 if problem.code == "file_not_found" else 2
        return 0


def include_source(session: Session, statement: Statement) -> None:
    """`incsrc "file"`: its lines, as if they stood here. What is wrong in them is reported at this line."""
    files, report = session.files, session.report
    name = files.named(statement.words[1])
    path = files.find(name)
    if path in files.once:
        return
    session.budget.check_nesting(len(files.open), "Files")
    lines = read_lines(files.text(name))
    where, folder, flow = report.where(), files.folder, session.flow
    kept = flow.open_on_line, flow.rest_counts, flow.for_stage, flow.line_goes_on, flow.index
    included, file = report.included, report.file
    files.folder = path.parent
    files.open.append(path)
    report.included, report.file = included or where, name
    try:
        flow.run(session, lines)
    finally:
        files.open.pop()
        files.folder, report.included, report.file = folder, included, file
        report.back(where)
        flow.open_on_line, flow.rest_counts, flow.for_stage, flow.line_goes_on, flow.index = kept


def include_once(session: Session, _: Statement) -> None:
    """`includeonce`: this file is not included again."""
    if session.files.open:
        session.files.once.add(session.files.open[-1])


def include_binary(session: Session, statement: Statement) -> None:
    """`incbin "file"`, `incbin "file":0..$100`, and asar's older `:0-100`."""
    words = statement.words
    if len(words) == 4 and words[2] == "->":
        raise Problem("unsupported", "incbin with -> needs a ROM to write into.", "Put an org before the incbin.")
    if len(words) != 2:
        raise Problem("broken_incbin", "This includes no file.", 'It is written: incbin "file.bin"')
    masked = quotes.mask(words[1])
    at = masked.find(":")
    quoted, span = (words[1], "") if at < 0 else (words[1][:at], words[1][at + 1 :])
    data = session.files.data(session.files.named(quoted))
    start, end = _span(session, span) if span else (0, 0)
    end = end or len(data)
    if not 0 <= start <= end <= len(data):
        raise Problem("file_offset", f"Bytes {start} to {end} are outside the file, which has {len(data)}.", at=span)
    session.write_long(data[start:end])


def _span(session: Session, span: str) -> tuple[int, int]:
    at = quotes.find(span, "..")
    if at >= 0:
        return session.fixed(span[:at], "incbin"), session.fixed(span[at + 2 :], "incbin")
    at = quotes.find(span, "-")
    if at < 0:
        raise Problem("broken_incbin", f"“{span}” is no range.", "It is written: :0..$100", span)
    return _old_bound(session, span[:at]), _old_bound(session, span[at + 1 :])


def _old_bound(session: Session, text: str) -> int:
    if text.startswith("(") and text.endswith(")"):
        return session.fixed(text[1:-1], "incbin")
    try:
        return int(text, 16)
    except ValueError:
        raise Problem("broken_incbin", f"“{text[:40]}” is no hexadecimal number.", at=text) from None
