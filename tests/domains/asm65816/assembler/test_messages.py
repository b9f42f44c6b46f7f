"""print, warn and error."""

from __future__ import annotations

import pytest

from tests.domains.asm65816.assembler.asm import errors, good, warnings


@pytest.mark.parametrize(
    ("arguments", "printed"),
    [
        ('"text"', "text"),
        ("pc", "008000"),
        ('"x = ",hex(later)', "x = 8000"),
        ("hex(10,4)", "000A"),
        ("dec(-5)", "-5"),
        ("bin(5,8)", "00000101"),
        ("double(1.5)", "1"),
        ("bytes", "0"),
    ],
)
def test_print_shows_texts_and_values(arguments: str, printed: str) -> None:
    assert good(f"print {arguments}\nlater:").printed == (printed,)


def test_lines_come_in_the_order_of_the_text() -> None:
    assert good("print hex(later)\nNOP\nprint bytes\nreset bytes\nprint bytes\nlater:").printed == ("8001", "1", "0")


def test_warn_and_error_report_what_the_text_says() -> None:
    assert warnings('warn "careful"') == ["warn_command"]
    assert errors('error "wrong"') == ["error_command"]


@pytest.mark.parametrize("arguments", ["nonsense", "hex(1,2,3)", '"a"b', "hex(1"])
def test_what_cannot_be_printed_is_refused(arguments: str) -> None:
    assert len(errors(f"print {arguments}")) == 1
