"""The reason of a failed training: what its trainer printed last, unless it was killed and could say nothing."""

from __future__ import annotations

import pytest

from training_app.training import how_it_ended


@pytest.mark.parametrize(
    ("code", "printed", "reason"),
    [
        (1, "No module named torch", "No module named torch"),
        (3, "", "The trainer ended with code 3."),
        (-11, "Segmentation fault", "Segmentation fault"),
        (-9, "a warning from the start", "The trainer was killed from outside (signal 9)"),
    ],
)
def test_the_reason_is_what_ended_it(code: int, printed: str, reason: str) -> None:
    assert how_it_ended(code, printed).startswith(reason)
