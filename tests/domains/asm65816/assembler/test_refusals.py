"""What needs a whole ROM or another processor is refused; what means nothing here is let pass."""

from __future__ import annotations

import pytest

from tests.domains.asm65816.assembler.asm import code, errors, warnings


@pytest.mark.parametrize(
    "source",
    [
        "freecode",
        "freespace ram",
        "freedata",
        "autoclean JSL $008000",
        "prot label",
        "sa1rom",
        "arch spc700",
        "arch superfx",
        "spcblock $0500",
        "incbin data.bin -> $008000",
    ],
)
def test_what_is_not_supported_says_so(source: str) -> None:
    assert errors(source) == ["unsupported"]


@pytest.mark.parametrize(
    "source",
    [
        "@asar 1.50\nNOP",
        ";@xkas\nNOP",
        "@xkas\nNOP",
        "includefrom main.asm\nNOP",
        "arch 65816\nNOP",
        "header\nNOP",
        'check title "ZELDA"\nNOP',
        "{\nNOP\n}",
        "warnings push\nwarnings disable Wfreespace_leaked\nNOP\nwarnings pull",
        "\ufeffNOP",
        "NOP\r\n",
    ],
)
def test_what_means_nothing_here_is_let_pass(source: str) -> None:
    assert code(source) == "ea"


def test_an_arch_that_does_not_exist_is_warned_about() -> None:
    assert warnings("arch 6502") == ["unknown_arch"]
