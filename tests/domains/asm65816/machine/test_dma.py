"""General DMA, and the memories of the picture chip that it fills and reads."""

from __future__ import annotations

import pytest

from datasets_app.domains.asm65816.machine import SnesBus
from tests.domains.asm65816.machine.running import console

DATA = bytes(range(1, 17))
SOURCE = 0x7F1000


def ready_bus() -> SnesBus:
    bus = SnesBus()
    bus.load(SOURCE, DATA)
    return bus


def start(
    bus: SnesBus, control: int, register: int, *, address: int = SOURCE, count: int = 16, channel: int = 0
) -> None:
    bank, low, high = address >> 16, address & 0xFF, address >> 8 & 0xFF
    for at, value in enumerate([control, register, low, high, bank, count & 0xFF, count >> 8 & 0xFF]):
        bus.write(0x4300 + channel * 16 + at, value)
    bus.write(0x420B, 1 << channel)


def write_all(bus: SnesBus, pairs: list[tuple[int, int]]) -> None:
    for address, value in pairs:
        bus.write(address, value)


def test_words_go_to_vram_through_both_data_registers() -> None:
    bus = ready_bus()
    write_all(bus, [(0x2115, 0x80), (0x2116, 0x00), (0x2117, 0x10)])
    start(bus, 0x01, 0x18)
    assert bus.video.vram[0x2000:0x2010] == DATA
    assert bus.video.vram_address == 0x1008


def test_a_transfer_leaves_its_registers_as_the_console_does() -> None:
    bus = ready_bus()
    start(bus, 0x01, 0x18, channel=3)
    assert bytes(bus.read(0x4330 + at) for at in range(7)) == bytes([0x01, 0x18, 0x10, 0x10, 0x7F, 0, 0])
    assert bus.dma.transfers == [(3, True, SOURCE, 0x2118, 16)]


@pytest.mark.parametrize(
    ("vmain", "at", "expected"),
    [
        (0x00, 0, [1, 0, 2, 0, 3, 0, 4, 0]),
        (0x01, 0, [1, 0] + [0] * 6),
        (0x01, 64, [2, 0] + [0] * 6),
        (0x02, 256, [2, 0] + [0] * 6),
        (0x03, 256, [2, 0] + [0] * 6),
    ],
)
def test_bytes_go_to_the_low_halves_with_the_step_of_vmain(vmain: int, at: int, expected: list[int]) -> None:
    bus = ready_bus()
    write_all(bus, [(0x2115, vmain), (0x2116, 0), (0x2117, 0)])
    start(bus, 0x00, 0x18, count=4)
    assert list(bus.video.vram[at : at + 8]) == expected


def test_vmain_can_rotate_the_address() -> None:
    bus = SnesBus()
    # With 8 bits rotated by three, word addresses 0, 1, 2 become 0, 8, 16, and $20 becomes 1.
    for address, word in ((0, 0), (1, 8), (2, 16), (0x20, 1)):
        write_all(bus, [(0x2115, 0x84), (0x2116, address), (0x2117, 0), (0x2118, 0x50 + word), (0x2119, 0)])
    assert [bus.video.vram[2 * word] for word in (0, 8, 16, 1)] == [0x50, 0x58, 0x60, 0x51]


def test_a_fixed_source_fills() -> None:
    bus = ready_bus()
    write_all(bus, [(0x2115, 0x80), (0x2116, 0), (0x2117, 0)])
    start(bus, 0x09, 0x18, count=8)
    assert bus.video.vram[:9] == b"\x01" * 8 + b"\x00"


def test_a_count_of_zero_is_64_kilobytes() -> None:
    bus = ready_bus()
    write_all(bus, [(0x2115, 0x80), (0x2116, 0), (0x2117, 0)])
    start(bus, 0x09, 0x18, count=0)
    assert bus.video.vram == b"\x01" * 0x10000
    assert bus.dma.transfers[0].length == 0x10000


def test_the_source_can_run_backwards_and_wraps_in_its_bank() -> None:
    bus = ready_bus()
    bus.wram[0x10000], bus.wram[0x1FFFF] = 0xAA, 0xBB
    write_all(bus, [(0x2115, 0x80), (0x2116, 0), (0x2117, 0)])
    start(bus, 0x11, 0x18, address=0x7F0000, count=2)
    assert bus.video.vram[:2] == b"\xaa\xbb"


@pytest.mark.parametrize(
    ("mode", "last"),
    [
        (0, [7, 0xBB, 0, 0]),
        (1, [7, 6, 0, 0]),
        (2, [7, 0xBB, 0, 0]),
        (3, [6, 7, 0, 0]),
        (4, [5, 6, 7, 4]),
        (5, [7, 6, 0, 0]),
        (6, [7, 0xBB, 0, 0]),
        (7, [6, 7, 0, 0]),
    ],
)
def test_the_mode_says_which_registers_take_the_bytes(mode: int, last: list[int]) -> None:
    bus = ready_bus()
    start(bus, mode, 0x40, count=7)
    # The sound ports show what was last written to each; $AA and $BB are there from the beginning.
    assert [bus.read(0x2140 + port) for port in range(4)] == last


def test_colours_take_two_writes_each() -> None:
    bus = ready_bus()
    bus.write(0x2121, 0x10)
    start(bus, 0x02, 0x22, count=4)
    assert bus.video.cgram[0x20:0x24] == bytes([1, 2, 3, 4])
    bus.write(0x2121, 0x11)
    assert [bus.read(0x213B), bus.read(0x213B)] == [3, 4]


def test_sprites_go_to_oam_and_its_high_table() -> None:
    bus = ready_bus()
    write_all(bus, [(0x2102, 0x00), (0x2103, 0x00)])
    start(bus, 0x00, 0x04)
    assert bus.video.oam[:16] == DATA
    write_all(bus, [(0x2102, 0x00), (0x2103, 0x01)])
    start(bus, 0x00, 0x04)
    assert bus.video.oam[0x200:0x210] == DATA
    write_all(bus, [(0x2102, 0x01), (0x2103, 0x00)])
    assert [bus.read(0x2138), bus.read(0x2138)] == [3, 4]


def test_work_ram_takes_rom_through_its_port_but_not_itself() -> None:
    bus = ready_bus()
    bus.load(0x018000, DATA)
    write_all(bus, [(0x2181, 0x00), (0x2182, 0x20), (0x2183, 0x00)])
    start(bus, 0x00, 0x80, address=0x018000)
    assert bus.wram[0x2000:0x2010] == DATA
    start(bus, 0x00, 0x80)
    assert bus.wram[0x2010:0x2020] == bytes(16)


def test_vram_can_be_read_back_into_memory_after_its_one_stale_word() -> None:
    bus = ready_bus()
    write_all(bus, [(0x2115, 0x80), (0x2116, 0), (0x2117, 0)])
    start(bus, 0x01, 0x18)
    write_all(bus, [(0x2116, 0), (0x2117, 0)])
    start(bus, 0x81, 0x39, address=0x7E4000, count=8)
    assert bus.wram[0x4000:0x4008] == bytes([1, 2, 1, 2, 3, 4, 5, 6])


def test_registers_are_closed_to_the_source_side() -> None:
    bus = ready_bus()
    bus.write(0x2180, 0x77)
    write_all(bus, [(0x2115, 0x80), (0x2116, 0), (0x2117, 0)])
    start(bus, 0x00, 0x18, address=0x002180, count=1)
    assert bus.video.vram[0] == 0


def test_channels_run_from_the_lowest() -> None:
    bus = ready_bus()
    for channel in (5, 2):
        for at, value in enumerate([0x00, 0x22, 0x00, 0x10, 0x7F, 2, 0]):
            bus.write(0x4300 + channel * 16 + at, value)
    bus.write(0x420B, 0b100100)
    assert [transfer.channel for transfer in bus.dma.transfers] == [2, 5]


def test_a_program_starts_a_transfer_and_pays_for_it() -> None:
    # LDA #$01 : STA $4300 : LDA #$18 : STA $4301 : LDX #$8040 : STX $4302 : STZ $4304 : LDX #$0008 : STX $4305
    # LDA #$80 : STA $2115 : LDX #$0000 : STX $2116 : LDA #$01 : STA $420B : STP
    code = "A901 8D0043 A918 8D0143 A24080 8E0243 9C0443 A20800 8E0543 A980 8D1521 A20000 8E1621 A901 8D0B42 DB"
    cpu, bus = console(code, p=0x20)
    bus.load(0x008040, DATA)
    cpu.run(14)
    before, cycles = bus.clocks, cpu.cycles
    cpu.step()
    assert bus.video.vram[:8] == DATA[:8]
    # Three slow fetches, one fast access, then 8 clocks to start, 8 for the channel, 8 for each byte.
    assert (bus.clocks - before, cpu.cycles - cycles) == (3 * 8 + 6 + 8 + 8 + 8 * 8, 4)
