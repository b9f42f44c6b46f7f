"""The versions that are installed are written down, and fit what the project asks for."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from afsweb.services.home import CHECKOUT

PIN = re.compile(r"[A-Za-z0-9._-]+==[0-9][0-9A-Za-z.]*")
WEB = sorted((CHECKOUT / "constraints").glob("web-*.txt"))
PROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]
# The files of the trainers, and the extras whose requirements each fits.
TRAINERS = {"trainer": ["train", "track"], "unsloth": ["train", "unsloth"], "mlx": ["mlx"]}


def pins(path: Path) -> dict[str, str]:
    lines = [line for line in path.read_text().splitlines() if line and not line.startswith("#")]
    assert [line for line in lines if not PIN.fullmatch(line)] == []
    return {name.lower().replace("_", "-"): version for name, version in (line.split("==") for line in lines)}


def unmet(requirements: list[str], pinned: dict[str, str]) -> list[str]:
    asked = [Requirement(text) for text in requirements]
    return [str(one) for one in asked if not one.specifier.contains(pinned[one.name.lower().replace("_", "-")])]


@pytest.mark.parametrize("path", WEB, ids=lambda path: path.stem)
def test_web_pins_fit_the_project(path: Path) -> None:
    assert unmet(PROJECT["dependencies"] + EXTRAS["local"] + EXTRAS["dev"], pins(path)) == []


def test_every_supported_python_has_its_pins() -> None:
    assert [path.stem for path in WEB] == ["web-py311", "web-py312", "web-py313"]


@pytest.mark.parametrize(("name", "extras"), TRAINERS.items())
def test_trainer_pins_fit_their_extras(name: str, extras: list[str]) -> None:
    pinned = pins(CHECKOUT / "constraints" / f"{name}-py311.txt")
    assert unmet([one for extra in extras for one in EXTRAS[extra]], pinned) == []


@pytest.mark.parametrize("name", ["trainer", "unsloth"])
def test_the_torch_that_is_named_is_the_quick_one(name: str) -> None:
    assert pins(CHECKOUT / "constraints" / f"{name}-py311.txt")["torch"] == "2.13.0"


def test_every_file_of_pins_is_checked() -> None:
    there = {path.stem for path in (CHECKOUT / "constraints").iterdir()}
    assert there == {path.stem for path in WEB} | {f"{name}-py311" for name in TRAINERS}
