"""TensorBoard's files always, other trackers by name: one training is one run of a tracker, through any stop."""

from __future__ import annotations

import json
import sqlite3
import subprocess
from pathlib import Path

import pytest

from tests.trainer.conftest import Make, Programs, events_of, last_step, wait_until

pytestmark = pytest.mark.trainer
SHORT = {"max_steps": 6, "save_every": 3, "eval_every": 3}
# What TensorBoard itself reads of a folder: the steps of the loss, those of a killed attempt left out.
READ = """
import json, sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
read = EventAccumulator(sys.argv[1]); read.Reload()
print(json.dumps({"tags": read.Tags()["scalars"], "steps": [one.step for one in read.Scalars("train/loss")]}))
"""


@pytest.fixture
def tracked(programs: Programs, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Where trackio keeps its runs, for all trainings of the test."""
    found = programs.run("-c", "import trackio")
    if found.returncode:
        pytest.skip("trackio is not installed beside the trainer: make setup")
    folder, plain = tmp_path / "trackio", programs.env
    monkeypatch.setattr(programs, "env", lambda *where: plain(*where) | {"TRACKIO_DIR": str(folder)})
    return folder


def runs_in(folder: Path) -> list[str]:
    """The names of the runs that trackio has of our project."""
    with sqlite3.connect(folder / "afsweb.db") as database:
        return [name for (name,) in database.execute("SELECT DISTINCT run_name FROM metrics ORDER BY run_name")]


def test_tensorboard_has_every_step_once_though_the_training_was_killed(
    programs: Programs, make_spec: Make, tmp_path: Path
) -> None:
    work, settings = tmp_path / "run", {"max_steps": 30, "save_every": 10, "eval_every": 15}
    with programs.training(make_spec(work, **settings)) as process:
        wait_until(lambda: last_step(work) >= 13, process)
        process.kill()
    done = programs.train(make_spec(work, **settings, resume=True))
    assert done.returncode == 0, done.stderr
    read = json.loads(programs.run("-c", READ, work / "tensorboard").stdout)
    assert read["steps"] == list(range(1, 31))
    assert {"train/loss", "train/learning_rate", "train/grad_norm", "eval/loss"} <= set(read["tags"])


def test_one_training_is_one_run_of_trackio_also_when_it_is_stopped_and_goes_on(
    programs: Programs, make_spec: Make, tracked: Path, tmp_path: Path
) -> None:
    work = tmp_path / "run"
    spec = make_spec(work, **SHORT, trackers=["trackio"], run_id="one")
    with programs.training(spec) as process:
        wait_until(lambda: last_step(work) >= 2, process)
        (work / "STOP").touch()
        assert process.wait(60) == 0
    assert runs_in(tracked) == ["one"]
    (work / "STOP").unlink()
    done = programs.train(make_spec(work, **SHORT, trackers=["trackio"], run_id="one", resume=True))
    assert done.returncode == 0, done.stderr
    assert runs_in(tracked) == ["one"]


def test_two_trainings_at_once_are_two_runs(programs: Programs, make_spec: Make, tracked: Path, tmp_path: Path) -> None:
    specs = [make_spec(tmp_path / name, **SHORT, trackers=["trackio"], run_id=name) for name in ("first", "second")]
    command = [programs.python, "-m", "training_app.trainer"]
    both = [subprocess.Popen([*command, str(spec)], env=programs.env(), stderr=subprocess.DEVNULL) for spec in specs]
    assert [process.wait(240) for process in both] == [0, 0]
    assert runs_in(tracked) == ["first", "second"]


def test_a_tracker_that_is_not_there_is_refused_by_name(programs: Programs, make_spec: Make, tmp_path: Path) -> None:
    done = programs.train(make_spec(tmp_path / "run", trackers=["nowhere"]))
    assert done.returncode == 2
    assert "This interpreter has no tracker nowhere; usable: " in done.stderr
    assert events_of(tmp_path / "run")[-1]["advice"] == "Install it there, or take it out of the recipe's trackers."
