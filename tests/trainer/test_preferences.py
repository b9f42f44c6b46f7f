"""Training on preference pairs: the chosen answer becomes likelier than the rejected one, against the base itself."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.trainer.conftest import ASKED, NAMES, PLACES, Make, Programs, events_of, write_rows
from training_app.trainer.errors import AnswersBeginApart, RowsUnreadable
from training_app.trainer.pairs import join_sides, read_pairs
from training_app.trainer.tokens import Tokens

USUAL = {"objective": "dpo", "max_steps": 24, "dropout": 0.0, "beta": 0.5, "eval_every": 12, "save_every": 12}


def pair(question: str, chosen: str, rejected: str) -> dict[str, Any]:
    said = {
        name: [{"role": "assistant", "content": text}] for name, text in (("chosen", chosen), ("rejected", rejected))
    }
    return {"prompt": [{"role": "user", "content": question}], **said}


def pairs(asked: list[str]) -> list[dict[str, Any]]:
    named = list(zip(PLACES, NAMES, strict=True))
    return [pair(form.format(place), name, "no register") for form in asked for place, name in named]


@pytest.fixture(scope="module")
def snapshot_of_pairs(snapshot: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = shutil.copytree(snapshot, tmp_path_factory.mktemp("pairs") / "snapshot")
    write_rows(folder / "pairs.jsonl", pairs(ASKED))
    write_rows(folder / "validation_pairs.jsonl", pairs(["Can you name {}?"]))
    return folder


@pytest.fixture(scope="module")
def runs(
    programs: Programs,
    make_spec: Make,
    snapshot: Path,
    snapshot_of_pairs: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("dpo")
    here = {**USUAL, "snapshot_dir": str(snapshot_of_pairs)}
    specs = [
        make_spec(folder / "pairs", **here),
        make_spec(folder / "whole", **{**here, "method": "full", "max_steps": 6}),
        make_spec(folder / "none", **USUAL, snapshot_dir=str(snapshot)),
        make_spec(folder / "long", **{**here, "max_length": 12}),
    ]
    assert programs.train_all(specs) == [0, 0, 3, 3]
    return {name: folder / name for name in ("pairs", "whole", "none", "long")}


def told(work: Path, kind: str) -> list[dict[str, Any]]:
    return [event for event in events_of(work) if event["type"] == kind]


def test_the_chosen_answers_come_to_be_preferred(runs: dict[str, Path]) -> None:
    steps = told(runs["pairs"], "log")
    # Model and reference are the same before the first step, so nothing is preferred: -log σ(0).
    assert (steps[0]["loss"], steps[0]["reward_margin"]) == (pytest.approx(0.6931, abs=1e-4), 0)
    assert steps[-1]["loss"] < 0.5
    assert steps[-1]["reward_margin"] > 1
    assert steps[-1]["reward_accuracy"] > 0.7
    assert [event["step"] for event in told(runs["pairs"], "eval")] == [12, 24]


def test_pairs_are_counted_and_an_adapter_comes_of_them(runs: dict[str, Path]) -> None:
    [started] = told(runs["pairs"], "started")
    assert (started["rows"], started["validation_rows"], started["left_out"]) == (48, 12, 0)
    assert 0 < started["trained_tokens"] < started["tokens"]
    assert (runs["pairs"] / "adapter" / "adapter_model.safetensors").is_file()


def test_a_whole_model_is_compared_with_a_copy_of_the_base(runs: dict[str, Path]) -> None:
    steps = told(runs["whole"], "log")
    assert steps[0]["loss"] == pytest.approx(0.6931, abs=1e-4)
    assert steps[-1]["loss"] < steps[0]["loss"]
    assert (runs["whole"] / "weights" / "model.safetensors").is_file()


def test_a_snapshot_without_pairs_is_refused(runs: dict[str, Path]) -> None:
    [failed] = events_of(runs["none"])
    assert failed["error"] == "The snapshot has no preference pairs to train on: pairs.jsonl is missing or empty."
    assert "on the page Preferences" in failed["advice"]


def test_the_gates_of_rows_hold_for_pairs_too(runs: dict[str, Path]) -> None:
    [failed] = events_of(runs["long"])
    assert "rows in pairs.jsonl would lose the end of an answer to max_length" in failed["error"]


def test_a_line_that_is_no_pair_is_named(tmp_path: Path) -> None:
    write_rows(tmp_path / "pairs.jsonl", [pair("?", "yes", "no"), {"chosen": "yes"}])
    with pytest.raises(RowsUnreadable, match=r"Line 2 of pairs\.jsonl .* not the JSON of a pair"):
        read_pairs(tmp_path / "pairs.jsonl", required=True)


def test_only_the_last_answer_is_compared() -> None:
    """Question 1, answer 2 with its end 9, question 3; then 4 or 5 with their end, and a line break 8, not trained."""
    rows = [Tokens([1, 2, 9, 3, answer, 9, 8], [-100, 2, 9, -100, answer, 9, -100]) for answer in (4, 5)]
    [both] = join_sides(rows[:1], rows[1:], "pairs.jsonl")
    assert (both.prompt, both.chosen, both.rejected) == ([1, 2, 9, 3], [4, 9], [5, 9])


def test_a_template_that_rewrites_the_question_is_refused() -> None:
    one, other = Tokens([1, 4, 9], [-100, 4, 9]), Tokens([2, 5, 9], [-100, 5, 9])
    with pytest.raises(AnswersBeginApart, match=r"Line 1 of pairs\.jsonl"):
        join_sides([one], [other], "pairs.jsonl")
