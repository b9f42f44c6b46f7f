"""64tass assembles the same bytes from a corpus with every opcode in every width."""

from __future__ import annotations

import random
import shutil
import subprocess
from pathlib import Path

import pytest

from datasets_app.domains.asm65816.opcodes import Mode, Opcode, all_opcodes
from tests.domains.asm65816.assembler.asm import good

TASS = shutil.which("64tass")
pytestmark = pytest.mark.skipif(TASS is None, reason="64tass is not installed: apt-get install 64tass")

ROUNDS = 6
WIDTHS = [(m, x) for m in (True, False) for x in (True, False)]
SHORT, LONG = 50, 4000
"""How many instructions a branch leads away, at most: 4 bytes each keep it in range."""

# How both write the operand; {0} is the suffix that asar, {1} the sign that 64tass uses to force a width.
FORMS = {
    Mode.DIRECT: ("{0} ${v:02x}", ".b", "@b"),
    Mode.DIRECT_X: ("{0} ${v:02x},x", ".b", "@b"),
    Mode.DIRECT_Y: ("{0} ${v:02x},y", ".b", "@b"),
    Mode.DIRECT_INDIRECT: ("{0} (${v:02x})", "", ""),
    Mode.DIRECT_X_INDIRECT: ("{0} (${v:02x},x)", "", ""),
    Mode.DIRECT_INDIRECT_Y: ("{0} (${v:02x}),y", "", ""),
    Mode.DIRECT_LONG_INDIRECT: ("{0} [${v:02x}]", "", ""),
    Mode.DIRECT_LONG_INDIRECT_Y: ("{0} [${v:02x}],y", "", ""),
    Mode.STACK: ("{0} ${v:02x},s", "", ""),
    Mode.STACK_INDIRECT_Y: ("{0} (${v:02x},s),y", "", ""),
    Mode.ABSOLUTE: ("{0} ${v:04x}", ".w", "@w"),
    Mode.ABSOLUTE_X: ("{0} ${v:04x},x", ".w", "@w"),
    Mode.ABSOLUTE_Y: ("{0} ${v:04x},y", ".w", "@w"),
    Mode.ABSOLUTE_INDIRECT: ("{0} (${v:04x})", "", ""),
    Mode.ABSOLUTE_X_INDIRECT: ("{0} (${v:04x},x)", "", ""),
    Mode.ABSOLUTE_LONG_INDIRECT: ("{0} [${v:04x}]", "", ""),
    Mode.LONG: ("{0} ${v:06x}", ".l", "@l"),
    Mode.LONG_X: ("{0} ${v:06x},x", ".l", "@l"),
    Mode.IMMEDIATE_8: ("{0} #${v:02x}", "", ""),
    Mode.IMMEDIATE_16: ("{0} ${v:04x}", "", ""),
    Mode.SIGNATURE: ("{0} #${v:02x}", "", ""),
    Mode.IMPLIED: ("{0}", "", ""),
    Mode.ACCUMULATOR: ("{0} a", "", ""),
}


def written(opcode: Opcode, m: bool, x: bool, number: int, count: int, draw: random.Random) -> tuple[str, str]:
    """One instruction as asar and as 64tass write it; `number` is its place among `count`."""
    name, mode = opcode.mnemonic.lower(), opcode.mode
    size = opcode.operand_size(m=m, x=x)
    value = draw.randrange(1 << 8 * size)
    if mode in (Mode.RELATIVE_8, Mode.RELATIVE_16):
        reach = SHORT // 2 if mode is Mode.RELATIVE_8 else LONG
        target = draw.randrange(max(0, number - reach), min(count, number + reach))
        return f"{name} L{target}", f"{name} L{target}"
    if mode is Mode.BLOCK:
        first, second = value >> 8, value & 0xFF
        return f"{name} ${first:02x},${second:02x}", f"{name} #${second:02x},#${first:02x}"
    if mode in (Mode.IMMEDIATE_M, Mode.IMMEDIATE_X):
        return (f"{name} #${value:0{2 * size}x}",) * 2
    form, suffix, sign = FORMS[mode]
    theirs = form.replace("$", f"{sign} $") if sign else form
    ours = name if name in ("jmp", "jml", "jsr", "jsl") else name + suffix
    return form.format(ours, v=value), theirs.format(name, v=value)


def corpus() -> tuple[list[str], list[str]]:
    """Every opcode in every width, several times, in an order drawn by chance."""
    draw = random.Random(65816)
    chosen = [(opcode, m, x) for m, x in WIDTHS for opcode in all_opcodes() for _ in range(ROUNDS)]
    draw.shuffle(chosen)
    ours, theirs = ["org $008000"], ["* = $8000"]
    for number, (opcode, m, x) in enumerate(chosen):
        one, other = written(opcode, m, x, number, len(chosen), draw)
        ours.append(f"L{number}: {one}")
        theirs += [".as" if m else ".al", ".xs" if x else ".xl", f"L{number} {other}"]
    return ours, theirs


def test_64tass_agrees_on_every_opcode_in_every_width(tmp_path: Path) -> None:
    ours, theirs = corpus()
    assert len(ours) - 1 == 256 * 4 * ROUNDS > 5000
    source, output = tmp_path / "corpus.asm", tmp_path / "corpus.bin"
    source.write_text("\n".join(theirs) + "\n")
    ran = subprocess.run(
        [str(TASS), "--m65816", "--nostart", "--quiet", "-o", str(output), str(source)], capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr[:2000]
    assembly = good("\n".join(ours))
    expected = output.read_bytes()
    wrong = [
        (ours[placed.line - 1], placed.data.hex(), expected[placed.address - 0x8000 :][: len(placed.data)].hex())
        for placed in assembly.instructions
        if placed.data != expected[placed.address - 0x8000 :][: len(placed.data)]
    ]
    assert wrong[:5] == []
    assert assembly.code == expected
