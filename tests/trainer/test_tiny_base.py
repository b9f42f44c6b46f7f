from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from afsweb.storage import store
from tests.trainer.conftest import Programs

pytestmark = pytest.mark.trainer
Build = Callable[..., dict[str, Any]]


def test_same_rows_and_seed_give_the_same_files(build_base: Build, tmp_path: Path) -> None:
    one, two = build_base(tmp_path / "one", seed=3), build_base(tmp_path / "two", seed=3)

    assert one["sha256"] == two["sha256"] == store(tmp_path / "one", tmp_path / "store").sha256


def test_another_seed_gives_other_weights(build_base: Build, base: Path, tmp_path: Path) -> None:
    build_base(tmp_path / "other", seed=1)

    same = {file.name: file.read_bytes() == (tmp_path / "other" / file.name).read_bytes() for file in base.iterdir()}
    assert [name for name, equal in same.items() if not equal] == ["model.safetensors"]


def test_named_words_are_one_token_each_and_only_as_whole_words(build_base: Build, tmp_path: Path) -> None:
    said = build_base(tmp_path / "named", words=["$2100", "TM"])
    plain = build_base(tmp_path / "plain")

    added = json.loads((tmp_path / "named" / "tokenizer.json").read_text())["added_tokens"]
    assert {token["content"]: token["single_word"] for token in added if not token["special"]} == {
        "$2100": True,
        "TM": True,
    }
    assert said["vocabulary"] > plain["vocabulary"]


def test_config_has_both_forms_of_rope_theta(base: Path) -> None:
    config = json.loads((base / "config.json").read_text())

    assert config["rope_theta"] == config["rope_parameters"]["rope_theta"] == 10_000
    assert config["tie_word_embeddings"] is False


def test_wrong_spec_is_refused(programs: Programs, tmp_path: Path) -> None:
    (tmp_path / "spec.json").write_text(json.dumps({"rows_file": "rows.jsonl", "out_dir": "out", "vocabulary": 5}))

    done = programs.run("-m", "training_app.trainer.tiny_base", tmp_path / "spec.json")

    assert done.returncode == 2
    assert "vocabulary is 5, but must be a whole number from 300" in done.stderr


def test_missing_rows_are_refused(programs: Programs, tmp_path: Path) -> None:
    spec = {"rows_file": str(tmp_path / "rows.jsonl"), "out_dir": str(tmp_path / "out")}
    (tmp_path / "spec.json").write_text(json.dumps(spec))

    done = programs.run("-m", "training_app.trainer.tiny_base", tmp_path / "spec.json")

    assert done.returncode == 3
    assert "rows.jsonl is missing or empty" in done.stderr
    assert not (tmp_path / "out").exists()
