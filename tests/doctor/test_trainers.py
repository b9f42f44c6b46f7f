"""The doctor looks at the interpreters of trainings: what each told about itself, and the fix of each fault."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from afsweb.doctor.finding import Level
from afsweb.doctor.judging import GIB, judge
from afsweb.doctor.trainer import MLX, UNSLOTH, check_trainer, check_trainers

PACKAGES = {"transformers": "5.17.0", "trl": "1.14.0", "peft": "0.21.2", "accelerate": "1.15.0", "bitsandbytes": "0.50"}
PROCESSOR: dict[str, Any] = {
    "platform": "linux",
    "machine": "x86_64",
    "utf8": True,
    "temp": "/tmp",
    "temp_free": 50 * GIB,
    "versions": PACKAGES,
    "torch_error": "",
    "unsloth_error": "",
    "torch": "2.13.0",
    "built_for": None,
    "cuda": False,
    "mps": False,
    "archs": [],
    "cards": [],
    "four_bit_error": "",
    "four_bit_off": 0.09,
}
CARD = {"name": "RTX 5060 Ti", "arch": "sm_120", "free": 14 * GIB, "total": 16 * GIB, "kernel_error": ""}
CUDA = PROCESSOR | {"built_for": "12.8", "cuda": True, "archs": ["sm_80", "sm_90", "sm_120"], "cards": [CARD]}
CUDA["versions"] = PACKAGES | {"triton": "3.7.1"}


def without(name: str) -> dict[str, str]:
    return {one: version for one, version in PACKAGES.items() if one != name}


@pytest.mark.parametrize(
    ("told", "gpus", "check", "says"),
    [
        (PROCESSOR, 0, "trainer", "PyTorch 2.13.0 on the processor; 4 bits work."),
        (PROCESSOR | {"mps": True}, 1, "trainer", "PyTorch 2.13.0 uses the Apple GPU; 4 bits work."),
        (CUDA, 1, "trainer", "PyTorch 2.13.0 uses 1 GPU by CUDA; 4 bits work."),
        (CUDA | {"cards": [CARD | {"arch": "sm_86"}] * 2}, 2, "trainer", "uses 2 GPUs by CUDA"),
        (CUDA, 1, UNSLOTH, "uses 1 GPU by CUDA"),
        (PROCESSOR | {"versions": {"mlx": "0.32.4"}, "metal": False, "mlx_error": ""}, 0, MLX, "MLX 0.32.4 on the pro"),
    ],
)
def test_one_that_is_well(told: dict[str, Any], gpus: int, check: str, says: str) -> None:
    (found,) = judge(check, told, gpus)
    assert (found.check, found.level, says in found.text) == (check, Level.OK, True), found.text


def card(**change: Any) -> dict[str, Any]:
    return CUDA | {"cards": [CARD | change]}


@pytest.mark.parametrize(
    ("told", "gpus", "level", "says", "fix"),
    [
        (PROCESSOR | {"torch_error": "ImportError: libc10.so"}, 0, Level.BAD, "PyTorch does not load", "host setup"),
        (PROCESSOR | {"torch_error": "OSError: [WinError 126] c10.dll"}, 0, Level.BAD, "does not load", "Visual C++"),
        (PROCESSOR | {"versions": without("peft")}, 0, Level.BAD, "lacks peft", "host setup --backend trl"),
        (PROCESSOR | {"versions": PACKAGES | {"trl": "1.15.0"}}, 0, Level.BAD, "trl 1.15.0 does not train", "1.16.0"),
        (PROCESSOR, 1, Level.BAD, "without CUDA and does not find the GPU", "cu128"),
        (PROCESSOR | {"built_for": "12.4"}, 2, Level.BAD, "for CUDA 12.4 and finds none of the 2 GPUs", "the driver"),
        (PROCESSOR | {"platform": "darwin"}, 1, Level.BAD, "does not find the Apple GPU", "arm64"),
        (CUDA | {"built_for": "12.4"}, 1, Level.BAD, "built for CUDA 12.4, is too old for RTX 5060 Ti", "cu128"),
        (CUDA | {"archs": ["sm_80", "sm_90"]}, 1, Level.BAD, "was not built for RTX 5060 Ti (sm_120)", "cu128"),
        (card(kernel_error="no kernel image is available"), 1, Level.BAD, "Nothing runs on", ".triton/cache"),
        (card(kernel_error="unknown error"), 1, Level.BAD, "Nothing runs on RTX 5060 Ti", "update the driver"),
        (card(free=GIB), 1, Level.WARN, "1.0 of 16.0 GiB are free on RTX 5060 Ti", "nvidia-smi"),
        (card(kernel_error="CUDA out of memory", free=0), 1, Level.WARN, "0.0 of 16.0 GiB", "End what uses it"),
        (PROCESSOR | {"versions": without("bitsandbytes")}, 0, Level.WARN, "QLoRA", "host setup --backend trl"),
        (CUDA | {"four_bit_error": "no CUDA library"}, 1, Level.BAD, "in 4 bits fails: no CUDA", "bitsandbytes"),
        (CUDA | {"four_bit_off": 1.3}, 1, Level.BAD, "130% off", "Install another version"),
        (PROCESSOR | {"utf8": False}, 0, Level.WARN, "as UTF-8", "PYTHONUTF8=1"),
        (PROCESSOR | {"temp_free": GIB}, 0, Level.WARN, "1.0 GiB are free in /tmp", "TMPDIR"),
    ],
)
def test_each_fault_of_torch_names_its_fix(told: dict[str, Any], gpus: int, level: Level, says: str, fix: str) -> None:
    (found,) = judge("trainer", told, gpus)
    assert (found.level, says in found.text, fix in found.fix) == (level, True, True), found


@pytest.mark.parametrize(
    ("told", "says", "fix"),
    [
        (PROCESSOR | {"unsloth_error": "ImportError: torchvision==0.28"}, "does not load", "uninstall torchvision"),
        (CUDA | {"unsloth_error": "RuntimeError: x"}, "unsloth does not load: RuntimeError", "--backend unsloth"),
        (CUDA | {"versions": CUDA["versions"] | {"trl": "1.16.0"}}, "trl 1.16.0 is newer than unsloth", "fit together"),
        (CUDA | {"versions": PACKAGES}, "need triton, which is missing", "Install triton"),
        (CUDA | {"platform": "win32"}, "need triton-windows", "Install triton-windows"),
    ],
)
def test_each_fault_of_unsloth_names_its_fix(told: dict[str, Any], says: str, fix: str) -> None:
    (found,) = judge(UNSLOTH, told, 1 if told["cuda"] else 0)
    assert (found.level, says in found.text, fix in found.fix) == (Level.BAD, True, True), found


@pytest.mark.parametrize(
    ("change", "says", "fix"),
    [
        ({"mlx_error": "ImportError: libmlx", "metal": False}, "MLX does not work: ImportError", "--backend mlx"),
        ({"mlx_error": "", "metal": False, "platform": "darwin"}, "does not find the Apple GPU", "Rosetta"),
    ],
)
def test_each_fault_of_mlx_names_its_fix(change: dict[str, Any], says: str, fix: str) -> None:
    (found,) = judge(MLX, PROCESSOR | change, 0)
    assert (found.level, says in found.text, fix in found.fix) == (Level.BAD, True, True), found


def test_faults_stand_beside_each_other() -> None:
    assert len(judge("trainer", PROCESSOR | {"utf8": False, "temp_free": 0, "four_bit_error": "x"}, 1)) == 4


def test_it_is_not_needed_without_its_queues() -> None:
    assert check_trainer("/nowhere", ["default"])[0].level == Level.SKIPPED
    assert check_trainer("/nowhere", ["gpu"], check=MLX)[0].text == "No worker here takes “mlx”, which needs it."


def test_backends_that_nobody_set_up_are_no_findings() -> None:
    found = check_trainers({"trainer": sys.executable, UNSLOTH: "", MLX: ""}, ["gpu", "mlx"])
    assert [one.check for one in found] == ["trainer"]


def test_one_that_is_missing_or_bare_or_broken(tmp_path: Path) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho no such library >&2\nexit 1\n")
    broken.chmod(0o755)
    for python, check, text in (
        (str(tmp_path / "none"), "trainer", "There is no interpreter at"),
        (sys.executable, "trainer", "has no PyTorch"),
        (sys.executable, UNSLOTH, "has no unsloth"),
        (str(broken), "trainer", "does not run: no such library"),
    ):
        (found,) = check_trainer(python, ["gpu"], check=check)
        assert found.level == Level.BAD
        assert text in found.text
        assert f"afs host setup --backend {'unsloth' if check == UNSLOTH else 'trl'}" in found.fix


def test_what_an_interpreter_told_is_judged(tmp_path: Path) -> None:
    """A stand-in that answers both questions; libraries print lines of their own before."""
    python = tmp_path / "python"
    told = json.dumps(card(free=GIB) | {"torch": "2.13.0+cu128"})
    quick = json.dumps({"torch": True, "unsloth": False, "mlx": False})
    python.write_text(f"#!/bin/sh\nif [ $1 = -c ]; then echo '{quick}'; else echo noise; echo '{told}'; fi\n")
    python.chmod(0o755)
    assert [one.level for one in check_trainer(str(python), ["gpu"])] == [Level.OK]
    (found,) = check_trainer(str(python), ["gpu"], 1, deep=True)
    assert (found.level, found.check) == (Level.WARN, "trainer")


@pytest.mark.trainer
@pytest.mark.skipif(not Path(settings.TRAINER_PYTHON).exists(), reason="no trainer interpreter: run make setup")
def test_the_real_one_tells_all_that_is_judged() -> None:
    found = check_trainer(settings.TRAINER_PYTHON, ["gpu"], deep=True)
    assert {one.level for one in found} <= {Level.OK, Level.WARN}, found
    assert all("on the processor" in one.text or "bitsandbytes" in one.text or "free" in one.text for one in found)
