"""Each setting of a recipe does what it says: methods, optimizers, precision, how the loss is computed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.trainer.conftest import Make, Programs, events_of
from training_app.trainer import environment
from training_app.trainer.errors import BitsAndBytesMissing

pytestmark = pytest.mark.trainer
STEPS = 8
RUNS: dict[str, dict[str, Any]] = {
    "lora": {},
    "lora8": {"method": "lora8"},
    "qlora": {"method": "qlora"},
    "qlora_judged": {"method": "qlora", "eval_every": 2},
    "full": {"method": "full"},
    "rslora": {"use_rslora": True},
    "dora": {"use_dora": True},
    "whole_logits": {"chunked_loss": False},
    "checkpointing": {"gradient_checkpointing": "on"},
    "adamw_8bit": {"optimizer": "adamw_8bit"},
    "adafactor": {"optimizer": "adafactor"},
    "decay": {"weight_decay": 0.5},
    "clipped": {"max_grad_norm": 1e-4},
    "warm": {"warmup_ratio": 0.5, "warmup_steps": 1, "scheduler": "constant_with_warmup"},
    "seeded": {"seed": 7},
    "paged": {"optimizer": "paged_adamw_8bit"},
    "bf16": {"precision": "bf16"},
}


@pytest.fixture(scope="module")
def runs(programs: Programs, make_spec: Make, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Name -> work folder of a training with those settings. No dropout: nothing is drawn but the order of rows."""
    folder = tmp_path_factory.mktemp("methods")
    usual = {"max_steps": STEPS, "dropout": 0.0, "eval_every": 0, "save_every": STEPS}
    specs = [make_spec(folder / name, **{**usual, **settings}) for name, settings in RUNS.items()]
    codes = programs.train_all(specs)
    assert codes == [2 if name in ("paged", "bf16") else 0 for name in RUNS]
    return {name: folder / name for name in RUNS}


def curve(work: Path, what: str = "loss") -> list[float]:
    return [event[what] for event in events_of(work) if event["type"] == "log"]


def started(work: Path) -> dict[str, Any]:
    return next(event for event in events_of(work) if event["type"] == "started")


def config(work: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((work / "adapter" / "adapter_config.json").read_text())
    return told


@pytest.mark.parametrize("name", [name for name in RUNS if name not in ("paged", "bf16", "clipped")])
def test_it_learns(runs: dict[str, Path], name: str) -> None:
    losses = curve(runs[name])
    assert len(losses) == STEPS
    assert losses[-1] < losses[0] - 0.3


def test_a_quantised_base_is_smaller_and_not_quite_the_same(runs: dict[str, Path]) -> None:
    assert started(runs["qlora"])["total_parameters"] < 0.8 * started(runs["lora"])["total_parameters"]
    first = {name: curve(runs[name])[0] for name in ("lora", "lora8", "qlora")}
    assert first["lora"] != first["lora8"] != first["qlora"]
    assert first["qlora"] == pytest.approx(first["lora"], abs=0.05)


def test_a_validation_takes_no_gradient_from_a_quantised_base(runs: dict[str, Path]) -> None:
    """bitsandbytes repacks 4-bit weights for inference where the CPU has bf16; those let no gradient through."""
    assert [event["type"] for event in events_of(runs["qlora_judged"])].count("eval") == STEPS // 2
    assert curve(runs["qlora_judged"], "grad_norm") == curve(runs["qlora"], "grad_norm")


def test_an_adapter_says_how_it_is_scaled(runs: dict[str, Path]) -> None:
    flags = {
        name: (config(runs[name])["use_rslora"], config(runs[name])["use_dora"]) for name in ("lora", "rslora", "dora")
    }
    assert flags == {"lora": (False, False), "rslora": (True, False), "dora": (False, True)}
    assert started(runs["dora"])["trainable_parameters"] > started(runs["lora"])["trainable_parameters"]


def test_a_whole_training_leaves_a_base_of_its_own(runs: dict[str, Path], base: Path) -> None:
    work, finished = runs["full"], events_of(runs["full"])[-1]
    assert (finished["type"], finished["weights_dir"]) == ("finished", "weights")
    assert not (work / "adapter").exists()
    names = {path.name for path in base.iterdir()}
    assert {path.name for path in (work / "weights").iterdir()} == names
    same = {name for name in names if (work / "weights" / name).read_bytes() == (base / name).read_bytes()}
    assert same == names - {"model.safetensors"}
    told = started(work)
    assert told["trainable_parameters"] == told["total_parameters"]


@pytest.mark.parametrize("name", ["whole_logits", "checkpointing"])
def test_what_saves_memory_changes_no_result(runs: dict[str, Path], name: str) -> None:
    assert curve(runs[name]) == pytest.approx(curve(runs["lora"]), abs=2e-4)


@pytest.mark.parametrize("name", ["adamw_8bit", "adafactor", "decay", "clipped", "seeded"])
def test_what_changes_the_result_changes_it(runs: dict[str, Path], name: str) -> None:
    assert curve(runs[name])[1:] != curve(runs["lora"])[1:]


def test_a_share_of_the_steps_goes_before_their_number(runs: dict[str, Path]) -> None:
    rates = curve(runs["warm"], "learning_rate")
    assert rates == pytest.approx([2e-3 * min(1, step / (STEPS / 2)) for step in range(STEPS)])


def test_attention_is_sdpa(runs: dict[str, Path]) -> None:
    assert started(runs["lora"])["attention"] == "sdpa"


@pytest.mark.parametrize(
    ("name", "error", "advice"),
    [
        ("paged", "The optimizer paged_adamw_8bit pages its state to and from a GPU", "Set optimizer to adamw_8bit"),
        ("bf16", "does not train in bf16", "Set precision to auto, or to fp32."),
    ],
)
def test_what_the_device_lacks_is_refused_by_name(runs: dict[str, Path], name: str, error: str, advice: str) -> None:
    [failed] = events_of(runs[name])
    assert failed["type"] == "failed"
    assert error in failed["error"]
    assert advice in failed["advice"]


def test_a_missing_bitsandbytes_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "find_spec", lambda name: None)
    with pytest.raises(BitsAndBytesMissing, match=r"A base in 4 bits needs the package bitsandbytes.*afs host setup"):
        environment.require_bitsandbytes("A base in 4 bits")
