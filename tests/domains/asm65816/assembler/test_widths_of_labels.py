"""What `optimize`, `dpbase` and `bank` change about how wide a label is."""

from __future__ import annotations

import pytest

from tests.domains.asm65816.assembler.asm import code, errors


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = $7E0010\nLDA x", "af 10 00 7e"),
        ("optimize dp always\nx = $7E0010\nLDA x", "a5 10"),
        ("optimize dp ram\nx = $000010\nLDA x", "ad 10 00"),
        ("dpbase $2100\noptimize dp always\nx = $2110\nLDA x", "a5 10"),
        ("optimize address ram\nx = $7E1000\nLDA x", "ad 00 10"),
        ("optimize address mirrors\norg $018000\nx = $002100\nLDA x", "ad 00 21"),
        ("bank $7E\nx = $7E1234\nLDA x", "ad 34 12"),
        ("bank noassume\nx: LDA x\nbank auto\nLDA x", "af 00 80 00 ad 00 80"),
        ("bank $7E\nx: JSR x", "20 00 80"),
    ],
)
def test_a_label_is_as_wide_as_its_bank_asks(source: str, expected: str) -> None:
    assert code(source) == expected


@pytest.mark.parametrize("source", ["optimize dp sometimes", "optimize all on", "dpbase $2101", "bank $100"])
def test_settings_that_do_not_exist_are_refused(source: str) -> None:
    assert len(errors(source)) == 1
