"""docs/asm65816.md shows for each rung what stops below it: that is true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from datasets_app.domains.asm65816.verify import LADDER, verify

PAGE = (Path(__file__).parents[4] / "docs" / "asm65816.md").read_text()
ROWS = re.findall(r"^\| (\d) \| ([^|]+) \| ([^|]+) \| (?:`(\w+)`)? ?\|$", PAGE, re.MULTILINE)
EXAMPLES = [(int(level), code[1], finding) for level, _, text, finding in ROWS if (code := re.match("`(.+?)`", text))]


def test_every_rung_stands_in_the_table_under_its_name() -> None:
    assert [said.strip() for _, said, _, _ in ROWS] == list(LADDER[1:])


@pytest.mark.parametrize(("level", "code", "finding"), EXAMPLES)
def test_what_is_said_to_stop_a_text_stops_it(level: int, code: str, finding: str) -> None:
    verdict = verify(f"```asm\n{code}\n```")
    assert verdict.level == level - 1
    assert finding in [one.code for one in verdict.findings if one.level == "bad"]


def test_each_rung_that_code_can_break_has_an_example() -> None:
    assert [level for level, _, _ in EXAMPLES] == [2, 3, 4, 5, 6]
