"""What assembling a text gives: bytes at addresses, labels, instructions with their lines, and what was found wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from datasets_app.domains.asm65816.opcodes import Opcode

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One remark about a place in the source.

    `line` and `column` count from 1. `code` is for programs (“unknown_mnemonic”), `message` says to a person what was
    expected and found, `hint` what to do, empty where nothing better is known.
    """

    severity: Severity
    line: int
    column: int
    code: str
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Placed:
    """One assembled instruction: `data` are its bytes at the 24-bit SNES `address`, written in `line` of the source.

    `operand` is the value the operand came to (a branch: the target's 24-bit address; MVN and MVP: both bytes as
    written, first one high), None without one. `label` is the name that the operand consists of, empty otherwise.
    """

    address: int
    opcode: Opcode
    operand: int | None
    data: bytes
    line: int
    column: int = 1
    label: str = ""


@dataclass(frozen=True, slots=True)
class Assembly:
    """The outcome of assembling one text. Where `ok` is false, blocks and labels hold what could be made of it.

    `blocks` are (24-bit SNES address, bytes) in the order written, neighbours joined; `labels` are global names, and
    sublabels under their parent's (`Main_loop`), with 24-bit SNES addresses; `stubbed` names what the text uses but
    does not define, where stubs were allowed; `printed` are the lines of `print`.
    """

    blocks: tuple[tuple[int, bytes], ...] = ()
    labels: dict[str, int] = field(default_factory=dict)
    instructions: tuple[Placed, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    stubbed: tuple[str, ...] = ()
    printed: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing is an error."""
        return all(diagnostic.severity != "error" for diagnostic in self.diagnostics)

    @property
    def code(self) -> bytes:
        """The bytes in the order written."""
        return b"".join(data for _, data in self.blocks)
