"""The console's memory map: work RAM and its mirrors, the cartridge, the work RAM port, arithmetic, pads and sound."""

from __future__ import annotations

import pytest

from datasets_app.domains.asm65816.machine import SnesBus
from datasets_app.domains.asm65816.machine.snes.cartridge import Mapping
from tests.domains.asm65816.machine.running import console


@pytest.mark.parametrize("address", [0x000123, 0x3F0123, 0x800123, 0xBF0123, 0x7E0123])
def test_low_work_ram_shows_in_every_system_bank(address: int) -> None:
    bus = SnesBus()
    bus.write(address, 0x55)
    assert (bus.wram[0x123], bus.read(0x7E0123), bus.read(0x000123)) == (0x55, 0x55, 0x55)


def test_high_work_ram_is_in_two_banks_only() -> None:
    bus = SnesBus()
    bus.write(0x7F2000, 0x55)
    assert (bus.wram[0x12000], bus.read(0x7F2000)) == (0x55, 0x55)
    bus.write(0x400123, 0x66)
    assert bus.wram[0x123] == 0


@pytest.mark.parametrize(
    ("mapping", "address", "place"),
    [
        ("lorom", 0x008000, 0x00000),
        ("lorom", 0x80FFFF, 0x07FFF),
        ("lorom", 0x018000, 0x08000),
        ("hirom", 0x008000, 0x08000),
        ("hirom", 0x400000, 0x00000),
        ("hirom", 0xC10000, 0x10000),
    ],
)
def test_rom_answers_where_the_mapping_puts_it(mapping: Mapping, address: int, place: int) -> None:
    rom = bytearray(0x20000)
    rom[place] = 0x55
    bus = SnesBus(bytes(rom), mapping)
    assert bus.read(address) == 0x55
    bus.write(address, 0x66)
    assert bus.read(address) == 0x55


def test_a_small_rom_repeats() -> None:
    bus = SnesBus(b"\x55" + bytes(0x7FFF))
    assert bus.read(0x008000) == bus.read(0x058000) == 0x55


@pytest.mark.parametrize(("mapping", "address"), [("lorom", 0x700010), ("hirom", 0x206010)])
def test_cartridge_ram_keeps_what_is_written(mapping: Mapping, address: int) -> None:
    bus = SnesBus(bytes(0x10000), mapping)
    bus.write(address, 0x55)
    assert bus.read(address) == 0x55


def test_loading_fills_rom_or_ram_and_refuses_registers() -> None:
    bus = SnesBus()
    bus.load(0x028000, b"\x01\x02")
    bus.load(0x7E0010, b"\x03")
    assert (bus.read(0x028001), bus.read(0x000010)) == (2, 3)
    with pytest.raises(ValueError, match=r"no ROM at \$002100"):
        bus.load(0x002100, b"\x00")


def test_where_nothing_answers_the_last_byte_on_the_bus_stays() -> None:
    cpu, _ = console("AD 00 22")
    cpu.step()
    assert cpu.a & 0xFF == 0x22


def test_the_work_ram_port_moves_on_and_wraps() -> None:
    bus = SnesBus()
    for address, value in ((0x2181, 0xFF), (0x2182, 0xFF), (0x2183, 0x01), (0x2180, 0x11), (0x2180, 0x22)):
        bus.write(address, value)
    assert (bus.wram[0x1FFFF], bus.wram[0x00000], bus.read(0x2180)) == (0x11, 0x22, 0)


def words(bus: SnesBus, *addresses: int) -> list[int]:
    return [bus.read(at) | bus.read(at + 1) << 8 for at in addresses]


@pytest.mark.parametrize(("first", "second"), [(12, 13), (255, 255), (0, 7)])
def test_multiplying(first: int, second: int) -> None:
    bus = SnesBus()
    bus.write(0x4202, first)
    bus.write(0x4203, second)
    assert words(bus, 0x4216, 0x4214) == [first * second, second]


@pytest.mark.parametrize(
    ("dividend", "divisor", "quotient", "rest"), [(1000, 7, 142, 6), (0xFFFF, 1, 0xFFFF, 0), (1234, 0, 0xFFFF, 1234)]
)
def test_dividing(dividend: int, divisor: int, quotient: int, rest: int) -> None:
    bus = SnesBus()
    bus.write(0x4204, dividend & 0xFF)
    bus.write(0x4205, dividend >> 8)
    bus.write(0x4206, divisor)
    assert words(bus, 0x4214, 0x4216) == [quotient, rest]


@pytest.mark.parametrize(("first", "second"), [(0x1234, 0x56), (-2, 3), (-0x8000, -0x80), (0x7FFF, -1)])
def test_the_signed_multiplier_of_the_picture_chip(first: int, second: int) -> None:
    bus = SnesBus()
    for address, value in ((0x211B, first & 0xFF), (0x211B, first >> 8 & 0xFF), (0x211C, second & 0xFF)):
        bus.write(address, value)
    product = int.from_bytes(bytes(bus.read(at) for at in (0x2134, 0x2135, 0x2136)), "little", signed=True)
    assert product == first * second


def test_pads_show_as_words_and_bit_by_bit() -> None:
    bus = SnesBus()
    bus.pads[0] = 0x8010
    assert words(bus, 0x4218) == [0x8010]
    bus.write(0x4016, 1)
    bus.write(0x4016, 0)
    bits = [bus.read(0x4016) & 1 for _ in range(18)]
    assert bits == [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 1]


def test_a_handshake_with_the_sound_processor_ends() -> None:
    # wait: LDA $2140 : CMP #$AA : BNE wait : LDA #$CC : STA $2140 : again: CMP $2140 : BNE again : STP
    cpu, _ = console("AD4021 C9AA D0F9 A9CC 8D4021 CD4021 D0FB DB")
    assert cpu.run(100).reason == "stopped"


def test_registers_without_an_effect_keep_what_was_written() -> None:
    cpu, bus = console("A9 0F 8D 00 21", dbr=0x80)
    cpu.run(2)
    assert bus.written == {0x2100: 0x0F}
