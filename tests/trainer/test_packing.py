"""Several rows in one line: only where they do not see each other, which is proven before the first step."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.trainer.conftest import Make, Programs, events_of
from training_app.trainer.packing import pack, packed
from training_app.trainer.tokens import Tokens

pytestmark = pytest.mark.trainer
# The second spec with a collator that forgets where a row begins.
PACKED_THEN_FORGETFUL = """
import json, sys
from training_app.trainer.program import main
codes = [main([sys.argv[1]])]
import torch
from trl.trainer.sft_trainer import DataCollatorForLanguageModeling as Collator
Collator.get_position_ids_from_packed_seq_lengths = lambda self, lengths: [torch.arange(sum(one)) for one in lengths]
print(json.dumps([*codes, main([sys.argv[2]])]))
"""


@pytest.fixture(scope="module")
def runs(programs: Programs, make_spec: Make, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("packing")
    (folder / "both.py").write_text(PACKED_THEN_FORGETFUL)
    once = {"packing": True, "max_steps": None, "epochs": 2, "batch_size": 1, "eval_every": 0}
    specs = [make_spec(folder / name, **once) for name in ("packed", "forgetful")]
    done = programs.run(folder / "both.py", *specs)
    assert done.stdout.splitlines()[-1] == "[0, 3]", done.stderr
    return {name: folder / name for name in ("packed", "forgetful")}


def test_the_longest_go_first_and_the_fullest_line_is_filled() -> None:
    assert pack([3, 6, 2, 7, 4], 10) == [[3, 0], [1, 4], [2]]
    assert pack([5], 5) == [[0]]
    assert pack([], 5) == []


def test_every_row_has_one_place_and_no_line_is_too_long() -> None:
    lengths = [1 + (17 * number) % 60 for number in range(300)]
    lines = pack(lengths, 64)
    assert sorted(row for line in lines for row in line) == list(range(300))
    assert max(sum(lengths[row] for row in line) for line in lines) <= 64
    assert len(lines) <= sum(lengths) / 64 * 1.05 + 1


def test_nothing_before_a_row_is_asked_for_its_first_token() -> None:
    line = packed([Tokens([1, 2], [-100, 2]), Tokens([3, 4], [3, 4])])
    assert line == {"input_ids": [1, 2, 3, 4], "labels": [-100, 2, -100, 4], "seq_lengths": [2, 2]}


def test_packed_rows_train(runs: dict[str, Path]) -> None:
    events = events_of(runs["packed"])
    losses = [event["loss"] for event in events if event["type"] == "log"]
    # Two or three rows stand in each line of 64 tokens, so 48 rows take far fewer steps than 96.
    assert events[0]["rows"] == 48
    assert len(losses) == events[0]["max_steps"] < 60
    assert losses[-1] < losses[0] - 1


def test_rows_that_see_each_other_are_refused(runs: dict[str, Path]) -> None:
    [failed] = events_of(runs["forgetful"])
    assert failed["error"].startswith("Packing is not safe here: rows packed into one line change each other's loss by")
    assert "Set packing to false" in failed["advice"]
