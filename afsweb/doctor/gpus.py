"""Which GPUs are here, how much of their memory is free, and how warm are they?"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Collection, Sequence
from contextlib import suppress
from functools import cache
from typing import Any

import psutil

from afsweb.doctor.finding import Finding, ok, skipped, warn

CHECK = "gpu"
HOT = 90  # degrees Celsius; a card slows down a little above
MIB = 1 << 20
PROFILER = ("system_profiler", "-json", "SPDisplaysDataType")
Gpu = dict[str, Any]


def find_gpus() -> list[Gpu]:
    """Each with `name`, `memory_total` and `memory_free` in MiB, `temperature` in °C, `used` in percent, `driver`.

    What the system does not tell is None. NVIDIA's through NVML, in WSL2 too; Apple's share the machine's memory, and
    macOS tells no temperature without being root.
    """
    return find_apple() if sys.platform == "darwin" else find_nvidia()


def find_nvidia() -> list[Gpu]:
    """What NVML tells; nothing without its package, a driver or a card."""
    try:
        import pynvml
    except ImportError:
        return []
    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError:
        return []
    try:
        driver = pynvml.nvmlSystemGetDriverVersion()
        return [_nvidia(pynvml, number, driver) for number in range(pynvml.nvmlDeviceGetCount())]
    except pynvml.NVMLError:
        return []  # the driver was changed under us, or the card fell off the bus
    finally:
        with suppress(pynvml.NVMLError):
            pynvml.nvmlShutdown()


def _nvidia(nvml: Any, number: int, driver: str) -> Gpu:
    card = nvml.nvmlDeviceGetHandleByIndex(number)
    gpu: Gpu = {"name": nvml.nvmlDeviceGetName(card), "driver": driver, "temperature": None, "used": None}
    gpu |= {"memory_total": None, "memory_free": None}
    with suppress(nvml.NVMLError):  # a card may keep some of this to itself
        memory = nvml.nvmlDeviceGetMemoryInfo(card)
        gpu |= {"memory_total": memory.total // MIB, "memory_free": memory.free // MIB}
    with suppress(nvml.NVMLError):
        gpu["temperature"] = nvml.nvmlDeviceGetTemperature(card, nvml.NVML_TEMPERATURE_GPU)
    with suppress(nvml.NVMLError):
        gpu["used"] = nvml.nvmlDeviceGetUtilizationRates(card).gpu
    return gpu


def find_apple() -> list[Gpu]:
    """What macOS tells about its chip."""
    return read_profile(_profile())


@cache
def _profile() -> bytes:
    """It takes macOS a second to say, and stays the same."""
    try:
        return subprocess.run(PROFILER, capture_output=True, timeout=20, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return b""


def read_profile(told: bytes) -> list[Gpu]:
    """The GPUs in what `system_profiler -json SPDisplaysDataType` prints."""
    try:
        cards = json.loads(told)["SPDisplaysDataType"]
    except (ValueError, KeyError, TypeError):
        return []
    memory = psutil.virtual_memory()
    shared = {"memory_total": memory.total // MIB, "memory_free": memory.available // MIB}
    nothing = {"temperature": None, "used": None}
    return [
        {"name": card.get("sppci_model", "Apple GPU"), "driver": card.get("spdisplays_mtlgpufamilysupport", "")}
        | shared
        | nothing
        for card in cards
        if isinstance(card, dict)
    ]


def check_gpus(gpus: Sequence[Gpu], queues: Collection[str]) -> list[Finding]:
    """`queues`: what the workers of this machine take."""
    if not gpus and "gpu" not in queues:
        return [skipped(CHECK, "No GPU is found, and no worker here takes the queue “gpu”.")]
    if not gpus:
        fix = (
            "Install the driver of its maker (nvidia-smi must list the card; in WSL2 the one of Windows), "
            "or take “gpu” out of --queues here."
        )
        return [warn(CHECK, "No GPU is found: trainings run on the processor.", fix)]
    return [judge_gpu(gpu) for gpu in gpus]


def judge_gpu(gpu: Gpu) -> Finding:
    free, total, warmth = gpu["memory_free"], gpu["memory_total"], gpu["temperature"]
    text = gpu["name"]
    if total is not None:
        text += f": {free / 1024:.1f} of {total / 1024:.1f} GiB free"
    if warmth is not None:
        text += f", {warmth} °C"
    if warmth is not None and warmth >= HOT:
        return warn(CHECK, f"{text}: too hot.", "Clear its fans and the way of the air, or lower its power limit.")
    return ok(CHECK, f"{text}.")
