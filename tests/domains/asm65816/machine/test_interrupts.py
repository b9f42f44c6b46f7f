"""Interrupts: how a handler is entered and left, what lets one in, and waiting for one."""

from __future__ import annotations

import pytest

from datasets_app.domains.asm65816.machine import Machine
from tests.domains.asm65816.machine.running import machine

HANDLER = {0xFFEA: 0x00, 0xFFEB: 0x91, 0xFFEE: 0x00, 0xFFEF: 0x92, 0xFFE6: 0x00, 0xFFE7: 0x93}
EMULATED = {0xFFFA: 0x00, 0xFFFB: 0x94, 0xFFFE: 0x00, 0xFFFF: 0x95, 0xFFF4: 0x00, 0xFFF5: 0x96}
VECTORS = HANDLER | EMULATED | {0x9100: 0x40, 0x9200: 0x40, 0x9300: 0x40, 0x9400: 0x40, 0x9500: 0x40}
NOP = "EA EA EA EA"


def stacked(cpu: Machine, count: int) -> list[int]:
    return [cpu.read(cpu.s + 1 + at) for at in range(count)]


def test_nmi_pushes_bank_address_and_flags_and_goes_to_bank_zero() -> None:
    cpu = machine(NOP, at=0x7E8000, memory=VECTORS, p=0x39, s=0x1FF)
    cpu.nmi()
    assert cpu.step() == 8
    assert (cpu.pbr, cpu.pc, cpu.s) == (0, 0x9100, 0x1FB)
    assert stacked(cpu, 4) == [0x39, 0x00, 0x80, 0x7E]
    assert cpu.p == 0x35


def test_rti_goes_back_with_the_flags_as_they_were() -> None:
    cpu = machine(NOP, at=0x7E8000, memory=VECTORS, p=0x39, s=0x1FF)
    cpu.nmi()
    cpu.step()
    assert cpu.step() == 7
    assert (cpu.pbr, cpu.pc, cpu.s, cpu.p) == (0x7E, 0x8000, 0x1FF, 0x39)


def test_nmi_comes_once_for_each_signal() -> None:
    cpu = machine(NOP, memory=VECTORS, s=0x1FF)
    cpu.nmi()
    cpu.run(3)
    assert cpu.pc == 0x8001


@pytest.mark.parametrize(("interrupt", "handler"), [("nmi", 0x9400), ("irq", 0x9500)])
def test_emulation_pushes_three_bytes_with_the_break_flag_clear(interrupt: str, handler: int) -> None:
    cpu = machine(NOP, memory=VECTORS, e=True, p=0x00, s=0x100)
    getattr(cpu, interrupt)()
    assert cpu.step() == 7
    assert (cpu.pc, cpu.s) == (handler, 0x1FD)
    assert [cpu.read(at) for at in (0x100, 0x1FF, 0x1FE)] == [0x80, 0x00, 0x20]


def test_brk_in_emulation_shares_the_vector_of_irq_and_has_the_break_flag_set() -> None:
    cpu = machine("00 EA", memory=VECTORS, e=True, p=0x00, s=0x1FF)
    cpu.step()
    assert (cpu.pc, stacked(cpu, 3)) == (0x9500, [0x30, 0x02, 0x80])


def test_brk_returns_behind_its_signature_byte() -> None:
    cpu = machine("00 EA EA", memory=VECTORS, s=0x1FF)
    cpu.run(2)
    assert cpu.pc == 0x8002


def test_irq_waits_for_the_flag_to_be_clear() -> None:
    cpu = machine(NOP, memory=VECTORS, p=0x34)
    cpu.irq()
    cpu.step()
    assert cpu.pc == 0x8001
    cpu.p = 0x30
    cpu.step()
    assert cpu.pc == 0x9200


def test_irq_comes_again_while_the_line_is_asserted_and_no_more_when_released() -> None:
    cpu = machine(NOP, memory=VECTORS)
    cpu.irq()
    for _ in range(3):
        cpu.step()
        assert cpu.pc == 0x9200
        cpu.step()
        assert cpu.pc == 0x8000
    cpu.irq(False)
    cpu.step()
    assert cpu.pc == 0x8001


def test_nmi_comes_before_irq() -> None:
    cpu = machine(NOP, memory=VECTORS)
    cpu.irq()
    cpu.nmi()
    cpu.step()
    assert cpu.pc == 0x9100


@pytest.mark.parametrize("letting_in", ["58", "C2 04", "28"])
def test_an_interrupt_that_cli_rep_or_plp_lets_in_comes_one_instruction_later(letting_in: str) -> None:
    cpu = machine(letting_in + NOP, memory=VECTORS | {0x1F1: 0x30}, p=0x34, s=0x1F0)
    cpu.irq()
    after = 0x8000 + len(bytes.fromhex(letting_in))
    cpu.step()
    assert cpu.pc == after
    cpu.step()
    assert cpu.pc == after + 1
    cpu.step()
    assert cpu.pc == 0x9200


@pytest.mark.parametrize("one_by_one", [True, False])
def test_an_interrupt_let_in_by_cli_comes_even_when_sei_follows(one_by_one: bool) -> None:
    cpu = machine("58 78" + NOP, memory=VECTORS, p=0x34, s=0x1FF)
    cpu.irq()
    for steps in [1, 1, 1] if one_by_one else [3]:
        cpu.run(steps)
    assert (cpu.pc, stacked(cpu, 3)) == (0x9200, [0x34, 0x02, 0x80])


def test_an_interrupt_that_rti_lets_in_comes_at_once() -> None:
    returned = {0x1F1: 0x30, 0x1F2: 0x00, 0x1F3: 0x80, 0x1F4: 0x00}
    cpu = machine("40", at=0x7000, memory=VECTORS | returned | {0x8000: 0xEA}, p=0x34, s=0x1F0)
    cpu.irq()
    cpu.run(2)
    assert cpu.pc == 0x9200


def test_wai_waits_until_an_interrupt() -> None:
    cpu = machine("CB" + NOP, memory=VECTORS)
    assert cpu.run(100) == ("waiting", 1, 3)
    assert cpu.waiting
    assert (cpu.step(), cpu.pc) == (1, 0x8001)
    cpu.nmi()
    cpu.step()
    assert (cpu.pc, cpu.waiting) == (0x9100, False)


def test_wai_goes_on_without_a_handler_where_interrupts_are_off() -> None:
    cpu = machine("CB" + NOP, memory=VECTORS, p=0x34)
    cpu.step()
    cpu.irq()
    cpu.step()
    assert cpu.pc == 0x8002


def test_wai_does_not_wait_for_an_interrupt_that_is_there() -> None:
    cpu = machine("CB" + NOP, memory=VECTORS, p=0x34)
    cpu.irq()
    cpu.run(2)
    assert cpu.pc == 0x8002


def test_only_a_reset_ends_stp() -> None:
    cpu = machine("DB" + NOP, memory=VECTORS | {0xFFFC: 0x00, 0xFFFD: 0x80}, p=0x00, d=0x1234, dbr=0x7E)
    assert cpu.run(100) == ("stopped", 1, 3)
    cpu.nmi()
    assert (cpu.step(), cpu.pc, cpu.stopped) == (1, 0x8001, True)
    cpu.reset()
    assert (cpu.pc, cpu.stopped, cpu.e, cpu.d, cpu.dbr, cpu.p & 0x3C) == (0x8000, False, True, 0, 0, 0x34)


def test_a_block_move_is_interrupted_between_bytes_and_goes_on() -> None:
    cpu = machine("54 7E 7E", memory=VECTORS, p=0x00, a=3, x=0x10, y=0x20, s=0x1FF)
    cpu.step()
    cpu.nmi()
    cpu.run(2)
    assert (cpu.pc, cpu.a) == (0x8000, 2)
    cpu.run(3)
    assert (cpu.pc, cpu.a, cpu.x, cpu.y) == (0x8003, 0xFFFF, 0x14, 0x24)
