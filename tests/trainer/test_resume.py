"""A run that was killed or stopped goes on to the very bits of the undisturbed run (CPU, fp32, dropout on)."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.trainer.conftest import Make, Programs, events_of, last_step, wait_until

pytestmark = pytest.mark.trainer


def adapter(work: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (work / "adapter").iterdir()}


def curve(work: Path) -> dict[int, float]:
    """Step -> loss; what a resumed run tells again replaces what was told before."""
    return {event["step"]: event["loss"] for event in events_of(work) if event["type"] == "log"}


def resumed_from(work: Path) -> list[int | None]:
    return [event["resumed_from"] for event in events_of(work) if event["type"] == "started"]


def finish(programs: Programs, make_spec: Make, work: Path) -> None:
    done = programs.train(make_spec(work, resume=True))
    assert done.returncode == 0, done.stderr


def test_killed_run_goes_on_exactly(programs: Programs, make_spec: Make, whole_run: Path, tmp_path: Path) -> None:
    """Five kills; the third and the fifth while a checkpoint is being written, before it is sealed."""
    work = tmp_path / "killed"
    moments = [
        lambda: last_step(work) >= 13,
        lambda: last_step(work) >= 27,
        lambda: (work / "aside" / "checkpoint-30").exists(),
        lambda: last_step(work) >= 44,
        lambda: (work / "aside" / "checkpoint-50").exists(),
    ]
    for moment in moments:
        with programs.training(make_spec(work, resume=True)) as process:
            wait_until(moment, process)
            process.kill()

    finish(programs, make_spec, work)

    first, *again = resumed_from(work)
    assert first is None
    assert [step for step in again if step] == sorted(step for step in again if step)
    assert again[-1] in (40, 50)
    assert adapter(work) == adapter(whole_run)
    assert curve(work) == curve(whole_run)


def test_stopped_run_goes_on_exactly(programs: Programs, make_spec: Make, whole_run: Path, tmp_path: Path) -> None:
    work = tmp_path / "stopped"
    with programs.training(make_spec(work)) as process:
        wait_until(lambda: last_step(work) >= 5, process)
        (work / "STOP").touch()
        assert process.wait(60) == 0
    stopped = events_of(work)[-1]
    (work / "STOP").unlink()
    with programs.training(make_spec(work, resume=True, watch_stdin=True)) as process:
        wait_until(lambda: last_step(work) >= stopped["step"] + 5, process)
        assert process.stdin
        process.stdin.close()
        assert process.wait(60) == 0
    again = events_of(work)[-1]

    finish(programs, make_spec, work)

    assert stopped["type"] == again["type"] == "stopped"
    assert resumed_from(work) == [None, stopped["step"], again["step"]]
    assert adapter(work) == adapter(whole_run)
    assert curve(work) == curve(whole_run)


def test_stop_before_the_first_step_trains_nothing(programs: Programs, make_spec: Make, tmp_path: Path) -> None:
    work = tmp_path / "early"
    work.mkdir()
    (work / "STOP").touch()

    finish(programs, make_spec, work)

    assert [(event["type"], event["step"]) for event in events_of(work)] == [("stopped", 0)]
    assert not (work / "adapter").exists()


def test_finished_run_can_be_finished_again(
    programs: Programs, make_spec: Make, whole_run: Path, tmp_path: Path
) -> None:
    """The trainer may be killed between its last checkpoint and its adapter."""
    work = tmp_path / "whole"
    shutil.copytree(whole_run / "checkpoints", work / "checkpoints")

    finish(programs, make_spec, work)

    assert adapter(work) == adapter(whole_run)
    assert curve(work) == {}


def test_checkpoint_of_other_settings_is_refused(
    programs: Programs, make_spec: Make, whole_run: Path, tmp_path: Path
) -> None:
    work = tmp_path / "whole"
    shutil.copytree(whole_run / "checkpoints", work / "checkpoints")

    done = programs.train(make_spec(work, resume=True, seed=7, rank=8))

    assert done.returncode == 2
    assert "The checkpoint at step 60 was made with other settings or data: rank, seed." in done.stderr
    assert len(list((work / "checkpoints").iterdir())) == 2
