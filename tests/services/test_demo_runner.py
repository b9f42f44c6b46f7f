"""The demo's stages run in order, up to the first that fails, and say how they went."""

from __future__ import annotations

import io

import pytest

from afsweb.demo.runner import Say, Stage, StageFailed, run_stages


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def fine(say: Say) -> str:
    say("half way")
    return "200 samples"


def refused(_: Say) -> str:
    raise StageFailed("The snapshot is empty: import samples first.")


def broken(_: Say) -> str:
    raise ZeroDivisionError("no rows")


def test_each_stage_has_a_line_with_its_time_and_outcome() -> None:
    out = io.StringIO()
    assert run_stages([Stage("import", fine), Stage("train", fine)], out)
    first, second, end = out.getvalue().splitlines()
    assert first.split() == ["1/2", "import", "0.0", "s", "200", "samples"]
    assert second.startswith("  2/2  train")
    assert end.startswith("the demo is done after")


@pytest.mark.parametrize(
    ("failing", "said"), [(refused, "The snapshot is empty"), (broken, "ZeroDivisionError: no rows")]
)
def test_failure_is_shown_and_ends_the_demo(failing: object, said: str) -> None:
    out = io.StringIO()
    ran: list[str] = []

    def never(_: Say) -> str:
        ran.append("never")
        return ""

    assert not run_stages([Stage("import", failing), Stage("train", never)], out)  # type: ignore[arg-type]
    assert "FAILED" in out.getvalue()
    assert said in out.getvalue()
    assert ran == []
    assert "the demo stopped after" in out.getvalue()


def test_progress_is_for_terminals_only() -> None:
    pipe, terminal = io.StringIO(), Terminal()
    run_stages([Stage("import", fine)], pipe)
    run_stages([Stage("import", fine)], terminal)
    assert "half way" not in pipe.getvalue()
    assert "half way" in terminal.getvalue()
