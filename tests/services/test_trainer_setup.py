"""`afs host setup` builds an interpreter with the real venv and pip, from wheels on this disk; whole, or not at all."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from afsweb.services.home import Home
from afsweb.services.trainers.backends import (
    BACKENDS,
    Backend,
    NoPython,
    NoRoomForTrainer,
    NotOnThisSystem,
    check_possible,
    find_python,
)
from afsweb.services.trainers.building import BuildFailed, build_trainer

pytestmark = pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="the versions are those of Python 3.11")


def make_wheel(folder: Path, name: str, version: str) -> None:
    """A wheel with one module, as PEP 427 has it."""
    info = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as wheel:
        wheel.writestr(f"{name}.py", f"version = '{version}'\n")
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{info}/RECORD", "")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Backend:
    """A backend of two small packages, each on this disk in two versions."""
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    for name in ("firstpart", "secondpart"):
        for version in ("1.0", "2.0"):
            make_wheel(wheels, name, version)
    versions = tmp_path / "versions.txt"
    versions.write_text("firstpart==1.0\nsecondpart==1.0\n")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
    return Backend("small", versions, ("secondpart",), ("firstpart", "secondpart"), "firstpart", room=0)


def left_in(home: Home) -> list[Path]:
    return list((home.root / "trainers").iterdir())


def test_it_is_built_locked_and_used(home: Home, small: Backend) -> None:
    (home.root / "trainers" / "small-20200101-000000").mkdir(parents=True)  # what a killed build left
    told: list[str] = []
    python = build_trainer(home, small, told.append)
    assert left_in(home) == [python.parents[1]]
    said = subprocess.run(
        [python, "-c", "import secondpart; print(secondpart.version)"], capture_output=True, text=True
    )
    assert said.stdout == "1.0\n"
    assert (python.parents[1] / "locked.txt").read_text() == "firstpart==1.0\nsecondpart==1.0\n"
    assert home.environment()["AFS_TRAINER_PYTHON"] == str(python)
    assert [line[:3] for line in told if line[1] == "/"] == ["1/4", "2/4", "3/4", "4/4"]
    assert any("Successfully installed" in line for line in told)


def test_each_backend_keeps_its_own(home: Home, small: Backend) -> None:
    home.prepare()
    home.write_trainer(Path("/before"))
    python = build_trainer(home, replace(small, setting="AFS_MLX_PYTHON"), print)
    assert home.trainer() == {"AFS_TRAINER_PYTHON": "/before", "AFS_MLX_PYTHON": str(python)}
    assert [BACKENDS[name].setting for name in ("trl", "unsloth", "mlx")] == [
        "AFS_TRAINER_PYTHON",
        "AFS_UNSLOTH_PYTHON",
        "AFS_MLX_PYTHON",
    ]


def test_what_the_person_named_has_the_last_word(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.prepare()
    home.write_trainer(Path("/built"))
    monkeypatch.setenv("AFS_TRAINER_PYTHON", "/named")
    assert home.environment()["AFS_TRAINER_PYTHON"] == "/named"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"packages": ("no-such-package",)}, "installing.*no-such-package"),
        ({"imports": ("nothing",)}, "loading nothing"),
    ],
)
def test_a_failed_one_leaves_nothing(home: Home, small: Backend, change: dict[str, Any], says: str) -> None:
    home.prepare()
    home.write_trainer(Path("/before"))
    with pytest.raises(BuildFailed, match=says):
        build_trainer(home, replace(small, **change), print)
    assert left_in(home) == []
    assert home.trainer() == {"AFS_TRAINER_PYTHON": "/before"}


def test_a_stopped_one_leaves_nothing_and_no_process(home: Home, small: Backend) -> None:
    def stop(line: str) -> None:
        if line.startswith("2/4"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_trainer(home, small, stop)
    assert left_in(home) == []
    assert home.trainer() == {}


def test_a_system_that_cannot_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    with pytest.raises(NotOnThisSystem, match="mlx does not run on linux: choose trl or unsloth here"):
        check_possible(BACKENDS["mlx"], tmp_path)
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(NotOnThisSystem, match="choose trl or mlx"):
        check_possible(BACKENDS["unsloth"], tmp_path)


def test_too_little_room_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoRoomForTrainer, match=r"needs 1000000 GiB in .* free: delete something"):
        check_possible(replace(BACKENDS["trl"], room=1_000_000), tmp_path)


def test_a_python_of_another_version_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "python"
    other.write_text("#!/bin/sh\necho 3 9\n")
    other.chmod(0o755)
    for named in (str(other), "no-such-python"):
        with pytest.raises(NoPython, match="name it with --python"):
            find_python(named)
    assert find_python() == sys.executable


@pytest.mark.parametrize("name", BACKENDS)
def test_each_backend_names_versions_that_are_there(name: str) -> None:
    backend = BACKENDS[name]
    pinned = {line.split("==")[0].lower() for line in backend.versions.read_text().splitlines()}
    assert {package.lower() for package in (*backend.packages, *filter(None, [backend.first]))} <= pinned
