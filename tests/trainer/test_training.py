from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest

from afsweb.storage import store
from tests.trainer.conftest import all_events, events_of

pytestmark = pytest.mark.trainer


def test_events_tell_the_whole_run(whole_run: Path) -> None:
    events = events_of(whole_run)

    assert [event["seq"] for event in all_events(whole_run)] == list(range(1, len(all_events(whole_run)) + 1))
    assert [event["step"] for event in events if event["type"] == "log"] == list(range(1, 61))
    # Every 25 steps, and once more for what is handed over.
    assert [event["step"] for event in events if event["type"] == "eval"] == [25, 50, 60]
    assert [event["step"] for event in events if event["type"] == "checkpoint"] == [10, 20, 30, 40, 50, 60]
    assert [events[0]["type"], events[-1]["type"]] == ["started", "finished"]


def test_start_names_all_that_a_repetition_needs(whole_run: Path, base: Path, snapshot: Path, tmp_path: Path) -> None:
    [started] = [event for event in events_of(whole_run) if event["type"] == "started"]

    assert (started["max_steps"], started["rows"], started["validation_rows"]) == (60, 48, 12)
    assert set(started["versions"]) >= {"python", "torch", "transformers", "trl", "peft"}
    assert 0 < started["trainable_parameters"] < started["total_parameters"]
    assert 0 < started["trained_tokens"] < started["tokens"]
    assert started["base_sha256"] == store(base, tmp_path).sha256
    assert started["snapshot_sha256"] == store(snapshot, tmp_path).sha256
    assert len(started["template_sha256"]) == 64


def test_training_learns(whole_run: Path) -> None:
    events = events_of(whole_run)
    losses = [event["loss"] for event in events if event["type"] == "log"]
    evals = [event["loss"] for event in events if event["type"] == "eval"]

    assert losses[-1] < losses[0] / 2
    assert evals == sorted(evals, reverse=True)
    assert all(event["tokens_per_s"] > 0 and event["grad_norm"] > 0 for event in events if event["type"] == "log")


def test_learning_rate_falls_to_zero_by_the_last_step(whole_run: Path) -> None:
    rates = [event["learning_rate"] for event in events_of(whole_run) if event["type"] == "log"]

    assert rates[0] == 2e-3
    assert all(before > after for before, after in pairwise(rates))


def test_adapter_is_portable(whole_run: Path, tmp_path: Path) -> None:
    adapter = whole_run / "adapter"
    config = json.loads((adapter / "adapter_config.json").read_text())

    assert sorted(file.name for file in adapter.iterdir()) == ["adapter_config.json", "adapter_model.safetensors"]
    assert config["base_model_name_or_path"] == "afsweb/tiny"
    assert str(whole_run.parent) not in json.dumps(config)
    assert events_of(whole_run)[-1]["sha256"] == store(adapter, tmp_path).sha256


def test_only_the_newest_checkpoints_stay(whole_run: Path) -> None:
    removed = [event["removed"] for event in events_of(whole_run) if event["type"] == "checkpoint"]

    assert removed == [[], [], [10], [20], [30], [40]]
    left = sorted(path.name for path in whole_run.iterdir())
    assert left == ["adapter", "bundle.json", "checkpoints", "events.jsonl", "lock", "tensorboard"]
    assert len(list((whole_run / "checkpoints").iterdir())) == 2
