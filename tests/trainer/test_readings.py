"""What the trainer takes of its machine: read beside the training, told as events; the cards by a stand-in for NVML."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.trainer.conftest import all_events
from training_app.trainer.events import EventLog
from training_app.trainer.nvidia import find_cards
from training_app.trainer.sampling import STATUS


class NVMLError(Exception):
    """As the library's own."""


def nvml(**says: Any) -> Any:
    """A library that knows one card, `GPU-a`, which does not say what is missing here."""

    def handle(name: str) -> str:
        if name != "GPU-a":
            raise NVMLError
        return name

    def ask(what: str) -> Any:
        def answer(*_: Any) -> Any:
            if what not in says:
                raise NVMLError
            return says[what]

        return answer

    return SimpleNamespace(
        NVMLError=NVMLError,
        NVML_TEMPERATURE_GPU=0,
        nvmlDeviceGetHandleByUUID=handle,
        nvmlDeviceGetMemoryInfo=ask("memory"),
        nvmlDeviceGetUtilizationRates=ask("busy"),
        nvmlDeviceGetPowerUsage=ask("milliwatts"),
        nvmlDeviceGetTemperature=ask("celsius"),
    )


def test_a_card_says_how_busy_full_and_hot_it_is_and_what_it_draws() -> None:
    memory, busy = SimpleNamespace(used=6 << 30, total=16 << 30), SimpleNamespace(gpu=93)
    (card,) = find_cards(nvml(memory=memory, busy=busy, milliwatts=151_500, celsius=64), ["GPU-a"])
    read = {"gpu": 0, "busy": 0.93, "memory_used": 6 << 30, "memory_total": 16 << 30, "watts": 151.5, "celsius": 64}
    assert card.read() == read


def test_what_a_card_does_not_say_is_not_said() -> None:
    (card,) = find_cards(nvml(celsius=40), ["GPU-a"])
    unsaid = {"gpu": 0, "busy": None, "memory_used": None, "memory_total": None, "watts": None}
    assert card.read() == {**unsaid, "celsius": 40}


def test_a_card_that_nvml_does_not_know_is_left_out() -> None:
    assert find_cards(nvml(), ["GPU-b"]) == []


@pytest.mark.trainer
def test_a_training_tells_what_it_takes(whole_run: Path) -> None:
    readings = [event for event in all_events(whole_run) if event["type"] == "reading"]
    last = readings[-1]
    assert last["step"] == 60
    assert last["cpu_percent"] > 0
    assert 100 << 20 < last["rss_bytes"] < 16 << 30
    assert last["peak_bytes"] == pytest.approx(last["rss_bytes"], rel=0.5)
    assert (last["gpus"], last["wh"]) == ([], None)


@pytest.mark.skipif(not STATUS.exists(), reason="only Linux hands the peak down")
def test_the_peak_is_not_that_of_whoever_started_the_training() -> None:
    say = "from training_app.trainer.sampling import _peak_resident; print(_peak_resident())"
    fat = f"import os, sys; held = b'1' * (1 << 30); os.execv(sys.executable, [sys.executable, '-c', '{say}'])"
    peak = int(subprocess.run([sys.executable, "-c", fat], capture_output=True, text=True, check=True).stdout)
    assert 1 << 20 < peak < 1 << 29


def write_many(log: EventLog) -> None:
    for _ in range(200):
        log.write("note", text="x" * 500)


def test_threads_share_the_log(tmp_path: Path) -> None:
    """The sampler writes between the lines of the training, never into one."""
    log = EventLog(tmp_path / "events.jsonl")
    threads = [threading.Thread(target=write_many, args=(log,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lines = [json.loads(line) for line in (tmp_path / "events.jsonl").read_text().splitlines()]
    assert [line["seq"] for line in lines] == list(range(1, 801))
