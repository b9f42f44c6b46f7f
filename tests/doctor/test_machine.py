"""The doctor looks at the machine itself: disk, shared folders, GPUs."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from afsweb.doctor.disk import GIB, check_disk, judge_space, space_at
from afsweb.doctor.examination import Machine, examine, is_well
from afsweb.doctor.finding import Level
from afsweb.doctor.folders import STAMPS, check_folder, check_folders
from afsweb.doctor.gpus import check_gpus, find_gpus, judge_gpu, read_profile

CARD = {
    "name": "NVIDIA GeForce RTX 5060 Ti",
    "memory_total": 16_311,
    "memory_free": 15_800,
    "temperature": 41,
    "used": 3,
    "driver": "580.95",
}


def test_room_on_the_disk(tmp_path: Path) -> None:
    (found,) = check_disk({"AFS_WORK_DIR": tmp_path / "not" / "yet"})
    assert f"{space_at(tmp_path).free / GIB:.1f} GiB are free" in found.text


@pytest.mark.parametrize(("free", "level"), [(11, Level.OK), (9, Level.WARN), (0.5, Level.BAD)])
def test_little_room(free: float, level: Level) -> None:
    found = judge_space("AFS_WORK_DIR", Path("/work"), int(free * GIB))
    assert found.level == level
    assert ("AFS_WORK_DIR" in found.fix) == (level != Level.OK)


def test_no_shared_folder_is_no_fault() -> None:
    assert [one.level for one in check_folders([], "me")] == [Level.SKIPPED]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    found = check_folder(tmp_path / "gone", "me", ())
    assert (found.level, found.fix) == (Level.BAD, "Mount it, or take it out of AFS_SHARED_FOLDERS.")


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="rights of this sort are POSIX's")
def test_a_folder_that_cannot_be_written_to(tmp_path: Path) -> None:
    (tmp_path / STAMPS).write_text("a file where the stamps' folder should be")
    assert "mount it for writing" in check_folder(tmp_path, "me", ()).fix


def test_a_folder_shows_what_others_write(tmp_path: Path) -> None:
    assert check_folder(tmp_path, "another", ()).level == Level.OK
    found = check_folder(tmp_path, "me", ["another"])
    assert (found.level, found.text) == (Level.OK, f"{tmp_path} can be written to and shows what another wrote.")


def test_a_folder_that_is_another_one_there(tmp_path: Path) -> None:
    found = check_folder(tmp_path, "me", ["another"])
    assert found.level == Level.WARN
    assert "another left no stamp in it" in found.text and "Mount the same folder" in found.fix


@pytest.mark.parametrize("stamp", ["1700000000.5", "nonsense"])
def test_a_folder_that_shows_an_old_state(tmp_path: Path, stamp: str) -> None:
    check_folder(tmp_path, "another", ())
    (tmp_path / STAMPS / "another").write_text(stamp)
    found = check_folder(tmp_path, "me", ["another"])
    assert found.level == Level.WARN
    assert "shows an old state" in found.text


def test_no_gpu_is_a_warning_where_trainings_run() -> None:
    assert check_gpus([], ["default"])[0].level == Level.SKIPPED
    assert "Install the driver" in check_gpus([], ["gpu"])[0].fix


def test_a_gpu_with_its_free_memory_and_its_warmth() -> None:
    assert judge_gpu(CARD).text == "NVIDIA GeForce RTX 5060 Ti: 15.4 of 15.9 GiB free, 41 °C."
    hot = judge_gpu(CARD | {"temperature": 93})
    assert (hot.level, "fans" in hot.fix) == (Level.WARN, True)
    assert judge_gpu(CARD | {"memory_total": None, "temperature": None}).text == "NVIDIA GeForce RTX 5060 Ti."


def test_looking_for_gpus_never_fails() -> None:
    for gpu in find_gpus():
        assert judge_gpu(gpu).text.startswith(gpu["name"])


def test_what_macos_tells_of_its_chip() -> None:
    (gpu,) = read_profile(b'{"SPDisplaysDataType": [{"sppci_model": "Apple M2 Max", "sppci_cores": "38"}]}')
    assert gpu["name"] == "Apple M2 Max"
    assert 0 < gpu["memory_free"] < gpu["memory_total"]
    assert gpu["temperature"] is None
    for told in (b"", b"{}", b"[]", b'{"SPDisplaysDataType": ["x"]}'):
        assert read_profile(told) == []


def test_a_machine_that_knows_no_hub(tmp_path: Path) -> None:
    machine = Machine("me", "1", {}, "redis://127.0.0.1:1/0", "", "", "/nowhere", {"AFS_WORK_DIR": tmp_path})
    findings = examine(machine)
    assert findings[0].text == "No hub is known here."
    assert "afs join" in findings[0].fix
    assert not is_well(findings)
    assert [one.check for one in findings] == ["servers", "hub", "folders", "disk", "gpu", "trainer"]
