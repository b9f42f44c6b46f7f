from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.trainer.conftest import Programs, chat, write_rows

pytestmark = pytest.mark.trainer
SCRIPT = Path(__file__).with_name("trained_text.py")
# ChatML as most instruct models ship it: nothing marks the assistant's tokens.
UNMARKED = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
SYSTEM = [{"role": "system", "content": "Be brief."}]
SINGLE: list[dict[str, Any]] = [chat("What is $2100?", "INIDISP"), {"messages": SYSTEM + chat("?", "TM")["messages"]}]
TWICE = [{"messages": chat("What is $2100?", "INIDISP")["messages"] + chat("And $2105?", "BGMODE")["messages"]}]


def trained(programs: Programs, base: Path, folder: Path, rows: list[dict[str, Any]], template: str = "") -> Any:
    arguments: list[Path] = [SCRIPT, base, write_rows(folder / "rows.jsonl", rows)]
    if template:
        (folder / "template.jinja").write_text(template)
        arguments.append(folder / "template.jinja")
    done = programs.run(*arguments)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_answers_and_their_end_of_turn_are_trained(programs: Programs, base: Path, tmp_path: Path) -> None:
    assert trained(programs, base, tmp_path, SINGLE + TWICE) == [
        "INIDISP<|im_end|>",
        "TM<|im_end|>",
        "INIDISP<|im_end|>BGMODE<|im_end|>",
    ]


def test_unmarked_template_trains_what_follows_the_prompt(programs: Programs, base: Path, tmp_path: Path) -> None:
    assert trained(programs, base, tmp_path, SINGLE, UNMARKED) == ["INIDISP<|im_end|>\n", "TM<|im_end|>\n"]


def test_every_answer_is_trained_where_the_template_leaves_what_came_before_as_it_was(
    programs: Programs, base: Path, tmp_path: Path
) -> None:
    assert trained(programs, base, tmp_path, TWICE, UNMARKED) == ["INIDISP<|im_end|>\nBGMODE<|im_end|>\n"]


def test_several_answers_are_refused_where_nobody_can_tell_them_from_the_rest(
    programs: Programs, base: Path, tmp_path: Path
) -> None:
    """The last answer is written another way than those before it, as templates of thinking models do."""
    otherwise = UNMARKED.replace("message['content']", "('(last) ' if loop.last else '') + message['content']")
    assert "the chat template does not mark" in trained(programs, base, tmp_path, TWICE, otherwise)
