"""The cards that this process trains on, read through NVIDIA's management library (NVML)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Reading = dict[str, Any]


class Card:
    """One card. `nvml` is the module pynvml, opened."""

    def __init__(self, nvml: Any, handle: Any, number: int) -> None:
        self._nvml, self._handle, self._number = nvml, handle, number

    def read(self) -> Reading:
        """`gpu` (its number), `busy` (0 to 1), `memory_used` and `memory_total` (bytes), `watts`, `celsius`.

        None stands for what the card does not say.
        """
        nvml, handle = self._nvml, self._handle
        memory = self._ask(lambda: nvml.nvmlDeviceGetMemoryInfo(handle))
        busy = self._ask(lambda: nvml.nvmlDeviceGetUtilizationRates(handle).gpu)
        milliwatts = self._ask(lambda: nvml.nvmlDeviceGetPowerUsage(handle))
        return {
            "gpu": self._number,
            "busy": None if busy is None else busy / 100,
            "memory_used": memory and int(memory.used),
            "memory_total": memory and int(memory.total),
            "watts": None if milliwatts is None else milliwatts / 1000,
            "celsius": self._ask(lambda: nvml.nvmlDeviceGetTemperature(handle, nvml.NVML_TEMPERATURE_GPU)),
        }

    def _ask(self, question: Callable[[], Any]) -> Any:
        try:
            return question()
        except self._nvml.NVMLError:
            return None


def open_cards() -> list[Card]:
    """The cards that torch uses here; none without CUDA, the library, or a driver that answers."""
    import torch

    if not torch.cuda.is_available():
        return []
    try:
        import pynvml

        pynvml.nvmlInit()
    except ImportError:
        return []
    except pynvml.NVMLError:
        return []
    names = [f"GPU-{torch.cuda.get_device_properties(at).uuid}" for at in range(torch.cuda.device_count())]
    return find_cards(pynvml, names)


def find_cards(nvml: Any, names: list[str]) -> list[Card]:
    """The cards of these names: torch counts only the visible ones, NVML all."""
    found = []
    for number, name in enumerate(names):
        try:
            found.append(Card(nvml, nvml.nvmlDeviceGetHandleByUUID(name), number))
        except nvml.NVMLError:
            continue
    return found
