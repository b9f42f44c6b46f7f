"""How much of a routine was changed: lines of code put in, taken out or replaced, however the text is laid out."""

from __future__ import annotations

from difflib import SequenceMatcher

from datasets_app.domains.asm65816.assembler.result import Assembly, Placed
from datasets_app.domains.asm65816.opcodes import Mode

_RELATIVE = {Mode.RELATIVE_8, Mode.RELATIVE_16}


def changed_lines(before: Assembly, after: Assembly) -> int:
    """Count them. Names, comments, labels and where a branch lands for having moved count for nothing."""
    first, second = ([_instruction(one) for one in assembly.instructions] for assembly in (before, after))
    codes = SequenceMatcher(None, first, second, autojunk=False).get_opcodes()
    return sum(max(i2 - i1, j2 - j1) for tag, i1, i2, j1, j2 in codes if tag != "equal")


def _instruction(placed: Placed) -> tuple[str, Mode, int | None]:
    is_place = placed.label or placed.opcode.mode in _RELATIVE
    return placed.opcode.mnemonic, placed.opcode.mode, None if is_place else placed.operand
