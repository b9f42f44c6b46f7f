from __future__ import annotations

import json
from pathlib import Path

import pytest

from training_app.trainer.events import EventLog


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_event_is_readable_at_once(tmp_path: Path) -> None:
    EventLog(tmp_path / "events.jsonl").write("log", step=1, loss=2.5)

    [event] = lines(tmp_path / "events.jsonl")
    assert event.pop("at")
    assert event == {"seq": 1, "type": "log", "step": 1, "loss": 2.5}


def test_next_attempt_counts_on(tmp_path: Path) -> None:
    for _ in range(2):
        log = EventLog(tmp_path / "events.jsonl")
        log.write("note", text="again")
        log.close()

    assert [event["seq"] for event in lines(tmp_path / "events.jsonl")] == [1, 2]


def test_half_written_line_is_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_text('{"seq": 7, "type": "log"}\n{"seq": 8, "ty')

    EventLog(path).write("note", text="after a kill")

    assert [event["seq"] for event in lines(path)] == [7, 8]


def test_number_that_json_cannot_hold_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="JSON"):
        EventLog(tmp_path / "events.jsonl").write("log", loss=float("nan"))
