"""An adapter that MLX trained says in peft what it says in MLX; also of a base with another turn of its positions."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.trainer.conftest import Make, Programs
from tests.trainer.test_contract import interpreter
from training_app.trainer.mlx.model import rope_settings

HERE = Path(__file__).parent
TURN = {"rope_type": "default", "rope_theta": 500.0}


@pytest.fixture(scope="module")
def turned(base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The base as transformers 5 writes it: its positions' turn under a name that mlx-lm does not read."""
    folder = tmp_path_factory.mktemp("turned") / "base"
    shutil.copytree(base, folder)
    config = json.loads((folder / "config.json").read_text()) | {"rope_parameters": TURN}
    config.pop("rope_theta", None)
    (folder / "config.json").write_text(json.dumps(config))
    return folder


@pytest.mark.trainer
@pytest.mark.parametrize("settings", [{}, {"use_rslora": True, "target_modules": ["q_proj", "down_proj"]}])
def test_logits_are_the_same(
    programs: Programs, make_spec: Make, turned: Path, tmp_path: Path, settings: dict[str, Any]
) -> None:
    mlx = Programs(interpreter("mlx"))
    work, out = tmp_path / "run", tmp_path / "logits.safetensors"
    spec = make_spec(work, backend="mlx", base_dir=str(turned), max_steps=10, eval_every=0, **settings)
    done = mlx.train(spec)
    assert done.returncode == 0, done.stderr
    done = mlx.run(HERE / "mlx_logits.py", spec, work / "checkpoints" / "step-00000010", out)
    assert done.returncode == 0, done.stderr
    done = programs.run(HERE / "peft_logits.py", turned, work / "adapter", out)
    assert done.returncode == 0, done.stderr
    off, trained = map(float, done.stdout.split()[-2:])
    assert off <= 1e-3
    assert trained > 0.1


def test_the_turn_of_positions_has_the_names_that_mlx_reads(tmp_path: Path) -> None:
    def settings(**config: object) -> dict[str, Any]:
        (tmp_path / "config.json").write_text(json.dumps(config))
        return rope_settings(tmp_path)

    assert settings(rope_theta=1.0) == {}
    assert settings(rope_theta=1.0, rope_parameters=TURN) == {}
    assert settings(rope_parameters=TURN) == {"rope_theta": 500.0}
    longer = {"rope_type": "llama3", "factor": 8.0, "rope_theta": 2.0}
    scaled = {"rope_type": "llama3", "factor": 8.0}
    assert settings(rope_parameters=longer) == {"rope_theta": 2.0, "rope_scaling": scaled}
    gemma = {"full_attention": TURN, "sliding_attention": {"rope_type": "default", "rope_theta": 10.0}}
    assert settings(rope_parameters=gemma) == {"rope_theta": 500.0, "rope_local_base_freq": 10.0}
