"""Time on the console: what accesses cost, blanking and its flags, and the interrupts that come by themselves."""

from __future__ import annotations

import pytest

from datasets_app.domains.asm65816.machine import Machine, SnesBus
from datasets_app.domains.asm65816.machine.snes.clock import FRAME, LINE
from tests.domains.asm65816.machine.running import console

VBLANK = 225 * LINE


@pytest.mark.parametrize(
    ("address", "clocks"),
    [
        (0x000010, 8),
        (0x7E2000, 8),
        (0x002100, 6),
        (0x004016, 12),
        (0x004200, 6),
        (0x006000, 8),
        (0x008000, 8),
        (0x408000, 8),
        (0x808000, 8),
        (0xC00000, 8),
        (0x802100, 6),
        (0xBF0010, 8),
    ],
)
def test_an_access_costs_what_its_region_costs(address: int, clocks: int) -> None:
    bus = SnesBus()
    bus.read(address)
    # The bus counts what is over the 6 clocks that every CPU cycle has.
    assert bus.extra_clocks == clocks - 6


def test_fast_rom_is_fast_in_the_upper_banks_only() -> None:
    bus = SnesBus()
    bus.write(0x420D, 1)
    for address, over in ((0x808000, 0), (0xC00000, 0), (0x008000, 2), (0x400000, 2), (0x800010, 2)):
        before = bus.extra_clocks
        bus.read(address)
        assert bus.extra_clocks - before == over


@pytest.mark.parametrize(
    ("code", "clocks"),
    [
        ("EA", 8 + 6),
        ("A9 12", 16),
        ("A5 10", 24),
        ("AD 00 21", 30),
        ("AD 16 40", 36),
        ("E6 10", 8 + 8 + 8 + 6 + 8),
    ],
)
def test_an_instruction_costs_its_accesses_and_six_for_every_other_cycle(code: str, clocks: int) -> None:
    cpu, bus = console(code)
    cpu.step()
    assert bus.clocks == clocks


def test_waiting_for_vertical_blanking_ends_at_its_line() -> None:
    # wait: BIT $4212 : BPL wait : STP
    cpu, bus = console("2C1242 10FB DB")
    assert cpu.run(100_000).reason == "stopped"
    assert VBLANK <= bus.clocks < VBLANK + 100


def test_waiting_for_the_nmi_flag_ends_and_reading_clears_it() -> None:
    # wait: LDA $4210 : BPL wait : LDA $4210 : STP
    cpu, _ = console("AD1042 10FB AD1042 DB")
    assert cpu.run(100_000).reason == "stopped"
    assert cpu.a & 0xFF == 0x02


def test_the_nmi_flag_goes_at_the_end_of_blanking() -> None:
    cpu, bus = console("AD1042")
    bus.extra_clocks = FRAME + 100
    cpu.step()
    assert cpu.a & 0x80 == 0


def test_horizontal_blanking_and_pad_reading_show_in_hvbjoy() -> None:
    bus = SnesBus()
    bus.write(0x4200, 0x01)
    shown = {}
    for clocks in (LINE // 2, 1200, VBLANK + LINE // 2, VBLANK + 4 * LINE + LINE // 2):
        bus.extra_clocks = clocks
        shown[clocks] = bus.read(0x4212)
    assert list(shown.values()) == [0x00, 0x40, 0x81, 0x80]


def nmi_program() -> tuple[Machine, SnesBus]:
    """Count NMIs in $10 while the main program spins."""
    cpu, bus = console("A980 8D0042 80FE")
    bus.load(0x00FFEA, b"\x00\x90")
    # INC $10 : BIT $4210 : RTI
    bus.load(0x009000, bytes.fromhex("E610 2C1042 40"))
    return cpu, bus


def test_nmi_comes_once_a_picture_where_it_is_enabled() -> None:
    cpu, bus = nmi_program()
    while bus.clocks < 3 * FRAME:
        cpu.run(1000)
    assert bus.wram[0x10] == 3


def test_enabling_nmi_while_its_flag_is_set_fires_one() -> None:
    cpu, bus = nmi_program()
    bus.extra_clocks = VBLANK + 1000
    cpu.run(10)
    assert bus.wram[0x10] == 1


def test_wai_sleeps_until_the_nmi_that_is_enabled() -> None:
    cpu, bus = console("A980 8D0042 CB E8 DB")
    bus.load(0x00FFEA, b"\x00\x90")
    bus.load(0x009000, b"\x40")
    assert cpu.run(20).reason == "stopped"
    assert cpu.x == 1
    assert VBLANK <= bus.clocks < VBLANK + 200


def test_wai_without_anything_enabled_ends_the_run() -> None:
    cpu, _ = console("CB")
    assert cpu.run(20).reason == "waiting"


def irq_program(enable: int, **times: int) -> tuple[Machine, SnesBus]:
    """WAI over and over; the handler acknowledges the interrupt and stops."""
    cpu, bus = console("CB 80FD")
    bus.load(0x00FFEE, b"\x00\x90")
    bus.load(0x009000, bytes.fromhex("AD1142 DB"))
    for address, value in times.items():
        bus.write(int(address[1:], 16), value)
    bus.write(0x4200, enable)
    return cpu, bus


@pytest.mark.parametrize(
    ("enable", "times", "clock"),
    [
        (0x20, {"_4209": 100, "_420A": 0}, 100 * LINE),
        (0x30, {"_4209": 100, "_420A": 0, "_4207": 50, "_4208": 0}, 100 * LINE + 200),
        (0x10, {"_4207": 50, "_4208": 0}, 200),
    ],
)
def test_the_timer_interrupts_at_its_place_and_reading_timeup_acknowledges(
    enable: int, times: dict[str, int], clock: int
) -> None:
    cpu, bus = irq_program(enable, **times)
    assert cpu.run(20).reason == "stopped"
    assert cpu.a & 0x80 == 0x80
    assert clock <= bus.clocks < clock + 200
    assert not cpu.irq_line


def test_a_line_that_no_picture_has_never_interrupts() -> None:
    cpu, _ = irq_program(0x20, _4209=0x06, _420A=1)
    assert cpu.run(20).reason == "waiting"


def test_the_latch_notes_where_the_beam_is() -> None:
    bus = SnesBus()
    bus.extra_clocks = 230 * LINE + 4 * 300
    bus.read(0x2137)
    assert [bus.read(0x213C), bus.read(0x213C) & 1] == [300 & 0xFF, 1]
    assert [bus.read(0x213D), bus.read(0x213D) & 1] == [230, 0]
    bus.read(0x213C)
    bus.read(0x213F)
    assert bus.read(0x213C) == 300 & 0xFF
