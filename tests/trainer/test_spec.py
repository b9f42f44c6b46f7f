from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from training_app.trainer.errors import SpecError
from training_app.trainer.spec import load_spec


@pytest.fixture
def values(tmp_path: Path) -> dict[str, Any]:
    folders = {name: str(tmp_path) for name in ("work_dir", "base_dir", "snapshot_dir")}
    return {"run_id": "a-run", "base_id": "afsweb/tiny", "max_steps": 10, **folders}


def write(folder: Path, values: Any) -> Path:
    path = folder / "spec.json"
    path.write_text(values if isinstance(values, str) else json.dumps(values))
    return path


def test_spec_is_read_with_its_defaults(tmp_path: Path, values: dict[str, Any]) -> None:
    spec = load_spec(write(tmp_path, {**values, "target_modules": ["q_proj"]}))

    assert (spec.max_steps, spec.rank, spec.target_modules, spec.work) == (10, 16, ("q_proj",), tmp_path)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"rank": 0}, "rank is 0, but must be a whole number from 1 to 4096"),
        ({"rank": True}, "rank is true, but must be a whole number"),
        ({"learning_rate": "fast"}, 'learning_rate is "fast", but must be a number from'),
        ({"learning_rate": float("nan")}, "learning_rate is NaN, but must be a number"),
        ({"method": "galore"}, 'method is "galore", but must be one of lora, lora8, qlora, full'),
        ({"objective": "dpo", "packing": True}, "packing is for objective sft"),
        ({"objective": "dpo", "chunked_loss": False}, "chunked_loss false is for objective sft"),
        ({"early_stopping": 2, "eval_every": 0}, "need eval_every above 0"),
        ({"keep": "domain"}, "keep domain needs domain_samples above 0"),
        ({"modules_to_save": "lm_head"}, "must be a list of names"),
        ({"run_id": " "}, "run_id is"),
        ({"resume": "yes"}, "must be true or false"),
        ({"colour": "red"}, "it has the unknown field colour"),
        ({"epochs": 2}, "either max_steps or epochs"),
        ({"max_steps": None}, "either max_steps or epochs"),
        ({"base_dir": "/nowhere/at/all"}, "base_dir is /nowhere/at/all, which is no folder"),
    ],
)
def test_wrong_value_is_refused_by_name(
    tmp_path: Path, values: dict[str, Any], change: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(SpecError) as refused:
        load_spec(write(tmp_path, values | change))

    assert sentence in str(refused.value)
    assert str(refused.value).endswith("Correct it and start again.")


def test_missing_value_is_refused_by_name(tmp_path: Path, values: dict[str, Any]) -> None:
    del values["base_id"]

    with pytest.raises(SpecError, match="base_id is missing"):
        load_spec(write(tmp_path, values))


@pytest.mark.parametrize("text", ["{", "[]", "null", "[" * 20_000, ""])
def test_what_is_no_object_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(SpecError, match="JSON"):
        load_spec(write(tmp_path, text))


def test_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="cannot be read"):
        load_spec(tmp_path / "spec.json")


def test_identity_leaves_out_where_and_how_often(tmp_path: Path, values: dict[str, Any]) -> None:
    here = load_spec(write(tmp_path, values)).identity()
    elsewhere = load_spec(write(tmp_path, values | {"threads": 2, "save_every": 5, "resume": True})).identity()
    other = load_spec(write(tmp_path, values | {"seed": 1})).identity()

    assert here == elsewhere != other
