from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from afsweb.llm.local.client import LocalModel, LocalModelFailed
from afsweb.llm.local.protocol import Question
from tests.trainer.conftest import ASKED, NAMES, PLACES, Programs

pytestmark = pytest.mark.trainer


def questions(asked: str) -> list[Question]:
    return [
        {"key": name, "messages": [{"role": "user", "content": asked.format(place)}]}
        for name, place in zip(NAMES, PLACES, strict=True)
    ]


@pytest.fixture(scope="module")
def model(programs: Programs, base: Path, whole_run: Path) -> Iterator[LocalModel]:
    with LocalModel(programs.python, base, whole_run / "adapter") as model:
        yield model


def test_batch_equals_one_by_one(model: LocalModel) -> None:
    # Of unequal length, so that the batch is padded.
    batch = [question for asked in (*ASKED, "{}?") for question in questions(asked)]

    together = model.answer(batch, max_new_tokens=12)

    assert together == [model.answer([question], max_new_tokens=12)[0] for question in batch]
    assert [answer.key for answer in together] == [question["key"] for question in batch]


def test_trained_model_ends_its_turns(model: LocalModel) -> None:
    answers = model.answer(questions(ASKED[0]), max_new_tokens=40)

    assert {answer.finish_reason for answer in answers} == {"stop"}
    assert all(0 < answer.output_tokens < 40 and answer.prompt_tokens > 5 for answer in answers)
    assert not any("<|" in answer.text for answer in answers)


def test_base_alone_knows_nothing(programs: Programs, base: Path) -> None:
    with LocalModel(programs.python, base) as model:
        answers = model.answer(questions(ASKED[0]), max_new_tokens=8)

    assert not [answer for answer in answers if answer.text.strip() == answer.key]


def test_length_ends_an_answer(model: LocalModel) -> None:
    [answer] = model.answer(questions(ASKED[0])[:1], max_new_tokens=1)

    assert (answer.finish_reason, answer.output_tokens) == ("length", 1)


def test_seed_repeats_a_sampled_answer(model: LocalModel) -> None:
    said = [model.answer(questions("{}?"), temperature=3.0, seed=seed, max_new_tokens=8) for seed in (1, 1, 2)]

    assert said[0] == said[1] != said[2]


@pytest.mark.parametrize(
    ("messages", "sentence"),
    [
        ([], "no message to answer"),
        ("hello", "no message to answer"),
        ([{"role": "robot", "content": "?"}], "one of the roles"),
        ([{"role": "user", "content": None}], "a content that is text"),
        ([{"role": "user", "content": "\ud800"}], "a content that is text"),
        ([{"role": "user", "content": "word " * 3000}], "exceed the context of 512"),
    ],
)
def test_wrong_question_fails_alone(model: LocalModel, messages: Any, sentence: str) -> None:
    good = questions(ASKED[0])[0]

    wrong, right = model.answer([{"key": 7, "messages": messages}, good])

    assert sentence in (wrong.error or "")
    assert (wrong.key, wrong.text, wrong.finish_reason) == (7, "", None)
    assert right == model.answer([good])[0]


def test_wrong_request_is_refused_and_the_next_is_answered(model: LocalModel) -> None:
    with pytest.raises(LocalModelFailed, match="max_new_tokens must be a whole number"):
        model.answer(questions(ASKED[0]), max_new_tokens=0)

    assert len(model.answer(questions(ASKED[0]))) == len(NAMES)


def test_program_answers_bad_lines_and_ends_with_its_input(programs: Programs, base: Path) -> None:
    lines = [b"{", b"\xff", b"[]", b'{"batch": []}', b'{"batch": [{"key": 1}]}', b'{"batch": 1, "colour": 2}']
    command = [programs.python, "-m", "afsweb.llm.local", "--base", str(base)]

    done = subprocess.run(command, input=b"\n".join(lines), capture_output=True, env=programs.env(), timeout=240)

    ready, *replies = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0, done.stderr
    assert ready["ready"] is True
    assert len(replies) == len(lines)
    assert all(set(reply) == {"error"} for reply in replies)


def test_model_that_ends_is_told(programs: Programs, base: Path) -> None:
    model = LocalModel(programs.python, base)
    os.kill(model._process.pid, 9)

    with pytest.raises(LocalModelFailed, match="it has ended"):
        model.answer(questions(ASKED[0]))


def test_slow_answer_is_given_up(programs: Programs, base: Path) -> None:
    model = LocalModel(programs.python, base)

    with pytest.raises(LocalModelFailed, match=r"longer than 0\.01 s"):
        model.answer(questions(ASKED[0]), max_new_tokens=400, timeout=0.01)

    assert model._process.poll() is not None


def test_folder_without_a_model_is_refused(programs: Programs, tmp_path: Path) -> None:
    with pytest.raises(LocalModelFailed, match="does not load"):
        LocalModel(programs.python, tmp_path)


def test_pickled_adapter_is_refused(programs: Programs, base: Path, whole_run: Path, tmp_path: Path) -> None:
    adapter = shutil.copytree(whole_run / "adapter", tmp_path / "adapter")
    (adapter / "adapter_model.safetensors").rename(adapter / "adapter_model.bin")

    with pytest.raises(LocalModelFailed, match=r"has no adapter_model\.safetensors"):
        LocalModel(programs.python, base, adapter)
