"""Which state becomes the result: the last, the one of the lowest validation loss, or the one that answers best."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.trainer.conftest import ASKED, NAMES, PLACES, Make, Programs, chat, events_of, rows, write_rows

pytestmark = pytest.mark.trainer
BY_LOSS = {"keep": "validation_loss", "early_stopping": 3, "save_every": 7, "eval_every": 3, "max_steps": 90}
BY_ANSWERS = {"keep": "domain", "domain_samples": 12, "domain": "asm65816", "save_every": 20, "eval_every": 0}

LEARNS = {"learning_rate": 4e-3, "batch_size": 12, "max_steps": 80}


@pytest.fixture(scope="module")
def contrary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Validation rows that name other registers: what is learnt makes their loss rise, after some steps of both."""
    folder = tmp_path_factory.mktemp("contrary")
    write_rows(folder / "train.jsonl", rows(ASKED))
    others = NAMES[3:] + NAMES[:3]
    asked = [chat(f"Which register is at {place}?", name) for place, name in zip(PLACES, others, strict=True)]
    write_rows(folder / "validation.jsonl", asked)
    return folder


@pytest.fixture(scope="module")
def runs(
    programs: Programs, make_spec: Make, contrary: Path, snapshot: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("best")
    same = tmp_path_factory.mktemp("same")
    write_rows(same / "train.jsonl", rows(ASKED))
    write_rows(same / "validation.jsonl", rows(ASKED[:1]))
    bare = tmp_path_factory.mktemp("bare")
    write_rows(bare / "train.jsonl", rows(ASKED))
    specs = [
        make_spec(folder / "loss", **BY_LOSS, snapshot_dir=str(contrary)),
        make_spec(folder / "answers", **BY_ANSWERS, **LEARNS, snapshot_dir=str(same)),
        make_spec(folder / "nothing", **{**BY_ANSWERS, "save_every": 1}, snapshot_dir=str(same), max_steps=2),
        make_spec(folder / "unjudged", **BY_LOSS, snapshot_dir=str(bare)),
        make_spec(folder / "unasked", **BY_ANSWERS, snapshot_dir=str(bare)),
        make_spec(folder / "elsewhere", **{**BY_ANSWERS, "domain": "astrology"}, snapshot_dir=str(same)),
    ]
    assert programs.train_all(specs) == [0, 0, 0, 3, 3, 2]
    return {name: folder / name for name in ("loss", "answers", "nothing", "unjudged", "unasked", "elsewhere")}


def told(work: Path, kind: str) -> list[dict[str, Any]]:
    return [event for event in events_of(work) if event["type"] == kind]


def tensors(folder: Path) -> bytes:
    return (folder / "adapter_model.safetensors").read_bytes()


def test_the_state_of_the_lowest_validation_loss_is_the_result(runs: dict[str, Path]) -> None:
    work = runs["loss"]
    evals = told(work, "eval")
    lowest = min(evals, key=lambda event: event["loss"])
    [best] = told(work, "best")
    assert (best["step"], best["value"], best["by"]) == (lowest["step"], lowest["loss"], "validation_loss")
    assert best["step"] < evals[-1]["step"]
    assert tensors(work / "adapter") == tensors(work / "checkpoints" / f"step-{best['step']:08d}")


def test_it_stops_early_when_no_validation_is_better(runs: dict[str, Path]) -> None:
    [best], evals, finished = told(runs["loss"], "best"), told(runs["loss"], "eval"), events_of(runs["loss"])[-1]
    assert [event["loss"] > best["value"] for event in evals[-3:]] == [True, True, True]
    assert (finished["type"], finished["step"]) == ("finished", best["step"] + 9)
    assert told(runs["loss"], "note")[-1]["text"] == "Stopped early: 3 validations without a lower loss."


def test_each_better_validation_seals_a_checkpoint_that_stays_while_it_is_the_best(runs: dict[str, Path]) -> None:
    work = runs["loss"]
    sealed, [best] = told(work, "checkpoint"), told(work, "best")
    assert best["step"] in [event["step"] for event in sealed]
    assert best["step"] not in [step for event in sealed for step in event["removed"]]
    assert len(list((work / "checkpoints").iterdir())) == 3  # the two newest, and the best


def test_a_run_that_stopped_early_trains_no_step_more(
    programs: Programs, make_spec: Make, contrary: Path, runs: dict[str, Path], tmp_path: Path
) -> None:
    """The trainer may be killed between its last checkpoint and its result."""
    work = tmp_path / "loss"
    shutil.copytree(runs["loss"] / "checkpoints", work / "checkpoints")
    done = programs.train(make_spec(work, **BY_LOSS, snapshot_dir=str(contrary), resume=True))
    assert done.returncode == 0, done.stderr
    assert [event["type"] for event in events_of(work)] == ["best", "finished"]
    assert tensors(work / "adapter") == tensors(runs["loss"] / "adapter")


def test_a_run_that_goes_on_comes_to_the_same_best(
    programs: Programs, make_spec: Make, contrary: Path, runs: dict[str, Path], tmp_path: Path
) -> None:
    """From the best checkpoint alone: its standing says what was best before, and how long ago."""
    work, [best] = tmp_path / "loss", told(runs["loss"], "best")
    name = f"step-{best['step']:08d}"
    shutil.copytree(runs["loss"] / "checkpoints" / name, work / "checkpoints" / name)
    done = programs.train(make_spec(work, **BY_LOSS, snapshot_dir=str(contrary), resume=True))
    assert done.returncode == 0, done.stderr
    assert told(work, "best")[0]["value"] == best["value"]
    assert events_of(work)[-1]["step"] == events_of(runs["loss"])[-1]["step"]
    assert tensors(work / "adapter") == tensors(runs["loss"] / "adapter")


def test_a_damaged_best_checkpoint_is_told(
    programs: Programs, make_spec: Make, contrary: Path, runs: dict[str, Path], tmp_path: Path
) -> None:
    work, [best] = tmp_path / "loss", told(runs["loss"], "best")
    shutil.copytree(runs["loss"] / "checkpoints", work / "checkpoints")
    (work / "checkpoints" / f"step-{best['step']:08d}" / "adapter_model.safetensors").write_bytes(b"torn")
    done = programs.train(make_spec(work, **BY_LOSS, snapshot_dir=str(contrary), resume=True))
    assert done.returncode == 0, done.stderr
    assert [event["type"] for event in events_of(work)] == ["note", "finished"]
    assert "is damaged, so the last state is the result" in events_of(work)[0]["text"]


def test_questions_are_answered_at_each_planned_checkpoint(runs: dict[str, Path]) -> None:
    asked = told(runs["answers"], "texts")
    assert [event["step"] for event in asked] == [20, 40, 60, 80]
    assert {len(event["texts"]) for event in asked} == {12}
    first = asked[-1]["texts"][0]
    assert (first["question"], first["expected"]) == ("Which register is at $2100?", "INIDISP")
    for event in asked:
        assert event["exact"] == pytest.approx(sum(text["exact"] for text in event["texts"]) / 12)
        assert event["right"] >= event["exact"]
        assert all(text["exact"] == (text["said"].split() == text["expected"].split()) for text in event["texts"])


def test_the_first_state_that_answers_most_is_the_result(runs: dict[str, Path]) -> None:
    asked, [best] = told(runs["answers"], "texts"), told(runs["answers"], "best")
    most = max(event["right"] for event in asked)
    assert most > 0.5
    assert (best["by"], best["value"]) == ("domain", most)
    assert best["step"] == next(event["step"] for event in asked if event["right"] == most)
    work = runs["answers"]
    assert tensors(work / "adapter") == tensors(work / "checkpoints" / f"step-{best['step']:08d}")


def test_where_nothing_is_answered_right_the_last_state_is_the_result(runs: dict[str, Path]) -> None:
    assert told(runs["nothing"], "best") == []
    assert told(runs["nothing"], "note")[-1]["text"].startswith("No checkpoint answered a question right")
    assert events_of(runs["nothing"])[-1]["type"] == "finished"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("unjudged", "early_stopping needs validation rows, and the snapshot has none"),
        ("unasked", "domain_samples needs validation rows, and the snapshot has none"),
        ("elsewhere", "This trainer has no domain astrology."),
    ],
)
def test_what_cannot_be_judged_is_refused(runs: dict[str, Path], name: str, sentence: str) -> None:
    [failed] = events_of(runs[name])
    assert sentence in failed["error"]


def test_the_standing_is_in_the_checkpoint(runs: dict[str, Path]) -> None:
    [best] = told(runs["loss"], "best")
    last = max((runs["loss"] / "checkpoints").iterdir())
    standing = json.loads((last / "standing.json").read_text())
    assert (standing["best_step"], standing["without_better"], standing["ended"]) == (best["step"], 3, True)
