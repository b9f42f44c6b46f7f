"""Faults in operands: addressing modes, direct page, block moves, DMA set-up, hardware timing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from datasets_app.domains.asm65816.generators.bugs.kinds import Bug, changed, dropped, dropped_pair
from datasets_app.domains.asm65816.generators.pool.lines import Code, Line
from datasets_app.domains.asm65816.generators.site import Site, is_memory, value_of
from datasets_app.domains.asm65816.lint.timing_rules import EARLY_RESULT

_BLOCKS = ("MVN", "MVP")
_PORTS = {"#$18": "#$19", "#$22": "#$21", "#$04": "#$02"}


def _not_immediate(code: Code) -> Iterator[Site]:
    """The # is missing, so the number is taken for an address."""
    for at, line in enumerate(code):
        if value_of(line) is not None and line.op not in ("REP", "SEP"):
            yield changed(code, at, replace(line, operand=line.operand[1:], comment=""))


def _no_index(code: Code) -> Iterator[Site]:
    for at, line in enumerate(code):
        if line.operand.endswith((",X", ",Y")) and is_memory(line):
            yield changed(code, at, replace(line, operand=line.operand[:-2], comment=""))


def _other_index(code: Code) -> Iterator[Site]:
    for at, line in enumerate(code):
        if (
            line.operand.endswith((",X", ",Y"))
            and is_memory(line)
            and len(line.operand) == 7
            and line.op not in ("STZ", "INC", "DEC")
        ):
            other = "Y" if line.operand.endswith("X") else "X"
            yield changed(code, at, replace(line, operand=line.operand[:-1] + other, comment=""))


def _short_pointer(code: Code) -> Iterator[Site]:
    """( ) for [ ]: the bank of the pointer is ignored."""
    for at, line in enumerate(code):
        if line.operand.startswith("["):
            yield changed(code, at, replace(line, operand=line.operand.replace("[", "(").replace("]", ")"), comment=""))


def _neighbour(code: Code) -> Iterator[Site]:
    """The high byte of a word is taken from or put to where the low byte is."""
    operands = {line.operand for line in code}
    for at, line in enumerate(code):
        if is_memory(line) and "," not in line.operand:
            low = f"${int(line.operand[1:], 16) - 1:0{len(line.operand) - 1}X}"
            if low in operands:
                yield changed(code, at, replace(line, operand=low, comment=""))


def _bank_lost(code: Code) -> Iterator[Site]:
    """A 16-bit address where the bank matters."""
    for at, line in enumerate(code):
        if line.suffix == ".l" and line.operand.startswith("$7"):
            yield changed(code, at, replace(line, operand=f"${line.operand[3:]}", suffix="", comment=""))
        elif line.suffix == ".l" and line.operand.startswith("."):
            yield changed(code, at, replace(line, suffix="", comment=""))


def _moves_direct_page(code: Code) -> bool:
    return any(line.op == "TCD" for line in code)


def _absolute_field(code: Code) -> Iterator[Site]:
    for at, line in enumerate(code):
        if _moves_direct_page(code) and len(line.operand) == 3 and line.operand.startswith("$"):
            yield changed(code, at, replace(line, operand=f"$00{line.operand[1:]}", comment=""))


def _no_transfer(code: Code) -> Iterator[Site]:
    for at, line in enumerate(code):
        if line.op == "TCD":
            yield dropped(code, at)


def _direct_page_kept(code: Code) -> Iterator[Site]:
    yield from dropped_pair(code, "PHD", "PLD")


def _truncated(code: Code) -> Iterator[Site]:
    """Only the low byte of an address: a direct page access."""
    for at, line in enumerate(code):
        if is_memory(line) and len(line.operand) == 5 and not _moves_direct_page(code):
            yield changed(code, at, replace(line, operand=f"${line.operand[3:]}", comment=""))


def _block_count(code: Code) -> Iterator[Site]:
    if any(line.op in _BLOCKS for line in code):
        for at, line in enumerate(code):
            value = value_of(line)
            if line.op == "LDA" and value is not None:
                yield changed(code, at, replace(line, operand=f"#${value + 1:04X}", comment=""))


def _banks_swapped(code: Code) -> Iterator[Site]:
    for at, line in enumerate(code):
        first, _, second = line.operand.partition(",")
        if line.op in _BLOCKS and first != second:
            yield changed(code, at, replace(line, operand=f"{second},{first}", comment=""))


def _other_direction(code: Code) -> Iterator[Site]:
    for at, line in enumerate(code):
        if line.op in _BLOCKS:
            yield changed(code, at, replace(line, op="MVP" if line.op == "MVN" else "MVN", comment=""))


def _block_narrow(code: Code) -> Iterator[Site]:
    """Only A is made 16 bits wide."""
    if any(line.op in _BLOCKS for line in code):
        for at, line in enumerate(code):
            if line.text == "REP #$30":
                yield Site(at, 1, (Line("REP", "#$20"), Line("SEP", "#$10")), (line,))


def _block_bank(code: Code) -> Iterator[Site]:
    if any(line.op in _BLOCKS for line in code):
        yield from dropped_pair(code, "PHB", "PLB")


def _is_dma(code: Code) -> bool:
    return any(line.operand == "$420B" for line in code)


def _wrong_port(code: Code) -> Iterator[Site]:
    for at, line in enumerate(code[:-1]):
        target = code[at + 1].operand
        if _is_dma(code) and line.operand in _PORTS and target.startswith("$43") and target.endswith("1"):
            yield changed(code, at, replace(line, operand=_PORTS[line.operand], comment=""))


def _wrong_mode(code: Code) -> Iterator[Site]:
    for at, line in enumerate(code):
        if _is_dma(code) and line.operand.startswith("$43") and line.operand.endswith("0"):
            if line.op == "STZ":
                yield Site(at, 1, (Line("LDA", "#$01"), Line("STA", line.operand)), (line,))
            elif code[at - 1].text == "LDA #$01":
                yield Site(at - 1, 2, (Line("STZ", line.operand),), (code[at - 1], line))


def _wrong_channel(code: Code) -> Iterator[Site]:
    """The channel's number instead of its bit."""
    for at, line in enumerate(code[:-1]):
        bit = value_of(line)
        if bit and code[at + 1].operand == "$420B":
            yield changed(code, at, replace(line, operand=f"#${bit.bit_length() - 1:02X}", comment=""))


def _setting_missing(code: Code) -> Iterator[Site]:
    """One store of the set-up is not there: the bank, the size or the address."""
    for at, line in enumerate(code):
        stores = line.op in ("STA", "STX") and (
            line.operand.startswith("$43") or line.operand in ("$2115", "$2116", "$2121")
        )
        if _is_dma(code) and stores and code[at - 1].op[:2] == "LD":
            yield Site(at - 1, 2, (), (code[at - 1], line))


def _started_early(code: Code) -> Iterator[Site]:
    """The transfer is started before its size is set."""
    for at in range(len(code) - 3):
        rows = code[at : at + 4]
        if rows[3].operand == "$420B" and rows[1].operand.startswith("$43"):
            yield Site(at, 4, (rows[2], rows[3], rows[0], rows[1]), rows[2:])


def _too_early(code: Code) -> Iterator[Site]:
    """Too few cycles between the write that starts the unit and the read of its result."""
    for start, line in enumerate(code):
        if line.op == "STA" and line.operand in ("$4203", "$4206"):
            end = start + 1
            while code[end].op == "NOP":
                end += 1
            for kept in range({"$4203": 1, "$4206": 5}[line.operand]):
                yield Site(start + 1, end - start - 1, (Line("NOP"),) * kept, code[start + 1 : end])


BUGS = (
    Bug(
        "not_immediate",
        "addressing",
        _not_immediate,
        (
            "The # is missing in {worse}: the number is taken for an address and "
            "the byte there is used. It has to be {better}.",
            "{worse} in line {row} reads memory; the constant itself is written {better}.",
        ),
    ),
    Bug(
        "no_index",
        "addressing",
        _no_index,
        (
            "{worse} has lost its index and uses the same byte on every pass; it has to be {better}.",
            "Line {row} ignores the index register. {better} is meant.",
        ),
    ),
    Bug(
        "other_index",
        "addressing",
        _other_index,
        ("{worse} in line {row} uses the wrong index register: the offset is in the other one, so {better}.",),
    ),
    Bug(
        "short_pointer",
        "addressing",
        _short_pointer,
        (
            "Parentheses read a 16-bit pointer and take the bank from DBR. The pointer "
            "has 24 bits, which needs square brackets: {better}.",
        ),
    ),
    Bug(
        "neighbour",
        "addressing",
        _neighbour,
        ("{worse} in line {row} goes to the byte before the one that is meant; it has to be {better}.",),
    ),
    Bug(
        "bank_lost",
        "addressing",
        _bank_lost,
        (
            "{worse} is a 16-bit address in the current data bank, which need not be "
            "the right one. The long form {better} names the bank.",
        ),
    ),
    Bug(
        "absolute_field",
        "direct_page",
        _absolute_field,
        (
            "{worse} is an absolute address and ignores D. The field is on the direct page: {better}.",
            "Only direct page operands are relative to D, so line {row} has to be {better}.",
        ),
    ),
    Bug(
        "no_transfer",
        "direct_page",
        _no_transfer,
        (
            "The new direct page is loaded into A but never set: {better} is missing.",
            "Without {better} the short operands still refer to the caller's direct page.",
        ),
    ),
    Bug(
        "direct_page_kept",
        "direct_page",
        _direct_page_kept,
        ("D is changed and not given back. {better} have to save and restore it.",),
    ),
    Bug(
        "truncated_address",
        "direct_page",
        _truncated,
        (
            "{worse} is a direct page access, which is not where the "
            "variable is: the whole address is needed, {better}.",
            "Line {row} has only the low byte of the address and so reaches the direct page. It has to be {better}.",
        ),
    ),
    Bug(
        "block_count",
        "block_move",
        _block_count,
        (
            "A block move takes the number of bytes less one in A. {worse} "
            "moves one byte too many; it has to be {better}.",
            "MVN and MVP move A+1 bytes, so the count in line {row} is one too large.",
        ),
    ),
    Bug(
        "banks_swapped",
        "block_move",
        _banks_swapped,
        ("The banks of {worse} are the wrong way round: asar takes the destination bank first, so {better}.",),
    ),
    Bug(
        "other_direction",
        "block_move",
        _other_direction,
        (
            "{worse} counts X and Y the wrong way: MVN goes up from the first bytes, MVP "
            "down from the last ones. {better} fits the addresses"
            " that are loaded.",
        ),
    ),
    Bug(
        "block_narrow",
        "block_move",
        _block_narrow,
        (
            "A block move needs 16-bit X and Y; with 8-bit index registers only the "
            "low byte of each address is left. {better} is needed.",
        ),
    ),
    Bug(
        "block_bank",
        "block_move",
        _block_bank,
        (
            "A block move leaves the destination bank in the data bank register; "
            "{better} around it have to restore the caller's.",
        ),
    ),
    Bug(
        "wrong_port",
        "dma",
        _wrong_port,
        ("The B-bus address of the channel is wrong: {worse} sends the data to another register; {better} is right.",),
    ),
    Bug(
        "wrong_transfer_mode",
        "dma",
        _wrong_mode,
        ("The transfer mode is wrong for this target: line {row} has to be {better}.",),
    ),
    Bug(
        "wrong_channel",
        "dma",
        _wrong_channel,
        ("The start register takes one bit for each channel, not the channel's number: {better} instead of {worse}.",),
    ),
    Bug(
        "setting_missing",
        "dma",
        _setting_missing,
        (
            "Part of the set-up is missing: {better}. The channel uses whatever was left there.",
            "{better} are missing, so one setting is still that of an earlier transfer.",
        ),
    ),
    Bug(
        "started_early",
        "dma",
        _started_early,
        (
            "The transfer starts as soon as the start register is written, so "
            "that has to come last, after all of the set-up.",
        ),
    ),
    Bug(
        "too_early",
        "hardware_timing",
        _too_early,
        (
            "The result is read too early: the multiplier needs 8 CPU cycles after the "
            "second factor is written, the divider 16 after the"
            " divisor. More NOPs are needed.",
            "Between the write that starts the unit and the read of the result too few cycles pass.",
        ),
        rule=EARLY_RESULT,
    ),
)
