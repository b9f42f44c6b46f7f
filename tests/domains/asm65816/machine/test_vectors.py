"""The machine against 1,610 single-instruction tests that were verified on the console."""

from __future__ import annotations

import pytest

from tests.domains.asm65816.vectors import FILE, Vector, differences, read_vectors

pytestmark = pytest.mark.skipif(not FILE.is_file(), reason=f"{FILE} is not there: set SNES_TESTS to name it")

NOT_RUNNABLE = {
    "0599": "the ROM runs BNE and INY after TSC to test the flags, and the state after those is what the text gives",
    "059a": "the ROM runs BPL and INY after TSC to test the flags, and the state after those is what the text gives",
}


def runnable(*, emulation: bool) -> list[Vector]:
    return [vector for vector in read_vectors() if vector.emulation == emulation and vector.name not in NOT_RUNNABLE]


@pytest.mark.parametrize(("emulation", "count"), [(False, 1185), (True, 423)])
def test_every_vector_that_is_a_snippet_passes(emulation: bool, count: int) -> None:
    vectors = runnable(emulation=emulation)
    assert len(vectors) == count
    wrong = {f"{vector.name} {vector.instruction}": differences(vector) for vector in vectors}
    assert {name: found for name, found in wrong.items() if found} == {}
